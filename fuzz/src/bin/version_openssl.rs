//! Versions of OpenSSL.
#![no_main]

use bartizan_fuzz::order;
use bartizan_model::version::VersionOrder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| order::drive(VersionOrder::OpenSsl, text));
