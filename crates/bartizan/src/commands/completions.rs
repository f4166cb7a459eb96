//! `bartizan completions`: what a shell needs to complete Bartizan's words.

use clap::{ArgMatches, Args};
use clap_complete::Shell;

use super::{Command, command, read};
use crate::{context::Context, error::Failure, exit::Exit, output};

pub(super) static COMMAND: Completions = Completions;

pub(super) struct Completions;

#[derive(Debug, Args)]
struct Arguments {
    /// The shell
    shell: Shell,
}

impl Command for Completions {
    fn path(&self) -> &'static [&'static str] {
        &["completions"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("completions")).about("Print completions for a shell").after_help(
            "Examples:\n  bartizan completions bash > ~/.local/share/bash-completion/completions/bartizan\n  \
             bartizan completions fish > ~/.config/fish/completions/bartizan.fish",
        )
    }

    fn wants_settings(&self) -> bool {
        false
    }

    fn run(&self, _: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { shell } = read(arguments)?;
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(), "bartizan", &mut script);
        output::write(&String::from_utf8_lossy(&script), None)?;
        Ok(Exit::Clean)
    }
}
