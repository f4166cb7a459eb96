//! What the commands about people share: whose histories are read, who is who in them, and the moment that counts as now.

use std::path::{Path, PathBuf};

use bartizan_model::{Timestamp, problem::Problem};
use bartizan_people::{
    Key,
    corpus::Corpus,
    corrections::{self, Corrections},
};
use bartizan_sources::{
    disk,
    home::Home,
    past::{self, NamedRepository, Reader, Stage, Watcher},
};
use clap::Args;

use crate::{
    arguments::time,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    progress::Line,
};

/// Arguments of the commands that answer from histories.
#[derive(Debug, Clone, Args)]
pub(crate) struct HistoryArguments {
    /// Who is one person and who is not, above what is guessed: a `people.toml`
    #[arg(long, value_name = "FILE", help_heading = "Histories")]
    pub(crate) people: Option<PathBuf>,

    /// Answer as it was then, such as `2024-01-31`: only what the main lines stood on [default: now]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Histories")]
    pub(crate) as_of: Option<Timestamp>,
}

/// Histories, read.
pub(crate) struct Histories {
    pub(crate) corpus: Corpus,
    /// Repositories that could not be read.
    pub(crate) problems: Vec<Problem>,
    /// The moment that counts as now.
    pub(crate) now: Timestamp,
    /// What pseudonyms are made with.
    pub(crate) key: Key,
}

impl Histories {
    /// The exit of an answer from them.
    pub(crate) fn exit(&self) -> Exit {
        if self.problems.is_empty() {
            Exit::Clean
        } else {
            Exit::Usage
        }
    }
}

/// Reads the histories of repositories, each a path or `NAME=PATH`. One that is wrong does not keep the others from being
/// read, unless there are no others.
pub(crate) fn histories(
    ctx: &Context,
    repositories: &[PathBuf],
    arguments: &HistoryArguments,
) -> Result<Histories, Failure> {
    let home = Home::new(ctx.home()?);
    let key = past::key(&home).map_err(|error| {
        Failure::data(chain(&error)).hint("remove the file, or see who may read it")
    })?;
    let corrections = arguments.people.as_deref().map(corrections_of);
    let corrections = corrections.transpose()?.unwrap_or_default();
    let reader = Reader {
        home: &home,
        key: &key,
        corrections: &corrections,
        lines: false,
    };
    let named: Vec<NamedRepository> = repositories
        .iter()
        .map(|it| NamedRepository::of(it))
        .collect();
    let loaded = past::corpus(&named, reader, |repository| Watch {
        line: Line::new(ctx),
        name: repository.name.clone(),
        is_counting: false,
    });
    if let (true, Some(problem)) = (loaded.corpus.projects.is_empty(), loaded.problems.first()) {
        let hint = problem.hint.clone().unwrap_or_default();
        return Err(Failure::usage(problem.message.clone()).hint(hint));
    }
    let corpus = match arguments.as_of {
        Some(time) => loaded.corpus.until(time),
        None => loaded.corpus,
    };
    Ok(Histories {
        corpus,
        problems: loaded.problems,
        now: arguments.as_of.unwrap_or_else(Timestamp::now),
        key,
    })
}

/// Reads a `people.toml`.
pub(crate) fn corrections_of(path: &Path) -> Result<Corrections, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("cannot read `{}`: {why}", path.display()))
            .hint("it holds tables `[[join]]` and `[[split]]` with `who` and `reason`")
    };
    let bytes = disk::read_small(path, corrections::LARGEST);
    let bytes = bytes.map_err(|error| failed(chain(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_error| failed("it is no text".to_owned()))?;
    Corrections::read(&text).map_err(|error| failed(error.to_string()))
}

/// Shows progress.
struct Watch {
    line: Line,
    name: String,
    is_counting: bool,
}

impl Watcher for Watch {
    fn begin(&mut self, stage: Stage) {
        self.is_counting = stage == Stage::Counting;
    }

    fn advance(&mut self, done: usize, of: Option<usize>) {
        let of = of.map(|it| it as u64);
        self.line
            .indexing(&self.name, self.is_counting, done as u64, of);
    }
}
