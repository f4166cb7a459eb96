//! Whether restricted resources are documented.

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::documents::Document;
use crate::judgement::{Judgement, Place, Statement, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-undocumented-resource",
    title: "restricted resources are not documented",
    spec: Some("6.1"),
    severity: SeverityLevel::Low,
    what: "A `RESOURCES.toml` (whose form Bartizan checks), or a page of the documentation, lists what only some \
              may use: names on package indexes, accounts, domains, secrets, and who holds them.",
    why: "What nobody has written down is forgotten when somebody leaves, and found by somebody else.",
    remedy: "Write `RESOURCES.toml`: tables `[[resource]]` with `name`, `kind`, `maintainers`, and `purpose`, \
              `recovery`, `rotated` and `expires`. `bartizan check --resources` renders it as a page.",
    example: Example {
        file: "RESOURCES.toml",
        passing: "[[resource]]\nname = \"lab on the package index\"\nkind = \"package-index\"\nmaintainers = [\"ada\", \"grace\"]\npurpose = \"releases\"\nrecovery = \"any owner adds another one\"\n\n[[resource]]\nname = \"lab.example\"\nkind = \"domain\"\nmaintainers = [\"ada\", \"alan\"]\n",
        failing: "",
        overlaps: &[],
    },
    supports: &[osps("OSPS-GV-01.01"), ssdf("PO.2.1")],
    judge,
};

/// What a page on access speaks of.
const WORDS: [&str; 10] = [
    "pypi",
    "package index",
    "domain",
    "dns",
    "credential",
    "password",
    "token",
    "admin",
    "owner",
    "account",
];

fn judge(facts: &Facts) -> Judgement {
    if let Some(resources) = &facts.resources {
        let faults: Vec<Statement> = resources
            .faults
            .iter()
            .map(|(line, fault)| fail(fault.clone(), vec![Place::line(&resources.file, *line)]))
            .collect();
        if !faults.is_empty() {
            return Judgement::of(faults, "");
        }
        let place = vec![Place::file(&resources.file)];
        return match resources.resources.len() {
            0 => Judgement::fail("the list of resources is empty", place),
            count => Judgement::pass(
                format!("{count} resources are listed with who holds them"),
                place,
            ),
        };
    }
    let speaks = |page: &&Document| {
        let name = page.name();
        let is_of_access = [
            "access",
            "keys",
            "resources",
            "admin",
            "maintain",
            "govern",
            "team",
        ]
        .iter()
        .any(|part| name.contains(part));
        let text = page.lower();
        is_of_access && WORDS.iter().filter(|word| text.contains(*word)).count() >= 4
    };
    match facts.documents.iter().find(speaks) {
        Some(page) => Judgement::pass(
            "a page speaks of restricted resources",
            vec![Place::file(&page.path)],
        ),
        None => Judgement::unknown(
            "no list of restricted resources was found",
            "`RESOURCES.toml`, or where else they are listed",
        ),
    }
}
