//! `bartizan channel index`: what a channel of conda serves beside its packages, written for a folder of them.

mod folder;

use std::path::PathBuf;

use bartizan_formats::{file_name, tree::Tree};
use bartizan_sources::disk::DiskTree;
use clap::{ArgMatches, Args};

use self::folder::Folder;
use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    render::words,
    term::{Sheet, Terminal},
};

pub(super) static COMMAND: ChannelIndex = ChannelIndex;

pub(super) struct ChannelIndex;

/// The folder that every channel has.
const NOARCH: &str = "noarch";

#[derive(Debug, Args)]
struct Arguments {
    /// A folder with the packages of each platform in a folder of its own: `linux-64`, `noarch`
    #[arg(value_name = "DIR")]
    channel: PathBuf,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan channel index output                            after `bartizan sbom create --embed --in-place output`
  bartizan verify output/linux-64/*.conda --require pinned --repository lab/feedstock     who signed what is served there

Each folder gets a `repodata.json` (CEP 36) made from the packages themselves, with their SHA-256 digests. Sigstore bundles beside a
package (`NAME.sigstore.json`, as `bartizan attest --claim conda` writes it) become `NAME.sigs` and `NAME.sigs.DIGEST`, and the digest is
advertised (CEP 50); what is served already stays in front, byte for byte. Bundles are held against name and digest of the package
here, and verified by `bartizan verify`. A package that contradicts itself is left out. Equal folders give equal bytes.

Exit codes: 0 written, 1 something was left out, 2 wrong use, 3 there is no package.";

impl Command for ChannelIndex {
    fn path(&self) -> &'static [&'static str] {
        &["channel", "index"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("index"))
            .about("Write the metadata of a channel of conda for a folder of packages, with their attestations")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let folders = folders(&arguments)?;
        let mut exit = Exit::Clean;
        if folders.iter().all(Folder::is_empty) {
            let shown = arguments.channel.display();
            let nothing = Failure {
                exit: Exit::NothingToLookAt,
                ..Failure::usage(format!(
                    "there is no conda package in a folder of `{shown}`"
                ))
            };
            return Err(
                nothing.hint("packages lie in a folder of their platform, such as `linux-64`")
            );
        }
        for folder in &folders {
            folder.write()?;
            if !folder.problems.is_empty() {
                exit = exit.and(Exit::Findings);
            }
        }
        output::write(&text(ctx.terminal(None), &folders), None)?;
        Ok(exit)
    }
}

/// The folders of a channel, sorted; what they hold is read, and nothing is written.
fn folders(arguments: &Arguments) -> Result<Vec<Folder>, Failure> {
    let shown = arguments.channel.display();
    let entries = DiskTree.list(&arguments.channel).map_err(|error| {
        Failure::usage(format!("cannot list `{shown}`: {error}"))
            .hint("name the folder of a channel, with folders such as `linux-64` in it")
    })?;
    let names = entries
        .iter()
        .filter_map(|it| it.path.file_name()?.to_str());
    let named = names.filter(|name| file_name::is_conda_subdir(name));
    let mut names: Vec<String> = named
        .filter(|name| arguments.channel.join(name).is_dir())
        .map(str::to_owned)
        .collect();
    if !names.is_empty() && !names.iter().any(|it| it == NOARCH) {
        names.push(NOARCH.to_owned());
    }
    names.sort();
    let folders = names.into_iter();
    folders
        .map(|name| Folder::read(&arguments.channel, name))
        .collect()
}

fn text(terminal: Terminal, folders: &[Folder]) -> String {
    let mut sheet = Sheet::new(terminal);
    for folder in folders {
        let packages = words::count(folder.packages(), "package", "packages");
        let line = format!(
            "{}: {packages}, {} attested",
            folder.name,
            folder.attested()
        );
        sheet.wrapped(0, &line);
        for problem in &folder.problems {
            sheet.wrapped(2, problem);
        }
    }
    sheet.text
}
