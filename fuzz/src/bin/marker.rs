//! Environment markers: evaluated, printed, and read back.
#![no_main]

use bartizan_model::{
    environment::{MarkerEnvironment, Platform},
    marker::{Marker, MarkerContext},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(marker) = text.parse::<Marker>() else {
        return;
    };
    let platform = Platform::parse("linux").expect("a platform");
    let _ = marker.evaluate(
        &MarkerEnvironment::cpython("3.12", &platform),
        MarkerContext::default(),
    );
    assert_eq!(marker.to_string().parse::<Marker>().as_ref(), Ok(&marker));
});
