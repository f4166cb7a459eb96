//! Changes held against copies, and the commits that records name.
#![no_main]

use bartizan_formats::advisory::{self, Statement, fixed_spans};
use bartizan_vulnerability::backport::{Fit, apply, fix_commits, is_copy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.splitn(3, |byte| *byte == 0);
    let mut next = || texts.next().unwrap_or_default();
    let (before, after, copy) = (next(), next(), next());
    is_copy(before, copy);
    apply(before, after, copy);
    let made = apply(before, after, before);
    assert!(matches!(made.fit, Fit::Clean | Fit::Present));
    assert_eq!(apply(before, after, after).fit, Fit::Present);
    let text = String::from_utf8_lossy(bytes);
    let spans = fixed_spans(&text);
    for statement in advisory::read("x", bytes).statements {
        if let Statement::Record(record) = statement {
            fix_commits(&[(&record.advisory, spans.clone())]);
        }
    }
});
