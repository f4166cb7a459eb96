//! A change of one file, both sides in one text with a zero between them, under the name that its first line states: shares
//! add up, what is equal introduces nothing, and the order does not depend on who comes first.
#![no_main]

use bartizan_review::{
    Review,
    change::{File, FileChange},
    rule::Rules,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (name, rest) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &b""[..]),
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let middle = rest
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(rest.len());
    let (old, new) = rest.split_at(middle);
    let file = |content: &[u8]| Some(File::new(name.clone(), content));
    let look = |before: &[u8], after: &[u8]| {
        let mut review = Review::new(Rules::built_in());
        review.look(&FileChange {
            before: file(before),
            after: file(after),
        });
        review.finish()
    };
    assert!(look(old, old).entries.is_empty());
    let report = look(old, new.get(1..).unwrap_or_default());
    for entry in &report.entries {
        let sum: i32 = entry.score.shares.iter().map(|(_, share)| share.0).sum();
        assert!(sum == entry.score.value.0 && (0..=1_000).contains(&sum));
    }
    assert!(
        report
            .entries
            .is_sorted_by(|one, other| one.score.value >= other.score.value)
    );
});
