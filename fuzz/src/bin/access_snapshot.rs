//! Snapshots of access: what is read is written and read alike, and grants follow without an end.
#![no_main]

use bartizan_access::{grant::Reach, snapshot::Snapshot};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok((snapshot, _)) = Snapshot::read(bytes) else {
        return;
    };
    let (again, _) = Snapshot::read(snapshot.to_text().as_bytes()).unwrap();
    assert!(again.to_text() == snapshot.to_text());
    let grants = snapshot.grants();
    assert!(grants.is_sorted());
    let reach = Reach::of(&snapshot);
    for repository in snapshot.repositories.iter().take(20) {
        reach.everybody(&repository.name);
    }
});
