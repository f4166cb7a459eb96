//! What a tree says it takes from elsewhere: submodules, wraps, archives that a build fetches, recipes.
//!
//! Each kind of file is read line by line as far as it goes; what is not understood is passed over. A pin is no
//! component by itself where it stands inside somebody else's code: that project's own fetches are not made here.

mod cmake;
mod recipe;
mod submodules;
mod vcpkg;
mod wrap;

use bartizan_model::native::{EvidenceKind, Linkage};

use super::{
    clue::{Clue, Weight, Who},
    path, release,
    table::SourceTable,
};

/// A pin, before it is known who it speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pin {
    /// What it is called there.
    name: String,
    /// Where it comes from.
    url: Option<String>,
    /// The tag, the commit or the version that is taken, as written.
    revision: Option<String>,
    /// Where it lies or will lie.
    place: String,
    /// The line, from 1.
    line: u32,
    /// Whether it is only asked for, and comes from the build's environment.
    is_expected: bool,
}

/// The largest file of pins that is read.
pub(super) const LARGEST: u64 = 1 << 20;

/// The most pins of one file.
const MOST: usize = 1_000;

type Reader = fn(&str, &str) -> Vec<Pin>;

/// Who reads a file of this name, and what a pin of it is called.
fn reader(path: &str) -> Option<(&'static str, Reader)> {
    let name = path::base(path);
    let is = |extension: &str| name.rsplit_once('.').is_some_and(|(_, it)| it == extension);
    match name {
        ".gitmodules" => Some(("submodule", submodules::read)),
        "CMakeLists.txt" => Some(("fetched by CMake", cmake::read)),
        "meta.yaml" | "recipe.yaml" => Some(("recipe", recipe::read)),
        "vcpkg.json" => Some(("vcpkg manifest", vcpkg::read)),
        _ if is("wrap") => Some(("wrap", wrap::read)),
        _ if is("cmake") => Some(("fetched by CMake", cmake::read)),
        _ => None,
    }
}

/// Whether a file states pins.
pub(super) fn is_interesting(path: &str) -> bool {
    reader(path).is_some()
}

/// The pins that a file states.
pub(super) fn clues(table: &SourceTable<'_>, path: &str, text: &str) -> Vec<Clue> {
    let Some((what, read)) = reader(path) else {
        return Vec::new();
    };
    let mut pins = read(path, text);
    pins.truncate(MOST);
    pins.into_iter()
        .filter_map(|pin| clue(table, path, what, &pin))
        .collect()
}

fn clue(table: &SourceTable<'_>, file: &str, what: &str, pin: &Pin) -> Option<Clue> {
    let who = who(table, pin)?;
    let version = pin.revision.as_deref().and_then(release::of);
    let version = version.or_else(|| pin.url.as_deref().and_then(version_of_archive));
    let from = pin
        .url
        .as_deref()
        .map(|url| format!(" of {url}"))
        .unwrap_or_default();
    let revision = pin
        .revision
        .as_deref()
        .map(|it| format!(" at {it}"))
        .unwrap_or_default();
    let detail = format!("{what} `{}`{from}{revision}", pin.name);
    let reason = match (&pin.revision, pin.is_expected) {
        (_, true) => Some("a recipe asks for it; it is not carried".to_owned()),
        (Some(revision), _) if release::is_commit(revision) => Some(format!(
            "pinned to the commit {revision}, which names no release"
        )),
        _ => None,
    };
    let purl = pin.url.as_deref().and_then(release::purl);
    let place = if pin.place.is_empty() {
        file
    } else {
        &pin.place
    };
    let clue = Clue::new(who, EvidenceKind::SourcePin, file, shortened(&detail))
        .at(place)
        .line(pin.line)
        .version(version)
        .weight(Weight::Pins)
        .purl(purl)
        .reason(reason);
    Some(if pin.is_expected {
        clue.linkage(Linkage::Stated)
    } else {
        clue
    })
}

/// By its address first: a folder may have any name. An expectation is one of a library that is known.
fn who(table: &SourceTable<'_>, pin: &Pin) -> Option<Who> {
    let url = pin.url.as_deref();
    let repository = url.and_then(release::repository);
    let address = repository.map(|(owner, name)| format!("{owner}/{name}"));
    let archive = url.filter(|_| repository.is_none()).map(release::project);
    let names = [
        address.as_deref(),
        repository.map(|it| it.1),
        Some(pin.name.as_str()),
        archive,
    ];
    let known = names
        .into_iter()
        .flatten()
        .find_map(|name| table.by_name(name));
    if let Some(known) = known {
        return Some(Who::Known(known));
    }
    let own = repository.map_or(path::base(&pin.name), |(_, name)| name);
    let is_name = !own.is_empty() && own.len() <= 100 && !own.contains(['$', '{']);
    (is_name && !pin.is_expected).then(|| Who::Named(own.to_owned()))
}

/// The release in the address of an archive; an address of a repository has none.
fn version_of_archive(url: &str) -> Option<String> {
    let is_archive = [".tar", ".zip", ".tgz"]
        .iter()
        .any(|suffix| url.contains(suffix));
    is_archive.then(|| release::of(url)).flatten()
}

/// Evidence is for people: a line of it.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    let line: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST)
        .collect();
    line.trim().to_owned()
}

/// Lines with their numbers, from 1.
fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1_u32..).zip(text.lines())
}

#[cfg(test)]
fn shown(pins: &[Pin]) -> String {
    let show = |pin: &Pin| {
        let field = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let expected = if pin.is_expected { " expected" } else { "" };
        format!(
            "{} {} {} {} in `{}`{expected}",
            pin.line,
            pin.name,
            field(&pin.url),
            field(&pin.revision),
            pin.place
        )
    };
    pins.iter().map(show).collect::<Vec<_>>().join("\n")
}
