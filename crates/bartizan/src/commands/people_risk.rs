//! `bartizan people risk`: how projects stand on their people, and how much review they have to do.

mod human;
mod json;

use std::{collections::BTreeSet, path::PathBuf};

use bartizan_model::{Timestamp, problem::Problem};
use bartizan_people::{
    corpus::{Corpus, PersonNumber},
    review::{self, Pressure},
    structure::{Known, Structure, Timeline},
};
use bartizan_sources::past::{Loaded, Proposals};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    answering::Answering,
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    people::{self, Asked},
};

pub(super) static COMMAND: PeopleRisk = PeopleRisk;

pub(super) struct PeopleRisk;

#[derive(Debug, Args)]
struct Arguments {
    /// Git repositories, as paths or `NAME=PATH`; what one of them knows of somebody counts for all
    #[arg(value_name = "REPOSITORY", required = true)]
    repositories: Vec<PathBuf>,

    /// The moment that counts as now, such as `2023-06-30`: what came later is not looked at
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    /// Every quarter from the third year on as well
    #[arg(long)]
    history: bool,

    /// Leave out pull requests, which takes less time
    #[arg(long)]
    no_pulls: bool,

    /// Say who is meant, for the project's own maintainers; to a terminal or into a file only
    #[arg(long)]
    private: bool,

    /// Who is one person and who is not, above what is guessed: a `people.toml`
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    #[command(flatten)]
    answering: Answering,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people risk xz
  bartizan people risk xz=mirrors/xz.git libarchive=mirrors/libarchive.git --as-of 2023-06-30
  bartizan people risk numpy scipy --history --format json
  bartizan people risk numpy --private --output who.txt

It says how a project stands on its people, not what anybody did or will do: nearly everybody who comes to lead a project is
what they seem. Each answer comes with how usual it is, and with what helps. Nobody is named without `--private`.
What a history does not say, such as who pressed the button where pull requests are squashed, is unknown. `docs/people.md` tells how it is
measured and how well.

Exit codes: 0 read, however high the risk; 2 wrong use or no repository; 3 a project without work at that time.";

impl Command for PeopleRisk {
    fn path(&self) -> &'static [&'static str] {
        &["people", "risk"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("risk"))
            .about("Say how projects stand on their people, and how much review they have to do")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        if arguments.private {
            people::may_name(ctx, arguments.answering.file())?;
        }
        let asked = Asked {
            repositories: &arguments.repositories,
            people: arguments.people.as_deref(),
        };
        let proposals = if arguments.no_pulls {
            Proposals::None
        } else {
            Proposals::Pulls
        };
        let (loaded, _) = people::load(ctx, &asked, |_| proposals.clone())?;
        let answer = answer(&arguments, loaded);
        let (human, json) = (
            |terminal| human::text(terminal, &answer),
            || json::text(&answer),
        );
        arguments.answering.write(ctx, human, json)?;
        Ok(answer.exit())
    }
}

/// What is said of all projects.
struct Answer {
    as_of: Timestamp,
    corpus: Corpus,
    projects: Vec<Told>,
    problems: Vec<Problem>,
    /// Whether persons are named.
    is_private: bool,
}

/// What is said of one.
struct Told {
    name: String,
    head: String,
    structure: Structure,
    pressure: Option<Pressure>,
    /// Quarter by quarter; empty where nobody asked.
    history: Vec<Structure>,
}

/// From its third year on a project is old enough for what a history tells.
const FIRST_YEARS_DAYS: i64 = 2 * 365;

/// How far back the quarters of review pressure go.
const PRESSURE_DAYS: i64 = 5 * 366;

fn answer(arguments: &Arguments, loaded: Loaded) -> Answer {
    let Loaded {
        corpus,
        heads,
        problems,
        ..
    } = loaded;
    let as_of = arguments.as_of.unwrap_or_else(Timestamp::now);
    let known = Known::of(&corpus);
    let projects = corpus.projects.iter().zip(heads).map(|(project, head)| {
        let mut timeline = Timeline::new(&corpus, project, &known);
        let history = match timeline.span() {
            Some((first, _)) if arguments.history => {
                let from = days_after(first, FIRST_YEARS_DAYS);
                let quarters = people::quarters(from, as_of).into_iter();
                quarters.map(|it| timeline.at(it)).collect()
            }
            _ => Vec::new(),
        };
        let structure = timeline.at(as_of);
        let pressure = (!arguments.no_pulls).then(|| {
            let proposals = review::proposals(&corpus, project);
            let ends = people::quarters(days_after(as_of, -PRESSURE_DAYS), as_of);
            review::pressure((&corpus, project, &known), &proposals, &ends, as_of)
        });
        Told {
            name: project.name.clone(),
            head,
            structure,
            // Without pull requests nothing is known of what waits.
            pressure: pressure.filter(|it| it.unseen + it.taken_in > 0),
            history,
        }
    });
    Answer {
        as_of,
        projects: projects.collect(),
        problems,
        is_private: arguments.private,
        corpus,
    }
}

fn days_after(time: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_second(time.as_second().saturating_add(days * 86_400)).unwrap_or(time)
}

impl Answer {
    fn exit(&self) -> Exit {
        let is_empty = |it: &Told| it.structure.contributors == 0;
        match people::exit(&self.problems) {
            Exit::Clean if self.projects.iter().any(is_empty) => Exit::NothingToLookAt,
            exit => exit,
        }
    }

    /// Everybody who wrote something in any of the projects.
    fn contributors(&self) -> usize {
        let works = self.corpus.projects.iter().flat_map(|it| &it.works);
        let until = works.filter(|it| it.integrated.is_some_and(|at| at <= self.as_of));
        let people = until.map(|it| it.author);
        let people = people.filter(|it| !self.corpus.is_program(*it));
        people.collect::<BTreeSet<_>>().len()
    }

    /// What somebody is called, where names are wanted.
    fn name(&self, person: PersonNumber) -> Option<&str> {
        let person = self.corpus.person(person).filter(|_| self.is_private)?;
        Some(&person.name)
    }
}
