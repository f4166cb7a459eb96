//! A package of conda held against its own list of files, `info/paths.json`
//! ([CEP 34](https://github.com/conda/ceps/blob/main/cep-0034.md)). What is in `info` stands in no list.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Seek},
    ops::ControlFlow,
};

use bartizan_formats::{
    archive::{ArchiveError, Limits, conda, is_plain_name},
    digest::Digest,
};
use serde::Deserialize;

use super::{ContentFinding, Findings};
use crate::checks::{
    CHANGED_MEMBER, DUPLICATE_MEMBER, ESCAPING_MEMBER, MISSING_MEMBER, UNLISTED_MEMBER,
    UNREADABLE_RECORD,
};

/// The largest list of paths. With 100,000 files it has some 40 MiB.
const LARGEST_LIST: u64 = 256 << 20;

const PATHS: &str = "info/paths.json";

#[derive(Deserialize, Default)]
struct Wire {
    paths: Vec<WirePath>,
}

#[derive(Deserialize)]
struct WirePath {
    #[serde(rename = "_path")]
    path: String,
    #[serde(default)]
    path_type: Option<String>,
    #[serde(default)]
    sha256: Option<String>,
}

/// What lies in the archive.
enum Seen {
    File(Result<Digest, String>),
    Link,
}

/// Looks at a package; an error where it is no archive that can be read.
pub fn conda_package(file: impl Read + Seek) -> Result<Vec<ContentFinding>, ArchiveError> {
    let mut findings = Findings::default();
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    let mut list = None;
    let mut buffer = Vec::new();
    conda::visit_with_links(file, &Limits::NATIVE, &mut |is_file, member| {
        let name = conda::plain(member.name()).to_owned();
        if !is_plain_name(&name) {
            let message = "leads out of the folder it is unpacked into";
            findings.add(&ESCAPING_MEMBER, &name, message);
        }
        let one = if is_file {
            let size = member.size();
            let read = member.read_if(&mut buffer, &mut |_| true);
            let digest = read.map(|_| Digest::of(&buffer));
            if name == PATHS && digest.is_ok() && size <= LARGEST_LIST {
                list = Some(buffer.clone());
            }
            Seen::File(digest.map_err(|error| error.to_string()))
        } else {
            Seen::Link
        };
        if seen.insert(name.clone(), one).is_some() {
            findings.add(&DUPLICATE_MEMBER, &name, "is in the archive twice");
        }
        Ok::<_, ArchiveError>(ControlFlow::Continue(()))
    })?;
    let list = list.map(|bytes| serde_json::from_slice::<Wire>(&bytes));
    match list {
        Some(Ok(list)) => hold(&seen, list, &mut findings),
        Some(Err(error)) => {
            let message = format!("is no list of paths: {error}");
            findings.add(&UNREADABLE_RECORD, PATHS, message);
        }
        None => findings.add(&UNREADABLE_RECORD, PATHS, "there is none that can be read"),
    }
    Ok(findings.sorted())
}

fn hold(seen: &BTreeMap<String, Seen>, list: Wire, findings: &mut Findings) {
    let mut listed = BTreeSet::new();
    for it in list.paths {
        if !is_plain_name(&it.path) {
            let message = "info/paths.json leads out of the folder";
            findings.add(&ESCAPING_MEMBER, &it.path, message);
        }
        one(&it, seen.get(&it.path), findings);
        listed.insert(it.path);
    }
    let unlisted = seen.keys().filter(|it| !it.starts_with("info/"));
    for name in unlisted.filter(|it| !listed.contains(*it)) {
        findings.add(&UNLISTED_MEMBER, name, "info/paths.json does not list it");
    }
}

fn one(path: &WirePath, seen: Option<&Seen>, findings: &mut Findings) {
    let name = &path.path;
    let is_folder = path.path_type.as_deref() == Some("directory");
    match seen {
        None if is_folder => {}
        None => {
            let message = "info/paths.json lists it, and it is not there";
            findings.add(&MISSING_MEMBER, name, message);
        }
        Some(Seen::Link) => {}
        Some(Seen::File(Err(why))) => {
            findings.add(&CHANGED_MEMBER, name, format!("cannot be read: {why}"));
        }
        Some(Seen::File(Ok(digest))) => match path.sha256.as_deref().and_then(Digest::parse) {
            Some(stated) if stated == *digest => {}
            Some(_) => {
                let message = "info/paths.json states the digest of other bytes";
                findings.add(&CHANGED_MEMBER, name, message);
            }
            None => {
                let message = "info/paths.json states no digest of it that can be read";
                findings.add(&UNREADABLE_RECORD, name, message);
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn package(files: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            // The library refuses to write names that climb.
            let place = &mut header.as_old_mut().name;
            place[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, text.as_bytes()).unwrap();
        }
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        builder.append_link(&mut link, "lib/link", "a").unwrap();
        let tar = builder.into_inner().unwrap();
        let mut packed = Vec::new();
        bzip2::read::BzEncoder::new(tar.as_slice(), bzip2::Compression::fast())
            .read_to_end(&mut packed)
            .unwrap();
        packed
    }

    fn check(files: &[(&str, &str)]) -> String {
        match conda_package(Cursor::new(package(files))) {
            Ok(found) => {
                let lines = found.iter();
                let lines = lines.map(|it| format!("{} {}: {}", it.check, it.member, it.message));
                lines.collect::<Vec<_>>().join("\n")
            }
            Err(error) => format!("! {error}"),
        }
    }

    fn list(paths: &[(&str, &str)]) -> String {
        let path = |(path, text): &(&str, &str)| {
            let digest = Digest::of(text.as_bytes()).to_string();
            format!(r#"{{"_path": "{path}", "sha256": "{digest}"}}"#)
        };
        let paths: Vec<String> = paths.iter().map(path).collect();
        let link = r#"{"_path": "lib/link", "path_type": "softlink", "sha256": ""}"#;
        format!(
            r#"{{"paths_version": 1, "paths": [{}, {link}]}}"#,
            paths.join(", ")
        )
    }

    #[test]
    fn a_package_is_held_against_its_list() {
        let good = list(&[("lib/a", "a")]);
        let info = [("info/index.json", "{}"), ("info/sboms/b.json", "{}")];
        let with = |list: &str, files: &[(&str, &str)]| {
            let all = [&info, &[("info/paths.json", list)][..], files].concat();
            check(&all)
        };
        insta::assert_snapshot!(with(&good, &[("lib/a", "a")]), @"");
        insta::assert_snapshot!(with(&good, &[("lib/a", "b"), ("lib/c", "c"), ("lib/c", "c"), ("../x", "")]), @r"
        escaping-member ../x: leads out of the folder it is unpacked into
        unlisted-member ../x: info/paths.json does not list it
        changed-member lib/a: info/paths.json states the digest of other bytes
        duplicate-member lib/c: is in the archive twice
        unlisted-member lib/c: info/paths.json does not list it
        ");
        insta::assert_snapshot!(with(&good, &[]), @"missing-member lib/a: info/paths.json lists it, and it is not there");
        insta::assert_snapshot!(with("[", &[]), @"unreadable-record info/paths.json: is no list of paths: EOF while parsing a list at line 1 column 1");
        insta::assert_snapshot!(check(&info), @"unreadable-record info/paths.json: there is none that can be read");
    }

    proptest! {
        #[test]
        fn never_panics(list in "[\\[\\]{}\":a-z0-9_,]{0,60}") {
            check(&[("info/paths.json", &list), ("lib/a", "a")]);
        }
    }
}
