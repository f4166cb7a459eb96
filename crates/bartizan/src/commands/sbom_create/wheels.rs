//! Bills put into wheels: `--embed`, of one wheel, of several, or of those in a folder, as a repair leaves them.
//!
//! A bill that is of us does not count when the next one is made, so that a second run changes nothing.

use std::{
    io::{BufReader, Seek},
    path::{Path, PathBuf},
};

use bartizan_native::artifact::Counted;
use bartizan_sbom::{
    create::{self, Written},
    embed::{EMBEDDED, EmbedError, embed, replaced},
};

use super::{Arguments, bill};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
};

/// Puts a bill into each wheel. Each is whole at any time: it has its new bill, or is as it was.
pub(super) fn complete(
    ctx: &Context,
    arguments: &Arguments,
    format: Written,
) -> Result<(), Failure> {
    let wheels = wheels(&arguments.targets)?;
    match (&arguments.output, wheels.as_slice()) {
        (Some(output), [wheel]) => put_in(ctx, arguments, format, wheel, output),
        (Some(_), _) => Err(Failure::usage(
            "`--output` is a place for one wheel, and there are several",
        )
        .hint("`--in-place` changes the wheels themselves")),
        (None, _) if !arguments.in_place => {
            Err(Failure::usage("`--embed` needs a place for the wheel")
                .hint("`--output FILE` for another file, `--in-place` for the wheel itself"))
        }
        (None, wheels) => wheels
            .iter()
            .try_for_each(|wheel| put_in(ctx, arguments, format, wheel, wheel)),
    }
}

/// The wheels that are named, and those in folders that are, sorted.
fn wheels(targets: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut wheels = Vec::new();
    for target in targets {
        if !target.is_dir() {
            wheels.push(target.clone());
            continue;
        }
        let shown = target.display();
        let failed = |error| {
            Failure::usage(format!("cannot list `{shown}`: {error}")).hint("name wheels instead")
        };
        let before = wheels.len();
        for entry in std::fs::read_dir(target).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|it| it == "whl") && path.is_file() {
                wheels.push(path);
            }
        }
        if wheels.len() == before {
            let nothing = Failure {
                exit: Exit::NothingToLookAt,
                ..Failure::usage(format!("there is no wheel in `{shown}`"))
            };
            return Err(nothing.hint("name the folder into which wheels were built or repaired"));
        }
    }
    wheels.sort();
    wheels.dedup();
    Ok(wheels)
}

/// Writes the wheel with a bill in it. A wheel cannot state its own digest.
fn put_in(
    ctx: &Context,
    arguments: &Arguments,
    format: Written,
    wheel: &Path,
    out: &Path,
) -> Result<(), Failure> {
    let name = format!("{EMBEDDED}{}", format.ending());
    let failed = |error: &EmbedError| {
        Failure::usage(format!(
            "cannot put a bill into `{}`: {}",
            wheel.display(),
            chain(error)
        ))
        .hint("name a wheel whose RECORD is in order: see `bartizan verify`")
    };
    let instead = own(wheel, &name).map_err(|error| failed(&error))?;
    let mut bill = bill(
        ctx,
        wheel,
        arguments,
        format,
        &Counted::Without(instead.clone()),
    )?;
    bill.subject.hashes.clear();
    let text = create::write(&bill, format);
    write_wheel(wheel, (&name, &instead), text.as_bytes(), out).map_err(|error| failed(&error))
}

/// The bills in a wheel that the new one takes the place of.
fn own(wheel: &Path, name: &str) -> Result<Vec<String>, EmbedError> {
    replaced(BufReader::new(std::fs::File::open(wheel)?), name)
}

/// The new wheel is whole or not there at all.
fn write_wheel(
    wheel: &Path,
    place: (&str, &[String]),
    bill: &[u8],
    out: &Path,
) -> Result<(), EmbedError> {
    let folder = out
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut input = BufReader::new(std::fs::File::open(wheel)?);
    input.rewind()?;
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let file = embed(input, place, bill, file)?;
    let permissions = std::fs::metadata(wheel)?.permissions();
    file.as_file().set_permissions(permissions)?;
    file.persist(out)
        .map(drop)
        .map_err(|error| EmbedError::Io(error.error))
}
