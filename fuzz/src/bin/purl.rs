//! Package URLs: printed and read back.
#![no_main]

use bartizan_model::purl::Purl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(purl) = text.parse::<Purl>() else {
        return;
    };
    let _ = purl.package();
    assert_eq!(purl.to_string().parse::<Purl>().as_ref(), Ok(&purl));
});
