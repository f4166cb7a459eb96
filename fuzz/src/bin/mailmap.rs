//! Mailmaps: nothing stops them, and putting in place twice is no rule, but the same each time.
#![no_main]

use bartizan_people::{history::Actor, history::Address, mailmap::Mailmap};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mailmap = Mailmap::read(bytes);
    let lines = bytes.split(|byte| *byte == b'\n').count();
    assert!(mailmap.lines + mailmap.broken <= lines);
    for line in bytes.split(|byte| *byte == b'\n').take(50) {
        let text = String::from_utf8_lossy(line);
        let (name, rest) = text.split_once('<').unwrap_or((&text, ""));
        let who = Actor {
            name: name.trim().to_owned(),
            address: Address::new(rest.split('>').next().unwrap_or_default().trim()),
        };
        assert!(mailmap.resolve(&who) == mailmap.resolve(&who));
    }
});
