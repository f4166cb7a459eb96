//! Logs of verdicts: what is read can be written and is read the same, and what holds now is among it.
#![no_main]

use bartizan_review::verdict::Log;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let log = Log::read("x", bytes);
    assert!(log.now().len() <= log.given.len());
    let lines: Vec<String> = log.given.iter().filter_map(|it| it.line().ok()).collect();
    assert!(lines.len() == log.given.len());
    let again = Log::read("x", lines.join("\n").as_bytes());
    assert!(again.problems.is_empty() && again.given == log.given);
});
