//! Bodies that the hosting service delivers, one a line, signed: whatever is taken can be logged, and nothing is taken twice unless it
//! is marked, under whatever event it is sent.
#![no_main]

use bartizan_access::{
    log::{Event, Log},
    webhook::{self, Delivery, Doubts, MOST_OF_ONE, MOST_REFUSED, Secret, Taken},
};
use bartizan_model::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(secret) = Secret::new(b"a secret of some bytes") else {
        return;
    };
    for event in ["member", "membership", "organization", "team", "push"] {
        let mut log = Log::default();
        for (number, body) in bytes.split(|byte| *byte == b'\n').take(60).enumerate() {
            let signature = secret.signature(body);
            let number = number.to_string();
            let delivery = Delivery {
                event,
                number: &number,
                signature: &signature,
                body,
            };
            let take = |log: &Log| webhook::take(&secret, &delivery, log, Timestamp::UNIX_EPOCH);
            match take(&log) {
                Ok(Taken::Logged(entry)) => {
                    assert!(log.add(entry).is_ok());
                    assert!(matches!(take(&log), Ok(Taken::Refused { told: None, .. })));
                }
                Ok(Taken::Refused { told, .. }) => {
                    assert!(told.is_none_or(|it| log.add(it).is_ok()));
                }
                Ok(Taken::Forgotten) | Err(_) => {}
            }
        }
        let entries = || log.entries().iter();
        for entry in entries() {
            let of = |event: Event| entries().filter(move |it| it.event == event);
            let first = of(Event::Delivery).filter(|it| it.content == entry.content);
            assert_eq!(first.count(), 1);
            let same = |it: &&_| -> bool {
                let it: &bartizan_access::log::Entry = it;
                (&it.about, &it.place) == (&entry.about, &entry.place)
            };
            assert!(of(Event::Repeated).filter(same).count() <= MOST_OF_ONE);
            assert!(of(Event::Refused).count() <= MOST_REFUSED);
        }
        let _ = Doubts::of(&log).beside(&[].into());
    }
});
