//! Bundles: what `db sync --from` does with a file that holds a whole snapshot or the changes to one.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    bundle::Trust,
    signature::{AllowedSigners, LARGEST_SIGNERS},
};
use bartizan_model::Timestamp;
use bartizan_sources::{
    bundle::{InstallError, InstallRequest, Installed, Waivers, install, is_bundle},
    disk,
    home::Home,
};
use clap::Args;

use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    render::words,
    term::Terminal,
};

/// What matters to bundles only.
#[derive(Debug, Args)]
pub(super) struct BundleArguments {
    /// Believe a bundle that one of these signed: a file in the format of OpenSSH's `allowed_signers`
    #[arg(long, value_name = "FILE", help_heading = "Bundles")]
    signers: Option<PathBuf>,

    /// Believe a bundle that nobody signed: you vouch for it
    #[arg(long, conflicts_with = "signers", help_heading = "Bundles")]
    allow_unsigned: bool,

    /// Install a bundle although this home has seen a newer one of the same publisher
    #[arg(long, help_heading = "Bundles")]
    allow_older: bool,

    /// Install a bundle although it replaces a snapshot that came from elsewhere; nothing is merged
    #[arg(long, help_heading = "Bundles")]
    replace: bool,
}

/// The bundle among what is to be read. A bundle is read alone, because it replaces everything.
pub(super) fn among(from: &[PathBuf]) -> Result<Option<&Path>, Failure> {
    match from {
        [path] if is_bundle(path) => Ok(Some(path)),
        paths => match paths.iter().find(|path| is_bundle(path)) {
            None => Ok(None),
            Some(bundle) => Err(Failure::usage(format!(
                "`{}` is a bundle and cannot be read together with others",
                bundle.display()
            ))
            .hint("a bundle replaces the snapshot whole; install it alone, then sync the others")),
        },
    }
}

/// Refuses options that mean nothing without a bundle: who says whom to believe must not go unheard.
pub(super) fn refuse_without(arguments: &BundleArguments) -> Result<(), Failure> {
    let named = [
        ("--signers", arguments.signers.is_some()),
        ("--allow-unsigned", arguments.allow_unsigned),
        ("--allow-older", arguments.allow_older),
        ("--replace", arguments.replace),
    ];
    match named.iter().find(|(_, is_named)| *is_named) {
        None => Ok(()),
        Some((name, _)) => Err(Failure::usage(format!("`{name}` without a bundle"))
            .hint("name a bundle with `--from`; what is read there is none")),
    }
}

/// Verifies a bundle and installs it.
pub(super) fn run(
    ctx: &Context,
    bundle: &Path,
    arguments: &BundleArguments,
    now: Timestamp,
) -> Result<Exit, Failure> {
    let signers = arguments
        .signers
        .as_deref()
        .map(|path| signers(ctx, path))
        .transpose()?;
    let trust = match &signers {
        Some(signers) => Trust::Signers(signers),
        None if arguments.allow_unsigned => Trust::Anybody,
        None => {
            return Err(Failure::usage(format!("`{}` is a bundle, and nobody is named who may sign it", bundle.display()))
                .hint("name the publisher's key with `--signers FILE`; `--allow-unsigned` believes whoever made the file"));
        }
    };
    let installed = install(&InstallRequest {
        home: &Home::new(ctx.home()?),
        bundle,
        trust,
        waivers: Waivers {
            older: arguments.allow_older,
            replace: arguments.replace,
        },
        now,
    });
    let installed = installed.map_err(|error| failed(&error))?;
    if !ctx.is_quiet {
        output::write(&text(ctx.stdout, &installed, now), None)?;
    }
    Ok(Exit::Clean)
}

fn signers(ctx: &Context, path: &Path) -> Result<AllowedSigners, Failure> {
    let name = path.display().to_string();
    let cannot =
        |why: String| Failure::usage(format!("cannot read the signers in `{name}`: {why}"));
    let bytes = disk::read_small(path, LARGEST_SIGNERS).map_err(|error| {
        cannot(error.to_string())
            .hint("`--signers` takes a file in the format of `allowed_signers`")
    })?;
    let signers = AllowedSigners::read(&name, &bytes)
        .map_err(|error| cannot(error.to_string()).hint(error.hint()))?;
    for problem in signers.problems() {
        ctx.note(&format!(
            "problem: {}: {}",
            problem.subject, problem.message
        ));
    }
    Ok(signers)
}

fn failed(error: &InstallError) -> Failure {
    let exit = match error {
        InstallError::Replaces { .. } => Exit::Usage,
        _ => Exit::Data,
    };
    Failure {
        exit,
        message: chain(error),
        hint: Some(error.hint().to_owned()),
    }
}

fn text(terminal: Terminal, installed: &Installed, now: Timestamp) -> String {
    let manifest = &installed.bundle.manifest;
    let mut text = String::new();
    for source in &manifest.sources {
        let line = format!(
            "{:<20}{}, imported {} ago by the publisher",
            source.id,
            words::count_u64(source.records, "record", "records"),
            words::ago(source.imported, now),
        );
        text += &terminal.clean(&line);
        text.push('\n');
    }
    let signed = match &installed.bundle.signer {
        Some(signer) => format!("signed by {} ({})", signer.principal, signer.fingerprint),
        None => "signed by nobody that was checked".to_owned(),
    };
    let replaced = match (&installed.replaced, &manifest.base) {
        (None, _) => "where there was none".to_owned(),
        (Some(old), None) => format!("in place of {old}, whole"),
        (Some(old), Some(_)) => format!("made of {old} and its changes"),
    };
    text += &terminal.clean(&format!(
        "Snapshot {} of {}, {signed}, {replaced}.",
        manifest.snapshot.id(),
        manifest.created,
    ));
    text.push('\n');
    text
}
