//! Repositories of the invented projects: a few files each, which get better with the example's time. What is said of them is
//! what the checks find in them.

use bartizan_assessment::posture::{Sight, Sights};
use bartizan_formats::tree::MemoryTree;
use bartizan_model::Timestamp;
use jiff::tz::TimeZone;

use super::{
    ecosystem::{ENDORSED, Sample},
    project::{endorses, seed},
};

/// How far a project's repository has come, by a part of the example's time.
pub(super) fn stage(progress: f64) -> u32 {
    [0.35, 0.7]
        .iter()
        .map(|end| u32::from(progress >= *end))
        .sum()
}

/// What the repository of a project shows at a stage.
pub(super) fn sights(sample: &Sample, stage: u32, now: Timestamp) -> Sights {
    let today = now.to_zoned(TimeZone::UTC).date();
    let repository = format!("https://example.org/{}/{}", sample.name, sample.name);
    let commit = format!(
        "{:040x}",
        u64::from(seed(sample.name)) * 7 + u64::from(stage)
    );
    let tree = MemoryTree::new(files(sample, stage));
    let sight = Sight::of(&tree, (&repository, &commit), None, today);
    Sights::new(sight, None, Vec::new())
}

/// Something that a project does from some stage on; some never do.
fn does(sample: &Sample, what: &str, stage: u32) -> bool {
    let turn = seed(&format!("{what} {}", sample.name)) % 6;
    turn < 1 + 2 * stage
}

fn files(sample: &Sample, stage: u32) -> Vec<(String, String)> {
    let does = |what: &str| does(sample, what, stage);
    let name = sample.name;
    let mut files = vec![
        ("README.md".to_owned(), readme(sample, stage)),
        (
            "pyproject.toml".to_owned(),
            format!(
                "[project]\nname = \"{name}\"\nrequires-python = \">={}\"\ndependencies = [\"numpy>={}\"]\n",
                if does("drop") { "3.13" } else { "3.10" },
                if does("bound") { "2.3" } else { "1.26" },
            ),
        ),
        (
            format!("{name}/__init__.py"),
            init(does("lazy"), does("seed")),
        ),
        (
            ".github/workflows/tests.yml".to_owned(),
            tests(does("read")),
        ),
        (
            ".github/workflows/release.yml".to_owned(),
            release(sample, stage),
        ),
    ];
    let mut also = |path: &str, text: &str| files.push((path.to_owned(), text.to_owned()));
    if does("parts") {
        also(&format!("{name}/numbers/__init__.py"), "");
        also(&format!("{name}/pictures/__init__.py"), "");
    }
    if does("nightly") {
        also(".github/workflows/nightly.yml", NIGHTLY);
    }
    if does("label") {
        also(".github/workflows/label.yml", LABEL);
    }
    if does("policy") {
        also(
            "SECURITY.md",
            "# Security\n\nWrite to security@example.org. You get an answer within 7 days.\n",
        );
    }
    if does("resources") {
        also("RESOURCES.toml", RESOURCES);
    }
    if does("process") {
        also(
            "RELEASING.md",
            "# Releasing\n\nStart the workflow `release`. Who may approve it stands in the environment.\n",
        );
    }
    files
}

fn init(is_lazy: bool, has_rng: bool) -> String {
    let lazy = if is_lazy {
        "import lazy_loader\n__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, [\"numbers\"])\n"
    } else {
        "from . import numbers, pictures\n"
    };
    let parameter = if has_rng { "rng" } else { "seed" };
    format!("{lazy}\n\ndef sample(size, {parameter}=None):\n    return size\n")
}

/// The badge shows some of what is endorsed.
fn readme(sample: &Sample, stage: u32) -> String {
    let progress = f64::from(stage) / 2.0;
    let shows = |standard: &str| {
        does(
            sample,
            &format!("badge {standard}"),
            stage.saturating_sub(1),
        )
    };
    let declared = ENDORSED
        .iter()
        .enumerate()
        .filter(|(index, (_, standard, _))| endorses(sample, *index, progress) && shows(standard));
    let numbers: Vec<&str> = declared
        .filter_map(|(_, (_, standard, _))| standard.strip_prefix("SPEC "))
        .collect();
    let badge = match numbers.as_slice() {
        [] => String::new(),
        numbers => format!(
            "\n![SPEC](https://img.shields.io/badge/SPEC-{}-green)\n",
            numbers.join(",")
        ),
    };
    format!("# {}\n{badge}", sample.title)
}

fn tests(can_only_read: bool) -> String {
    let permissions = if can_only_read {
        "permissions:\n  contents: read\n"
    } else {
        ""
    };
    format!(
        "on:\n  pull_request:\n  push:\n    branches: [main]\n{permissions}jobs:\n  tests:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {}\n      - run: python -m pytest\n",
        pinned("actions/checkout", can_only_read)
    )
}

fn pinned(action: &str, is_pinned: bool) -> String {
    if is_pinned {
        format!("{action}@{:040x} # v4.2.2", 0xfeed_u32)
    } else {
        format!("{action}@v4")
    }
}

fn release(sample: &Sample, stage: u32) -> String {
    let does = |what: &str| does(sample, what, stage);
    let checkout = pinned("actions/checkout", does("pin"));
    let publish = pinned("pypa/gh-action-pypi-publish", does("pin"));
    let environment = if does("environment") {
        "    environment: release\n"
    } else {
        ""
    };
    let is_trusted = does("trust");
    let attests = is_trusted && does("attest");
    let permissions = match (is_trusted, attests) {
        (true, true) => "    permissions:\n      id-token: write\n      attestations: write\n",
        (true, false) => "    permissions:\n      id-token: write\n",
        (false, _) => "",
    };
    let attest = if attests {
        format!(
            "      - uses: {}\n        with:\n          subject-path: dist/*\n",
            pinned("actions/attest-build-provenance", does("pin"))
        )
    } else {
        String::new()
    };
    let with = if is_trusted {
        "        with:\n          print-hash: true\n"
    } else {
        "        with:\n          password: ${{ secrets.INDEX_TOKEN }}\n"
    };
    let on = if does("intend") {
        "on: workflow_dispatch\n"
    } else {
        "on:\n  push:\n    tags: [\"v*\"]\n"
    };
    format!(
        "{on}permissions:\n  contents: read\njobs:\n  publish:\n    runs-on: ubuntu-latest\n{environment}{permissions}    steps:\n      - uses: {checkout}\n      - run: python -m build\n{attest}      - uses: {publish}\n{with}"
    )
}

const NIGHTLY: &str = "on:\n  schedule:\n    - cron: \"0 4 * * 1\"\npermissions:\n  contents: read\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    permissions:\n      issues: write\n    steps:\n      - run: pip install --pre numpy\n      - run: python -m pytest\n      - if: failure()\n        run: gh issue create --title nightly\n        env:\n          GH_TOKEN: ${{ secrets.GITHUB_TOKEN }}\n";

const LABEL: &str = "on: pull_request_target\npermissions:\n  contents: read\njobs:\n  label:\n    runs-on: ubuntu-latest\n    permissions:\n      pull-requests: write\n    steps:\n      - uses: actions/labeler@v5\n";

const RESOURCES: &str = "reviewed = 2026-06-01\n\n[[resource]]\nname = \"the name on the package index\"\nkind = \"package-index\"\nmaintainers = [\"ada\", \"alan\"]\npurpose = \"releases\"\nrecovery = \"the other maintainer\"\n";
