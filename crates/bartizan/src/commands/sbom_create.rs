//! `bartizan sbom create`: a bill of materials of what is really there, in the format that is asked for, or put into a wheel or conda package.

mod embedded;

use std::path::{Path, PathBuf};

use bartizan_model::Timestamp;
use bartizan_native::artifact::Counted;
use bartizan_sbom::create::{self, Agent, Bill, WRITTEN, Written};
use clap::{ArgMatches, Args, builder::PossibleValuesParser};

use super::{Command, read};
use crate::{
    arguments,
    bills::{self, make::Made},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: SbomCreate = SbomCreate;

pub(super) struct SbomCreate;

#[derive(Debug, Args)]
struct Arguments {
    /// A wheel, a source distribution, a conda package, an environment, a lock file, a source tree or an image; with `--embed` wheels and conda packages, or folders of them
    #[arg(value_name = "TARGET", required = true)]
    targets: Vec<PathBuf>,

    /// The format of the bill
    #[arg(long, value_name = "FORMAT", default_value = "cyclonedx-1.6", value_parser = PossibleValuesParser::new(WRITTEN.map(|(name, ..)| name)))]
    format: String,

    /// Write the bill, or with `--embed` the artifact, to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Put the bill into the wheel (PEP 770) and make its RECORD agree, or into the conda package (`info/sboms`)
    #[arg(long)]
    embed: bool,

    /// With `--embed`: change the artifacts themselves
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

const AFTER_HELP: &str = "\
Examples:
  bartizan sbom create numpy-2.4.6-cp311-cp311-win_amd64.whl -o numpy.cdx.json
  bartizan sbom create .venv --format spdx-2.3 --timestamp now -o env.spdx.json
  bartizan sbom create lab-1.0-py3-none-any.whl --embed -o dist/lab-1.0-py3-none-any.whl
  bartizan sbom create --embed --in-place wheelhouse                       every wheel in a folder, after its repair
  bartizan sbom create --embed --in-place output                           every conda package of a build, in its channel's folders

Native libraries and copied Python packages are listed with the evidence that `bartizan inspect` shows. Equal input gives
equal bytes; a time is written only when one is given, and SPDX cannot do without. Licences are those that metadata state. Bills
that an artifact has already, such as auditwheel's and rattler-build's, stay as they are; what they say rightly counts. Only our
own is replaced.

Exit codes: 0 written, 2 wrong use or no such target, 3 nothing to list.";

impl Command for SbomCreate {
    fn path(&self) -> &'static [&'static str] {
        &["sbom", "create"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("create"))
            .about("Make a bill of materials of what is really there, or put one into a wheel or conda package")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let format = Written::of_name(&arguments.format).ok_or_else(|| {
            Failure::internal(format!("the format `{}` is not known", arguments.format))
        })?;
        if arguments.embed {
            embedded::complete(ctx, &arguments, format)?;
        } else {
            let [target] = arguments.targets.as_slice() else {
                return Err(
                    Failure::usage("a bill is about one thing, and several were named")
                        .hint("name one; `--embed --in-place` takes several wheels and packages"),
                );
            };
            let bill = bill(ctx, target, &arguments, format, &Counted::All)?;
            output::write(&create::write(&bill, format), arguments.output.as_deref())?;
        }
        Ok(Exit::Clean)
    }
}

/// The bill of one target, with what the user adds to it.
fn bill(
    ctx: &Context,
    target: &Path,
    arguments: &Arguments,
    format: Written,
    bills: &Counted,
) -> Result<Bill, Failure> {
    let timestamp = timestamp(ctx, arguments, format)?;
    let Made { mut bill, problems } = bills::make::make(ctx, target, bills)?;
    bill.timestamp = timestamp;
    bill.author = arguments.author.as_deref().and_then(Agent::of_text);
    for problem in problems {
        ctx.note(&problem);
    }
    Ok(bill)
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
