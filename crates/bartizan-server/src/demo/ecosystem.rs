//! The invented ecosystem.

use bartizan_model::{
    ecosystem::Package,
    profile::{Cohort, Milestone, Profile, Project, Repository, Target},
};

pub(super) const CHAIN: &str = "chain-risk";
pub(super) const OPEN: &str = "open-advisories";
pub(super) const SIGNED: &str = "pinned-latest-release";
pub(super) const ENDORSED: [(&str, &str, &str); 6] = [
    (
        "standard-endorsed:spec-0",
        "SPEC 0",
        "Minimum supported versions",
    ),
    ("standard-endorsed:spec-4", "SPEC 4", "Nightly builds"),
    ("standard-endorsed:spec-6", "SPEC 6", "Keys to the castle"),
    (
        "standard-endorsed:spec-8",
        "SPEC 8",
        "Securing the release process",
    ),
    (
        "standard-endorsed:spec-1",
        "SPEC 1",
        "Lazy loading of submodules",
    ),
    (
        "standard-endorsed:spec-7",
        "SPEC 7",
        "Seeding of randomness",
    ),
];

/// Drafts, which nobody of the example endorses: id and title.
pub(super) const DRAFTS: [(&str, &str); 4] = [
    ("spec-2", "Dispatching"),
    ("spec-3", "Accessibility"),
    ("spec-5", "Continuous integration"),
    ("spec-9", "Governance"),
];

/// Whether a standard is a draft.
pub(super) fn is_draft(id: &str) -> bool {
    DRAFTS.iter().any(|(known, _)| *known == id)
}

/// An invented project with the real packages that it stands on.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) stack: &'static str,
    /// Name and version of what it asks for, and after how much of the example's time it moved to a newer one.
    pub(super) stands_on: &'static [(&'static str, &'static str, f64, &'static str)],
}

const fn sample(
    name: &'static str,
    title: &'static str,
    stack: &'static str,
    stands_on: &'static [(&'static str, &'static str, f64, &'static str)],
) -> Sample {
    Sample {
        name,
        title,
        stack,
        stands_on,
    }
}

/// Never, within the example's time.
const NEVER: f64 = 2.0;

/// The invented projects.
pub(super) const PROJECTS: &[Sample] = &[
    sample(
        "asterfield",
        "Asterfield",
        "sky",
        &[
            ("numpy", "1.26.4", NEVER, ""),
            ("requests", "2.31.0", 0.5, "2.33.0"),
            ("pillow", "10.0.0", NEVER, ""),
        ],
    ),
    sample(
        "driftgrid",
        "Driftgrid",
        "ocean",
        &[
            ("numpy", "1.26.4", NEVER, ""),
            ("dask", "2021.3.0", 0.3, "2024.8.0"),
            ("pyarrow", "14.0.0", NEVER, ""),
        ],
    ),
    sample(
        "fernstats",
        "Fernstats",
        "life",
        &[
            ("scipy", "1.13.0", NEVER, ""),
            ("pandas", "2.2.2", NEVER, ""),
            ("joblib", "1.1.0", 0.6, "1.4.2"),
        ],
    ),
    sample(
        "glasswork",
        "Glasswork",
        "sky",
        &[
            ("pillow", "9.5.0", 0.8, "11.0.0"),
            ("opencv-python", "4.8.0.76", NEVER, ""),
        ],
    ),
    sample(
        "kelpmodel",
        "Kelpmodel",
        "ocean",
        &[
            ("numpy", "2.1.0", NEVER, ""),
            ("distributed", "2021.9.0", 0.4, "2024.8.0"),
            ("tornado", "6.3.2", NEVER, ""),
        ],
    ),
    sample(
        "lanternfit",
        "Lanternfit",
        "sky",
        &[
            ("scikit-learn", "1.5.0", NEVER, ""),
            ("numexpr", "2.8.4", 0.7, "2.10.1"),
        ],
    ),
    sample(
        "mossbase",
        "Mossbase",
        "life",
        &[
            ("lxml", "4.6.2", 0.2, "5.3.0"),
            ("requests", "2.28.0", NEVER, ""),
            ("certifi", "2022.5.18", 0.55, "2024.8.30"),
        ],
    ),
    sample(
        "orbitkit",
        "Orbitkit",
        "sky",
        &[
            ("numpy", "2.0.0", NEVER, ""),
            ("scipy", "1.14.0", NEVER, ""),
        ],
    ),
    sample(
        "quillplot",
        "Quillplot",
        "",
        &[
            ("pillow", "10.0.0", 0.35, "11.0.0"),
            ("jinja2", "3.1.2", NEVER, ""),
            ("tornado", "6.4.1", NEVER, ""),
        ],
    ),
    sample(
        "reedline",
        "Reedline",
        "life",
        &[("nltk", "3.8.0", NEVER, ""), ("pyyaml", "6.0.1", NEVER, "")],
    ),
    sample(
        "saltnotebook",
        "Saltnotebook",
        "",
        &[
            ("jupyter-server", "2.7.1", NEVER, ""),
            ("notebook", "7.2.0", 0.65, "7.2.2"),
            ("nbconvert", "6.4.0", 0.3, "7.16.4"),
            ("jinja2", "3.1.2", 0.75, "3.1.6"),
        ],
    ),
    sample(
        "tidewave",
        "Tidewave",
        "ocean",
        &[
            ("numpy", "2.1.0", NEVER, ""),
            ("pandas", "2.2.2", NEVER, ""),
        ],
    ),
];

/// The profile of the example.
pub(super) fn profile() -> Profile {
    Profile {
        name: "sample".to_owned(),
        title: "Sample Science".to_owned(),
        summary: "An invented ecosystem of twelve projects.".to_owned(),
        projects: PROJECTS.iter().map(project).collect(),
        cohorts: vec![
            cohort(
                "core",
                "Core projects",
                "The projects that the others stand on",
                false,
                &|sample| {
                    [
                        "asterfield",
                        "driftgrid",
                        "fernstats",
                        "orbitkit",
                        "quillplot",
                        "saltnotebook",
                    ]
                    .contains(&sample.name)
                },
            ),
            cohort(
                "sky",
                "Astronomy",
                "Telescopes, surveys and orbits",
                true,
                &|sample| sample.stack == "sky",
            ),
            cohort(
                "ocean",
                "Oceanography",
                "Currents, tides and shores",
                true,
                &|sample| sample.stack == "ocean",
            ),
            cohort(
                "life",
                "Life sciences",
                "Plants, texts about them, and their statistics",
                true,
                &|sample| sample.stack == "life",
            ),
        ],
        milestones: milestones(),
        ..Profile::default()
    }
}

fn project(sample: &Sample) -> Project {
    Project {
        name: sample.name.to_owned(),
        title: sample.title.to_owned(),
        repositories: vec![Repository {
            url: format!("https://example.org/{}/{}", sample.name, sample.name),
            is_release: false,
        }],
        packages: vec![Package::pypi(sample.name)],
        ..Project::default()
    }
}

fn cohort(
    name: &str,
    title: &str,
    summary: &str,
    is_stack: bool,
    has: &dyn Fn(&Sample) -> bool,
) -> Cohort {
    Cohort {
        name: name.to_owned(),
        title: title.to_owned(),
        summary: summary.to_owned(),
        is_stack,
        projects: PROJECTS
            .iter()
            .filter(|sample| has(sample))
            .map(|sample| sample.name.to_owned())
            .collect(),
    }
}

#[expect(clippy::too_many_lines, reason = "a list of invented facts")]
fn milestones() -> Vec<Milestone> {
    let milestone = |name: &str,
                     title: &str,
                     measure: &str,
                     cohort: Option<&str>,
                     targets: &[(f64, &str)],
                     needs: &str| Milestone {
        name: name.to_owned(),
        title: title.to_owned(),
        measure: measure.to_owned(),
        cohort: cohort.map(str::to_owned),
        targets: targets
            .iter()
            .map(|(value, by)| Target {
                value: *value,
                shown: None,
                by: (*by).to_owned(),
            })
            .collect(),
        needs: needs.to_owned(),
    };
    vec![
        milestone(
            "signing",
            "Core projects whose latest release is verified and pinned",
            SIGNED,
            Some("core"),
            &[(6.0, "second year")],
            "",
        ),
        milestone(
            "spec-8",
            "SPEC 8 endorsed by core projects",
            "standard-endorsed:spec-8",
            Some("core"),
            &[(2.0, "first year"), (5.0, "second year")],
            "",
        ),
        milestone(
            "advisories",
            "Open advisories",
            OPEN,
            None,
            &[(5.0, "second year")],
            "",
        ),
        milestone(
            "risk",
            "Chain risk over all projects",
            CHAIN,
            None,
            &[(0.1, "second year")],
            "",
        ),
        milestone(
            "adoption",
            "SPEC 8 adopted, as measured",
            "standard-adopted:spec-8",
            None,
            &[(3.0, "first year"), (7.0, "second year")],
            "the reader of workflows and release settings",
        ),
        milestone(
            "factors",
            "Core projects all of whose people use a second factor",
            "second-factor",
            Some("core"),
            &[(6.0, "second year")],
            "a survey of access; numbers only, no names",
        ),
    ]
}
