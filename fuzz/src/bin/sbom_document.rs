//! Bills of materials: what they are, what they say, what they lack, and what stays when something is set right.
#![no_main]

use bartizan_sbom::{
    correct::{Correction, Lie, correct},
    create, document, facts, lacking, profile,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = document::read(bytes) else {
        return;
    };
    let Ok(facts) = facts::read(&document) else {
        return;
    };
    for profile in profile::ALL {
        for gap in profile.gaps(&facts) {
            assert!(gap.components.len() <= gap.lacking && gap.lacking <= gap.total);
        }
    }
    for lacks in lacking::of(&document, &facts) {
        assert!(lacks.components.len() <= lacks.lacking && lacks.lacking <= lacks.total);
    }
    let lies = [Lie::Phantom, Lie::WrongVersion("1".to_owned())];
    let corrections: Vec<Correction> = facts
        .items
        .iter()
        .zip(lies.into_iter().cycle())
        .take(50)
        .map(|(item, lie)| Correction {
            name: item.name.clone().unwrap_or_default(),
            version: item.version.clone(),
            id: Some(item.id.clone()),
            lie,
        })
        .collect();
    if let Ok(mut document) = document::read_changeable(bytes) {
        correct(&mut document, &corrections);
        let text = create::to_text(&document.json);
        assert!(document::read(text.as_bytes()).is_ok());
    }
});
