//! `bartizan people experts`: who knows which part of a project, and whom to ask about a change.

mod human;
mod json;

use std::{collections::BTreeSet, path::PathBuf};

use bartizan_people::{
    carriers::{Carrier, carriers},
    corpus::{Corpus, PersonNumber},
    expertise::{Change, Expert, Expertise, Reviewer},
};
use bartizan_sources::past::{self, NamedRepository};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    people::{Histories, HistoryArguments, Names, histories},
};

pub(super) static COMMAND: PeopleExperts = PeopleExperts;

pub(super) struct PeopleExperts;

#[derive(Debug, Args)]
struct Arguments {
    /// Files and folders of the repository, as it names them [default: all of it]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    /// The git repository: a checkout, a bare one, a mirror
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,

    /// Suggest reviewers for the commits between two revisions, without those who wrote them
    #[arg(long, value_name = "BASE..HEAD", conflicts_with_all = ["paths", "reviewers"])]
    change: Option<String>,

    /// Suggest reviewers for a change of the files instead
    #[arg(long)]
    reviewers: bool,

    /// Say who carries the project instead: whom one would expect in its team
    #[arg(long, conflicts_with_all = ["paths", "reviewers", "change"])]
    carriers: bool,

    /// Whoever wrote the change, by account or name: they are not suggested
    #[arg(long, value_name = "PERSON")]
    author: Vec<String>,

    /// How many are shown
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    top: usize,

    #[command(flatten)]
    histories: HistoryArguments,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema people-experts`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people experts scipy/stats
  bartizan people experts scipy/stats scipy/special/_gamma.py --repository scipy --format json
  bartizan people experts --change main..HEAD
  bartizan people experts --carriers --top 20
  bartizan people experts scipy/stats/_qmc.py --reviewers --author some-login

Who knows a part is told by what they wrote and put in there, fading by half every two years: no more is known here. Reviewers
are those who know the files of a change or what lies around them, without its authors, without those who did nothing for a
year; whoever put in much of the others' work in the last 90 days stands further back. Those who carry a project are told by
three things: months in which they did something, people whose work they put in within two years, and credits in others' work.

Exit codes: 0 answered, 2 wrong use or no repository, 3 nobody is known there.";

impl Command for PeopleExperts {
    fn path(&self) -> &'static [&'static str] {
        &["people", "experts"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("experts"))
            .about("Say who knows a part of a project, and whom to ask about a change")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let (format, output) = (arguments.format, arguments.output.clone());
        let repositories = [arguments.repository.clone()];
        let histories = histories(ctx, &repositories, &arguments.histories)?;
        let corpus = &histories.corpus;
        let project = corpus.projects.first();
        let project = project.ok_or_else(|| Failure::internal("a corpus without a project"))?;
        let expertise = Expertise::of(corpus, project, histories.now);
        let names = Names::of(corpus, true);
        let answer = if arguments.carriers {
            let mut carriers = carriers(corpus, project, histories.now);
            let of = carriers.len();
            carriers.truncate(arguments.top);
            Answer::Carriers { carriers, of }
        } else {
            answer(&expertise, &histories, &names, &arguments)?
        };
        let text = match format {
            Format::Human => human::text(ctx.terminal(output.as_deref()), &names, &answer),
            Format::Json => json::text(&names, &answer)?,
        };
        output::write(&text, output.as_deref())?;
        Ok(answer.exit())
    }
}

/// What is answered.
enum Answer<'a> {
    Experts {
        /// What was asked about.
        paths: Vec<String>,
        /// How many files that is.
        files: usize,
        experts: Vec<Expert<'a>>,
        /// How many there are in all.
        of: usize,
    },
    Reviewers {
        change: Change,
        reviewers: Vec<Reviewer>,
        of: usize,
    },
    Carriers {
        carriers: Vec<Carrier>,
        of: usize,
    },
}

impl Answer<'_> {
    fn exit(&self) -> Exit {
        let (Self::Experts { of, .. } | Self::Reviewers { of, .. } | Self::Carriers { of, .. }) =
            self;
        if *of == 0 {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        }
    }
}

fn answer<'a>(
    expertise: &Expertise<'a>,
    histories: &Histories,
    names: &Names<'_>,
    arguments: &Arguments,
) -> Result<Answer<'a>, Failure> {
    if arguments.reviewers || arguments.change.is_some() {
        let change = change(expertise, &histories.corpus, names, arguments)?;
        let mut reviewers = expertise.reviewers(&change);
        let of = reviewers.len();
        reviewers.truncate(arguments.top);
        return Ok(Answer::Reviewers {
            change,
            reviewers,
            of,
        });
    }
    let is_asked = |path: &str| is_below(path, &arguments.paths);
    let files = expertise.paths().filter(|it| is_asked(it)).count();
    let mut experts = expertise.experts(is_asked);
    let of = experts.len();
    experts.truncate(arguments.top);
    Ok(Answer::Experts {
        paths: arguments.paths.clone(),
        files,
        experts,
        of,
    })
}

/// The change for which reviewers are wanted: that between two revisions, or one of the files that are named.
fn change(
    expertise: &Expertise<'_>,
    corpus: &Corpus,
    names: &Names<'_>,
    arguments: &Arguments,
) -> Result<Change, Failure> {
    let authors = arguments.author.iter().map(|it| names.find(it));
    let mut authors: BTreeSet<PersonNumber> = authors.collect::<Result<_, _>>()?;
    let Some(range) = &arguments.change else {
        let paths = expertise
            .paths()
            .filter(|it| is_below(it, &arguments.paths));
        let new = arguments.paths.iter().map(String::as_str);
        return Ok(Change {
            paths: paths.chain(new).map(str::to_owned).collect(),
            authors,
        });
    };
    let (base, head) = range.split_once("..").ok_or_else(|| {
        Failure::usage(format!("`{range}` names no change")).hint("write `BASE..HEAD`")
    })?;
    let place = NamedRepository::of(&arguments.repository).path;
    let between = past::between(&place, base, head).map_err(|error| {
        Failure::usage(chain(&error)).hint("name two commits, branches or tags that are there")
    })?;
    authors.extend(between.authors.iter().filter_map(|it| corpus.person_of(it)));
    Ok(Change {
        paths: between.paths,
        authors,
    })
}

/// Whether a path is one of those that are named, or lies in one.
fn is_below(path: &str, named: &[String]) -> bool {
    let is_in = |folder: &String| {
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        let rest = path.strip_prefix(folder);
        folder.is_empty()
            || folder == "."
            || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    named.is_empty() || named.iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn files_and_folders_are_named() {
        let check = |path: &str, named: &[&str]| {
            let named: Vec<String> = named.iter().map(|it| (*it).to_owned()).collect();
            is_below(path, &named)
        };
        assert!(check("a/b", &[]) && check("a/b", &["."]) && check("a/b", &["a/"]));
        assert!(check("a/b", &["./a/b"]) && !check("ab/b", &["a"]) && !check("a", &["a/b"]));
    }
}
