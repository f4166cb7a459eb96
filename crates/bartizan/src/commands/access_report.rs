//! `bartizan access report`: how the rights of a quarter stand, signed: counts for everybody, names for those who need them.

use std::path::PathBuf;

use bartizan_access::{
    audit::evidence, counts::FEWEST, ledger::Verdict, log::Event, right::Account, seal::Opening,
};
use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use bartizan_sources::access::salt;
use clap::{ArgMatches, Args};
use serde_json::{Value, json};

use super::{Command, read, signing_key};
use crate::{
    access::snapshot,
    accessing::{EvidenceArguments, Judged, LogArguments, account, add, log, signature_of},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::signed,
};

pub(super) static COMMAND: AccessReport = AccessReport;

pub(super) struct AccessReport;

/// The milestone: so much of the stale rights has to be gone.
const MILESTONE: f64 = 0.7;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    evidence: EvidenceArguments,

    /// Of which quarter, such as `2026Q4`
    #[arg(long, value_name = "QUARTER", value_parser = quarter)]
    quarter: String,

    /// The snapshot that stale rights are compared with, judged at the time at which it was taken
    #[arg(long, value_name = "SNAPSHOT")]
    before: Option<String>,

    /// Who reports, as `platform:login`
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    by: Account,

    /// Sign it with this private key (OpenSSH's format) into a file `.sig` beside it
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,

    /// Who is meant, and what proves of which snapshot the report is, into this file for its owner only
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,

    /// The report, which names nobody
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    log: LogArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access report --quarter 2026Q4 --from now.json --before july.json --history lab/array=mirrors/array.git \\
    --by github:ann --sign ~/.ssh/id_ed25519 --output report.json --names names.txt

A right is stale where everything was read that could have shown its use, and it was not used. What is not known is counted apart, so that reading less
never looks like having fewer. The report names nobody and can be published; `ssh-keygen -Y verify -n bartizan` verifies it. It names its snapshot by a
seal that only the file of `--names` opens (`bartizan access verify REPORT --names FILE`): a plain digest would let others try what stands in it.

Exit codes: 0 written, 2 wrong use.";

impl Command for AccessReport {
    fn path(&self) -> &'static [&'static str] {
        &["access", "report"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("report"))
            .about("Report how the rights of a quarter stand: counts for everybody, names apart")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let mut arguments: Arguments = read(arguments)?;
        let judged = Judged::of(ctx, &arguments.evidence)?;
        let before = match arguments.before.take() {
            None => None,
            Some(named) => {
                arguments.evidence.as_of = Some(snapshot(ctx, &named)?.taken);
                arguments.evidence.from = named;
                Some(Judged::of(ctx, &arguments.evidence)?)
            }
        };
        for it in before.iter().chain([&judged]) {
            is_of_enough(it)?;
        }
        let taken = judged.snapshot.taken;
        if !is_of_quarter(&arguments.quarter, taken) {
            return Err(Failure::usage(format!(
                "the snapshot is of {taken}, and not of {} or the month after it",
                arguments.quarter
            ))
            .hint("name the quarter in which it was taken, or another snapshot with `--from`"));
        }
        if let Some(before) = &before
            && organisations(before) != organisations(&judged)
        {
            return Err(Failure::usage(format!(
                "rights of {} cannot be compared with those of {}",
                organisations(&judged).join(", "),
                organisations(before).join(", ")
            ))
            .hint("name with `--before` an earlier snapshot of the same organisations"));
        }
        let mut log = log(ctx, &arguments.log)?;
        let opening = opening(&arguments, &judged, before.as_ref())?;
        // A report whose seals nobody can open any more would prove nothing.
        if let (Some(path), Some(opening)) = (&arguments.names, &opening) {
            output::write_for_owner(&(opening.text() + &names(&judged)), path)?;
        }
        let seals = opening.as_ref().map(Opening::seals);
        let report = report(&arguments, (&judged, before.as_ref()), seals);
        let text = format!("{report:#}\n");
        output::write(&text, Some(&arguments.output))?;
        if let Some(key) = &arguments.sign {
            let signature = signed(&signing_key(key)?, &text)?;
            output::write(&signature, Some(&signature_of(&arguments.output)))?;
        }
        let what = (judged.now, Event::Reported);
        let digest = Digest::of(text.as_bytes());
        add(&mut log, what, &arguments.by, digest, &arguments.quarter)?;
        Ok(Exit::Clean)
    }
}

/// Numbers of fewer than five people would tell whom they mean.
fn is_of_enough(judged: &Judged) -> Result<(), Failure> {
    let people = judged.snapshot.people.len();
    if people as u64 >= FEWEST {
        return Ok(());
    }
    let said = format!(
        "the snapshot of {} has {people} people: numbers of fewer than {FEWEST} would tell whom they mean",
        judged.snapshot.taken
    );
    let hint = "a report can be published; `bartizan access audit --private` shows the same to you";
    Err(Failure::usage(said).hint(hint))
}

/// What opens the seals of the report; none where there is no file for it.
fn opening(
    arguments: &Arguments,
    judged: &Judged,
    before: Option<&Judged>,
) -> Result<Option<Opening>, Failure> {
    if arguments.names.is_none() {
        return Ok(None);
    }
    let salt = salt();
    let salt = salt.map_err(|error| Failure::internal(format!("no random bytes: {error}")))?;
    Ok(Some(Opening {
        salt,
        snapshot: judged.snapshot.digest(),
        before: before.map(|it| it.snapshot.digest()),
    }))
}

fn report(
    arguments: &Arguments,
    (judged, before): (&Judged, Option<&Judged>),
    seals: Option<(Digest, Option<Digest>)>,
) -> Value {
    let standing = |of: &Judged, seal: Option<Digest>| {
        let it = of.audit.standing;
        json!({
            "as_of": of.now.to_string(), "sealed_snapshot": seal.map(|it| it.to_string()),
            "all": it.all, "used": it.active, "stale": it.inactive, "not_known": it.unknown, "not_judged": it.exempt,
        })
    };
    // Where nothing was stale before, there is no share of it that is gone.
    let fewer = before.and_then(|before| {
        let was = before.audit.standing.inactive;
        let is = judged.audit.standing.inactive;
        (was > 0).then(|| 1.0 - is as f64 / was as f64)
    });
    json!({
        "schema_version": 2,
        "quarter": arguments.quarter,
        "organisations": organisations(judged),
        "rights": standing(judged, seals.map(|it| it.0)),
        "before": before.map(|it| standing(it, seals.and_then(|seals| seals.1))),
        "fewer": fewer,
        "milestone": MILESTONE,
        "is_reached": fewer.map(|it| it >= MILESTONE),
        "findings": judged.audit.counts(),
    })
}

fn names(judged: &Judged) -> String {
    let stale = judged.ledger.iter();
    let stale = stale.filter(|it| matches!(it.verdict, Verdict::Inactive { .. }));
    let lines = stale.map(|it| {
        let evidence = evidence(it).join("; ");
        format!("{}: {}; {evidence}\n", it.right.words(), it.level.id())
    });
    lines.collect()
}

/// The organisations that were judged.
fn organisations(judged: &Judged) -> Vec<&str> {
    let all = judged.snapshot.organisations.iter();
    all.map(|it| it.name.as_str()).collect()
}

/// Whether a snapshot tells of a quarter: it was taken in it, or in the month after its end.
fn is_of_quarter(quarter: &str, taken: Timestamp) -> bool {
    let month = taken.to_string();
    let month = month.get(..7).and_then(|it| it.split_once('-'));
    let number = |year: &str, month: i32| Some(year.parse::<i32>().ok()? * 12 + month);
    let month = month.and_then(|(year, month)| number(year, month.parse::<i32>().ok()? - 1));
    let begin = quarter.split_once('Q');
    let begin = begin.and_then(|(year, it)| number(year, (it.parse::<i32>().ok()? - 1) * 3));
    month
        .zip(begin)
        .is_some_and(|(month, begin)| (begin..begin + 4).contains(&month))
}

/// Reads a quarter.
fn quarter(text: &str) -> Result<String, String> {
    let is_one = text.split_once('Q').is_some_and(|(year, quarter)| {
        let is_year = year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit());
        is_year && matches!(quarter, "1" | "2" | "3" | "4")
    });
    if is_one {
        Ok(text.to_owned())
    } else {
        Err("write a quarter as `2026Q4`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_which_quarter_a_snapshot_is() {
        let check = |quarter: &str, day: &str| {
            let taken = format!("{day}T12:00:00Z").parse().unwrap();
            is_of_quarter(quarter, taken)
        };
        assert!(check("2026Q4", "2026-10-01"));
        assert!(check("2026Q4", "2026-12-31"));
        assert!(check("2026Q4", "2027-01-31"));
        assert!(!check("2026Q4", "2027-02-01"));
        assert!(!check("2026Q4", "2026-09-30"));
        assert!(!check("2025Q1", "2026-11-26"));
        assert!(check("2025Q1", "2025-03-01"));
    }
}
