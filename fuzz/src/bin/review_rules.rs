//! Rules of users: what can be read has an id, and an error is told in one line or as TOML tells it.
#![no_main]

use bartizan_review::rule::Rules;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(rules) = Rules::with(&[text]) {
        assert!(rules.all().count() >= Rules::built_in().all().count());
    }
});
