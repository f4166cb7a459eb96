//! A patch: it ends in files, and what it claims of lines costs no more than its bound.
#![no_main]

use bartizan_review::{Review, diff, rule::Rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let patch = diff::read(bytes);
    let mut review = Review::new(Rules::built_in());
    for change in patch.files.iter().take(100) {
        assert!(change.before.is_some() || change.after.is_some());
        review.look(change);
    }
    review.finish();
});
