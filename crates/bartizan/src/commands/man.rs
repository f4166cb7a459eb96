//! `bartizan man`: the manual, from the same source as the help.

use std::path::PathBuf;

use clap::{ArgMatches, Args};
use clap_mangen::Man;

use super::{Command, command, read};
use crate::{context::Context, error::Failure, exit::Exit, output};

pub(super) static COMMAND: Manual = Manual;

pub(super) struct Manual;

#[derive(Debug, Args)]
struct Arguments {
    /// Write the page of every command into this directory, in place of printing the first one
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Command for Manual {
    fn path(&self) -> &'static [&'static str] {
        &["man"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("man"))
            .about("Print the manual page, or write all of them")
            .after_help("Examples:\n  bartizan man | man -l -\n  bartizan man --dir ~/.local/share/man/man1")
    }

    fn wants_settings(&self) -> bool {
        false
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { dir } = read(arguments)?;
        let Some(directory) = dir else {
            let mut page = Vec::new();
            let rendered = Man::new(command()).render(&mut page);
            rendered.map_err(|error| {
                Failure::internal(format!("cannot write the manual page: {error}"))
            })?;
            output::write(&String::from_utf8_lossy(&page), None)?;
            return Ok(Exit::Clean);
        };
        let written = std::fs::create_dir_all(&directory)
            .and_then(|()| clap_mangen::generate_to(command(), &directory));
        written.map_err(|error| {
            Failure::usage(format!(
                "cannot write manual pages to `{}`: {error}",
                directory.display()
            ))
            .hint("name a directory that may be written to")
        })?;
        ctx.note(&format!("manual pages are in {}", directory.display()));
        Ok(Exit::Clean)
    }
}
