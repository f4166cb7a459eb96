//! Every check over a repository whose files all hold the same strange text.
#![no_main]

use bartizan_formats::tree::MemoryTree;
use bartizan_posture::{capabilities, facts, facts::policy, report};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

const FILES: [&str; 11] = [
    ".github/workflows/a.yml",
    ".github/actions/a/action.yml",
    ".github/dependabot.yml",
    ".github/bartizan.toml",
    "RESOURCES.toml",
    "README.md",
    "SECURITY.md",
    "RELEASING.md",
    "pyproject.toml",
    "setup.cfg",
    "a/__init__.py",
];

fuzz_target!(|text: &str| {
    let tree = MemoryTree::new(FILES.map(|file| (file, text)));
    let facts = facts::read(&tree, date(2026, 11, 25));
    let answers = report::answers(&facts);
    assert!(!answers.is_empty());
    for place in answers.iter().flat_map(|answer| &answer.statement.places) {
        assert!(place.line != Some(0));
    }
    // Whatever a workflow is called, a policy to start from can be read again.
    let start = policy::parse(&capabilities::start_policy(&facts));
    assert!(start.fault.is_none());
});
