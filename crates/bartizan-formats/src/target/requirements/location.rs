//! What a path or an address says about the package that is there, without going there.

use std::path::Path;

use bartizan_model::ecosystem::Package;

use super::statement::{is_address, is_version_control};
use crate::{document::Document, file_name, tree::Tree};

/// The largest `pyproject.toml` that is looked into for a name.
const LARGEST_PROJECT_FILE: u64 = 1 << 20;

/// Package and version, where the last part of the place is the name of a wheel.
pub(super) fn release(place: &str) -> Option<(Package, String)> {
    file_name::wheel(&last_part(place))
}

/// The version, where the last part of an address is the name of a wheel or source distribution of a package.
pub(super) fn version(package: &Package, address: &str) -> Option<String> {
    if is_version_control(address) {
        return None;
    }
    let name = last_part(address);
    let (named, version) = file_name::wheel(&name).or_else(|| file_name::source(&name))?;
    (named == *package).then_some(version)
}

/// Why a place has no version.
pub(super) fn reason(place: &str, is_editable: bool) -> &'static str {
    match (is_version_control(place), is_address(place), is_editable) {
        (true, _, _) => "a version control reference",
        (false, _, true) => "an editable path",
        (false, true, _) if !place.starts_with("file:") => "a URL",
        _ => "a path",
    }
}

/// The package at a place: by its `egg` fragment, by its `pyproject.toml`, else by the last part of the place.
pub(super) fn package(tree: &dyn Tree, file: &Path, place: &str) -> Package {
    let egg = place
        .split_once("#egg=")
        .or_else(|| place.split_once("&egg="));
    if let Some((_, name)) = egg {
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
        return Package::pypi(name.split_at(end.unwrap_or(name.len())).0);
    }
    let folder = place.split('[').next().unwrap_or(place);
    let folder = folder.strip_prefix("file://").unwrap_or(folder);
    let path = file.parent().unwrap_or(Path::new("")).join(folder);
    let named = if is_address(folder) {
        None
    } else {
        project_name(tree, &path)
    };
    named.unwrap_or_else(|| {
        let part = last_part(place);
        let name = part.strip_suffix(".git").unwrap_or(&part);
        match name {
            "" | "." | ".." => {
                let folder = path.file_name().and_then(|name| name.to_str());
                Package::pypi(folder.unwrap_or("."))
            }
            name => Package::pypi(name),
        }
    })
}

fn project_name(tree: &dyn Tree, folder: &Path) -> Option<Package> {
    let bytes = tree
        .read(&folder.join("pyproject.toml"), LARGEST_PROJECT_FILE)
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let document = Document::parse(&text, 1).ok()?;
    Some(Package::pypi(
        document.root().table("project")?.text("name")?,
    ))
}

/// The last part of a place, without query, fragment, extras and revision, `%xx` taken back.
fn last_part(place: &str) -> String {
    let end = place.find(['?', '#', '[']).unwrap_or(place.len());
    let (place, _) = place.split_at(end);
    let part = place
        .trim_end_matches('/')
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let part = part.split('@').next().unwrap_or(part);
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = after.split_at_checked(2).filter(|_| first == b'%');
        let decoded = escape.and_then(|(digits, after)| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, after))
        });
        let (byte, after) = decoded.unwrap_or((first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
