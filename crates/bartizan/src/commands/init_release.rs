//! `bartizan init release`: writes a workflow of releases as SPEC 8 asks for it, and tells what is left for people.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bartizan_posture::{
    edits::{Change, Edit, unified},
    facts::{self, Facts, publishing::Publication, tags},
    release_workflow::{self, FILE, NewFile, ReleasePlan},
};
use bartizan_sources::{checkout::CheckoutTree, disk};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    term::{Ink, Sheet},
};

pub(super) static COMMAND: InitRelease = InitRelease;

pub(super) struct InitRelease;

/// The largest table of releases that is read.
const LARGEST_TABLE: usize = 4 << 20;

#[derive(Debug, Args)]
struct Arguments {
    /// The directory of a checkout
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,

    /// Write over files that are there, and beside other workflows that publish
    #[arg(long)]
    force: bool,

    /// Print what would be written as a patch, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// A table of releases of actions, beside the one in the repository
    #[arg(long, value_name = "FILE")]
    tags: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan init release                  write the workflow, and list what is left for people
  bartizan init release --dry-run        the same as a patch, for review
  bartizan check                         what it says afterwards of SPEC 8

Looked at is how the package is built: of Python alone, compiled (cibuildwheel), or of Rust (maturin). Each action is pinned to the commit of
its newest release that this program, the repository or `--tags` knows. Files that are there are never written over without `--force`.
No network call is made.

Exit codes: 0 written, 2 wrong use or something is in the way.";

impl Command for InitRelease {
    fn path(&self) -> &'static [&'static str] {
        &["init", "release"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("release"))
            .about("Write a workflow of releases that meets SPEC 8")
            .after_help(AFTER_HELP)
    }

    fn wants_settings(&self) -> bool {
        false
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let tree = open(&arguments.directory)?;
        let mut facts = facts::read(
            &tree,
            bartizan_model::Timestamp::now()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date(),
        );
        if let Some(path) = &arguments.tags {
            facts.tags.extend(&table(path)?);
        }
        let plan = release_workflow::plan(&facts).map_err(|error| {
            Failure::usage(format!("no workflow of releases can be written: {error}"))
                .hint("name the directory of a package with a `pyproject.toml` that names its `build-backend`")
        })?;
        is_free(&tree, &facts, &plan, &arguments)?;
        if arguments.dry_run {
            let patches = plan.files.iter().map(|file| unified(&edit(&tree, file)));
            output::write(&patches.collect::<String>(), None)?;
            ctx.note("nothing was written; without `--dry-run` it is");
            return Ok(Exit::Clean);
        }
        for file in &plan.files {
            write(&tree, file)?;
        }
        if !ctx.is_quiet {
            output::write(&told(ctx, &plan), None)?;
        }
        Ok(Exit::Clean)
    }
}

fn open(directory: &Path) -> Result<CheckoutTree, Failure> {
    CheckoutTree::open(directory).map_err(|error| {
        Failure::usage(format!(
            "cannot look into `{}`: {}",
            directory.display(),
            chain(&error)
        ))
        .hint("name the directory of a checkout")
    })
}

fn table(path: &Path) -> Result<tags::KnownTags, Failure> {
    let cannot = |why: String| {
        Failure::usage(format!(
            "cannot use the table of releases `{}`: {why}",
            path.display()
        ))
        .hint("`bartizan explain spec-8-unpinned-action` tells how it is written")
    };
    let bytes = disk::read_small(path, LARGEST_TABLE).map_err(|error| cannot(error.to_string()))?;
    tags::parse(&String::from_utf8_lossy(&bytes)).map_err(cannot)
}

/// Whether nothing is in the way of what is planned.
fn is_free(
    tree: &CheckoutTree,
    facts: &Facts,
    plan: &ReleasePlan,
    arguments: &Arguments,
) -> Result<(), Failure> {
    for file in &plan.files {
        leads_nowhere_else(tree.root(), &file.path)?;
    }
    if arguments.force {
        return Ok(());
    }
    let there = plan.files.iter().find(|file| {
        let path = tree.root().join(&file.path);
        path.symlink_metadata().is_ok() && !arguments.dry_run
    });
    if let Some(file) = there {
        return Err(Failure::usage(format!("`{}` is there already", file.path))
            .hint("`--dry-run` shows what would change; `--force` writes over it"));
    }
    let others = facts.publications();
    let other = others
        .iter()
        .map(Publication::place)
        .find(|it| it.file != FILE);
    match other {
        Some(place) if !arguments.dry_run => Err(Failure::usage(format!(
            "`{}` publishes already",
            place.file
        ))
        .hint("`bartizan check --fix` mends it; `--force` writes another workflow beside it")),
        _ => Ok(()),
    }
}

/// No folder on the way is a link: it may lead out of the checkout.
fn leads_nowhere_else(root: &Path, path: &str) -> Result<(), Failure> {
    let mut place = root.to_owned();
    for part in path.split('/') {
        place.push(part);
        let metadata = place.symlink_metadata();
        if metadata.is_ok_and(|it| it.file_type().is_symlink()) {
            return Err(Failure::usage(format!("`{}` is a link", place.display()))
                .hint("put a folder or a file of the repository in its place"));
        }
    }
    Ok(())
}

/// A file as a change of what is there now.
fn edit(tree: &CheckoutTree, file: &NewFile) -> Edit {
    let text = fs::read_to_string(tree.root().join(&file.path)).ok();
    let removed = text.as_deref().map_or(0, |text| text.lines().count());
    Edit {
        file: file.path.clone(),
        text,
        changes: vec![Change {
            before: 1,
            removed,
            lines: file.text.lines().map(str::to_owned).collect(),
            what: "a release as SPEC 8 describes it".to_owned(),
        }],
    }
}

fn write(tree: &CheckoutTree, file: &NewFile) -> Result<(), Failure> {
    let path = tree.root().join(&file.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| {
            Failure::usage(format!("cannot make `{}`: {error}", folder.display()))
                .hint("name a checkout that may be written to")
        })?;
    }
    output::write(&file.text, Some(&path))
}

fn told(ctx: &Context, plan: &ReleasePlan) -> String {
    let mut sheet = Sheet::new(ctx.stdout);
    let because = ctx.stdout.clean(&plan.because);
    sheet.wrapped(0, &format!("Written, because {because}:"));
    for file in &plan.files {
        sheet.line(&format!("  {}", ctx.stdout.clean(&file.path)));
    }
    sheet.line("");
    sheet.line(&ctx.stdout.paint(Ink::Strong, "By hand, in this order:"));
    for (number, item) in plan.by_hand.iter().enumerate() {
        let number = number.saturating_add(1);
        sheet.wrapped(2, &format!("{number}. {}", ctx.stdout.clean(item)));
    }
    sheet.line("");
    sheet.wrapped(0, "`bartizan check` says what of SPEC 8 holds; `bartizan check --online` asks the host for its settings too.");
    sheet.text
}
