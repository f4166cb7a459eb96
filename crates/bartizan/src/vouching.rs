//! What the commands about vouches have in common: the list, the signed statements beside it, and who may sign.

mod proof;
mod told;
mod word;

use std::path::{Path, PathBuf};

use bartizan_model::{Timestamp, problem::Problem};
use bartizan_people::vouch::{
    Deed, Handle, LARGEST_LIST, LARGEST_RECORDS, Record, Statement, Vouch, VouchList, Vouches,
    read_records, weigh,
};
use bartizan_sources::disk;
use clap::Args;

use self::word::{Wish, Word, WordArguments};
pub(crate) use self::{
    proof::{Prover, SignerArguments, signers},
    told::{human, json},
    word::{handle, signed, unmeant},
};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};

/// Where a list stands by default, as others who read it look for it.
const PLACES: [&str; 2] = ["VOUCHED.td", ".github/VOUCHED.td"];

/// Whom a word is about, who gives it, and the list that it goes into.
#[derive(Debug, Args)]
pub(crate) struct AboutArguments {
    /// Whom it is about, as `platform:login`
    #[arg(value_name = "ACCOUNT", value_parser = handle)]
    whom: Handle,

    #[command(flatten)]
    word: WordArguments,

    #[command(flatten)]
    list: ListArguments,
}

/// Which list, and of which project.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// The list [default: `VOUCHED.td`, or `.github/VOUCHED.td`]
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,

    /// What its people call the project, such as `github.com/lab/lab`; it stands in each statement [default: what stands there]
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
}

impl AboutArguments {
    /// Gives the word. Unsigned it is printed, to be signed elsewhere. Signed it goes into the list, after `put` has changed that
    /// and told what became of it; nothing is written where that tells nothing.
    pub(crate) fn give(
        self,
        ctx: &Context,
        (deed, days): (Deed, Option<i64>),
        put: impl FnOnce(&mut Book, &Statement) -> Option<String>,
    ) -> Result<Exit, Failure> {
        let mut book = Book::open(ctx, &self.list)?;
        let whom = self.whom;
        let wish = Wish { deed, whom, days };
        match self.word.word(&wish, || book.project())? {
            Word::Unsigned(text) => output::write(&text, None)?,
            Word::Signed(statement, record) => {
                let Some(told) = put(&mut book, &statement) else {
                    return Ok(Exit::NothingToLookAt);
                };
                book.write(&record)?;
                ctx.note(&told);
            }
        }
        Ok(Exit::Clean)
    }
}

/// A list with the statements beside it.
pub(crate) struct Book {
    pub(crate) path: PathBuf,
    pub(crate) list: VouchList,
    pub(crate) records: Vec<Record>,
    pub(crate) problems: Vec<Problem>,
    project: Option<String>,
}

impl Book {
    /// Reads both; what is not there is empty.
    pub(crate) fn open(ctx: &Context, arguments: &ListArguments) -> Result<Self, Failure> {
        let path = if let Some(path) = &arguments.list {
            path.clone()
        } else {
            let mut places = PLACES.iter().map(|it| ctx.directory.join(it));
            let there = places.find(|it| it.exists());
            there.unwrap_or_else(|| ctx.directory.join("VOUCHED.td"))
        };
        let list = VouchList::read(&name(&path), &content(&path, LARGEST_LIST)?);
        let beside = beside(&path);
        let (records, problems) = read_records(&name(&beside), &content(&beside, LARGEST_RECORDS)?);
        let problems = list.problems.iter().cloned().chain(problems).collect();
        Ok(Self {
            path,
            list,
            records,
            problems,
            project: arguments.project.clone(),
        })
    }

    /// What the project is called: as the user says, or as every statement does.
    pub(crate) fn project(&self) -> Result<String, Failure> {
        if let Some(project) = &self.project {
            return Ok(project.clone());
        }
        let statements = self.records.iter();
        let mut projects: Vec<String> = statements
            .filter_map(|it| Statement::read(&it.statement).ok())
            .map(|it| it.project)
            .collect();
        projects.sort();
        projects.dedup();
        match projects.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(
                Failure::usage("what the project is called stands nowhere yet")
                    .hint("name it with `--project`, such as `github.com/lab/lab`"),
            ),
            _ => Err(Failure::usage("the statements are of several projects")
                .hint("name the one that the list is of with `--project`")),
        }
    }

    /// Whether a statement, whose signature nobody looked at, vouches for somebody.
    pub(crate) fn has_vouch(&self, whom: &Handle) -> bool {
        let statements = self.records.iter();
        let mut read = statements.filter_map(|it| Statement::read(&it.statement).ok());
        read.any(|it| it.deed == Deed::Vouch && it.whom == *whom)
    }

    /// Judges all of it.
    pub(crate) fn weigh(&mut self, prover: &Prover, now: Timestamp) -> Result<Vouches, Failure> {
        // Without a statement there is nothing that a project's name would matter to.
        let project = match self.records.as_slice() {
            [] => self.project.clone().unwrap_or_default(),
            _ => self.project()?,
        };
        let beside = name(&beside(&self.path));
        let mut checked = Vec::new();
        for (number, record) in (1..).zip(&self.records) {
            match prover.check(record, now) {
                Ok(it) => checked.push(it),
                Err(error) => {
                    let subject = format!("{beside}, statement {number}");
                    self.problems.push(Problem::new(subject, chain(&error)));
                }
            }
        }
        Ok(weigh(&project, &self.list, &checked, now))
    }

    /// Adds a statement to the file of them, and writes the list.
    pub(crate) fn write(&self, record: &Record) -> Result<(), Failure> {
        if !self.list.is_whole() {
            return Err(Failure::usage(format!(
                "`{}` is larger than any list, and was not read whole",
                self.path.display()
            )));
        }
        let line = record
            .line()
            .ok_or_else(|| Failure::usage("the proof is no JSON, or larger than any"))?;
        let beside = beside(&self.path);
        let before = content(&beside, LARGEST_RECORDS)?;
        let mut text = String::from_utf8_lossy(&before).into_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text += &line;
        output::write(&text, Some(&beside))?;
        output::write(&self.list.text(), Some(&self.path))
    }
}

/// The vouches that count in lists of several projects, each `PROJECT=FILE`.
pub(crate) fn counting(
    ctx: &Context,
    lists: &[String],
    signers: &SignerArguments,
    now: Timestamp,
) -> Result<Vec<Vouch>, Failure> {
    let mut counting = Vec::new();
    if lists.is_empty() {
        return Ok(counting);
    }
    let prover = Prover::open(ctx, signers, now)?;
    for text in lists {
        let (project, path) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{text}` names no list")).hint("write `PROJECT=FILE`")
        })?;
        let mut book = Book::open(
            ctx,
            &ListArguments {
                list: Some(PathBuf::from(path)),
                project: None,
            },
        )?;
        let vouches = book.weigh(&prover, now)?;
        for problem in &book.problems {
            ctx.note(&format!(
                "not read: {}: {}",
                problem.subject, problem.message
            ));
        }
        counting.extend(vouches.counting(project));
    }
    Ok(counting)
}

/// The file of statements beside a list.
pub(crate) fn beside(list: &Path) -> PathBuf {
    list.with_extension("signatures.jsonl")
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

/// The bytes of a file; none where there is no file.
fn content(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    disk::read_small(path, limit)
        .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", path.display())))
}
