//! `bartizan people network`: who works with whom, for programs that draw graphs, and as a picture.

mod graphml;
mod json;
mod svg;

use std::path::PathBuf;

use bartizan_people::network::{Network, Node};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    people::{Histories, HistoryArguments, Names, histories},
};

pub(super) static COMMAND: PeopleNetwork = PeopleNetwork;

pub(super) struct PeopleNetwork;

#[derive(Debug, Args)]
struct Arguments {
    /// Git repositories, by their paths or as `PROJECT=PATH`
    #[arg(value_name = "REPOSITORY", required = true)]
    repositories: Vec<PathBuf>,

    /// Write names; without it pseudonyms stand for people, and the answer may be published
    #[arg(long)]
    names: bool,

    /// How many persons are drawn
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=40))]
    top: u16,

    #[command(flatten)]
    histories: HistoryArguments,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A picture of those who do the most
    Svg,
    /// Everybody, for programs that draw graphs
    Graphml,
    /// Everybody, for other programs; see `bartizan schema people-network`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people network numpy --output core.svg
  bartizan people network numpy scipy --format graphml --output network.graphml
  bartizan people network numpy --names --output ours.svg

Whoever put in work of somebody is tied to them. Work that went through one person's hands only, and squashed pull requests of
which the history does not say who put them in, tie nobody. Pseudonyms are made with the key of your home: nobody else can make
them out or compare them with theirs.

Exit codes: 0 written, 2 wrong use or no repository, 3 nobody is tied to anybody.";

impl Command for PeopleNetwork {
    fn path(&self) -> &'static [&'static str] {
        &["people", "network"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("network"))
            .about("Draw who works with whom, without names unless they are wanted")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let histories = histories(ctx, &arguments.repositories, &arguments.histories)?;
        let network = Network::of(&histories.corpus, histories.now);
        let told = Told {
            names: Names::of(&histories.corpus, arguments.names),
            histories: &histories,
            network: &network,
        };
        let text = match arguments.format {
            Format::Svg => svg::text(&told, usize::from(arguments.top)),
            Format::Graphml => graphml::text(&told),
            Format::Json => json::text(&told)?,
        };
        output::write(&text, arguments.output.as_deref())?;
        if network.links.is_empty() {
            return Ok(Exit::NothingToLookAt);
        }
        Ok(histories.exit())
    }
}

/// What is written, and how people are told.
struct Told<'a> {
    names: Names<'a>,
    histories: &'a Histories,
    network: &'a Network,
}

impl Told<'_> {
    /// The names of somebody's projects.
    fn projects(&self, node: &Node) -> Vec<&str> {
        let projects = node.projects.iter();
        let projects = projects.filter_map(|it| self.histories.corpus.projects.get(*it));
        projects.map(|it| it.name.as_str()).collect()
    }
}
