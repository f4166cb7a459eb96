//! What other tools say of the same repository, read from their reports and laid beside what the checks say.

use std::{cmp::Reverse, path::PathBuf};

use bartizan_formats::{
    peer::{self, MAX_BYTES, PeerReport},
    tree::Tree,
};
use bartizan_model::{assessment::Outcome, problem::Problem, severity::SeverityLevel};
use bartizan_posture::{
    facts::Facts,
    peers::{Laid, lay_beside},
    report::Answer,
};
use bartizan_sources::disk::DiskTree;

use super::report::{CheckReport, Told, ignored};
use crate::{context::Context, error::Failure};

/// A report of another tool.
pub(super) struct Import {
    /// The file, as it was named.
    pub(super) file: String,
    /// The tool.
    pub(super) tool: String,
    /// Its version, where its report says it.
    pub(super) version: Option<String>,
    /// What it says: what fails first, the worst at the head.
    pub(super) told: Vec<PeerTold>,
    /// What could not be read of it.
    pub(super) problems: Vec<Problem>,
}

/// One thing that another tool says.
pub(super) struct PeerTold {
    pub(super) laid: Laid,
    /// Why the tool's settings, or ours, ignore it.
    pub(super) ignored: Option<String>,
}

/// A finding of another tool that is the same as one of ours.
pub(super) struct Also {
    /// The tool and its id (`zizmor/artipacked`).
    pub(super) id: String,
    /// How bad the tool says it is.
    pub(super) severity: Option<SeverityLevel>,
}

impl PeerTold {
    /// The tool and its id.
    pub(super) fn id(&self) -> String {
        format!("{}/{}", self.laid.tool, self.laid.result.id)
    }

    /// Whether it fails, is not one of our findings, and nothing ignores it.
    pub(super) fn is_live(&self) -> bool {
        let is_own = self.laid.same_as.is_none() && self.ignored.is_none();
        is_own && self.laid.result.outcome == Outcome::Fail
    }

    /// The word for its severity.
    pub(super) fn level(&self) -> &'static str {
        self.laid
            .result
            .severity
            .map_or("unstated", SeverityLevel::as_str)
    }

    /// The first place that the tool names.
    pub(super) fn file_and_line(&self) -> Option<(&str, u32)> {
        let span = self.laid.result.spans.first()?;
        Some((&span.file, span.first))
    }
}

impl CheckReport {
    /// Findings of other tools that are none of ours, and that nothing ignores.
    pub(super) fn of_peers(&self) -> impl Iterator<Item = &PeerTold> {
        let all = self.imports.iter().flat_map(|it| &it.told);
        all.filter(|it| it.is_live())
    }

    /// Whether a finding of another tool reaches the threshold; one whose severity nobody states does.
    pub(super) fn counts_peer(&self, told: &PeerTold) -> bool {
        let reaches = |severity| severity >= self.threshold;
        told.is_live() && told.laid.result.severity.is_none_or(reaches)
    }

    /// What was imported, in one sentence a report.
    pub(super) fn import_lines(&self) -> Vec<String> {
        self.imports.iter().map(sentence).collect()
    }

    /// Lays reports beside the answers.
    pub(super) fn import(
        &mut self,
        ctx: &Context,
        facts: &Facts,
        reports: Vec<(String, PeerReport)>,
    ) {
        for (file, report) in reports {
            let answers: Vec<&Answer> = self.told.iter().map(|it| &it.answer).collect();
            let laid = lay_beside(&report, &answers, &facts.files);
            let mut told: Vec<PeerTold> = laid
                .into_iter()
                .map(|laid| {
                    let id = format!("{}/{}", laid.tool, laid.result.id);
                    let ours = || ignored(ctx, &id, facts.today);
                    PeerTold {
                        ignored: laid.result.accepted.clone().or_else(ours),
                        laid,
                    }
                })
                .collect();
            told.sort_by_key(rank);
            for peer in &told {
                let same = peer.laid.same_as.and_then(|at| self.told.get_mut(at));
                if let Some(ours) = same {
                    join(ours, peer);
                }
            }
            self.imports.push(Import {
                file,
                tool: report.tool,
                version: report.version,
                told,
                problems: report.problems,
            });
        }
    }
}

fn join(ours: &mut Told, peer: &PeerTold) {
    let id = peer.id();
    if ours.also.iter().all(|it| it.id != id) {
        ours.also.push(Also {
            id,
            severity: peer.laid.result.severity,
        });
    }
}

fn rank(
    told: &PeerTold,
) -> (
    bool,
    Reverse<SeverityLevel>,
    String,
    Option<(String, u32)>,
    String,
) {
    let result = &told.laid.result;
    let place = told
        .file_and_line()
        .map(|(file, line)| (file.to_owned(), line));
    (
        result.outcome != Outcome::Fail,
        // What nobody states counts as at the threshold, and stands at the head.
        Reverse(result.severity.unwrap_or(SeverityLevel::Critical)),
        result.id.clone(),
        place,
        result.message.clone(),
    )
}

fn sentence(import: &Import) -> String {
    let version = import
        .version
        .as_deref()
        .map(|it| format!(" {it}"))
        .unwrap_or_default();
    let failing: Vec<&PeerTold> = import
        .told
        .iter()
        .filter(|it| it.laid.result.outcome == Outcome::Fail)
        .collect();
    let same = failing
        .iter()
        .filter(|it| it.laid.same_as.is_some())
        .count();
    let alone = failing.iter().filter(|it| it.is_live()).count();
    let mut text = format!(
        "From {}{version}: {} findings, {same} of them found here too, {alone} of its own.",
        import.tool,
        failing.len()
    );
    let ignored = failing.len().saturating_sub(same).saturating_sub(alone);
    if ignored > 0 {
        text += &format!(" {ignored} are ignored.");
    }
    if !import.problems.is_empty() {
        text += &format!(
            " {} parts of `{}` could not be read.",
            import.problems.len(),
            import.file
        );
    }
    text
}

/// Reads reports. One of which nothing can be read is no report without findings.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<(String, PeerReport)>, Failure> {
    let read = paths.iter().map(|path| {
        let file = path.display().to_string();
        let bytes = DiskTree.read(path, MAX_BYTES as u64).map_err(|error| {
            Failure::usage(format!("cannot read the report `{file}`: {error}"))
                .hint("check the path given by `--import`")
        })?;
        let report = peer::read(&file, &bytes).map_err(|error| {
            Failure::data(format!("cannot read the report `{file}`: {error}")).hint(
                "`zizmor --format json-v1` or `sarif`, and `repo-review --format json`, are read",
            )
        })?;
        Ok((file, report))
    });
    read.collect()
}
