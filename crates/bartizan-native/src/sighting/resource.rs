//! What a library's own file for Windows says of itself in its version resource.
//!
//! Many projects write their release there, others the number of their interface or what their compiler came with; the
//! table says which text of whose resource is a release. It counts only in a file that is the library by its name.

use bartizan_model::native::EvidenceKind;

use super::{Mark, Notes, text};
use crate::{binary::Binary, knowledge::Knowledge};

/// Notes the version that the resource tells.
pub(super) fn search(knowledge: &Knowledge, own: usize, binary: &Binary<'_>, notes: &mut Notes) {
    let library = knowledge.libraries().get(own);
    let signals = library.map_or(&[][..], |library| &library.resources);
    if signals.is_empty() {
        return;
    }
    let strings = binary.version_strings();
    let product = strings.get("ProductName").map_or("", String::as_str);
    for (rank, signal) in signals.iter().enumerate() {
        let Some(said) = strings.get(&signal.string) else {
            continue;
        };
        let version = signal.reading.of_text(said);
        if version.is_some() && product.starts_with(&signal.product) {
            notes.add(Mark {
                library: own,
                kind: EvidenceKind::VersionResource,
                rank,
                version,
                offset: None,
                detail: format!(
                    "its resource says {} \"{}\"",
                    signal.string,
                    text::shown(said)
                ),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        binary::forge::{Description, Target},
        knowledge::Knowledge,
        sighting::look_at,
    };

    const TABLE: &str = r"[x]
title = 'x'
purl = 'pkg:generic/x'
order = 'numbers'
exposure = 'computes'
files = ['libx']
[[x.resource]]
product = 'libx'
string = 'ProductVersion'
pattern = '^(1\.[0-9]+)'
example = '1.2-DEV'
gives = '1.2'
";

    fn check(path: &str, product: &str, version: &str) -> String {
        let strings = [
            ("ProductName", product),
            ("ProductVersion", version),
            ("FileVersion", "1.9"),
        ];
        let bytes = Description {
            resource: strings
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .to_vec(),
            ..Description::default()
        }
        .build(Target::PeX86_64);
        let knowledge = Knowledge::parse(TABLE).unwrap();
        let sighting = look_at(&knowledge, path, &bytes).unwrap().unwrap();
        let marks = sighting
            .marks
            .into_iter()
            .filter(|mark| mark.version.is_some());
        let told = marks.map(|mark| format!("{} ({})", mark.version.unwrap(), mark.detail));
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_text_that_the_table_names_counts_in_the_library_s_own_file_alone() {
        insta::assert_snapshot!(check("a.libs/libx.dll", "libx: an x", "1.2-DEV"), @r#"1.2 (its resource says ProductVersion "1.2-DEV")"#);
        insta::assert_snapshot!(check("a.libs/libx.dll", "another x", "1.2"), @"");
        insta::assert_snapshot!(check("a.libs/libx.dll", "libx", "62, 4, 0, 0"), @"");
        insta::assert_snapshot!(check("a.libs/liby.dll", "libx", "1.2"), @"");
    }
}
