//! Where data goes: standard output, or a file that is whole or not there at all.

use std::{
    io::{ErrorKind, Write},
    path::Path,
};

use crate::error::Failure;

/// Writes a text to the file, or to standard output where none is named.
pub(crate) fn write(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(path) => to_file(text, path),
        None => settle(std::io::stdout().lock().write_all(text.as_bytes())),
    }
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
fn to_file(text: &str, path: &Path) -> Result<(), Failure> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(directory).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        share(file.as_file())?;
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
