//! The report as annotations of a workflow.

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};

use super::{
    import::PeerTold,
    report::{CheckReport, Told},
};
use crate::render::github::{annotation, plain, unplaced};

/// The runner shows ten annotations of a kind for a step; more would only fill the log.
const LISTED: usize = 500;

pub(super) fn text(report: &CheckReport) -> String {
    let live = report.of(Outcome::Fail).filter(|it| it.is_live());
    let mut text: String = live.take(LISTED).map(|told| line(report, told)).collect();
    let of_peers = report.of_peers().take(LISTED);
    text.extend(of_peers.map(|told| of_peer(report, told)));
    text += &plain(&report.summary());
    for line in report.import_lines() {
        text += &plain(&line);
    }
    text
}

fn of_peer(report: &CheckReport, told: &PeerTold) -> String {
    let kind = match told.laid.result.severity {
        _ if report.counts_peer(told) => "error",
        Some(SeverityLevel::Low | SeverityLevel::None) => "notice",
        _ => "warning",
    };
    let title = format!("{} ({})", told.id(), told.level());
    let message = &told.laid.result.message;
    match told.file_and_line() {
        Some((file, line)) => {
            let line = usize::try_from(line).unwrap_or(1);
            annotation(kind, (file, line), &title, message)
        }
        None => unplaced(kind, &title, message),
    }
}

fn line(report: &CheckReport, told: &Told) -> String {
    let severity = told.answer.severity();
    let kind = match severity {
        severity if severity >= report.threshold => "error",
        SeverityLevel::Low | SeverityLevel::None => "notice",
        _ => "warning",
    };
    let title = format!("{} ({severity})", told.answer.check.id);
    let message = format!(
        "{}. {}",
        told.answer.statement.message, told.answer.check.remedy
    );
    match told.file_and_line() {
        Some((file, line)) => {
            let line = usize::try_from(line.unwrap_or(1)).unwrap_or(1);
            annotation(kind, (file, line), &title, &message)
        }
        None => unplaced(kind, &title, &message),
    }
}
