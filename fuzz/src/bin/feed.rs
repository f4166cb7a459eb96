//! Lists of feeds.
#![no_main]

use bartizan_formats::feed::{is_record, read_manifest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = read_manifest(bytes) {
        assert!(manifest.files.keys().all(|path| is_record(path)));
        let again = read_manifest(manifest.text().as_bytes()).expect("what is written is read");
        assert_eq!(again, manifest);
    }
});
