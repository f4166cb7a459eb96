//! `bartizan access import`: what other tools keep of organisations, as a snapshot or as a draft of what is wanted.

use std::path::{Path, PathBuf};

use bartizan_access::{
    desired::Desired,
    import::{self, Form, ImportFile, LARGEST_FILE, MOST_FILES, Wish},
    name::Login,
};
use bartizan_model::{Timestamp, problem::Problem};
use bartizan_sources::disk;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    access::{Summary, failed, organisation, store, warn},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessImport = AccessImport;

pub(super) struct AccessImport;

/// How deep folders are looked into.
const DEEPEST: usize = 6;

/// The most bytes of all files together.
const LARGEST_OF_ALL: usize = 128 << 20;

#[derive(Debug, Args)]
struct Arguments {
    /// A file, or a folder of them
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// The form of the files [default: what their names tell]
    #[arg(long, value_name = "FORM")]
    form: Option<FormWord>,

    /// The organisation that they are about, where they do not say it
    #[arg(long, value_name = "ORGANISATION", value_parser = organisation)]
    organisation: Option<Login>,

    /// What is made of them
    #[arg(long, value_name = "WHAT", default_value = "snapshot")]
    into: Into,

    /// How the numbers of a snapshot are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the snapshot, or what is wanted, to this file, for its owner alone
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = crate::arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormWord {
    /// `teams.yaml` of sync-teams-action
    TeamsYaml,
    /// `org.yaml` of peribolos, with `teams.yaml` files beside it
    Peribolos,
    /// The folders `people`, `teams` and `repos` of rust-lang/team
    RustTeam,
    /// A table with a head
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Into {
    /// A snapshot, kept at home
    Snapshot,
    /// A draft of what is wanted, in TOML
    Desired,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema access-snapshot`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access import teams.yaml --organisation networkx
  bartizan access import config/kubernetes --organisation kubernetes --format json
  bartizan access import team --into desired --organisation rust-lang --output rust-lang.toml
  bartizan access import members.csv --organisation networkx

What a form cannot say is listed as not read, so that nothing counts as none. A draft of what is wanted has roles that are nothing but
levels: put roles of the catalogue in their place.

Exit codes: 0 imported, 2 wrong use, 3 nobody is named.";

impl Command for AccessImport {
    fn path(&self) -> &'static [&'static str] {
        &["access", "import"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("import"))
            .about("Import what other tools keep of organisations")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let files = files(&arguments.path)?;
        let wish = Wish {
            form: arguments.form.map(FormWord::form),
            organisation: arguments.organisation.clone(),
            now: arguments.as_of.unwrap_or_else(Timestamp::now),
            name: arguments.path.display().to_string(),
        };
        let imported = import::read(&files, &wish);
        if let Err(import::ImportError::Empty { problems }) = &imported {
            return nobody(ctx, &arguments.path, problems);
        }
        let imported = imported.map_err(|error| {
            Failure::usage(error.to_string())
                .hint("name the form with `--form`, and the organisation with `--organisation`")
        })?;
        warn(ctx, &imported.problems);
        let output = arguments.output.as_deref();
        if arguments.into == Into::Desired {
            let organisation = one(&arguments, &imported.snapshot)?;
            let draft = Desired::draft(&imported.snapshot, &organisation, &imported.alumni);
            output::write_private(ctx, &draft.to_text(), output)?;
            return Ok(Exit::Clean);
        }
        store(ctx)?
            .put(&imported.snapshot)
            .map_err(|error| failed(&error))?;
        if output.is_some() {
            output::write_private(ctx, &imported.snapshot.to_text(), output)?;
        }
        let summary = Summary::of(&imported.snapshot, None);
        let text = match arguments.format {
            Format::Human => summary.human(),
            Format::Json => summary.json()?,
        };
        output::write(&text, None)?;
        Ok(Exit::Clean)
    }
}

impl FormWord {
    fn form(self) -> Form {
        match self {
            Self::TeamsYaml => Form::TeamsYaml,
            Self::Peribolos => Form::Peribolos,
            Self::RustTeam => Form::RustTeam,
            Self::Csv => Form::Csv,
        }
    }
}

/// Nobody is named: because nothing could be read of the files, or because they name nobody.
fn nobody(ctx: &Context, path: &Path, problems: &[Problem]) -> Result<Exit, Failure> {
    warn(ctx, problems);
    if problems.is_empty() {
        ctx.note("nobody is named in any of the files");
        return Ok(Exit::NothingToLookAt);
    }
    Err(Failure::usage(format!(
        "cannot import `{}`: nobody is named in what could be read of it",
        path.display()
    ))
    .hint("name the form with `--form`, and the organisation with `--organisation`"))
}

/// The organisation that a draft is of.
fn one(
    arguments: &Arguments,
    snapshot: &bartizan_access::snapshot::Snapshot,
) -> Result<Login, Failure> {
    match (&arguments.organisation, snapshot.organisations.as_slice()) {
        (Some(name), _) => Ok(name.clone()),
        (None, [one]) => Ok(one.name.clone()),
        (None, _) => Err(Failure::usage("the files are about several organisations")
            .hint("name the one that is meant with `--organisation`")),
    }
}

/// The files at a path.
fn files(path: &Path) -> Result<Vec<ImportFile>, Failure> {
    let mut files = Vec::new();
    let mut left = LARGEST_OF_ALL;
    if path.is_dir() {
        gather(path, "", (0, &mut left), &mut files)?;
    } else {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        take(path, name.into_owned(), &mut left, &mut files)?;
    }
    Ok(files)
}

fn gather(
    folder: &Path,
    below: &str,
    (depth, left): (usize, &mut usize),
    files: &mut Vec<ImportFile>,
) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::usage(format!("cannot read `{}`: {error}", folder.display()))
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?);
    }
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        let kind = entry.file_type().map_err(unreadable)?;
        // No link leads out of the folder.
        if kind.is_dir() && depth < DEEPEST && !name.starts_with('.') {
            gather(&entry.path(), &format!("{path}/"), (depth + 1, left), files)?;
        } else if kind.is_file() && is_wanted(&name) && files.len() <= MOST_FILES {
            take(&entry.path(), path, left, files)?;
        }
    }
    Ok(())
}

fn is_wanted(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|it| it.to_str());
    matches!(ending, Some("yaml" | "yml" | "toml" | "csv"))
}

fn take(
    file: &Path,
    path: String,
    left: &mut usize,
    files: &mut Vec<ImportFile>,
) -> Result<(), Failure> {
    let bytes = disk::read_small(file, LARGEST_FILE.min(*left))
        .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", file.display())))?;
    *left -= bytes.len();
    files.push(ImportFile { path, bytes });
    Ok(())
}
