//! Keys of tables. Their byte order is the order of the file, so a writer sorts by them.

use bartizan_model::{advisory::RecordKey, ecosystem::Package};

/// The longest key in bytes.
pub(super) const LONGEST: usize = 4096;

/// The form of an id under which it is looked up: ASCII letters in lower case.
pub fn folded(id: &str) -> Vec<u8> {
    id.to_ascii_lowercase().into_bytes()
}

/// The key of a record.
pub fn record(key: &RecordKey) -> Vec<u8> {
    joined(&[&key.id.to_ascii_lowercase(), &key.id, &key.source])
}

/// What the keys of all records with this id start with, in any case of its letters.
pub(super) fn records_of(id: &str) -> Vec<u8> {
    joined(&[&id.to_ascii_lowercase(), ""])
}

/// What the keys of a package start with. A large package has several entries, told apart by their
/// number.
pub fn package(package: &Package) -> Vec<u8> {
    joined(&[package.ecosystem().as_str(), package.name(), ""])
}

/// The key of one of a package's entries.
pub(super) fn package_part(package_key: &[u8], part: u32) -> Vec<u8> {
    [package_key, &part.to_be_bytes()].concat()
}

/// The ecosystem and name that the key of a package's entry starts with.
pub(super) fn package_names(key: &[u8]) -> Option<(&str, &str)> {
    let mut parts = key.splitn(3, |byte| *byte == 0);
    let ecosystem = std::str::from_utf8(parts.next()?).ok()?;
    let name = std::str::from_utf8(parts.next()?).ok()?;
    parts.next().map(|_| (ecosystem, name))
}

/// Names are joined by NUL, which none of them may hold.
fn joined(names: &[&str]) -> Vec<u8> {
    names.join("\0").into_bytes()
}

/// Whether names can be told apart in a key.
pub(super) fn is_sound(names: &[&str]) -> bool {
    let length: usize = names.iter().map(|name| name.len() + 1).sum();
    length < LONGEST && names.iter().all(|name| !name.contains('\0'))
}
