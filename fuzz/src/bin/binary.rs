//! Files of machine code: ELF, Mach-O and PE.
#![no_main]

use bartizan_native::binary;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(binaries) = binary::read(bytes) else {
        return;
    };
    let mut seen = 0;
    for read in &binaries {
        for spans in [&read.constants, &read.producers] {
            let mut end = 0;
            for span in spans {
                assert!(span.offset >= end, "spans overlap");
                end = span.offset + span.bytes.len() as u64;
                let there = bytes.get(span.offset as usize..end as usize);
                assert_eq!(there, Some(span.bytes), "a span is not where it says");
            }
        }
        seen += read
            .constants
            .iter()
            .map(|span| span.bytes.len())
            .sum::<usize>();
        for function in read.functions(&mut |_| true).iter().take(1_000) {
            assert!(function.offset < bytes.len() as u64);
            let _ = read.returned(function);
        }
        let strings = read.version_strings();
        let length: usize = strings.values().map(String::len).sum();
        assert!(length <= 1 << 18, "more texts than a resource holds");
    }
    assert!(seen <= bytes.len(), "more data than the file has");
});
