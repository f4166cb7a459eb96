//! Universe files.
#![no_main]

use bartizan_formats::universe::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(universe) = read(bytes) else {
        return;
    };
    // A package without releases may stand beside others that have problems; what is read must be the same each time.
    assert!(read(bytes).is_ok_and(|again| again == universe));
});
