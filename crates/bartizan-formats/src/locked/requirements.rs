//! Requirements with hashes, as pip takes them with `--require-hashes`.

use bartizan_model::ecosystem::Package;

use super::Locked;
use crate::{file_hash::FileHash, file_name};

/// Reads requirements. What is no requirement is passed over, as an option or a comment.
pub(super) fn read(text: &str) -> Locked {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut locked = Locked::default();
    joined.lines().for_each(|line| take(&mut locked, line));
    locked
}

/// One requirement with its hashes.
pub(super) fn take(locked: &mut Locked, line: &str) {
    let line = line.split(" #").next().unwrap_or_default().trim();
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    let name = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return;
    }
    let hashes: Vec<&str> = line
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--hash="))
        .collect();
    let version = version(line);
    let entry = locked.package(Package::pypi(name), version.as_deref());
    for hash in hashes {
        entry.file(FileHash::parse_named(hash));
    }
}

/// The version behind `==`, or that of the file that is named.
fn version(line: &str) -> Option<String> {
    let stated = line.split([';', ' ']).next().unwrap_or_default();
    let stated = stated
        .split_once("==")
        .map(|(_, version)| version.trim_start_matches('='));
    if let Some(stated) = stated.filter(|it| !it.contains([',', '*'])) {
        return Some(stated.to_owned());
    }
    let (_, address) = line.split_once(" @ ")?;
    let address = address.split(['#', '?', ' ']).next()?;
    let file = address.rsplit('/').next()?;
    let (_, version) = file_name::wheel(file).or_else(|| file_name::source(file))?;
    Some(version)
}
