//! What sets entries aside: comments, a baseline, the settings. What comes with the change itself sets nothing aside in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bartizan_review::{
    Entry, Report,
    change::{File, FileChange},
    suppression::Standing,
};
use clap::Args;
use jiff::{ToSpan as _, civil::Date};

use super::{
    baseline::{Baseline, Name},
    report::Told,
};
use crate::{context::Context, error::Failure, output};

/// Files in which settings and decisions stand.
const SETTINGS: [&str; 3] = ["bartizan.toml", "bartizan-risks.toml", "pyproject.toml"];

#[derive(Debug, Args)]
#[command(next_help_heading = "Setting aside")]
pub(super) struct AsideArguments {
    /// Set aside what this file lists, as often as it says and as long; not what the change itself adds to it
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Write every entry into this file, to be set aside from now on by `--baseline`
    #[arg(long, value_name = "FILE", requires = "reason")]
    pub(super) write_baseline: Option<PathBuf>,

    /// Why they are set aside
    #[arg(long, value_name = "TEXT", requires = "write_baseline")]
    pub(super) reason: Option<String>,

    /// The last day on which they are [default: a year from now]
    #[arg(long, value_name = "DAY", requires = "write_baseline")]
    pub(super) until: Option<Date>,
}

/// Why an entry is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aside {
    pub(super) by: By,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
}

/// By what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Comment,
    Baseline,
    Settings,
}

impl By {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Baseline => "baseline",
            Self::Settings => "settings",
        }
    }
}

/// Something that sets nothing aside, though it is there for that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Idle {
    pub(super) standing: Standing,
    pub(super) by: By,
    pub(super) file: String,
    pub(super) line: Option<u32>,
    pub(super) rules: Vec<String>,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
}

impl Idle {
    /// What is said of it.
    pub(super) fn sentence(&self) -> String {
        let why = match self.standing {
            Standing::Counts => "counts",
            Standing::Added => "comes with this change, and so sets nothing aside in it",
            Standing::Expired => "has ended",
            Standing::Malformed => "gives no reason, or a day that is none",
            Standing::Unused => "sets nothing aside",
        };
        format!("{} for {} {why}", self.by.as_str(), self.rules.join(", "))
    }
}

/// The names of files whose two sides are wanted.
pub(super) fn wanted(arguments: &AsideArguments) -> impl Iterator<Item = String> {
    let baseline = arguments.baseline.as_deref().and_then(Path::file_name);
    let baseline = baseline.map(|it| it.to_string_lossy().into_owned());
    SETTINGS.into_iter().map(str::to_owned).chain(baseline)
}

/// What is laid over a report.
pub(super) struct Laying<'a> {
    pub(super) ctx: &'a Context,
    pub(super) arguments: &'a AsideArguments,
    /// The repository, to know the baseline in it.
    pub(super) repository: &'a Path,
    pub(super) today: Date,
    pub(super) is_whole: bool,
}

/// Says of each entry what sets it aside, and what is idle.
pub(super) fn lay<'r>(
    laying: &Laying<'_>,
    report: &mut Report<'r>,
) -> Result<(Vec<Told<'r>>, Vec<Idle>), Failure> {
    let mut idle = of_marks(report);
    let added = added_decisions(&report.kept);
    let mut left = counted(laying, &report.kept, &mut idle)?;
    let mut used = BTreeSet::new();
    let mut told = Vec::new();
    for entry in std::mem::take(&mut report.entries) {
        let mut aside = entry.mark.as_ref().map(|mark| Aside {
            by: By::Comment,
            reason: mark.reason.clone(),
            until: mark.until,
        });
        if aside.is_none() {
            aside = of_baseline(&entry, &mut left, &mut used);
        }
        if aside.is_none() {
            aside = of_settings(laying, &entry, &added, &mut idle);
        }
        told.push(Told { entry, aside });
    }
    if laying.is_whole {
        let unused = left.iter().filter(|(name, _)| !used.contains(*name));
        idle.extend(unused.map(|(name, it)| of_entry(name, Standing::Unused, it)));
    }
    idle.sort();
    idle.dedup();
    Ok((told, idle))
}

/// Writes the entries that nothing sets aside yet as a baseline, beside those that the given one has.
pub(super) fn write(
    arguments: &AsideArguments,
    told: &[Told<'_>],
    today: Date,
) -> Result<(), Failure> {
    let (Some(file), Some(reason)) = (&arguments.write_baseline, &arguments.reason) else {
        return Ok(());
    };
    if reason.trim().is_empty() {
        return Err(Failure::usage("the reason of a baseline is empty")
            .hint("say why its entries do not count"));
    }
    let year = today.saturating_add(1.year());
    let entries = told.iter().filter(|it| it.aside.is_none());
    let new = Baseline::of(
        entries.map(|it| &it.entry),
        reason,
        arguments.until.unwrap_or(year),
    );
    let mut baseline = match &arguments.baseline {
        Some(known) => Baseline::read(known)?,
        None => Baseline::default(),
    };
    baseline.add(new);
    output::write(&baseline.text(), Some(file))
}

fn of_marks(report: &Report<'_>) -> Vec<Idle> {
    let marks = report.marks.iter();
    let idle = marks.filter(|(_, standing)| *standing != Standing::Counts);
    idle.map(|(mark, standing)| Idle {
        standing: *standing,
        by: By::Comment,
        file: mark.path.clone(),
        line: Some(mark.line),
        rules: mark.rules.clone(),
        reason: mark.reason.clone(),
        until: mark.until,
    })
    .collect()
}

type Left = BTreeMap<Name, super::baseline::Accepted>;

/// What the baseline sets aside, less what the change adds to it.
fn counted(
    laying: &Laying<'_>,
    kept: &[FileChange],
    idle: &mut Vec<Idle>,
) -> Result<Left, Failure> {
    let Some(path) = &laying.arguments.baseline else {
        return Ok(Left::new());
    };
    let all = Baseline::read(path)?;
    let place = place_of(path, laying.repository);
    let change = kept.iter().find(|it| Some(it.path()) == place.as_deref());
    let known = match change {
        Some(change) if !laying.is_whole => all.within(&before(change)),
        _ => all.clone(),
    };
    let mut left = Left::new();
    for (name, it) in &all.entries {
        let counts = known.entries.get(name);
        if counts.is_none_or(|known| known.count < it.count || known.until < it.until) {
            idle.push(of_entry(name, Standing::Added, it));
        }
        match counts {
            Some(known) if known.until < laying.today => {
                idle.push(of_entry(name, Standing::Expired, it));
            }
            Some(known) => {
                left.insert(name.clone(), known.clone());
            }
            None => {}
        }
    }
    Ok(left)
}

fn before(change: &FileChange) -> Baseline {
    let text = change.before.as_ref().and_then(File::text);
    text.and_then(|it| Baseline::parse(it).ok())
        .unwrap_or_default()
}

/// The path of a file within a repository.
fn place_of(path: &Path, repository: &Path) -> Option<String> {
    let (path, root) = (path.canonicalize().ok()?, repository.canonicalize().ok()?);
    let within = path.strip_prefix(root).ok()?.to_str()?;
    Some(within.replace('\\', "/"))
}

fn of_entry(name: &Name, standing: Standing, it: &super::baseline::Accepted) -> Idle {
    Idle {
        standing,
        by: By::Baseline,
        file: name.file.clone(),
        line: None,
        rules: vec![name.rule.clone()],
        reason: it.reason.clone(),
        until: Some(it.until),
    }
}

fn of_baseline(entry: &Entry<'_>, left: &mut Left, used: &mut BTreeSet<Name>) -> Option<Aside> {
    if left.is_empty() {
        return None;
    }
    let name = Name::of(entry);
    let accepted = left.get_mut(&name).filter(|it| it.count > 0)?;
    accepted.count -= 1;
    used.insert(name);
    Some(Aside {
        by: By::Baseline,
        reason: accepted.reason.clone(),
        until: Some(accepted.until),
    })
}

fn of_settings(
    laying: &Laying<'_>,
    entry: &Entry<'_>,
    added: &BTreeSet<(String, String)>,
    idle: &mut Vec<Idle>,
) -> Option<Aside> {
    let mut ignores = laying.ctx.settings.ignores.iter();
    let ignore = ignores.find(|it| {
        let is_current = it.expires.is_none_or(|day| day >= laying.today);
        it.package.is_none() && is_current && it.id == entry.rule.id
    })?;
    let day = ignore.expires.map(|it| it.to_string()).unwrap_or_default();
    if added.contains(&(ignore.id.clone(), day)) && !laying.is_whole {
        idle.push(Idle {
            standing: Standing::Added,
            by: By::Settings,
            file: String::new(),
            line: None,
            rules: vec![ignore.id.clone()],
            reason: ignore.reason.clone(),
            until: ignore.expires,
        });
        return None;
    }
    Some(Aside {
        by: By::Settings,
        reason: ignore.reason.clone(),
        until: ignore.expires,
    })
}

/// Decisions of settings files that come with the change: ids, and their last days.
fn added_decisions(kept: &[FileChange]) -> BTreeSet<(String, String)> {
    let mut added = BTreeSet::new();
    for change in kept {
        let of = |side: &Option<File>| {
            let text = side.as_ref().and_then(File::text);
            text.map(decisions).unwrap_or_default()
        };
        let before = of(&change.before);
        added.extend(
            of(&change.after)
                .into_iter()
                .filter(|it| !before.contains(it)),
        );
    }
    added
}

fn decisions(text: &str) -> BTreeSet<(String, String)> {
    let Ok(table) = text.parse::<toml::Table>() else {
        return BTreeSet::new();
    };
    let own = table.get("tool").and_then(|it| it.get("bartizan"));
    let lists = ["ignore", "risk"].into_iter();
    let lists = lists.flat_map(|key| [table.get(key), own.and_then(|it| it.get(key))]);
    let tables = lists
        .flatten()
        .filter_map(toml::Value::as_array)
        .flatten()
        .filter_map(toml::Value::as_table);
    tables
        .filter_map(|it| {
            let day = it.get("expires").map(|it| match it {
                toml::Value::String(text) => text.clone(),
                toml::Value::Datetime(day) => day.to_string(),
                _ => String::new(),
            });
            Some((it.get("id")?.as_str()?.to_owned(), day.unwrap_or_default()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) -> String {
        let change = FileChange {
            before: Some(File::new("bartizan.toml", before)),
            after: Some(File::new("bartizan.toml", after)),
        };
        let added = added_decisions(&[change]).into_iter();
        let added = added.map(|(id, day)| format!("{id} {day}").trim_end().to_owned());
        added.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn decisions_that_come_with_a_change_are_known() {
        let one = "[[ignore]]\nid = 'a'\nreason = 'r'\nexpires = 2027-01-01\n";
        assert_eq!(check("", one), "a 2027-01-01");
        assert_eq!(check(one, one), "");
        assert_eq!(check(one, &one.replace("2027", "2028")), "a 2028-01-01");
        let own = "[[tool.bartizan.ignore]]\nid = 'b'\nreason = 'r'\n";
        assert_eq!(check("", own), "b");
        assert_eq!(check("", "[[risk]]\nid = 'c'\n"), "c");
        assert_eq!(check("", "]"), "");
    }
}
