//! Writing a plan into the files that state versions: all of it or nothing, and nothing but the versions.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    edit::{self, PinEdit, PinFile},
    tree::Tree,
};
use bartizan_model::{ecosystem::Package, inventory::Inventory};
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::upgrade::{Change, UpgradePlan};

use super::look;
use crate::{
    error::{Failure, chain},
    releases::Releases,
};

/// A file with its new text.
struct Written {
    path: PathBuf,
    text: String,
}

/// Writes the plan; gives the files that were changed.
pub(super) fn apply(
    inventory: &Inventory,
    plan: &UpgradePlan,
    releases: &Releases<'_>,
) -> Result<Vec<String>, Failure> {
    if plan.changes.is_empty() {
        return Ok(Vec::new());
    }
    if look::is_environment(inventory) {
        return Err(Failure::usage(format!(
            "`{}` is an environment, which its installer changes",
            inventory.path
        ))
        .hint("leave out `--apply`, and run one of the commands that the plan names"));
    }
    let mut written = Vec::new();
    for (path, changes) in by_file(inventory, plan)? {
        written.push(edited(path, &changes, releases)?);
    }
    for file in &written {
        replace(file).map_err(|error| {
            Failure::usage(format!("cannot write `{}`: {error}", file.path.display()))
                .hint("the file has to be in a directory that may be written to")
        })?;
    }
    Ok(written
        .iter()
        .map(|file| file.path.display().to_string())
        .collect())
}

/// Which change belongs into which file.
fn by_file<'p>(
    inventory: &Inventory,
    plan: &'p UpgradePlan,
) -> Result<BTreeMap<PathBuf, Vec<&'p Change>>, Failure> {
    let own = PathBuf::from(&inventory.path);
    let beside = |name: &str| own.parent().unwrap_or(Path::new("")).join(name);
    match inventory.format.as_str() {
        "requirements" => {
            let files = files_of_pins(inventory);
            let mut changes: BTreeMap<PathBuf, Vec<&Change>> = BTreeMap::new();
            for change in &plan.changes {
                let file = files.get(&change.package).unwrap_or(&own);
                changes.entry(file.clone()).or_default().push(change);
            }
            Ok(changes)
        }
        "pylock" | "pyproject" => Ok(BTreeMap::from([(own, plan.changes.iter().collect())])),
        "pipfile-lock" => of_project(beside("Pipfile"), plan, &inventory.path),
        _ => of_project(beside("pyproject.toml"), plan, &inventory.path),
    }
}

/// The requirements of the project that have to be rewritten. The lock itself is written by the tool that made it.
fn of_project<'p>(
    file: PathBuf,
    plan: &'p UpgradePlan,
    lock: &str,
) -> Result<BTreeMap<PathBuf, Vec<&'p Change>>, Failure> {
    let is_edited = |change: &&Change| plan.edits.iter().any(|edit| edit.package == change.package);
    let changes: Vec<&Change> = plan.changes.iter().filter(is_edited).collect();
    if changes.is_empty() {
        return Err(Failure::usage(format!("`{lock}` is written by the tool that made it, and no requirement of the project has to change"))
            .hint("leave out `--apply`, and let that tool upgrade to the versions of the plan"));
    }
    Ok(BTreeMap::from([(file, changes)]))
}

/// The file in which each package is pinned: a requirements file may include others.
fn files_of_pins(inventory: &Inventory) -> BTreeMap<Package, PathBuf> {
    let pins = inventory.components.iter().filter_map(|component| {
        let (file, _line) = component.locator.rsplit_once(':')?;
        Some((component.package.clone(), PathBuf::from(file)))
    });
    pins.collect()
}

fn edited(path: PathBuf, changes: &[&Change], releases: &Releases<'_>) -> Result<Written, Failure> {
    let shown = path.display().to_string();
    let refused = |why: String| {
        Failure::usage(format!("cannot edit `{shown}`: {why}"))
            .hint("nothing was changed; leave out `--apply` and carry the plan out by its commands")
    };
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let editor =
        edit::find(name).ok_or_else(|| refused("files of this name are not edited".to_owned()))?;
    let bytes = DiskTree
        .read(&path, edit::MAX_BYTES as u64)
        .map_err(|error| refused(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_error| refused("it is not UTF-8".to_owned()))?;
    let edits: Vec<PinEdit> = changes
        .iter()
        .map(|change| pin_edit(change, releases))
        .collect();
    let edited = editor
        .apply(&text, &edits)
        .map_err(|error| refused(chain(&error)))?;
    let missing: Vec<&str> = edits
        .iter()
        .enumerate()
        .filter(|(place, _)| !edited.made.contains(place))
        .map(|(_, edit)| edit.package.name())
        .collect();
    if !missing.is_empty() {
        return Err(refused(format!(
            "no pin of {} was found in it",
            missing.join(", ")
        )));
    }
    Ok(Written {
        path,
        text: edited.text,
    })
}

fn pin_edit(change: &Change, releases: &Releases<'_>) -> PinEdit {
    let files = match (&change.to, releases.index()) {
        (Some(to), Some(index)) => index.files(&change.package, to),
        _ => Vec::new(),
    };
    PinEdit {
        package: change.package.clone(),
        from: change.from.clone(),
        to: change.to.clone(),
        files: files
            .into_iter()
            .map(|file| PinFile {
                name: file.name,
                address: file.address,
                sha256: file.sha256,
                size: file.size,
                uploaded: file.uploaded,
            })
            .collect(),
    }
}

/// A reader of the file sees the old text or the new one. Links are followed, and the mode stays.
fn replace(file: &Written) -> std::io::Result<()> {
    let path = file.path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(file.text.as_bytes())?;
    temporary
        .as_file()
        .set_permissions(path.metadata()?.permissions())?;
    temporary.as_file().sync_all()?;
    temporary
        .persist(&path)
        .map(drop)
        .map_err(|error| error.error)
}
