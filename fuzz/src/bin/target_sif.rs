//! Images of Apptainer: header, partition, squashfs.
#![no_main]

use bartizan_fuzz::target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| target::drive(&[("image.sif", bytes)]));
