//! Every check over a repository whose files all hold the same strange text.
#![no_main]

use bartizan_formats::tree::MemoryTree;
use bartizan_model::assessment::Outcome;
use bartizan_posture::{
    adoption, capabilities,
    edits::{self, Wanted},
    facts,
    facts::policy,
    report,
};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

const FILES: [&str; 15] = [
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
    ".github/bartizan-tags.toml",
    ".circleci/config.yml",
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
];

fuzz_target!(|text: &str| {
    let tree = MemoryTree::new(FILES.map(|file| (file, text)));
    let facts = facts::read(&tree, date(2026, 11, 25));
    let answers = report::answers(&facts);
    assert!(!answers.is_empty());
    for place in answers.iter().flat_map(|answer| &answer.statement.places) {
        assert!(place.line != Some(0));
    }
    // What is mended is mended once, and a patch can be printed of it.
    let wanted = Wanted {
        release_workflow: true,
    };
    for edit in edits::plan(&facts, &tree, wanted).edits {
        drop(edits::unified(&edit));
        drop(edit.after());
    }
    assert!(capabilities::changes(&facts, &facts).is_empty());
    // Each finding is a row of its own, and no SPEC has more that holds than it has.
    let looked = report::Looked {
        repository: "r",
        commit: None,
        observed: bartizan_model::Timestamp::UNIX_EPOCH,
    };
    let findings = report::findings(&answers, looked);
    let mut rows: Vec<_> = findings.iter().map(|it| (&it.check, &it.key)).collect();
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), findings.len());
    for adoption in adoption::adoptions(&facts, &answers) {
        assert!(adoption.count(Outcome::Pass) <= adoption.applicable());
    }
    // Whatever a workflow is called, a policy to start from can be read again.
    let start = policy::parse(&capabilities::start_policy(&facts));
    assert!(start.fault.is_none());
});
