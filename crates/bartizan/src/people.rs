//! What the commands about people share: whose histories are read, who is who in them, and the moment that counts as now.

mod load;

use std::path::{Path, PathBuf};

use bartizan_formats::team;
use bartizan_model::{Timestamp, problem::Problem, team::Team};
use bartizan_people::{
    accounts::Accounts,
    corpus::{Corpus, PersonNumber},
    corrections::{self, Corrections},
    export::{self, Export, LARGEST_EXPORT},
    history::Hash,
    trust::Seed,
};
use bartizan_sources::{disk, git::CommitId, past::Proposals};
use clap::Args;

use crate::{
    arguments::time,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
};

pub(crate) use self::load::{Asked, load, may_name, quarters};

/// Arguments of the commands that answer from histories.
#[derive(Debug, Clone, Args)]
pub(crate) struct HistoryArguments {
    /// Who is one person and who is not, above what is guessed: a `people.toml`
    #[arg(long, value_name = "FILE", help_heading = "Histories")]
    pub(crate) people: Option<PathBuf>,

    /// Who reviewed, and who put in what was squashed, out of an export; see `bartizan schema people-export`
    #[arg(long, value_name = "FILE", help_heading = "Histories")]
    pub(crate) export: Vec<PathBuf>,

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
}

impl Histories {
    /// The exit of an answer from them.
    pub(crate) fn exit(&self) -> Exit {
        exit(&self.problems)
    }
}

/// The exit of an answer from histories of which some could not be read.
pub(crate) fn exit(problems: &[Problem]) -> Exit {
    if problems.is_empty() {
        Exit::Clean
    } else {
        Exit::Usage
    }
}

/// Reads the histories of repositories, each a path or `NAME=PATH`. One that is wrong does not keep the others from being
/// read, unless there are no others.
pub(crate) fn histories(
    ctx: &Context,
    repositories: &[PathBuf],
    arguments: &HistoryArguments,
) -> Result<Histories, Failure> {
    let asked = Asked {
        repositories,
        people: arguments.people.as_deref(),
    };
    let (loaded, _key) = load(ctx, &asked, |_| Proposals::None)?;
    let mut corpus = match arguments.as_of {
        Some(time) => loaded.corpus.until(time),
        None => loaded.corpus,
    };
    let mut problems = loaded.problems;
    problems.extend(enrich(ctx, &mut corpus, &arguments.export)?);
    Ok(Histories {
        corpus,
        problems,
        now: arguments.as_of.unwrap_or_else(Timestamp::now),
    })
}

/// Lays exports over a corpus, and says what it added. Gives what of them cannot be meant.
fn enrich(ctx: &Context, corpus: &mut Corpus, files: &[PathBuf]) -> Result<Vec<Problem>, Failure> {
    let (mut exports, mut problems) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.display().to_string();
        let failed = |why: String| {
            Failure::usage(format!("cannot read `{name}`: {why}"))
                .hint("`bartizan schema people-export` prints what an export looks like")
        };
        let bytes = disk::read_small(path, LARGEST_EXPORT);
        let bytes = bytes.map_err(|error| failed(chain(&error)))?;
        let export = Export::read(&name, &bytes).map_err(|error| failed(error.to_string()))?;
        problems.extend(export.problems.iter().cloned());
        exports.push(export);
    }
    if !exports.is_empty() {
        let added = export::enrich(corpus, &exports);
        ctx.note(&format!(
            "from exports: {} changes put in by somebody who is known now, {} reviewed; {} accounts that no history names, {} exports of other projects",
            added.integrators, added.reviewed, added.unknown_accounts, added.unknown_projects
        ));
    }
    Ok(problems)
}

/// How people are told.
pub(crate) struct Names<'a> {
    corpus: &'a Corpus,
    accounts: Accounts,
    is_plain: bool,
}

impl<'a> Names<'a> {
    /// By their names, or where that is not wanted by what stands for them.
    pub(crate) fn of(corpus: &'a Corpus, is_plain: bool) -> Self {
        Self {
            accounts: Accounts::of(corpus),
            corpus,
            is_plain,
        }
    }

    pub(crate) fn name(&self, person: PersonNumber) -> String {
        match self.corpus.person(person) {
            Some(person) if self.is_plain => person.name.clone(),
            Some(person) => person.pseudonym.to_string(),
            None => String::new(),
        }
    }

    /// The name of their account, where a history tells one.
    pub(crate) fn login(&self, person: PersonNumber) -> Option<&str> {
        self.accounts.login(person).filter(|_| self.is_plain)
    }

    /// A name with the account.
    pub(crate) fn whole(&self, person: PersonNumber) -> String {
        let name = self.name(person);
        match self.login(person) {
            Some(login) => format!("{name} (@{login})"),
            None => name,
        }
    }

    /// Whom a user means.
    pub(crate) fn find(&self, text: &str) -> Result<PersonNumber, Failure> {
        self.accounts.find(text).ok_or_else(|| {
            Failure::usage(format!("nobody in the histories is `{text}`"))
                .hint("write the name of an account, or a name as commits have it")
        })
    }

    /// Whether people are told by their names.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(crate) fn accounts(&self) -> &Accounts {
        &self.accounts
    }
}

/// Published teams: `PROJECT=FILE` each, of a project one or several.
pub(crate) fn seeds(names: &Names<'_>, teams: &[String]) -> Result<Vec<Seed>, Failure> {
    let mut seeds: Vec<Seed> = Vec::new();
    for text in teams {
        let (project, path) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{text}` names no team")).hint("write `PROJECT=FILE`")
        })?;
        let team = team_of(Path::new(path))?;
        let members = names.accounts().team(&team).members;
        match seeds.iter_mut().find(|it| it.project == project) {
            Some(seed) => seed.members.extend(members),
            None => seeds.push(Seed {
                project: project.to_owned(),
                members,
            }),
        }
    }
    Ok(seeds)
}

/// Reads a published team.
pub(crate) fn team_of(path: &Path) -> Result<Team, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("cannot read the team `{}`: {why}", path.display())).hint(
            "name a list of a project's people: a table, a page with links to accounts, `CODEOWNERS`",
        )
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = disk::read_small(path, team::LARGEST);
    let bytes = bytes.map_err(|error| failed(chain(&error)))?;
    team::read(&name, &bytes).map_err(|error| failed(error.to_string()))
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

/// A commit as histories have it: forty hexadecimal digits.
pub(crate) fn hash(commit: &CommitId) -> Option<Hash> {
    let digits = commit.as_str();
    let mut hash = Hash::default();
    if digits.len() != hash.len() * 2 {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}
