//! Reports of other tools about a repository, and the same laid beside the answers of our checks.
#![no_main]

use bartizan_formats::{peer::read, tree::MemoryTree};
use bartizan_posture::{facts, peers::lay_beside, report};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

const WORKFLOW: &str = "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v6\n";

fuzz_target!(|bytes: &[u8]| {
    let Ok(report) = read("input", bytes) else {
        return;
    };
    for result in &report.results {
        assert!(!result.id.is_empty() && result.message.len() < 4_000);
        assert!(
            result
                .spans
                .iter()
                .all(|it| it.first >= 1 && it.last >= it.first)
        );
    }
    let tree = MemoryTree::new([(".github/workflows/w.yml", WORKFLOW)]);
    let facts = facts::read(&tree, date(2026, 11, 25));
    let answers = report::answers(&facts);
    let answers: Vec<_> = answers.iter().collect();
    let laid = lay_beside(&report, &answers, &facts.files);
    assert_eq!(laid.len(), report.results.len());
    for one in laid {
        assert!(one.same_as.is_none_or(|at| at < answers.len()));
    }
});
