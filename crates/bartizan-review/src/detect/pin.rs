//! What is taken from elsewhere, and by which digest: a digest that changes while everything else stays says that what was
//! fetched is another thing under the same name.

use std::collections::BTreeMap;

use bartizan_model::severity::SeverityLevel::{High, Low};

use super::Subject;
use crate::{
    kind::Language,
    lines::{cut, normalised, numbered},
    sighting::Seen,
};

/// How many values of a file are compared.
const MOST_VALUES: usize = 10_000;

/// A value that is pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pinned {
    line: u32,
    value: String,
}

/// Addresses and digests by their section and key.
#[derive(Debug, Default)]
struct Pins {
    sources: BTreeMap<String, Pinned>,
    digests: BTreeMap<String, Pinned>,
}

pub(super) fn compare(before: &Subject<'_>, after: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_of_pins = matches!(
        after.language,
        Language::Wrap | Language::Cmake | Language::Docker
    );
    let (Some(old), Some(new)) = (before.text, after.text) else {
        return;
    };
    if is_of_pins {
        let (old, new) = (pins(old), pins(new));
        sources(&old, &new, seen);
        digests(&old, &new, seen);
        lost_digests(&old, &new, seen);
    }
}

fn differs(one: &Pinned, other: Option<&Pinned>) -> bool {
    other.is_some_and(|other| other.value != one.value)
}

/// Addresses at another host than before.
fn sources(old: &Pins, new: &Pins, seen: &mut Vec<Seen>) {
    for (key, pinned) in &new.sources {
        let Some(was) = old.sources.get(key) else {
            continue;
        };
        let (host_now, host_before) = (origin(&pinned.value), origin(&was.value));
        if host_now != host_before {
            let message = format!(
                "`{key}` is taken from `{}`, and was from `{}`",
                cut(host_now, 100),
                cut(host_before, 100)
            );
            let snippet = format!("{key}={}", pinned.value);
            seen.push(Seen::new(
                "changed-source",
                Some(pinned.line),
                snippet,
                message,
            ));
        }
    }
}

/// Digests that are others than before: with another address that is an update.
fn digests(old: &Pins, new: &Pins, seen: &mut Vec<Seen>) {
    let has_moved = new.sources.iter().any(|(key, pinned)| {
        differs(pinned, old.sources.get(key)) || !old.sources.contains_key(key)
    });
    for (key, pinned) in &new.digests {
        if !differs(pinned, old.digests.get(key)) {
            continue;
        }
        let (message, severity) = if has_moved {
            (format!("`{key}` changes with where it is taken from"), Low)
        } else {
            let why = "other content under the same name";
            (
                format!("`{key}` changes, and nothing of where it is taken from does: {why}"),
                High,
            )
        };
        let snippet = format!("{key}={}", pinned.value);
        let it = Seen::new("changed-digest", Some(pinned.line), snippet, message);
        seen.push(it.severity(severity));
    }
}

/// A digest that goes is a check that goes.
fn lost_digests(old: &Pins, new: &Pins, seen: &mut Vec<Seen>) {
    for key in old
        .digests
        .keys()
        .filter(|key| !new.digests.contains_key(*key))
    {
        if new
            .sources
            .keys()
            .any(|source| section(source) == section(key))
        {
            let message =
                format!("`{key}` is gone: what is fetched is no longer compared with anything");
            seen.push(Seen::new(
                "changed-digest",
                None,
                format!("-{key}"),
                message,
            ));
        }
    }
}

fn section(key: &str) -> &str {
    key.rsplit_once('.').map_or("", |(section, _)| section)
}

/// The host of an address; where a host is shared by many owners, the owner too.
fn origin(address: &str) -> &str {
    const SHARED: [&str; 5] = [
        "github.com",
        "gitlab.com",
        "codeberg.org",
        "bitbucket.org",
        "git.sr.ht",
    ];
    let host = host(address);
    let Some(at) = address.find(host).filter(|_| SHARED.contains(&host)) else {
        return host;
    };
    let behind = address.get(at + host.len() + 1..).unwrap_or_default();
    let owner = behind.split('/').next().unwrap_or_default();
    address
        .get(at..at + host.len() + 1 + owner.len())
        .unwrap_or(host)
}

/// The host of an address, or all of what is none.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// Keys and values as Meson's wraps, git's modules, `CMake` and Dockerfiles write them.
fn pins(text: &str) -> Pins {
    let mut pins = Pins::default();
    let mut section = String::new();
    for (line, content) in numbered(text).take(MOST_VALUES) {
        let content = normalised(content);
        if let Some(name) = content.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
            continue;
        }
        // `FetchContent_Declare(zlib`, `ExternalProject_Add(zlib`: what follows is about it.
        if let Some((function, name)) = content.split_once('(')
            && matches!(
                function.trim(),
                "FetchContent_Declare"
                    | "ExternalProject_Add"
                    | "externalproject_add"
                    | "fetchcontent_declare"
            )
        {
            name.trim().clone_into(&mut section);
        }
        let (key, value) = match content.split_once('=').or_else(|| content.split_once(' ')) {
            Some((key, value)) => (key.trim().to_ascii_lowercase(), value.trim().to_owned()),
            None => continue,
        };
        let name = format!("{section}.{key}");
        let pinned = Pinned { line, value };
        match key.as_str() {
            "url"
            | "source_url"
            | "patch_url"
            | "source_fallback_url"
            | "git_repository"
            | "wrapdb_version"
            | "source_filename"
            | "patch_filename"
            | "branch" => {
                pins.sources.insert(name, pinned);
            }
            "source_hash" | "patch_hash" | "url_hash" | "url_md5" | "expected_hash" => {
                pins.digests.insert(name, pinned);
            }
            _ => {}
        }
    }
    pins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::laboratory::compared;

    fn check(path: &str, before: &str, after: &str) -> String {
        let seen = compared(path, (before, after), compare);
        let shown = seen.into_iter().map(|it| {
            format!(
                "{}@{:?} {:?}: {}",
                it.rule, it.line, it.severity, it.message
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn digests_and_addresses_are_compared_by_name() {
        let wrap = "[wrap-file]\nsource_url = https://zlib.example/z-1.tar.gz\nsource_hash = aa\n";
        let of = |from: &str, to: &str| check("subprojects/z.wrap", wrap, &wrap.replace(from, to));
        insta::assert_snapshot!(of("aa", "bb"), @"changed-digest@Some(3) Some(High): `wrap-file.source_hash` changes, and nothing of where it is taken from does: other content under the same name");
        insta::assert_snapshot!(of("zlib.example", "z1ib.example"), @"changed-source@Some(2) None: `wrap-file.source_url` is taken from `z1ib.example`, and was from `zlib.example`");
        insta::assert_snapshot!(of("source_hash = aa\n", ""), @"changed-digest@None None: `wrap-file.source_hash` is gone: what is fetched is no longer compared with anything");
        insta::assert_snapshot!(check("subprojects/z.wrap", wrap, &wrap.replace("z-1", "z-2").replace("aa", "bb")), @"changed-digest@Some(3) Some(Low): `wrap-file.source_hash` changes with where it is taken from");
        insta::assert_snapshot!(of("", ""), @"");
    }
}
