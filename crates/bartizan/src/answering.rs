//! How an answer is written, for the commands whose answers people and programs read.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::{context::Context, error::Failure, output, term::Terminal};

/// In which form an answer is written, and where.
#[derive(Debug, Args)]
pub(crate) struct Answering {
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
    /// For programs; `bartizan schema` with the command's name prints what it looks like
    Json,
}

impl Answering {
    /// The file that it goes into, where one is named.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Writes the answer in the form that is asked for.
    pub(crate) fn write(
        &self,
        ctx: &Context,
        human: impl FnOnce(Terminal) -> String,
        json: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let file = self.file();
        let text = match self.format {
            Format::Human => human(ctx.terminal(file)),
            Format::Json => json()?,
        };
        output::write(&text, file)
    }
}
