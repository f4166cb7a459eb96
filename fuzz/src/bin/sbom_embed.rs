//! A bill put into a wheel of a stranger: what comes out can be read and changed again.
#![no_main]

use std::io::Cursor;

use bartizan_sbom::embed::{embed, replaced};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let put = |wheel: &[u8]| {
        let own = replaced(Cursor::new(wheel), "x.cdx.json")?;
        embed(
            Cursor::new(wheel),
            ("x.cdx.json", &own),
            b"{}",
            Cursor::new(Vec::new()),
        )
    };
    if let Ok(once) = put(bytes) {
        assert!(put(&once.into_inner()).is_ok());
    }
});
