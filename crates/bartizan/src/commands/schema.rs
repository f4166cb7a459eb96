//! `bartizan schema`: the JSON Schema of what a command prints as JSON.

use clap::{ArgMatches, Args, builder::PossibleValuesParser};

use super::{Command, read};
use crate::{context::Context, error::Failure, exit::Exit, output, schema};

pub(super) static COMMAND: PrintSchema = PrintSchema;

pub(super) struct PrintSchema;

#[derive(Debug, Args)]
struct Arguments {
    /// The command whose JSON is described
    #[arg(value_parser = PossibleValuesParser::new(schema::ALL.iter().map(|schema| schema.command)))]
    command: String,
}

impl Command for PrintSchema {
    fn path(&self) -> &'static [&'static str] {
        &["schema"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("schema"))
            .about("Print the JSON Schema of a command's JSON")
            .after_help("Examples:\n  bartizan schema scan\n  bartizan schema db-match")
    }

    fn wants_settings(&self) -> bool {
        false
    }

    fn run(&self, _: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { command } = read(arguments)?;
        let schema = schema::find(&command);
        let schema =
            schema.ok_or_else(|| Failure::internal(format!("no schema of `{command}`")))?;
        output::write(schema.text, None)?;
        Ok(Exit::Clean)
    }
}
