//! Bodies that the hosting service delivers, signed: whatever is taken can be logged.
#![no_main]

use bartizan_access::{
    log::Log,
    webhook::{self, Delivery, Secret},
};
use bartizan_model::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(secret) = Secret::new(b"a secret of some bytes") else {
        return;
    };
    let signature = secret.signature(bytes);
    for event in ["member", "organization", "push"] {
        let delivery = Delivery {
            event,
            number: "d-1",
            signature: &signature,
            body: bytes,
        };
        let mut log = Log::default();
        if let Ok(Some(entry)) = webhook::take(&secret, &delivery, &log, Timestamp::UNIX_EPOCH) {
            assert!(log.add(entry).is_ok());
            assert!(webhook::take(&secret, &delivery, &log, Timestamp::UNIX_EPOCH).is_err());
        }
    }
});
