//! A bill put into a package of conda of a stranger: what comes out can be read and changed again, to the same bytes.
#![no_main]

use std::io::Cursor;

use bartizan_sbom::embed::embed_conda;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let put = |package: &[u8]| {
        let out = Cursor::new(Vec::new());
        embed_conda(Cursor::new(package), "x.cdx.json", b"{}", out).map(Cursor::into_inner)
    };
    if let Ok(once) = put(bytes) {
        assert_eq!(put(&once).ok(), Some(once));
    }
});
