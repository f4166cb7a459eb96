//! Logs of flags: one that is believed can be added to, and is believed with what was added.
#![no_main]

use bartizan_model::Timestamp;
use bartizan_people::{
    Key,
    flag::{Entry, Event, Log, flags},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut log) = Log::read(bytes) else {
        return;
    };
    let all = flags(log.entries(), Timestamp::UNIX_EPOCH);
    assert!(all.len() <= log.entries().len());
    let line = log.add(Entry {
        number: 0,
        at: Timestamp::UNIX_EPOCH,
        event: Event::Read,
        flag: None,
        person: None,
        by: Key::new([1; 32]).pseudonym(&["x"]),
        content: None,
    });
    let whole = [bytes, line.as_bytes()].concat();
    assert!(Log::read(&whole).is_ok_and(|it| it == log));
});
