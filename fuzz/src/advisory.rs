//! Advisories: one format reads arbitrary bytes.

use bartizan_formats::advisory::{ALL, AdvisoryFormat, Reading, Statement, read};

/// The most problems that one file may be worth, however broken it is.
const MOST_PROBLEMS: usize = 10_000;

/// Reads bytes in the format of an id.
pub fn drive(id: &str, bytes: &[u8]) {
    let format: &dyn AdvisoryFormat = *ALL
        .iter()
        .find(|format| format.id() == id)
        .expect("a known format");
    let is_recognised = format.recognises("input", bytes);
    if let Ok(reading) = format.read("input", bytes) {
        check(&reading, is_recognised);
    }
}

fn check(reading: &Reading, is_recognised: bool) {
    assert!(reading.problems.len() <= MOST_PROBLEMS);
    for statement in &reading.statements {
        match statement {
            Statement::Record(record) => {
                assert!(!record.advisory.id.is_empty());
                // What a sync keeps of a record must be readable again, or the snapshot would hold what nobody can show.
                if is_recognised {
                    let again = read("again", record.raw.as_bytes());
                    assert_eq!(again.statements.len(), 1, "{:?}", again.problems);
                }
            }
            Statement::Epss { cve, epss } => {
                assert!(!cve.is_empty());
                assert!(
                    (0.0..=1.0).contains(&epss.probability)
                        && (0.0..=1.0).contains(&epss.percentile)
                );
            }
            Statement::KnownExploited(entry) => assert!(!entry.cve.is_empty()),
        }
    }
}
