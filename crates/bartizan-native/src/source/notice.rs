//! Notices of what is bundled: entries of `Name:`, `Files:` and `License:`, as many scientific projects write them, and
//! licence files whose names name somebody.
//!
//! A notice is believed only where the files that it names are there: notices outlive what they speak of.

use bartizan_model::native::EvidenceKind;

use super::{
    clue::{Clue, Weight, Who},
    path,
    pins::shortened,
    table::SourceTable,
};

/// One entry of a notice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) name: String,
    pub(super) line: u32,
    /// Patterns of paths, as written.
    files: Vec<String>,
}

/// The most entries of one notice.
const MOST: usize = 1_000;

/// The most files that one pattern in brackets stands for.
const MOST_ALTERNATIVES: usize = 50;

/// Whether a file may be a notice of bundled code.
pub(super) fn is_interesting(file: &str) -> bool {
    let name = path::base(file).to_ascii_lowercase();
    let words = [
        "licen",
        "copying",
        "notice",
        "third",
        "3rdparty",
        "bundled",
        "copyright",
    ];
    let is_text = path::kind(file) == path::FileKind::Text;
    is_text && words.iter().any(|word| name.contains(word))
}

/// The entries of a notice; of a text of another form, none.
pub(super) fn read(text: &str) -> Vec<Stated> {
    let mut entries: Vec<Stated> = Vec::new();
    let mut is_in_files = false;
    for (line, content) in (1_u32..).zip(text.lines()) {
        if let Some(name) = content.strip_prefix("Name:") {
            let name = name.trim().to_owned();
            entries.push(Stated {
                name,
                line,
                files: Vec::new(),
            });
            is_in_files = false;
        } else if let Some(files) = content.strip_prefix("Files:") {
            is_in_files = true;
            if let Some(entry) = entries.last_mut() {
                entry.files.push(files.trim().to_owned());
            }
        } else if is_in_files && content.starts_with([' ', '\t']) {
            if let Some(entry) = entries.last_mut() {
                entry.files.push(content.trim().to_owned());
            }
        } else {
            is_in_files = false;
        }
        if entries.len() >= MOST {
            break;
        }
    }
    entries.retain(|entry| {
        !entry.name.is_empty() && entry.name.len() <= 100 && !entry.files.is_empty()
    });
    entries
}

impl Stated {
    /// The paths that it names, without stars at their ends: files and folders.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for written in &self.files {
            for word in separated(written) {
                paths.extend(alternatives(word));
            }
        }
        let plain = |written: String| {
            let is_pattern = path::base(&written).contains('*');
            let path = if is_pattern {
                path::folder(&written)
            } else {
                &written
            };
            path.trim_start_matches("./").trim_matches('/').to_owned()
        };
        let mut paths: Vec<String> = paths.into_iter().map(plain).collect();
        paths.retain(|path| !path.is_empty());
        paths
    }

    /// Whether it speaks of what is packed into wheels, not of the tree.
    pub(super) fn is_of_binaries(&self) -> bool {
        let is_binary = |file: &String| {
            [".libs", ".dylibs", ".so", ".dll", ".dylib"]
                .iter()
                .any(|word| file.contains(word))
        };
        self.files.iter().any(is_binary)
    }

    /// What a notice says of files that are there.
    pub(super) fn clue(&self, table: &SourceTable<'_>, file: &str, place: &str) -> Clue {
        let known = table.by_name(&self.name);
        let who = known.map_or_else(|| Who::Named(self.name.clone()), Who::Known);
        let detail = shortened(&format!("names `{}` as bundled in `{place}`", self.name));
        Clue::new(who, EvidenceKind::Licence, file, detail)
            .at(place)
            .line(self.line)
    }
}

/// Words separated by blanks and commas, but not within brackets.
fn separated(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let is_end = move |letter: char| {
        match letter {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (letter == ',' || letter.is_whitespace())
    };
    text.split(is_end).filter(|word| !word.is_empty()).collect()
}

/// `a/[b.c, b.h]` is `a/b.c` and `a/b.h`.
fn alternatives(word: &str) -> Vec<String> {
    let parts = word
        .split_once('[')
        .and_then(|(before, rest)| Some((before, rest.split_once(']')?)));
    match parts {
        Some((before, (inside, after))) => inside
            .split(',')
            .take(MOST_ALTERNATIVES)
            .map(|name| format!("{before}{}{after}", name.trim()))
            .collect(),
        None => vec![word.to_owned()],
    }
}

/// A licence whose file is named after somebody: `dragon4_LICENSE.txt`, `COPYING_QHULL.txt`, `licenses/zlib.txt`.
///
/// It shows what lies beside it only where that is known by the name; in a folder of licences it only adds.
pub(super) fn named_licence(table: &SourceTable<'_>, file: &str) -> Option<Clue> {
    let name = path::stem(path::base(file));
    let parent = path::base(path::folder(file)).to_ascii_lowercase();
    let is_collection = ["licenses", "licences", "license", "licence"].contains(&parent.as_str());
    let named = if is_collection {
        name
    } else if path::is_licence(path::base(file)) {
        let mut words = name.split(['_', '-']);
        words.find(|word| !path::is_licence(word) && table.by_name(word).is_some())?
    } else {
        return None;
    };
    let who = Who::Known(table.by_name(named)?);
    let detail = format!("a licence named after `{}`", shortened(named));
    Some(Clue::new(who, EvidenceKind::Licence, file, detail).weight(Weight::Adds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_files() {
        let text = "words\n\nName: L-BFGS-B\nFiles: a/lbfgsb/[b.h, b.c]\nLicense: BSD\n  Name of nobody\n\nName: x\nFiles: third/x/*, y.c\n  z/*\nLicense: MIT\nName: none\nLicense: MIT\n";
        let shown: Vec<_> = read(text)
            .iter()
            .map(|entry| format!("{} {} {}", entry.line, entry.name, entry.paths().join(" ")))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        3 L-BFGS-B a/lbfgsb/b.h a/lbfgsb/b.c
        8 x third/x y.c z
        ");
    }
}
