//! Bills put into wheels and packages of conda: `--embed`, of one, of several, or of those in a folder, as a repair or a build
//! leaves them.
//!
//! A bill that is of us does not count when the next one is made, so that a second run changes nothing.

use std::{
    io::{BufReader, Seek},
    path::{Path, PathBuf},
};

use bartizan_formats::file_name;
use bartizan_native::artifact::Counted;
use bartizan_sbom::{
    create::{self, Written},
    embed::{EMBEDDED, EmbedError, embed, embed_conda, replaced},
};

use super::{Arguments, bill};
use crate::{
    bills::conda,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
};

/// Puts a bill into each artifact. Each is whole at any time: it has its new bill, or is as it was.
pub(super) fn complete(
    ctx: &Context,
    arguments: &Arguments,
    format: Written,
) -> Result<(), Failure> {
    let carriers = carriers(&arguments.targets)?;
    match (&arguments.output, carriers.as_slice()) {
        (Some(output), [carrier]) => put_in(ctx, arguments, format, carrier, output),
        (Some(_), _) => Err(Failure::usage(
            "`--output` is a place for one artifact, and there are several",
        )
        .hint("`--in-place` changes the artifacts themselves")),
        (None, _) if !arguments.in_place => {
            Err(Failure::usage("`--embed` needs a place for the artifact")
                .hint("`--output FILE` for another file, `--in-place` for the artifact itself"))
        }
        (None, carriers) => carriers
            .iter()
            .try_for_each(|carrier| put_in(ctx, arguments, format, carrier, carrier)),
    }
}

/// The artifacts that are named, and those in folders that are, sorted. A folder may be a channel of conda, with its packages
/// in a folder for each platform.
fn carriers(targets: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut carriers = Vec::new();
    for target in targets {
        if !target.is_dir() {
            carriers.push(target.clone());
            continue;
        }
        let before = carriers.len();
        for path in entries(target)? {
            if path.is_dir() && named(&path, file_name::is_conda_subdir) {
                let packages = entries(&path)?.into_iter();
                carriers.extend(packages.filter(|it| it.is_file() && named(it, is_package)));
            } else if path.is_file() && named(&path, is_carrier) {
                carriers.push(path);
            }
        }
        if carriers.len() == before {
            let shown = target.display();
            let nothing = Failure {
                exit: Exit::NothingToLookAt,
                ..Failure::usage(format!(
                    "there is no wheel and no conda package in `{shown}`"
                ))
            };
            return Err(nothing.hint("name the folder into which they were built or repaired"));
        }
    }
    carriers.sort();
    carriers.dedup();
    Ok(carriers)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| {
        let shown = folder.display();
        Failure::usage(format!("cannot list `{shown}`: {error}")).hint("name artifacts instead")
    };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    entries.map(|it| Ok(it.map_err(failed)?.path())).collect()
}

fn named(path: &Path, is_it: impl Fn(&str) -> bool) -> bool {
    path.file_name()
        .and_then(|it| it.to_str())
        .is_some_and(is_it)
}

/// Beside each other only what is told apart by its ending: a source distribution may end as an older package of conda does.
fn is_carrier(name: &str) -> bool {
    file_name::is_wheel(name) || name.strip_suffix(".conda").is_some()
}

fn is_package(name: &str) -> bool {
    file_name::conda(name).is_some()
}

/// Writes the artifact with a bill in it, which cannot state the digest of its artifact.
fn put_in(
    ctx: &Context,
    arguments: &Arguments,
    format: Written,
    carrier: &Path,
    out: &Path,
) -> Result<(), Failure> {
    let name = format!("{EMBEDDED}{}", format.ending());
    let failed = |error: &EmbedError| {
        Failure::usage(format!(
            "cannot put a bill into `{}`: {}",
            carrier.display(),
            chain(error)
        ))
        .hint("name a wheel or package whose content is in order: see `bartizan verify`")
    };
    let instead = own(carrier, &name).map_err(|error| failed(&error))?;
    let counted = Counted::Without(instead.clone());
    let mut bill = bill(ctx, carrier, arguments, format, &counted)?;
    bill.subject.hashes.clear();
    let text = create::write(&bill, format);
    write_carrier(carrier, (&name, &instead), text.as_bytes(), out).map_err(|error| failed(&error))
}

/// The bills in an artifact that the new one takes the place of.
fn own(carrier: &Path, name: &str) -> Result<Vec<String>, EmbedError> {
    if conda::is_package(carrier) {
        return Ok(vec![name.to_owned()]);
    }
    replaced(BufReader::new(std::fs::File::open(carrier)?), name)
}

/// The new artifact is whole or not there at all.
fn write_carrier(
    carrier: &Path,
    place: (&str, &[String]),
    bill: &[u8],
    out: &Path,
) -> Result<(), EmbedError> {
    let folder = out
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut input = BufReader::new(std::fs::File::open(carrier)?);
    input.rewind()?;
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let file = if conda::is_package(carrier) {
        embed_conda(input, place.0, bill, file)?
    } else {
        embed(input, place, bill, file)?
    };
    let permissions = std::fs::metadata(carrier)?.permissions();
    file.as_file().set_permissions(permissions)?;
    file.persist(out)
        .map(drop)
        .map_err(|error| EmbedError::Io(error.error))
}
