//! A record and the history of an environment of conda; the first NUL separates the two.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    target::drive_beside(
        "env/conda-meta/name-1.0-py_0.json",
        "env/conda-meta/history",
        bytes,
    );
});
