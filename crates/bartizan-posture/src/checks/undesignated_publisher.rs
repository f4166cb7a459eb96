//! Whether releases were published by the workflow that is designated for it, as the package index attests it.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::facts::policy::{self, Designated};
use crate::judgement::{Judgement, Place, Statement, fail, fail_as, unknown};
use bartizan_model::{
    hosting::{PublishedRelease, Publisher},
    severity::SeverityLevel,
};

pub(super) static CHECK: Check = Check {
    id: "undesignated-publisher",
    title: "a release was published by a workflow that is not designated for it",
    spec: None,
    severity: SeverityLevel::High,
    what: "The publisher that the package index names in the provenance of the newest release (repository, workflow, \
              environment) is one that `.github/bartizan.toml` designates for `id-token: write`. `--online` asks the index; \
              no token is needed. An index that serves no provenance leaves it unknown.",
    why: "A trusted publisher that nobody remembers, of an old workflow or an old repository, still publishes. The index \
              shows who really did.",
    remedy: "Remove the other publisher on the index, or designate the workflow; bind the publisher to the environment.",
    example: Example {
        file: "online/provenance.json",
        passing: "\"workflow\": \"release.yml\"",
        failing: "\"workflow\": \"nightly.yml\"",
        overlaps: &[],
    },
    supports: &[osps("OSPS-AC-04.02"), slsa("Build L2"), ssdf("PS.3.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let Some(published) = &facts.outside.published else {
        let needs = "the provenance of the newest release, from the package index (`--online`)";
        return attested(facts, CHECK.id, needs);
    };
    let release = match &published.release {
        Ok(release) => release,
        Err(unseen) => {
            let what = format!("who published `{}`", published.name);
            let statement = hidden(&what, unseen, Vec::new());
            return seen_or_attested(facts, CHECK.id, vec![statement], "");
        }
    };
    let designated: Vec<&Designated> = facts
        .policy
        .designated
        .iter()
        .filter(|it| publishes(it))
        .collect();
    if designated.is_empty() {
        let needs = "`designated` in `.github/bartizan.toml` with `id-token: write`; `bartizan check --start-policy` writes a start";
        let statement = unknown(
            "no policy designates a workflow that publishes",
            needs,
            Vec::new(),
        );
        return seen_or_attested(facts, CHECK.id, vec![statement], "");
    }
    let of_publisher = |it: &Publisher| of_publisher(facts, &designated, it, &release.version);
    let mut statements: Vec<Statement> =
        release.publishers.iter().filter_map(of_publisher).collect();
    statements.extend(without(release));
    let pass = format!(
        "the {} files of {} were published by a designated workflow",
        release.files, release.version
    );
    seen_or_attested(facts, CHECK.id, statements, pass)
}

/// Files of which nobody attests who published them.
fn without(release: &PublishedRelease) -> Option<Statement> {
    (release.without > 0).then(|| {
        let message = format!(
            "the index names no publisher of {} of {} files of {}",
            release.without, release.files, release.version
        );
        unknown(
            message,
            "attestations that are published with each file",
            Vec::new(),
        )
    })
}

fn publishes(designated: &Designated) -> bool {
    designated
        .capabilities
        .iter()
        .any(|it| it == "id-token: write")
}

fn of_publisher(
    facts: &Facts,
    designated: &[&Designated],
    publisher: &Publisher,
    version: &str,
) -> Option<Statement> {
    let Publisher {
        kind,
        repository,
        workflow,
        environment,
    } = publisher;
    let told = format!("{version} was published by `{workflow}` of `{repository}` ({kind})");
    let own = facts.policy.publishes_elsewhere.as_ref();
    let own = own.or(facts.outside.hosted.as_ref().map(|it| &it.name));
    if let Some(own) = own.filter(|own| !own.eq_ignore_ascii_case(repository)) {
        return Some(fail(format!("{told}, which is not `{own}`"), Vec::new()));
    }
    let of_workflow = |it: &&&Designated| it.workflow.rsplit('/').next() == Some(workflow.as_str());
    let named: Vec<&&Designated> = designated.iter().filter(of_workflow).collect();
    let Some(first) = named.first() else {
        return Some(fail(
            format!("{told}, which no policy designates"),
            Vec::new(),
        ));
    };
    let place = vec![Place::line(policy::FILE, first.line)];
    let fits = |it: &&&Designated| it.environment.is_none() || it.environment == *environment;
    if named.iter().any(fits) {
        return None;
    }
    let wanted = first.environment.as_deref().unwrap_or_default();
    Some(match environment {
        Some(environment) => fail(
            format!("{told} in the environment `{environment}`, and `{wanted}` is designated"),
            place,
        ),
        None => fail_as(
            SeverityLevel::Medium,
            format!(
                "{told}; the publisher on the index is not bound to the environment `{wanted}`"
            ),
            place,
        ),
    })
}
