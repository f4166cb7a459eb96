//! Numbers of access: a summary has one text only, a line of counts says the same when it is written again.
#![no_main]

use bartizan_access::{
    counts::{Counts, Summary},
    dossier::Dossier,
    log::Checkpoint,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(summary) = Summary::read(&text) {
        assert_eq!(summary.text(), text);
    }
    if let Some(counts) = Counts::read(bytes) {
        assert_eq!(Counts::read(counts.line().as_bytes()), Some(counts));
    }
    let _ = Checkpoint::read_all(&text);
    let _ = Dossier::read(bytes);
});
