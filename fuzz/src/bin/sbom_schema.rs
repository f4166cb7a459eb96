//! Files that may be schemas of bills of materials.
#![no_main]

use bartizan_sbom::schema::{Shelf, recognise};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(name) = recognise(bytes) {
        let id = name.id();
        assert!(
            id.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-.".contains(&it)),
            "{id}"
        );
        assert_eq!(Shelf::default().add(bytes), Some(name));
    }
});
