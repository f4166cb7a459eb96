//! `bartizan access audit`: say which rights are used and what is wrong with who may do what.

use std::path::PathBuf;

use bartizan_access::{
    audit::{Enforcement, FactorCounts, evidence},
    counts::FEWEST,
    dossier::why,
};
use clap::{ArgMatches, Args, ValueEnum};
use serde_json::{Value, json};

use super::{Command, read};
use crate::{
    accessing::{EvidenceArguments, Judged},
    context::Context,
    error::Failure,
    exit::Exit,
    output, people,
    term::Sheet,
};

pub(super) static COMMAND: AccessAudit = AccessAudit;

pub(super) struct AccessAudit;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    evidence: EvidenceArguments,

    /// Say who is meant; to a terminal or into a file only
    #[arg(long)]
    private: bool,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access audit --from lab.json --history lab/array=mirrors/array.git
  bartizan access audit --from lab.json --activity --pull-requests --uploads
  bartizan access audit --from lab.json --evidence activity.json --private --output who.txt

A right is inactive only where everything was read that could have shown its use; else it is unknown, and the answer says what was not read.
Without `--private` nobody is named: what is published are counts.

Exit codes: 0 nothing found, 1 something found, 2 wrong use.";

impl Command for AccessAudit {
    fn path(&self) -> &'static [&'static str] {
        &["access", "audit"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("audit"))
            .about("Say which rights are used and what is wrong with who may do what")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        if arguments.private {
            people::may_name(ctx, file)?;
        }
        let judged = Judged::of(ctx, &arguments.evidence)?;
        let text = match arguments.format {
            Format::Json => json(&judged),
            Format::Human => {
                let mut sheet = Sheet::new(ctx.terminal(file));
                for line in lines(&judged, arguments.private) {
                    sheet.line(&line);
                }
                sheet.text
            }
        };
        if arguments.private {
            output::write_private(ctx, &text, file)?;
        } else {
            output::write(&text, file)?;
        }
        Ok(if judged.audit.findings.is_empty() {
            Exit::Clean
        } else {
            Exit::Findings
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs: counts only; see `bartizan schema access-audit`
    Json,
}

fn json(judged: &Judged) -> String {
    let standing = judged.audit.standing;
    let value = json!({
        "schema_version": 1,
        "as_of": judged.now.to_string(),
        "snapshot": judged.snapshot.digest().to_string(),
        "rights": {
            "all": standing.all,
            "active": standing.active,
            "inactive": standing.inactive,
            "unknown": standing.unknown,
            "exempt": standing.exempt,
        },
        "findings": judged.audit.counts(),
        "second_factors": judged.audit.enforcement.iter().map(second_factors).collect::<Vec<_>>(),
        "not_judged": judged.audit.unjudged.len(),
    });
    format!("{value:#}\n")
}

/// The roles of which numbers may be told: of fewer than five people they would tell whom.
fn roles(
    of: &Enforcement,
    is_private: bool,
) -> impl Iterator<Item = (&'static str, &FactorCounts)> {
    let all = of.by_role.iter().map(|(role, counts)| (*role, counts));
    all.filter(move |(_, it)| is_private || it.all() as u64 >= FEWEST)
}

/// Second factors by role, and what requiring them would do, in numbers.
fn second_factors(of: &Enforcement) -> Value {
    let roles = roles(of, false).map(|(role, counts)| {
        let counts = json!({
            "secure": counts.secure, "enabled": counts.enabled, "insecure": counts.insecure,
            "missing": counts.missing, "unknown": counts.unknown,
        });
        (role.to_owned(), counts)
    });
    json!({
        "organisation": of.organisation,
        "is_required": of.is_required,
        "by_role": roles.collect::<serde_json::Map<_, _>>(),
        "would_lose_access": of.would_lose.len(),
        "not_known": of.not_known,
        "left_with_fewer_than_two": of.left_alone.len(),
    })
}

/// Second factors of a role, in words.
fn factors(counts: &FactorCounts) -> String {
    let all = [
        (counts.secure, "sound"),
        (counts.enabled, "of some kind"),
        (counts.insecure, "that can be taken over"),
        (counts.missing, "missing"),
        (counts.unknown, "not told"),
    ];
    let some = all.iter().filter(|(count, _)| *count > 0);
    let some: Vec<String> = some
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    some.join(", ")
}

fn lines(judged: &Judged, is_private: bool) -> Vec<String> {
    let audit = &judged.audit;
    let it = audit.standing;
    let mut lines = vec![format!(
        "{} rights of people: {} used, {} not used, {} not known, {} not judged",
        it.all, it.active, it.inactive, it.unknown, it.exempt
    )];
    let counts = audit.counts();
    let counts = counts.iter().filter(|(_, count)| **count > 0);
    lines.extend(counts.map(|(id, count)| format!("{count:>5} {id}")));
    for enforcement in &audit.enforcement {
        lines.push(format!(
            "second factors in {}: if they were required, {} would lose access, {} are not known, {} places would be left with fewer than two",
            enforcement.organisation,
            enforcement.would_lose.len(),
            enforcement.not_known,
            enforcement.left_alone.len()
        ));
        let roles = roles(enforcement, is_private);
        lines.extend(roles.map(|(role, counts)| format!("  {role}: {}", factors(counts))));
    }
    if is_private {
        lines.extend(names(judged));
    }
    let unjudged = audit.unjudged.iter();
    lines
        .extend(unjudged.map(|it| format!("not judged: {} of {}: {}", it.check, it.place, it.why)));
    lines
}

fn names(judged: &Judged) -> Vec<String> {
    let mut lines = Vec::new();
    for enforcement in &judged.audit.enforcement {
        for (place, left) in &enforcement.left_alone {
            lines.push(format!(
                "if second factors were required, {place} would be left with {left} who can act"
            ));
        }
    }
    for finding in &judged.audit.findings {
        let about = finding.about.as_ref().map(|it| format!(", {it}"));
        lines.push(format!(
            "{}: {}{}: {}",
            finding.check.id,
            finding.place,
            about.unwrap_or_default(),
            finding.detail
        ));
    }
    for line in &judged.ledger {
        let why = match why(&line.verdict) {
            none if none.is_empty() => none,
            why => format!(" ({why})"),
        };
        lines.push(format!(
            "{:<8} {}: {}{why}; {}",
            line.verdict.id(),
            line.right.words(),
            line.level.id(),
            evidence(line).join("; ")
        ));
    }
    lines
}
