//! Source trees: zero bytes separate files, the first line of each is its path.

use bartizan_native::{
    knowledge::Knowledge,
    source::{SourceSighting, vendored_python::Collector},
};

/// Shows the files of a tree and checks that what comes out is in order and has its reasons.
pub fn drive(bytes: &[u8]) {
    let knowledge = Knowledge::embedded();
    let mut sighting = SourceSighting::new(knowledge);
    let mut collector = Collector::default();
    for file in bytes.split(|byte| *byte == 0).take(64) {
        let end = file
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(file.len());
        let (path, content) = file.split_at(end);
        let path = String::from_utf8_lossy(path);
        if sighting.wants(&path, content.len() as u64) {
            sighting.file(&path, content.get(1..).unwrap_or_default());
        }
        collector.file(&path, content);
    }
    let (components, problems) = sighting.finish();
    assert!(components.is_sorted() && problems.is_sorted());
    for component in &components {
        assert!(component.version.is_some() != component.reason.is_some());
        assert!(!component.evidence.is_empty() && !component.files.is_empty());
    }
    assert!(collector.finish(knowledge).is_sorted());
}
