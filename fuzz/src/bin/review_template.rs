//! A template of NumPy: marks go, lines stay, and nothing is left to take away.
#![no_main]

use bartizan_review::front;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let written = front::template_to_c(&text);
    let lines = |text: &str| text.matches('\n').count();
    assert_eq!(lines(&written), lines(&text));
    assert!(written.len() <= text.len());
    front::read_c(&written);
});
