//! Repositories as one corpus, with what is proposed in them; who may see names; quarters of years.

use std::path::{Path, PathBuf};

use bartizan_model::Timestamp;
use bartizan_people::Key;
use bartizan_sources::{
    home::Home,
    past::{self, Loaded, NamedRepository, Proposals, Reader, Stage, Watcher},
};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    context::Context,
    error::{Failure, chain},
    progress::Line,
};

/// What is read.
pub(crate) struct Asked<'a> {
    pub(crate) repositories: &'a [PathBuf],
    /// A `people.toml`.
    pub(crate) people: Option<&'a Path>,
}

/// Reads repositories as one corpus, with what is proposed in each.
pub(crate) fn load(
    ctx: &Context,
    asked: &Asked<'_>,
    proposals: impl Fn(&NamedRepository) -> Proposals,
) -> Result<(Loaded, Key), Failure> {
    let home = Home::new(ctx.home()?);
    let key = past::key(&home).map_err(|error| {
        Failure::data(chain(&error)).hint("remove the file, or see who may read it")
    })?;
    let corrections = asked.people.map(super::corrections_of).transpose()?;
    let corrections = corrections.unwrap_or_default();
    let repositories: Vec<NamedRepository> = asked
        .repositories
        .iter()
        .map(|it| NamedRepository::of(it))
        .collect();
    let reader = Reader {
        home: &home,
        key: &key,
        corrections: &corrections,
        lines: false,
    };
    let loaded = past::corpus_with(&repositories, reader, proposals, |it| Watch {
        line: Line::new(ctx),
        name: it.name.clone(),
        is_changes: false,
    });
    match loaded.problems.first() {
        Some(problem) if loaded.corpus.projects.is_empty() => {
            let failure = Failure::usage(problem.message.clone());
            Err(failure.hint(problem.hint.clone().unwrap_or_default()))
        }
        _ => Ok((loaded, key)),
    }
}

/// Names of persons go to a terminal or into a file that the caller names, never into a pipe or a log.
pub(crate) fn may_name(ctx: &Context, output: Option<&Path>) -> Result<(), Failure> {
    if output.is_some() || ctx.stdout.is_interactive {
        return Ok(());
    }
    Err(
        Failure::usage("names of persons are written to a terminal or into a file only")
            .hint("name the file by `--output`"),
    )
}

/// The ends of quarters within a time, in UTC, the oldest first.
pub(crate) fn quarters(from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let years = |it: Timestamp| it.to_zoned(TimeZone::UTC).year();
    let all =
        (years(from)..=years(until)).flat_map(|year| [1, 4, 7, 10].map(|month| (year, month)));
    let ends = all.filter_map(|(year, month)| {
        let day = Date::new(year, month, 1).ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    ends.filter(|it| *it >= from && *it <= until).collect()
}

struct Watch {
    line: Line,
    name: String,
    is_changes: bool,
}

impl Watcher for Watch {
    fn begin(&mut self, stage: Stage) {
        self.is_changes = stage == Stage::Counting;
    }

    fn advance(&mut self, done: usize, of: Option<usize>) {
        let of = of.map(|it| it as u64);
        self.line
            .indexing(&self.name, self.is_changes, done as u64, of);
    }
}
