//! Access logs: one that is believed can be added to, holds its checkpoint, and is believed with what was added.
#![no_main]

use bartizan_access::log::{Checkpoint, Log};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Checkpoint::read(&String::from_utf8_lossy(bytes));
    let Ok(mut log) = Log::read(bytes) else {
        return;
    };
    let Some((checkpoint, first)) = log.checkpoint().zip(log.entries().first().cloned()) else {
        return;
    };
    assert_eq!(Checkpoint::read(&checkpoint.text()), Ok(checkpoint));
    if let Ok(line) = log.add(first) {
        let whole = [bytes, line.as_bytes()].concat();
        assert!(Log::read(&whole).is_ok_and(|it| it == log));
        assert!(log.holds(&checkpoint).is_ok());
    }
});
