//! Lists of vouches: what is read is written and read again alike, and an entry that is put in stands there.
#![no_main]

use bartizan_people::vouch::{Entry, Handle, Standing, VouchList};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut list = VouchList::read("x", bytes);
    if !list.is_whole() {
        return;
    }
    let again = VouchList::read("x", list.text().as_bytes());
    assert!(again.text() == list.text());
    assert!(again.entries().eq(list.entries()));
    let handle = Handle {
        platform: Some("github".to_owned()),
        login: "ann".to_owned(),
    };
    list.put(Entry {
        handle: handle.clone(),
        is_denounced: false,
        details: None,
    });
    assert!(list.standing(&handle) == Standing::Vouched);
    list.remove(&handle);
    assert!(list.standing(&handle) == Standing::Unknown);
});
