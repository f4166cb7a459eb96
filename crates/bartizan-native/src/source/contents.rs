//! What the content of a file of source code shows: version macros, marks, words on where it was copied from.

use bartizan_model::native::{EvidenceKind, Linkage};

use super::{
    clue::{Clue, Weight, Who},
    path::{self, FileKind},
    pins::shortened,
    release,
    table::{Header, SourceTable},
};

/// A file says where it was copied from at its head or not at all: further down it is a detail that is meant.
const HEAD_LINES: usize = 15;

/// Words before an address by which a whole file is said to be copied.
const COPIED: [&str; 7] = [
    "vendored from",
    "vendoered from",
    "taken from",
    "copied from",
    "copy of",
    "imported from",
    "downloaded from",
];

/// The most clues of one mark in one file; the rest would say the same.
const MOST_MARKS: usize = 4;

/// Everything that one file shows. The bytes may be only its beginning.
pub(super) fn clues(table: &SourceTable<'_>, file: &str, bytes: &[u8]) -> Vec<Clue> {
    let kind = path::kind(file);
    let mut clues = marks(table, file, kind, bytes);
    let headers = table.headers(path::base(file));
    let is_code = matches!(kind, FileKind::C | FileKind::Python | FileKind::Script);
    if headers.is_empty() && !is_code {
        return clues;
    }
    let text = String::from_utf8_lossy(bytes);
    clues.extend(
        headers
            .iter()
            .filter_map(|header| version_macro(file, &text, header)),
    );
    if kind == FileKind::Script {
        clues.extend(banner(table, file, &text));
    } else if is_code {
        clues.extend(attribution(table, file, &text));
    }
    clues
}

fn marks(table: &SourceTable<'_>, file: &str, kind: FileKind, bytes: &[u8]) -> Vec<Clue> {
    let mut clues: Vec<Clue> = Vec::new();
    if kind == FileKind::Text && !path::speaks_of_its_folder(file) {
        return clues;
    }
    for (mark, offset) in table.marks(kind, bytes) {
        let line_text = line_around(bytes, offset);
        let version = mark
            .reading
            .as_ref()
            .and_then(|reading| reading.of_text(&line_text));
        let who = Who::Known(mark.library);
        let same = clues.iter().filter(|clue| clue.who == who);
        let is_new = same.clone().all(|clue| clue.evidence.version != version);
        if !is_new || same.count() >= MOST_MARKS {
            continue;
        }
        let evidence = match &version {
            Some(_) => EvidenceKind::VersionText,
            None => EvidenceKind::Presence,
        };
        let clue = Clue::new(who, evidence, file, shortened(&line_text)).at(file);
        clues.push(clue.line(line_of(bytes, offset)).version(version));
    }
    clues
}

/// The line that an offset stands in, of a reasonable length.
fn line_around(bytes: &[u8], offset: usize) -> String {
    const REACH: usize = 300;
    let is_end = |byte: &u8| *byte == b'\n' || *byte == b'\r';
    let before = bytes
        .get(offset.saturating_sub(REACH)..offset)
        .unwrap_or_default();
    let begin = before.iter().rposition(is_end).map_or(0, |at| at + 1);
    let after = bytes.get(offset..).unwrap_or_default();
    let end = after
        .iter()
        .take(REACH)
        .position(is_end)
        .unwrap_or(REACH.min(after.len()));
    let parts = [before.get(begin..), after.get(..end)].map(Option::unwrap_or_default);
    String::from_utf8_lossy(&parts.concat()).into_owned()
}

/// The line of an offset, from 1.
fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = bytes.get(..offset).unwrap_or_default();
    let lines = before
        .split(|byte| *byte == b'\n')
        .count()
        .saturating_sub(1);
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

/// The version that a library's own header defines. All of its macros have to be there.
fn version_macro(file: &str, text: &str, header: &Header) -> Option<Clue> {
    let defined: Vec<(u32, &str)> = header
        .macros
        .iter()
        .map(|name| definition(text, name))
        .collect::<Option<_>>()?;
    let values = defined.iter().map(|(_, value)| *value);
    let version = match &header.form {
        Some(form) => values
            .map(number)
            .next()
            .flatten()
            .and_then(|it| form.version(it)),
        None => Some(values.collect::<Vec<_>>().join(".")).filter(|it| is_release(it)),
    };
    let shown = header
        .macros
        .iter()
        .zip(&defined)
        .map(|(name, (_, value))| format!("{name} {value}"));
    let detail = shown.collect::<Vec<_>>().join(", ");
    let line = defined.first().map_or(1, |(line, _)| *line);
    let who = Who::Known(header.library);
    let clue = Clue::new(who, EvidenceKind::VersionMacro, file, shortened(&detail)).at(file);
    let reason = format!("`{}` is no version of it", shortened(&detail));
    let reason = version.is_none().then_some(reason);
    Some(clue.line(line).version(version).reason(reason))
}

/// The value of a macro, or of an assignment in a file of another kind, without quotes.
fn definition<'t>(text: &'t str, name: &str) -> Option<(u32, &'t str)> {
    (1_u32..).zip(text.lines()).find_map(|(line, content)| {
        let content = content.trim_start().trim_start_matches('#').trim_start();
        let content = content
            .strip_prefix("define")
            .map_or(content, str::trim_start);
        let rest = content.strip_prefix(name)?;
        let is_whole = rest.starts_with([' ', '\t', '=']);
        let value = rest.trim_start_matches([' ', '\t', '=']);
        let value = match value.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.split(['"', '\'']).next()?,
            None => value.split([' ', '\t', '/', ';']).next()?,
        };
        (is_whole && !value.is_empty()).then_some((line, value))
    })
}

fn number(value: &str) -> Option<u64> {
    let plain = value.trim_end_matches(['L', 'U', 'l', 'u']);
    match plain
        .strip_prefix("0x")
        .or_else(|| plain.strip_prefix("0X"))
    {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => plain.parse().ok(),
    }
}

/// Numbers with full stops, and perhaps a letter: `1.3.1.zlib-ng` is another library's version.
fn is_release(text: &str) -> bool {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let ends = text.len() - digits.len() <= 1;
    ends && digits.contains('.') && digits.len() <= 64 && digits.split('.').all(is_number)
}

/// Numbers with full stops, and perhaps what comes after a release.
pub(super) fn is_version(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_!".contains(&byte);
    let begins = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit());
    let placeholder = text.split('.').any(|part| part == "x" || part.is_empty());
    begins && !placeholder && text.len() <= 64 && text.contains('.') && text.bytes().all(plain)
}

/// Hosts of repositories; elsewhere the same words speak of licences and articles.
fn is_code_host(url: &str) -> bool {
    const HOSTS: [&str; 4] = ["github.com", "gitlab.", "bitbucket.org", "codeberg.org"];
    let host = url.split('/').nth(2).unwrap_or_default();
    HOSTS.iter().any(|known| host.contains(known)) && !host.starts_with("gist.")
}

/// `NAME v1.2.3` at the head of a script for browsers.
fn banner(table: &SourceTable<'_>, file: &str, text: &str) -> Option<Clue> {
    let name = path::stem(path::base(file));
    let lines = (1_u32..).zip(text.lines().take(HEAD_LINES));
    let (line, content, version) = lines.into_iter().find_map(|(line, content)| {
        let (_, after) = content.get(..200).unwrap_or(content).split_once(name)?;
        let word = after.split_whitespace().find(|word| word.contains('.'))?;
        let version = word.trim_start_matches('v').trim_end_matches([',', ';']);
        is_version(version).then(|| (line, content, version.to_owned()))
    })?;
    let who = super::layout::named(table, name);
    let clue = Clue::new(who, EvidenceKind::VersionText, file, shortened(content)).at(file);
    Some(clue.line(line).version(Some(version)).weight(Weight::Adds))
}

/// `Taken from https://HOST/OWNER/REPOSITORY/blob/COMMIT/…` at the head of a file.
fn attribution(table: &SourceTable<'_>, file: &str, text: &str) -> Option<Clue> {
    let head: Vec<(u32, &str)> = (1_u32..).zip(text.lines().take(HEAD_LINES)).collect();
    let (at, line) = head.iter().enumerate().find_map(|(at, (line, content))| {
        let folded = content.to_ascii_lowercase();
        let says = COPIED.iter().any(|words| folded.contains(words));
        let vendored = folded.contains("was vendored") || says;
        vendored.then_some((at, *line))
    })?;
    let (_, content) = head
        .iter()
        .skip(at)
        .take(3)
        .find(|(_, it)| it.contains("https://"))?;
    let start = content.find("https://")?;
    let url = content
        .get(start..)?
        .split([' ', '>', ')', '"', '\'', ','])
        .next()?;
    let (owner, name) = release::repository(url).filter(|_| is_code_host(url))?;
    let known = table
        .by_name(&format!("{owner}/{name}"))
        .or_else(|| table.by_name(name));
    let who = known.map_or_else(|| Who::Named(name.to_owned()), Who::Known);
    let revision = url.split(['/', '#']).find(|part| release::is_commit(part));
    let tag = url
        .split_once("/blob/")
        .and_then(|(_, rest)| rest.split('/').next());
    let version = tag
        .or_else(|| url.split_once("/tag/").map(|(_, rest)| rest))
        .and_then(release::of);
    let reason = revision.map(|it| format!("copied at the commit {it}, which names no release"));
    let clue = Clue::new(
        who,
        EvidenceKind::SourcePin,
        file,
        shortened(&format!("copied from {url}")),
    );
    let clue = clue.at(file).line(line).version(version);
    let clue = clue.purl(release::purl(url)).reason(reason);
    Some(if path::kind(file) == FileKind::Python {
        clue.linkage(Linkage::Python)
    } else {
        clue
    })
}
