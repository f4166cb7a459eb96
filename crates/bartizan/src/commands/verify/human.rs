//! The answer for people.

use bartizan_formats::attestation::Publisher;
use bartizan_provenance::{Level, checks::MISSING_ATTESTATION};

use super::{
    answer::{Answer, ArtifactAnswer},
    examined::Examined,
    expected::SaidBy,
    finding::Finding,
    installed::EnvironmentAnswer,
    locked::Absent,
};
use crate::{
    provenance::told::{signer, write_steps},
    render::words,
    term::{Ink, Sheet, Terminal},
};

pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut sheet = Sheet::new(terminal);
    for artifact in &answer.artifacts {
        if is_verbose || is_remarkable(artifact) {
            one(&mut sheet, is_verbose, artifact);
        }
    }
    for environment in &answer.environments {
        whole(&mut sheet, environment);
    }
    if let Some((path, absent)) = &answer.lock {
        not_looked_at(&mut sheet, is_verbose, &path.display().to_string(), absent);
    }
    if !answer.of_policy.is_empty() {
        sheet.gap();
        sheet.line("Of the policy:");
        findings(&mut sheet, &answer.of_policy);
    }
    sheet.gap();
    sheet.wrapped(0, &summary(answer));
    sheet.wrapped(0, &format!("Root of trust: {}.", answer.root.describe()));
    sheet.text
}

/// Whether there is more to say of it than that nobody recorded the file that it was installed from, which most installers do not.
fn is_remarkable(artifact: &ArtifactAnswer) -> bool {
    let mut findings = artifact.findings.iter();
    let is_more = findings.any(|it| it.check.id != MISSING_ATTESTATION.id);
    artifact.installed.is_none() || artifact.digest.is_some() || is_more
}

/// How many projects of a lock are named where nothing was looked at.
const MOST_ABSENT: usize = 20;

fn not_looked_at(sheet: &mut Sheet, is_verbose: bool, lock: &str, absent: &[Absent]) {
    if absent.is_empty() {
        return;
    }
    let shown = if is_verbose {
        absent.len()
    } else {
        MOST_ABSENT
    };
    let mut named: Vec<String> = absent.iter().take(shown).map(Absent::describe).collect();
    if absent.len() > shown {
        named.push(format!("and {} more", absent.len() - shown));
    }
    sheet.gap();
    let count = words::count(absent.len(), "project", "projects");
    let lock = sheet.terminal.clean(lock);
    sheet.wrapped(
        0,
        &format!(
            "Nothing was looked at of {count} of the lock {lock}: {}.",
            named.join(", ")
        ),
    );
}

fn whole(sheet: &mut Sheet, environment: &EnvironmentAnswer) {
    sheet.gap();
    let name = sheet.terminal.clean(&environment.path);
    let count = words::count(environment.distributions, "distribution", "distributions");
    let files = words::count(environment.agreeing, "file", "files");
    sheet.wrapped(0, &format!("{name}: {count}; {files} as recorded"));
    let notes = [
        (
            environment.unrecorded,
            "without a record of the file that it was installed from, so no attestation can be about it",
        ),
        (
            environment.compiled,
            "compiled and vouched for by no RECORD; Python runs them in place of their sources",
        ),
        (
            environment.outside,
            "recorded outside of what was looked at",
        ),
    ];
    for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
        sheet.wrapped(2, &format!("{count} {what}"));
    }
    for problem in &environment.problems {
        sheet.wrapped(2, &format!("{}: {}", problem.subject, problem.message));
    }
    findings(sheet, &environment.findings);
}

fn findings(sheet: &mut Sheet, findings: &[Finding]) {
    for finding in findings {
        let level = match &finding.excepted {
            Some(reason) => format!("let through ({reason})"),
            None => finding.severity.as_str().to_owned(),
        };
        sheet.wrapped(
            2,
            &format!("{level} {}: {}", finding.check.id, finding.message),
        );
    }
}

fn one(sheet: &mut Sheet, is_verbose: bool, artifact: &ArtifactAnswer) {
    let ink = match artifact.level {
        Level::Pinned => Ink::Strong,
        Level::Verified => Ink::Low,
        Level::None => Ink::Medium,
        Level::Unverified => Ink::Critical,
    };
    sheet.gap();
    let title = sheet.terminal.paint(ink, artifact.level.title());
    let name = sheet.terminal.clean(&artifact.path);
    match artifact.package.as_ref().zip(artifact.installed.as_ref()) {
        Some((package, version)) => {
            let installed = sheet
                .terminal
                .clean(&format!("{} {version}", package.name()));
            sheet.line(&format!("{installed}, installed: {title}"));
            sheet.wrapped(2, &name);
        }
        None => sheet.line(&format!("{name}: {title}")),
    }
    for examined in &artifact.examined {
        attestation(sheet, is_verbose, examined, artifact.said_by);
    }
    for place in &artifact.places {
        let is_told = is_verbose || artifact.level == Level::None;
        if is_told {
            sheet.wrapped(2, &format!("{}: {}", place.name, place.found.describe()));
        }
    }
    for compared in &artifact.compared {
        compared.write(sheet, is_verbose);
    }
    findings(sheet, &artifact.findings);
    for pinned in &artifact.pinned {
        let who = pinned.repository.as_ref().or(pinned.identity.as_ref());
        let workflow = pinned.workflow.as_deref().map(|it| format!(", {it}"));
        sheet.wrapped(
            2,
            &format!(
                "pinned: {}{}",
                who.map_or("", String::as_str),
                workflow.unwrap_or_default()
            ),
        );
    }
}

fn attestation(sheet: &mut Sheet, is_verbose: bool, examined: &Examined, said_by: Option<SaidBy>) {
    match &examined.examination.result {
        Ok(verified) => {
            let attestation = verified.get();
            let claim = attestation
                .statement
                .as_ref()
                .map_or("the file itself", |it| it.predicate_type.as_str());
            let time = attestation.times.first().map(|time| format!(" at {time}"));
            let pinned = match said_by.filter(|_| attestation.is_pinned) {
                Some(said_by) => format!(", as expected by {}", said_by.title()),
                None if attestation.is_pinned => ", as expected".to_owned(),
                None => String::new(),
            };
            sheet.wrapped(
                2,
                &format!(
                    "{claim}, signed by {}{}{pinned}",
                    signer(&attestation.signer),
                    time.unwrap_or_default()
                ),
            );
        }
        Err(_) => sheet.wrapped(
            2,
            &format!("{} of {}", examined.kind.title(), examined.source),
        ),
    }
    if let Some(publisher) = &examined.publisher
        && is_verbose
    {
        sheet.wrapped(
            4,
            &format!("the index says, unsigned: {}", described(publisher)),
        );
    }
    write_steps(sheet, 4, &examined.examination, is_verbose);
}

fn described(publisher: &Publisher) -> String {
    let parts = [
        Some(&publisher.kind),
        publisher.repository.as_ref(),
        publisher.workflow.as_ref(),
        publisher.environment.as_ref(),
        publisher.email.as_ref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(" ")
}

fn summary(answer: &Answer) -> String {
    let count = |level| {
        answer
            .artifacts
            .iter()
            .filter(|it| it.level == level)
            .count()
    };
    let levels = [
        Level::Pinned,
        Level::Verified,
        Level::Unverified,
        Level::None,
    ];
    let counts = levels.map(|level| (count(level), level.title()));
    if answer.artifacts.is_empty() {
        return "Nothing was looked at.".to_owned();
    }
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, title)| format!("{count} {title}"))
        .collect();
    format!("{}.", told.join("; "))
}
