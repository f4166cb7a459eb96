//! Bundles: any file, as it is and with the checksums of its headers put right.
#![no_main]

use std::io::{Cursor, sink};

use bartizan_formats::bundle::{Trust, UnverifiedBundle, recognises};
use bartizan_model::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drive(bytes);
    drive(&repaired(bytes.to_vec()));
});

fn drive(bytes: &[u8]) {
    let mut reader = Cursor::new(bytes);
    let Ok(bundle) = UnverifiedBundle::read(&mut reader) else {
        return;
    };
    assert!(recognises(bytes));
    let Ok(bundle) = bundle.verify(Trust::Anybody, Timestamp::MAX) else {
        return;
    };
    assert!(bundle.signer.is_none());
    if bundle.copy_content(&mut reader, sink()).is_ok() {
        assert!(bundle.manifest.content.size < bytes.len() as u64);
    }
}

/// The same bytes with a right checksum in each block that a walk by sizes takes for a header.
fn repaired(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut place = 0;
    for _ in 0..4 {
        let Some(block) = bytes.get_mut(place..place + 512) else {
            break;
        };
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = std::str::from_utf8(&block[124..135]).ok();
        let size = size.and_then(|text| usize::from_str_radix(text.trim(), 8).ok());
        place += 512
            + size
                .unwrap_or_default()
                .min(bytes.len())
                .next_multiple_of(512);
    }
    bytes
}
