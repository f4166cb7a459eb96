//! A new key for a federation of its own: for its holder alone, whole or not at all, and over nothing that is there.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use bartizan_provenance::{
    WITHOUT_SERVICES,
    signing::{KeyKind, NewKey, SigningKey},
};

use super::KeyKindName;
use crate::{context::Context, error::Failure, exit::Exit, output};

impl From<KeyKindName> for KeyKind {
    fn from(name: KeyKindName) -> Self {
        match name {
            KeyKindName::P256 => Self::P256,
            KeyKindName::Ed25519 => Self::Ed25519,
        }
    }
}

/// Makes a key, its public half, and the root of trust by which its signatures are verified alone.
pub(super) fn make(ctx: &Context, path: &Path, kind: KeyKind) -> Result<Exit, Failure> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let (public, root) = (beside(".pub"), beside(".trusted_root.json"));
    for file in [path, &public, &root] {
        if file.symlink_metadata().is_ok() {
            return Err(there(file));
        }
    }
    let key = NewKey::new(kind).map_err(|error| Failure::internal(error.to_string()))?;
    let text = key.private.reveal();
    let fingerprint = SigningKey::read(text).map(|key| key.fingerprint());
    let fingerprint = fingerprint.map_err(|error| Failure::internal(error.to_string()))?;
    for (file, text) in [
        (path, text),
        (&public, &key.public),
        (&root, WITHOUT_SERVICES),
    ] {
        let is_private = file == path;
        write(file, text, is_private).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => there(file),
            _ => Failure::usage(format!("cannot write `{}`: {error}", file.display()))
                .hint("name a file in a folder that exists and may be written to"),
        })?;
    }
    if !ctx.is_quiet {
        let lines = [
            format!(
                "key          {}  (for you alone; keep it, nobody can make it again)",
                path.display()
            ),
            format!(
                "public half  {}  (give it to whoever verifies)",
                public.display()
            ),
            format!(
                "root         {}  (it names no service: the key alone is believed)",
                root.display()
            ),
            format!("sha256       {fingerprint}"),
        ];
        let text: String = lines
            .iter()
            .map(|line| ctx.stdout.clean(line) + "\n")
            .collect();
        output::write(&text, None)?;
    }
    Ok(Exit::Clean)
}

fn there(path: &Path) -> Failure {
    Failure::usage(format!("`{}` is there already", path.display()))
        .hint("a key is never written over; name another file")
}

/// A temporary file is for its owner alone; what is public is an ordinary file.
fn write(path: &Path, text: &str, is_private: bool) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    if !is_private {
        output::share(file.as_file())?;
    }
    file.as_file().sync_all()?;
    file.persist_noclobber(path)
        .map(drop)
        .map_err(|error| error.error)
}
