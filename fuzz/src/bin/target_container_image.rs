//! Container images in an archive: descriptions, layers and what lies in them.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| target::drive(&[("image.tar", bytes)]));
