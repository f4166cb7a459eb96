//! What a channel of conda serves beside its packages: `repodata.json`, and attestations that are put together.
#![no_main]

use bartizan_formats::conda_channel::{bundles, read, sidecar};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes);
    let found = bundles(bytes);
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    if let Ok(Some(all)) = sidecar(None, &found) {
        // What is served once stays as it is.
        assert_eq!(sidecar(Some(&all), &found).ok().flatten(), Some(all));
    }
});
