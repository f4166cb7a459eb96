//! A text in Cython, or a template of it: no line is lost, and the same text is written the same way again.
#![no_main]

use bartizan_review::front;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let Some(python) = front::cython_to_python(&text) else {
        return;
    };
    let lines = |text: &str| text.matches('\n').count();
    assert!(lines(&python) >= lines(&text));
    assert_eq!(Some(python), front::cython_to_python(&text));
    let reading = front::read_cython(&text);
    assert!(reading.broken.len() <= lines(&text) + 2);
});
