//! The answer for people.

use bartizan_formats::attestation::Publisher;
use bartizan_provenance::Level;

use super::answer::{Answer, ArtifactAnswer, Examined};
use crate::{
    provenance::told::{signer, write_steps},
    term::{Ink, Sheet, Terminal},
};

pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut sheet = Sheet::new(terminal);
    for artifact in &answer.artifacts {
        one(&mut sheet, is_verbose, artifact);
    }
    sheet.gap();
    sheet.wrapped(0, &summary(answer));
    sheet.wrapped(0, &format!("Root of trust: {}.", answer.root.describe()));
    sheet.text
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
    sheet.line(&format!("{name}: {title}"));
    for examined in &artifact.examined {
        attestation(sheet, is_verbose, examined);
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
    for finding in &artifact.findings {
        let level = match &finding.excepted {
            Some(reason) => format!("let through ({reason})"),
            None => finding.severity.as_str().to_owned(),
        };
        sheet.wrapped(
            2,
            &format!("{level} {}: {}", finding.check.id, finding.message),
        );
    }
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

fn attestation(sheet: &mut Sheet, is_verbose: bool, examined: &Examined) {
    match &examined.examination.result {
        Ok(verified) => {
            let attestation = verified.get();
            let claim = attestation
                .statement
                .as_ref()
                .map_or("the file itself", |it| it.predicate_type.as_str());
            let time = attestation.times.first().map(|time| format!(" at {time}"));
            let pinned = if attestation.is_pinned {
                ", as expected"
            } else {
                ""
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
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, title)| format!("{count} {title}"))
        .collect();
    format!("{}.", told.join("; "))
}
