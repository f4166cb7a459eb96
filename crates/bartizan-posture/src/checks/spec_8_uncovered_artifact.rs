//! Whether attestations cover what is published.

use crate::check::{Check, Example, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::facts::publishing::{ATTEST_ACTIONS, Means, Publication};
use crate::facts::workflows::StepAt;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use crate::releases::publications;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-uncovered-artifact",
    title: "an attestation does not cover what is published",
    spec: Some("8.11"),
    severity: SeverityLevel::Medium,
    what: "The subject of the attestation (`subject-path`) covers the folder that is published: the same folder, \
              and wheels as well as source distributions.",
    why: "An artifact that slips in beside the attested ones looks as good as they do.",
    remedy: "Let `subject-path` name what is published: `dist/*`.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "          subject-path: dist/*\n",
        failing: "          subject-path: wheels/*\n",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-06.01"), slsa("Build L1"), ssdf("PS.3.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let mut statements = Vec::new();
    let mut seen = 0_usize;
    for publication in publications.iter().filter(|it| it.means == Means::Action) {
        let steps = publication.before(facts);
        let attesting: Vec<&StepAt<'_>> = steps
            .iter()
            .filter(|it| ATTEST_ACTIONS.iter().any(|action| it.step.is(action)))
            .collect();
        seen = seen.saturating_add(attesting.len());
        if !attesting.is_empty() {
            statements.extend(of_publication(publication, &attesting));
        }
    }
    if seen == 0 {
        return Judgement::not_applicable(
            "no attestation stands before a publication by PyPA's action",
        );
    }
    Judgement::of(statements, "attestations cover the published folder")
}

fn of_publication(publication: &Publication<'_>, attesting: &[&StepAt<'_>]) -> Option<Statement> {
    let published = publication
        .step()?
        .step
        .input("packages-dir")
        .map_or("dist", |it| it.text.as_str());
    let published = folder(published);
    let mut places: Vec<Place> = attesting
        .iter()
        .map(|step| step.place(step.step.line))
        .collect();
    let Some(patterns) = patterns(attesting) else {
        let message = "an attestation names its subject by digest or checksum";
        return Some(unknown(message, "what the digests are of", places));
    };
    if patterns.iter().any(|it| it.contains("${{")) || published.contains("${{") {
        return Some(unknown(
            "the subject or the published folder is computed",
            "a run of the workflow",
            places,
        ));
    }
    let names: Vec<&str> = patterns
        .iter()
        .filter_map(|it| covered(it, published))
        .collect();
    places.push(publication.place());
    if names.is_empty() {
        let message = format!(
            "the attestation covers `{}`, and `{published}` is published",
            patterns.join(" ")
        );
        return Some(fail(message, places));
    }
    let has = |endings: &[&str]| {
        names.iter().any(|name| {
            *name == "*"
                || *name == "**"
                || endings.iter().any(|it| name.ends_with(it))
                || name.ends_with('*')
        })
    };
    let missing = match (has(&[".whl"]), has(&[".tar.gz", ".zip"])) {
        (true, true) => return None,
        (false, _) => "wheels",
        (_, false) => "source distributions",
    };
    let message = format!(
        "the attestation covers `{}`, which leaves out {missing}",
        patterns.join(" ")
    );
    Some(fail(message, places))
}

/// The patterns of all subjects; `None` where one is named in another way.
fn patterns<'a>(attesting: &[&StepAt<'a>]) -> Option<Vec<&'a str>> {
    let mut patterns = Vec::new();
    for step in attesting {
        let subject = step.step.input("subject-path")?;
        let lines = subject.text.lines();
        patterns.extend(lines.flat_map(|line| line.split(',')).map(str::trim));
    }
    Some(patterns)
}

/// The names that a pattern covers in a folder; `None` where it looks elsewhere.
fn covered<'a>(pattern: &'a str, published: &str) -> Option<&'a str> {
    let pattern = folder(pattern);
    if pattern == published {
        return Some("*");
    }
    let rest = pattern.strip_prefix(published)?.strip_prefix('/')?;
    Some(rest)
}

fn folder(path: &str) -> &str {
    path.trim().trim_start_matches("./").trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use crate::laboratory::of_workflow;

    #[test]
    fn subjects_are_held_against_the_published_folder() {
        let check = |subject: &str, folder: &str| {
            of_workflow(
                "spec-8-uncovered-artifact",
                &format!(
                    "on: release\njobs:\n  p:\n    steps:\n      - uses: actions/attest@v1\n        with: {{{subject}}}\n      - uses: pypa/gh-action-pypi-publish@v1\n        with: {{{folder}}}\n"
                ),
            )
        };
        insta::assert_snapshot!(check("subject-path: ./dist/", ""), @"pass: attestations cover the published folder []");
        insta::assert_snapshot!(check("subject-path: 'dist/*.whl, dist/*.tar.gz'", ""), @"pass: attestations cover the published folder []");
        insta::assert_snapshot!(check("subject-path: dist/*.whl", ""), @"fail: the attestation covers `dist/*.whl`, which leaves out source distributions [w.yml:5 w.yml:7]");
        insta::assert_snapshot!(check("subject-path: dist/lab-*", "packages-dir: out/"), @"fail: the attestation covers `dist/lab-*`, and `out` is published [w.yml:5 w.yml:7]");
        insta::assert_snapshot!(check("subject-path: '${{ inputs.x }}'", ""), @"unknown: the subject or the published folder is computed [w.yml:5]");
        insta::assert_snapshot!(check("subject-digest: x", ""), @"unknown: an attestation names its subject by digest or checksum [w.yml:5]");
    }
}
