//! Which settings files apply.

use std::path::{Path, PathBuf};

use super::{Places, Scope};
use crate::error::Failure;

/// A settings file that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// What it may set.
    pub(super) scope: Scope,
    /// The text, already read.
    pub(super) text: String,
}

const NAME: &str = "bartizan.toml";
pub(super) const RISKS: &str = "bartizan-risks.toml";
const PROJECT: &str = "pyproject.toml";
/// A settings file is written by hand; what is larger is something else.
const LIMIT: u64 = 1 << 20;

/// The files that apply, nearest first: the named one or else the nearest project's, then the user's.
pub(super) fn files(places: Places<'_>) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let named = places
        .named
        .map(Path::to_path_buf)
        .or_else(|| places.environment.path("BARTIZAN_CONFIG"));
    match named {
        Some(path) => found.push(named_file(path)?),
        None => found.extend(nearest(places.directory)?),
    }
    let user = places
        .environment
        .configuration_directory()
        .map(|directory| directory.join("bartizan").join(NAME));
    if let Some(path) = user
        && let Some(text) = read(&path)?
    {
        found.push(Found {
            path,
            scope: Scope::User,
            text,
        });
    }
    Ok(found)
}

/// A file that the user names may set everything: naming it is trusting it.
fn named_file(path: PathBuf) -> Result<Found, Failure> {
    let text = read(&path)?.ok_or_else(|| {
        Failure::usage(format!("no settings file `{}`", path.display()))
            .hint("`--config` and `BARTIZAN_CONFIG` take the path of a file like `bartizan.toml`")
    })?;
    Ok(Found {
        path,
        scope: Scope::User,
        text,
    })
}

/// The file of accepted risks: the one that the settings name, or the one beside the nearest settings file, or the one in
/// the directory itself.
pub(super) fn risks(
    named: Option<&Path>,
    settings: Option<&Path>,
    directory: &Path,
) -> Result<Option<Found>, Failure> {
    let beside = settings.and_then(Path::parent).unwrap_or(directory);
    let path = named.map_or_else(|| beside.join(RISKS), Path::to_path_buf);
    match (read(&path)?, named) {
        (Some(text), _) => Ok(Some(Found {
            path,
            scope: Scope::Project,
            text,
        })),
        (None, Some(_)) => Err(Failure::usage(format!(
            "no file of accepted risks `{}`",
            path.display()
        ))
        .hint("the setting `risks` takes the path of a TOML file with `[[risk]]` tables")),
        (None, None) => Ok(None),
    }
}

fn nearest(directory: &Path) -> Result<Option<Found>, Failure> {
    for directory in directory.ancestors() {
        let path = directory.join(NAME);
        if let Some(text) = read(&path)? {
            return Ok(Some(Found {
                path,
                scope: Scope::Project,
                text,
            }));
        }
        let path = directory.join(PROJECT);
        if let Some(text) = read(&path)?.filter(|text| super::file::has_own_table(text)) {
            return Ok(Some(Found {
                path,
                scope: Scope::Project,
                text,
            }));
        }
    }
    Ok(None)
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    let unreadable = |reason: &str| {
        Failure::usage(format!(
            "cannot read settings `{}`: {reason}",
            path.display()
        ))
        .hint("a settings file is a TOML text of at most 1 MiB")
    };
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        Ok(metadata) if metadata.len() > LIMIT => return Err(unreadable("larger than 1 MiB")),
        Ok(_) => {}
        Err(_) => return Ok(None),
    }
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(Some(text)),
        Ok(Err(_)) => Err(unreadable("not UTF-8")),
        Err(error) => Err(unreadable(&error.to_string())),
    }
}
