//! `bartizan db match`: which records match a version, one line of JSON a query.

use std::io::{BufReader, BufWriter, Read, Write};

use clap::{ArgMatches, Args};

use self::{answer::Answerer, lines::Line};
use super::{Command, read};
use crate::{
    arguments::FreshnessArguments, context::Context, database, error::Failure, exit::Exit,
    output::settle,
};

mod answer;
mod lines;

pub(super) static COMMAND: DbMatch = DbMatch;

pub(super) struct DbMatch;

#[derive(Debug, Args)]
struct Arguments {
    /// NAME==VERSION of the Python package index, or a package URL with a version; `pkg:generic/NAME@VERSION` is a native library built from upstream's source
    #[arg(
        value_name = "QUERY",
        required_unless_present = "stdin",
        conflicts_with = "stdin"
    )]
    queries: Vec<String>,

    /// Read one query a line from standard input
    #[arg(long)]
    stdin: bool,

    #[command(flatten)]
    freshness: FreshnessArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db match pillow==10.0.0 numpy==1.21.0
  bartizan db match pkg:julia/OpenSSL_jll@3.0.8+0
  bartizan db match pkg:generic/libwebp@1.3.1
  bartizan db match --stdin < queries.txt

Each query gives one line: {\"query\":…,\"records\":[…],\"groups\":[…]}, in the order of the queries.
A query that is malformed gives a line with \"error\" and leads to exit code 2 at the end.";

impl Command for DbMatch {
    fn path(&self) -> &'static [&'static str] {
        &["db", "match"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("match"))
            .about("Tell which advisories match a version, as JSON Lines")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments {
            queries,
            stdin,
            freshness,
        } = read(arguments)?;
        let opened = database::open(ctx, ctx.tolerance(&freshness))?;
        let mut answerer = Answerer::new(&opened.database);
        let out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        let exit = if stdin {
            from_lines(
                BufReader::with_capacity(1 << 16, std::io::stdin().lock()),
                out,
                &mut answerer,
            )?
        } else {
            from_arguments(&queries, out, &mut answerer)?
        };
        Ok(exit.and(opened.exit(ctx)))
    }
}

fn from_arguments(
    queries: &[String],
    mut out: impl Write,
    answerer: &mut Answerer<'_>,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Clean;
    for query in queries {
        let (line, ended) = answerer.line(query)?;
        exit = exit.and(ended);
        settle(out.write_all(line.as_bytes()))?;
    }
    settle(out.flush())?;
    Ok(exit)
}

/// Answers each line as it comes. What is written is flushed when no further line waits, so that a
/// program at the other end of both pipes gets its answers.
fn from_lines<R: Read>(
    mut input: BufReader<R>,
    mut out: impl Write,
    answerer: &mut Answerer<'_>,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Clean;
    let mut buffer = Vec::new();
    loop {
        let query = match lines::next(&mut input, &mut buffer) {
            Ok(Line::End) => break,
            Ok(Line::Text(query)) => query,
            Err(error) => {
                return Err(Failure::usage(format!(
                    "cannot read standard input: {error}"
                )));
            }
        };
        if query.trim().is_empty() {
            continue;
        }
        let (line, ended) = answerer.line(query.trim())?;
        exit = exit.and(ended);
        let is_idle = input.buffer().is_empty();
        let written = out
            .write_all(line.as_bytes())
            .and_then(|()| if is_idle { out.flush() } else { Ok(()) });
        if written
            .as_ref()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
        {
            return Ok(exit);
        }
        settle(written)?;
    }
    settle(out.flush())?;
    Ok(exit)
}
