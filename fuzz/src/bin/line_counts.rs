//! Numbers of lines that come and go, against the textbook's table, on two texts with a zero between them.
#![no_main]

use bartizan_people::lines;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = &bytes[..bytes.len().min(2_000)];
    let middle = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(bytes.len());
    let (old, new) = bytes.split_at(middle);
    let new = new.get(1..).unwrap_or_default();
    let counted = lines::count(old, new).expect("short texts are counted");
    let lines = |text: &[u8]| -> Vec<Vec<u8>> {
        text.split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (old, new) = (lines(old), lines(new));
    let mut row = vec![0; old.len() + 1];
    for line in &new {
        let mut before = 0;
        for at in 0..old.len() {
            let above = row[at + 1];
            row[at + 1] = if *line == old[at] {
                before + 1
            } else {
                above.max(row[at])
            };
            before = above;
        }
    }
    let kept = row[old.len()];
    assert!(
        (counted.added as usize, counted.removed as usize) == (new.len() - kept, old.len() - kept)
    );
});
