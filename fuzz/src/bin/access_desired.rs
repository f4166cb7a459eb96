//! What is wanted of an organisation: whatever is read can be compared with a snapshot.
#![no_main]

use bartizan_access::{
    desired::Desired,
    diff::diff,
    laboratory::{Size, large},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok((desired, _)) = Desired::read("fuzz", bytes) else {
        return;
    };
    let size = Size {
        people: 5,
        teams: 2,
        repositories: 3,
    };
    let snapshot = large(size).unwrap();
    let diff = diff(&snapshot, &desired, snapshot.taken);
    assert!(diff.differences.is_sorted());
});
