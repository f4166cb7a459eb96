//! requirements.txt, with a file that it may include.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| target::drive(&[
    ("requirements.txt", bytes),
    ("other.txt", b"-r requirements.txt\nname==1.0\n"),
]));
