//! `bartizan people advise`: how deep the review of a change should be, and why.

mod human;
mod json;

use std::path::PathBuf;

use bartizan_model::{Timestamp, problem::Problem};
use bartizan_people::{
    corpus::{Corpus, Project},
    review::{self, Acquaintance, Advice, Standing, Survey},
    structure::{Known, Level, Timeline},
};
use bartizan_sources::{
    git::{CommitId, Repository},
    past::{Loaded, NamedRepository, Proposals},
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    answering::Answering,
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    people::{self, Asked, hash},
};

pub(super) static COMMAND: PeopleAdvise = PeopleAdvise;

pub(super) struct PeopleAdvise;

#[derive(Debug, Args)]
struct Arguments {
    /// The change, such as `main..feature`: what stands behind the second and not behind the first
    #[arg(value_name = "BASE..HEAD", required_unless_present = "pulls")]
    range: Option<String>,

    /// The repository that the change is in
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,

    /// Other projects, as paths or `NAME=PATH`: whoever had work taken in there is not unknown
    #[arg(long = "also", value_name = "REPOSITORY")]
    also: Vec<PathBuf>,

    /// Advice on the parts of everybody, not only of those who are here for the first time or come back
    #[arg(long)]
    everyone: bool,

    /// In place of one change count what advice every pull request would have had whose head the repository keeps
    #[arg(long, conflicts_with = "range")]
    pulls: bool,

    /// The moment that counts as now, such as `2023-06-30`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    /// Who is one person and who is not, above what is guessed: a `people.toml`
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    #[command(flatten)]
    answering: Answering,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people advise main..feature
  bartizan people advise main..pull/123 --repository numpy --also ../scipy
  bartizan people advise --pulls --repository mirrors/numpy.git

It advises how many people should look, never whether a change is good, and it blocks nothing. Ordinary files get no extra
point, whoever changes them. Points are for files that act on the machines of others (builds, workflows, releases, what nobody can
read), in the hands of somebody who has not worked on such files here; each comes with what speaks against it.

Exit codes: 0 whatever the advice, 2 wrong use or no repository, 3 an empty change.";

impl Command for PeopleAdvise {
    fn path(&self) -> &'static [&'static str] {
        &["people", "advise"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("advise"))
            .about("Advise how deep the review of a change should be, and why")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let answer = answer(ctx, &arguments)?;
        if answer.is_empty() {
            ctx.note("the change holds no work of a person");
            return Ok(Exit::NothingToLookAt);
        }
        let (human, json) = (
            |terminal| human::text(terminal, &answer),
            || json::text(&answer),
        );
        arguments.answering.write(ctx, human, json)?;
        Ok(people::exit(&answer.problems))
    }
}

/// What is said.
struct Answer {
    project: String,
    /// Of a change: the advice on each author's part.
    advice: Vec<Advice>,
    /// Whether the change has parts of regular contributors, of whom nothing is said.
    leaves_out: usize,
    is_cut: bool,
    survey: Option<Survey>,
    problems: Vec<Problem>,
}

impl Answer {
    fn is_empty(&self) -> bool {
        self.advice.is_empty() && self.leaves_out == 0 && self.survey.is_none()
    }
}

fn answer(ctx: &Context, arguments: &Arguments) -> Result<Answer, Failure> {
    let range = arguments.range.as_deref();
    let ends = range
        .map(|it| ends(&arguments.repository, it))
        .transpose()?;
    let wanted = match &ends {
        Some((base, head)) => Proposals::Commits(vec![base.clone(), head.clone()]),
        None => Proposals::Pulls,
    };
    let mut repositories = vec![arguments.repository.clone()];
    repositories.extend(arguments.also.iter().cloned());
    let asked = Asked {
        repositories: &repositories,
        people: arguments.people.as_deref(),
    };
    let is_asked =
        |it: &NamedRepository| it.path == NamedRepository::of(&arguments.repository).path;
    let (loaded, _) = people::load(ctx, &asked, |it| {
        if is_asked(it) {
            wanted.clone()
        } else {
            Proposals::None
        }
    })?;
    let Loaded {
        corpus, problems, ..
    } = loaded;
    let Some(project) = corpus.projects.first() else {
        return Err(Failure::usage("no repository could be read"));
    };
    let known = Known::of(&corpus);
    let mut answer = Answer {
        project: project.name.clone(),
        advice: Vec::new(),
        leaves_out: 0,
        is_cut: false,
        survey: None,
        problems,
    };
    match ends {
        Some(ends) => of_change((&corpus, project, &known), arguments, &ends, &mut answer)?,
        None => answer.survey = Some(of_pulls(&corpus, project, &known)),
    }
    Ok(answer)
}

/// The two ends of a range.
fn ends(repository: &std::path::Path, range: &str) -> Result<(CommitId, CommitId), Failure> {
    let hint = "write `BASE..HEAD`, such as `main..feature`";
    let (base, head) = range
        .split_once("..")
        .ok_or_else(|| Failure::usage(format!("`{range}` is no range")).hint(hint))?;
    let head = if head.is_empty() { "HEAD" } else { head };
    let named = NamedRepository::of(repository);
    let opened = Repository::open(&named.path);
    let opened =
        opened.map_err(|error| Failure::usage(chain(&error)).hint("name one by `--repository`"))?;
    let commit = |it: &str| {
        let found = opened.commit_of(it);
        found.map_err(|error| Failure::usage(chain(&error)).hint(hint))
    };
    Ok((commit(base)?, commit(head)?))
}

fn of_change(
    (corpus, project, known): (&Corpus, &Project, &Known),
    arguments: &Arguments,
    (base, head): &(CommitId, CommitId),
    answer: &mut Answer,
) -> Result<(), Failure> {
    let wrong = || Failure::internal("a commit has no hash");
    let base = hash(base).ok_or_else(wrong)?;
    let head = hash(head).ok_or_else(wrong)?;
    let Some(proposal) = review::change_of(corpus, project, base, head) else {
        return Ok(());
    };
    let now = arguments.as_of.unwrap_or_else(Timestamp::now);
    let now = proposal.taken_in.map_or(now, |taken_in| taken_in.min(now));
    let is_fragile = Timeline::new(corpus, project, known).at(now).level() == Level::High;
    let mut acquaintance = Acquaintance::new(corpus, project);
    acquaintance.read_before(now);
    for part in &proposal.parts {
        let advice = review::advise(&acquaintance, (&proposal, part), is_fragile, now);
        if arguments.everyone || advice.standing != Standing::Regular {
            answer.advice.push(advice);
        } else {
            answer.leaves_out += 1;
        }
    }
    answer.is_cut = proposal.is_cut;
    Ok(())
}

fn of_pulls(corpus: &Corpus, project: &Project, known: &Known) -> Survey {
    let proposals = review::proposals(corpus, project);
    let span = Timeline::new(corpus, project, known).span();
    let quarters = span.map(|(first, last)| people::quarters(first, last));
    review::survey(
        (corpus, project, known),
        &proposals,
        &quarters.unwrap_or_default(),
    )
}
