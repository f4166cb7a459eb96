//! `bartizan sbom create`: a bill of materials of what is really there, in the format that is asked for, or put into a wheel.

use std::{
    io::{BufReader, Seek},
    path::{Path, PathBuf},
};

use bartizan_model::Timestamp;
use bartizan_sbom::{
    create::{self, Agent, Bill, WRITTEN, Written},
    embed::{EmbedError, embed},
};
use clap::{ArgMatches, Args, builder::PossibleValuesParser};

use super::{Command, read};
use crate::{
    arguments,
    bills::{self, make::Made},
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};

pub(super) static COMMAND: SbomCreate = SbomCreate;

pub(super) struct SbomCreate;

#[derive(Debug, Args)]
struct Arguments {
    /// A wheel, a source distribution, a conda package, an environment, a lock file, a source tree or an image
    #[arg(value_name = "TARGET")]
    target: PathBuf,

    /// The format of the bill
    #[arg(long, value_name = "FORMAT", default_value = "cyclonedx-1.6", value_parser = PossibleValuesParser::new(WRITTEN.map(|(name, ..)| name)))]
    format: String,

    /// Write the bill, or with `--embed` the wheel, to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Put the bill into the wheel (PEP 770) and make its RECORD agree
    #[arg(long)]
    embed: bool,

    /// With `--embed`: change the wheel itself
    #[arg(long, requires = "embed", conflicts_with = "output")]
    in_place: bool,

    /// The time that the bill states, or `now`; `SOURCE_DATE_EPOCH` is heard without it
    #[arg(long, value_name = "TIME", value_parser = moment)]
    timestamp: Option<Timestamp>,

    /// Who makes the bill: `The Lab <lab@example.org>`
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    match text {
        "now" => Ok(Timestamp::now()),
        _ => arguments::time(text),
    }
}

/// The name of the bill in the folder of a wheel, before its ending.
const EMBEDDED_NAME: &str = "bartizan";

const AFTER_HELP: &str = "\
Examples:
  bartizan sbom create numpy-2.4.6-cp311-cp311-win_amd64.whl -o numpy.cdx.json
  bartizan sbom create .venv --format spdx-2.3 --timestamp now -o env.spdx.json
  bartizan sbom create lab-1.0-py3-none-any.whl --embed -o dist/lab-1.0-py3-none-any.whl

Native libraries and copied Python packages are listed with the evidence that `bartizan inspect` shows. Equal input gives
equal bytes; a time is written only when one is given, and SPDX cannot do without. Licences are those that metadata state.

Exit codes: 0 written, 2 wrong use or no such target, 3 nothing to list.";

impl Command for SbomCreate {
    fn path(&self) -> &'static [&'static str] {
        &["sbom", "create"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("create"))
            .about("Make a bill of materials of what is really there, or put one into a wheel")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let format = Written::of_name(&arguments.format).ok_or_else(|| {
            Failure::internal(format!("the format `{}` is not known", arguments.format))
        })?;
        let Made { mut bill, problems } = bills::make::make(ctx, &arguments.target, None)?;
        bill.timestamp = timestamp(ctx, &arguments, format)?;
        bill.author = arguments.author.as_deref().and_then(Agent::of_text);
        for problem in problems {
            ctx.note(&problem);
        }
        if arguments.embed {
            put_in(&arguments, bill, format)?;
        } else {
            output::write(&create::write(&bill, format), arguments.output.as_deref())?;
        }
        Ok(Exit::Clean)
    }
}

/// The time that was asked for, or that of [`SOURCE_DATE_EPOCH`](https://reproducible-builds.org/specs/source-date-epoch/).
fn timestamp(
    ctx: &Context,
    arguments: &Arguments,
    format: Written,
) -> Result<Option<String>, Failure> {
    let epoch = ctx.environment.text("SOURCE_DATE_EPOCH");
    let epoch = epoch.and_then(|it| Timestamp::from_second(it.trim().parse().ok()?).ok());
    let time = arguments.timestamp.or(epoch);
    if time.is_none() && format.needs_time() {
        return Err(
            Failure::usage("SPDX cannot do without a time, and none was given")
                .hint("`--timestamp now`, or set `SOURCE_DATE_EPOCH` for equal bytes"),
        );
    }
    Ok(time.map(|it| it.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

/// Writes the wheel with the bill in it. A wheel cannot state its own digest.
fn put_in(arguments: &Arguments, mut bill: Bill, format: Written) -> Result<(), Failure> {
    bill.subject.hashes.clear();
    let target = &arguments.target;
    let shown = target.display();
    let out = match (&arguments.output, arguments.in_place) {
        (Some(output), _) => output.as_path(),
        (None, true) => target.as_path(),
        (None, false) => {
            return Err(Failure::usage("`--embed` needs a place for the wheel")
                .hint("`--output FILE` for another file, `--in-place` for the wheel itself"));
        }
    };
    let name = format!("{EMBEDDED_NAME}{}", format.ending());
    let text = create::write(&bill, format);
    write_wheel(target, &name, text.as_bytes(), out).map_err(|error| {
        Failure::usage(format!(
            "cannot put a bill into `{shown}`: {}",
            chain(&error)
        ))
        .hint("name a wheel whose RECORD is in order: see `bartizan verify`")
    })
}

/// The new wheel is whole or not there at all.
fn write_wheel(wheel: &Path, name: &str, bill: &[u8], out: &Path) -> Result<(), EmbedError> {
    let folder = out
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut input = BufReader::new(std::fs::File::open(wheel)?);
    input.rewind()?;
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let file = embed(input, name, bill, file)?;
    let permissions = std::fs::metadata(wheel)?.permissions();
    file.as_file().set_permissions(permissions)?;
    file.persist(out)
        .map(drop)
        .map_err(|error| EmbedError::Io(error.error))
}
