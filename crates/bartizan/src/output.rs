//! Where data goes: standard output, or a file that is whole or not there at all.

use std::{
    io::{ErrorKind, Write},
    path::Path,
};

use crate::{context::Context, error::Failure};

/// Writes a text to the file, or to standard output where none is named.
pub(crate) fn write(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(path) => to_file(text, path, Readers::Everybody),
        None => settle(std::io::stdout().lock().write_all(text.as_bytes())),
    }
}

/// Writes what only whoever asked may see: to a file for its owner alone, or to a terminal that somebody looks at, and never
/// into a pipe or a log.
pub(crate) fn write_private(ctx: &Context, text: &str, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(path) => to_file(text, path, Readers::Owner),
        None if ctx.stdout.is_interactive => write(text, None),
        None => Err(Failure::usage(
            "what this command tells is private, and standard output is no terminal",
        )
        .hint("name a file with `--output`; only its owner can read it")),
    }
}

/// Writes a file that only its owner can read.
pub(crate) fn write_for_owner(text: &str, file: &Path) -> Result<(), Failure> {
    to_file(text, file, Readers::Owner)
}

/// Whether a private answer has somewhere to go, which is asked before anything is logged or read.
pub(crate) fn can_be_private(ctx: &Context, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(_) => Ok(()),
        None => write_private(ctx, "", None),
    }
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    Everybody,
    Owner,
}

/// A reader that goes away (`| head`) has seen enough; anything else is an error.
pub(crate) fn settle(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::usage(format!(
            "cannot write to standard output: {error}"
        ))
        .hint("write to a file with room, for example with `--output`")),
        _ => Ok(()),
    }
}

/// A reader of the file sees the old content or the new, never a part.
fn to_file(text: &str, path: &Path, readers: Readers) -> Result<(), Failure> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(directory).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        // A temporary file is for its owner alone.
        if readers == Readers::Everybody {
            share(file.as_file())?;
        }
        file.persist(path).map(drop).map_err(|error| error.error)
    });
    written.map_err(|error| {
        Failure::usage(format!("cannot write `{}`: {error}", path.display()))
            .hint("`--output` takes a file in a directory that exists and may be written to")
    })
}

/// A temporary file is for its owner alone; an answer that is asked for is an ordinary file.
#[cfg(unix)]
pub(crate) fn share(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(crate) fn share(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
