//! Two builds of one thing: what is left of their difference when what no build keeps is taken away.
//!
//! Times, order, packing, the list of a wheel, the name of the tool that made it and the order of fields are taken away, and
//! told. Archives within the archives are looked into one level deep.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use bartizan_formats::{
    archive::Packing,
    contents::{Contents, FileFacts, Sameness, TextOf, of_archive, texts},
    core_metadata, record,
};

use super::{Rank, Side, is_same, side::file_name};

/// The header of compiled Python: its version, flags, and the time and size of its source.
const COMPILED_HEADER: usize = 16;

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildComparison {
    /// How many files are the same.
    pub same: usize,
    /// What was taken away, by its name, with how often.
    pub normalised: BTreeMap<&'static str, usize>,
    /// What is left, the worst first.
    pub differences: Vec<Difference>,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// How much it matters.
    pub rank: Rank,
    /// Its name, with that of the archive within before it.
    pub path: String,
    /// How it differs: a stable word.
    pub kind: &'static str,
    /// It in words.
    pub message: String,
}

/// The files of two builds the bytes of which are needed.
pub fn wanted_of_builds(one: &Contents, other: &Contents) -> BTreeSet<String> {
    let files = one.files.iter();
    let differing = files.filter(|(path, facts)| {
        let other = other.files.get(*path);
        other.is_some_and(|it| !is_same(facts, it))
    });
    differing.map(|(path, _)| path.clone()).collect()
}

/// Compares two builds.
pub fn compare_builds(one: Side<'_>, other: Side<'_>) -> BuildComparison {
    let mut comparison = BuildComparison::default();
    compare(one, other, "", &mut comparison);
    comparison.differences.sort();
    comparison
}

fn compare(one: Side<'_>, other: Side<'_>, within: &str, comparison: &mut BuildComparison) {
    let paths: BTreeSet<&String> = one
        .contents
        .files
        .keys()
        .chain(other.contents.files.keys())
        .collect();
    for path in paths {
        let sides = (one.contents.files.get(path), other.contents.files.get(path));
        match sides {
            (Some(own), Some(theirs)) => {
                if own.is_executable != theirs.is_executable {
                    comparison.push(
                        within,
                        path,
                        own,
                        ("mode", "may be run in one of them only"),
                    );
                }
                if is_same(own, theirs) {
                    comparison.same += 1;
                } else {
                    let texts = (text(one, path), text(other, path));
                    file(within, path, (own, theirs), texts, comparison);
                }
            }
            (Some(own), None) => {
                comparison.push(within, path, own, ("missing", "is not in the other"));
            }
            (None, Some(theirs)) => {
                comparison.push(within, path, theirs, ("extra", "is in the other only"));
            }
            (None, None) => {}
        }
    }
    for (path, why) in one.contents.problems.iter().chain(&other.contents.problems) {
        let facts = FileFacts::default();
        comparison.push(within, path, &facts, ("unreadable", why));
    }
    if one.contents.order != other.contents.order {
        comparison.took("order");
    }
}

fn text<'a>(side: Side<'a>, path: &str) -> Option<&'a [u8]> {
    side.texts.get(path)?.as_ref().ok().map(Vec::as_slice)
}

/// A file that is not the same in both.
fn file(
    within: &str,
    path: &str,
    (own, theirs): (&FileFacts, &FileFacts),
    texts: (Option<&[u8]>, Option<&[u8]>),
    comparison: &mut BuildComparison,
) {
    let (Some(one), Some(other)) = texts else {
        let message = "has other bytes; it was not looked into";
        return comparison.push(within, path, own, ("content", message));
    };
    if let Some(kind) = normal(path, one, other) {
        return comparison.took(kind);
    }
    if within.is_empty()
        && let Some(inner) = inner(path, one, other)
    {
        if inner.differences.is_empty() {
            comparison.took("inner-archive");
        }
        comparison.same += inner.same;
        for (kind, count) in inner.normalised {
            *comparison.normalised.entry(kind).or_default() += count;
        }
        return comparison.differences.extend(inner.differences);
    }
    let message = match own.identity.compare(&theirs.identity) {
        Sameness::LineEnds => ("line-ends", "has other line ends".to_owned()),
        _ if own.is_binary == Some(true) => ("content", "has other bytes".to_owned()),
        _ => ("content", changed_lines(one, other)),
    };
    comparison.push(within, path, own, (message.0, &message.1));
}

fn changed_lines(one: &[u8], other: &[u8]) -> String {
    let [one, other] = [one, other].map(String::from_utf8_lossy);
    let lines = |text: &str| {
        text.lines()
            .map(str::to_owned)
            .collect::<BTreeSet<String>>()
    };
    let (one, other) = (lines(&one), lines(&other));
    format!(
        "has {} lines that the other lacks, and lacks {}",
        one.difference(&other).count(),
        other.difference(&one).count()
    )
}

/// What had to be taken away to make both the same.
fn normal(path: &str, one: &[u8], other: &[u8]) -> Option<&'static str> {
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    let is_metadata = folder.ends_with(".dist-info") || folder.ends_with(".egg-info");
    let same = |form: fn(&[u8]) -> Vec<String>| form(one) == form(other);
    match file_name(path) {
        // Digests of what differs are told with what differs.
        "RECORD" if is_metadata => same(listed).then_some("record"),
        "WHEEL" if is_metadata => same(without_generator).then_some("generator"),
        "METADATA" | "PKG-INFO" => same(fields).then_some("field-order"),
        "SOURCES.txt" if is_metadata => same(sorted_lines).then_some("list-order"),
        name if name.strip_suffix(".pyc").is_some() => {
            let code = |bytes: &[u8]| {
                Some((
                    bytes.get(..4)?.to_vec(),
                    bytes.get(COMPILED_HEADER..)?.to_vec(),
                ))
            };
            (code(one).is_some() && code(one) == code(other)).then_some("compiled-header")
        }
        _ => {
            let packing = Packing::of_content(one);
            let is_packed = packing != Packing::None && packing == Packing::of_content(other);
            let unpacked = is_packed.then(|| (packing.content(one), packing.content(other)));
            matches!(unpacked, Some((Ok(one), Ok(other))) if one == other).then_some("packing")
        }
    }
}

fn listed(text: &[u8]) -> Vec<String> {
    let mut paths: Vec<String> = record::entries(text).map(|it| it.path).collect();
    paths.sort();
    paths
}

fn without_generator(text: &[u8]) -> Vec<String> {
    let mut fields = fields(text);
    fields.retain(|it| !it.starts_with("generator: "));
    fields
}

fn fields(text: &[u8]) -> Vec<String> {
    let (header, body) = core_metadata::header_and_body(text);
    let header = header
        .into_iter()
        .map(|(key, value)| format!("{key}: {value}"));
    let mut fields: Vec<String> = header.collect();
    fields.sort();
    fields.push(body);
    fields
}

fn sorted_lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Compares two archives that lie in the builds.
fn inner(path: &str, one: &[u8], other: &[u8]) -> Option<BuildComparison> {
    let (mut one, mut other) = (Cursor::new(one), Cursor::new(other));
    let contents = [
        of_archive(&mut one, false, None).ok()?,
        of_archive(&mut other, false, None).ok()?,
    ];
    let [own, theirs] = &contents;
    let names = wanted_of_builds(own, theirs);
    let own_texts = texts(&mut one, None, &names).unwrap_or_default();
    let their_texts = texts(&mut other, None, &names).unwrap_or_default();
    let side = |contents, texts| Side { contents, texts };
    let mut comparison = BuildComparison::default();
    let sides: (&TextOf, &TextOf) = (&own_texts, &their_texts);
    compare(
        side(own, sides.0),
        side(theirs, sides.1),
        &format!("{path}!"),
        &mut comparison,
    );
    Some(comparison)
}

impl BuildComparison {
    fn took(&mut self, kind: &'static str) {
        *self.normalised.entry(kind).or_default() += 1;
    }

    fn push(
        &mut self,
        within: &str,
        path: &str,
        facts: &FileFacts,
        (kind, message): (&'static str, &str),
    ) {
        self.differences.push(Difference {
            rank: Rank::of(path, facts.is_binary == Some(true), b""),
            path: format!("{within}{path}"),
            kind,
            message: message.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests;
