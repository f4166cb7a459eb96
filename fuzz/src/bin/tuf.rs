//! A repository of TUF that answers the same bytes to everything that is asked of it. Nothing that the fuzzer writes can be signed by
//! anybody, so no root of trust may come of it.
#![no_main]

use std::sync::Arc;

use bartizan_provenance::tuf::{Anchor, Carrier, Kept, refresh};
use libfuzzer_sys::fuzz_target;

struct Same(Vec<u8>);

impl Carrier for Same {
    fn carry(&self, _path: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        Ok((self.0.len() as u64 <= limit).then(|| self.0.clone()))
    }
}

/// Root metadata with keys that nobody has any more; the signature is by one of them.
const ROOT: &str = include_str!("../tuf_root.json");

fuzz_target!(|bytes: &[u8]| {
    let now = "2026-11-26T00:00:00Z".parse().expect("a time");
    let mirror = Arc::new(Same(bytes.to_vec()));
    let anchor = Anchor::Given(ROOT.as_bytes().to_vec());
    assert!(refresh(&anchor, mirror, &Kept::new(), now).is_err());
    let own = Anchor::Given(bytes.to_vec());
    assert!(refresh(&own, Arc::new(Same(Vec::new())), &Kept::new(), now).is_err());
});
