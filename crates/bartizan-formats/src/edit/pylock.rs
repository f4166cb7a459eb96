//! `pylock.toml` ([PEP 751](https://peps.python.org/pep-0751/)): versions with the files that belong to them.

mod tables;

use bartizan_model::ecosystem::Package;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    EditError, Edited, Editor, PinEdit, PinFile, Splice,
    toml_pins::{Pins, parse},
};
use crate::file_name;
use tables::Tables;

pub(super) static EDITOR: Pylock = Pylock;

/// See the module.
pub(super) struct Pylock;

impl Editor for Pylock {
    fn id(&self) -> &'static str {
        "pylock"
    }

    fn title(&self) -> &'static str {
        "pylock.toml"
    }

    fn is_usual_name(&self, name: &str) -> bool {
        let rest = name.strip_prefix("pylock.");
        rest.is_some_and(|rest| rest == "toml" || rest.strip_suffix(".toml").is_some())
    }

    fn apply(&self, text: &str, edits: &[PinEdit]) -> Result<Edited, EditError> {
        let document = parse(text)?;
        let mut pins = Pins::new(text, edits);
        let packages = document.get_ref().get("packages").map(Spanned::get_ref);
        let Some(DeValue::Array(packages)) = packages else {
            return pins.finish();
        };
        for (number, package) in packages.iter().enumerate() {
            let DeValue::Table(entry) = package.get_ref() else {
                continue;
            };
            let Some(DeValue::String(name)) = entry.get("name").map(Spanned::get_ref) else {
                continue;
            };
            let name = Package::pypi(name);
            for (place, edit) in edits
                .iter()
                .enumerate()
                .filter(|(_, edit)| edit.package == name)
            {
                one(&mut pins, (place, edit), (number, entry), text)?;
            }
        }
        held_to(pins.finish()?, edits)
    }
}

/// What was written is read again: the entries have to have the new version and no file but its.
fn held_to(edited: Edited, edits: &[PinEdit]) -> Result<Edited, EditError> {
    let document = parse(&edited.text)?;
    let packages = document.get_ref().get("packages").map(Spanned::get_ref);
    let Some(DeValue::Array(packages)) = packages else {
        return Ok(edited);
    };
    let made = edited.made.iter().filter_map(|place| edits.get(*place));
    for edit in made {
        let is_new = |entry: &DeTable<'_>| {
            let text = |key: &str| entry.get(key).and_then(|value| value.get_ref().as_str());
            let is_it = text("name").is_some_and(|name| Package::pypi(name) == edit.package);
            is_it && text("version") == edit.to.as_deref()
        };
        let entries = packages
            .iter()
            .filter_map(|entry| entry.get_ref().as_table());
        let mut urls = entries.filter(|entry| is_new(entry)).flat_map(urls);
        let is_of_release = |url: &str| edit.files.iter().any(|file| file.address == url);
        if !urls.all(is_of_release) {
            return Err(EditError::Shape {
                package: edit.package.clone(),
                what: tables::ODD,
            });
        }
    }
    drop(document);
    Ok(edited)
}

/// The addresses of the files of an entry.
fn urls<'t>(entry: &'t DeTable<'_>) -> Vec<&'t str> {
    let wheels = entry
        .get("wheels")
        .and_then(|value| value.get_ref().as_array());
    let wheels = wheels.into_iter().flat_map(|items| items.iter());
    let files = wheels.chain(entry.get("sdist"));
    files
        .filter_map(|file| file.get_ref().as_table()?.get("url")?.get_ref().as_str())
        .collect()
}

fn one(
    pins: &mut Pins<'_>,
    (place, edit): (usize, &PinEdit),
    (number, entry): (usize, &DeTable<'_>),
    text: &str,
) -> Result<(), EditError> {
    let refused = |what| EditError::Shape {
        package: edit.package.clone(),
        what,
    };
    let version = entry
        .get("version")
        .and_then(|value| pins.exact(edit, value));
    let Some(version) = version else {
        return Ok(());
    };
    if edit.to.is_none() {
        return Err(refused("would have to go, which its own tool does better"));
    }
    if ["archive", "vcs", "directory"]
        .iter()
        .any(|key| entry.get(*key).is_some())
    {
        return Err(refused("comes from elsewhere than an index"));
    }
    super::digests(edit)?;
    pins.write(place, version);
    for key in ["wheels", "sdist"] {
        if let Some(value) = entry.get(key) {
            for splice in files(edit, (key, value), number, text).map_err(refused)? {
                pins.replace(splice.range, splice.text);
            }
        }
    }
    Ok(())
}

/// The files of one kind of an entry, which stands at a place among all, written over.
fn files(
    edit: &PinEdit,
    (key, value): (&str, &Spanned<DeValue<'_>>),
    number: usize,
    text: &str,
) -> Result<Vec<Splice>, &'static str> {
    let raw = text.get(value.span()).unwrap_or_default();
    let wanted = |file: &&PinFile| file_name::is_wheel(&file.name) == (key == "wheels");
    let files: Vec<&PinFile> = edit.files.iter().filter(wanted).collect();
    let [first, ..] = files.as_slice() else {
        return Err("has a kind of file that the new version has not");
    };
    let count = match value.get_ref() {
        DeValue::Array(_) if !raw.starts_with('[') || raw.starts_with("[[") => None,
        DeValue::Array(items) => Some(items.len()),
        _ => raw.starts_with('{').then_some(1),
    };
    let Some(count) = count else {
        return Tables::of(text, number, (key, value))?.splices(&files);
    };
    // A lock for one place has the one wheel for it, and that is the first.
    let most = if count == 1 { 1 } else { usize::MAX };
    let written: Vec<String> = files
        .iter()
        .take(most)
        .map(|file| written(file, raw))
        .collect();
    let new = if key == "sdist" {
        self::written(first, raw)
    } else if raw.contains('\n') {
        format!("[\n    {},\n]", written.join(",\n    "))
    } else {
        format!("[{}]", written.join(", "))
    };
    Ok(vec![Splice {
        range: value.span(),
        text: new,
    }])
}

/// A file as an inline table, with the keys that those before it have.
fn written(file: &PinFile, like: &str) -> String {
    let mut parts = Vec::new();
    if like.contains("name =") {
        parts.push(format!("name = {}", quoted(&file.name)));
    }
    parts.push(format!("url = {}", quoted(&file.address)));
    if let Some(uploaded) = file.uploaded.filter(|_| like.contains("upload-time")) {
        parts.push(format!("upload-time = {uploaded}"));
    }
    if let Some(size) = file.size.filter(|_| like.contains("size")) {
        parts.push(format!("size = {size}"));
    }
    if let Some(digest) = &file.sha256 {
        parts.push(format!("hashes = {{ sha256 = \"{digest}\" }}"));
    }
    format!("{{ {} }}", parts.join(", "))
}

/// A text of TOML. What an index says is not trusted to be without quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::{self, edit, is_left_alone};
    use super::*;

    const FILE: &str = r#"lock-version = "1.0" # own
[[packages]]
name = "a"
version = "1.0"
sdist = { url = "https://files.example/a-1.0.tar.gz", upload-time = 2025-01-01T00:00:00Z, size = 1, hashes = { sha256 = "aa" } }
wheels = [
    { url = "https://files.example/a-1.0-py3-none-any.whl", size = 1, hashes = { sha256 = "bb" } },
]
[[packages]]
name = "b"
version = "1.0"
[[packages.wheels]] # for here
name = "b-1.0-py3-none-any.whl"
url = "x" # where it is
size = 1

[packages.wheels.hashes]
sha256 = "cc"
# the end of b
[[packages]]
name = "c"
version = "1.0"
[packages.sdist]
url = "y"
hashes = { sha256 = "dd" }
[[packages.wheels]]
url = "z"
hashes = { sha256 = "ee" }
[[packages.wheels]]
url = "zz"
hashes = { sha256 = "ff" }
"#;

    /// What is written in the place of the entry of one package.
    fn check(text: &str, edit: PinEdit) -> String {
        let name = format!("[[packages]]\nname = \"{}\"", edit.package);
        let edited = tests::check(&EDITOR, text, &[edit]);
        let own = edited.split(&name).nth(1).unwrap_or(&edited).to_owned();
        let own = own.split("\n[[packages]]").next().unwrap_or_default();
        own.trim_start().to_owned()
    }

    #[test]
    fn versions_and_files_change_together() {
        insta::assert_snapshot!(check(FILE, edit("a", "1.0", "2.0")), @r#"
        version = "2.0"
        sdist = { url = "https://files.example/a-2.0.tar.gz", upload-time = 2026-01-02T03:04:05Z, size = 7, hashes = { sha256 = "0202" } }
        wheels = [
            { url = "https://files.example/a-2.0-py3-none-any.whl", size = 7, hashes = { sha256 = "0101" } },
        ]
        "#);
        assert!(is_left_alone(&EDITOR, FILE));
    }

    #[test]
    fn files_in_tables_of_their_own_are_written_over_in_their_places() {
        insta::assert_snapshot!(check(FILE, edit("b", "1.0", "2.0")), @r#"
        version = "2.0"
        [[packages.wheels]] # for here
        name = "b-2.0-py3-none-any.whl"
        url = "https://files.example/b-2.0-py3-none-any.whl" # where it is
        size = 7

        [packages.wheels.hashes]
        sha256 = "0101"
        # the end of b
        "#);
        // Fewer files.
        insta::assert_snapshot!(check(FILE, edit("c", "1.0", "2.0")), @r#"
        version = "2.0"
        [packages.sdist]
        url = "https://files.example/c-2.0.tar.gz"
        hashes = { sha256 = "0202" }
        [[packages.wheels]]
        url = "https://files.example/c-2.0-py3-none-any.whl"
        hashes = { sha256 = "0101" }
        "#);
        // More of them.
        let mut more = edit("c", "1.0", "2.0");
        for ending in ["b", "c"] {
            let file = PinFile {
                name: format!("c-2.0-{ending}.whl"),
                address: format!("https://files.example/c-2.0-{ending}.whl"),
                ..more.files[0].clone()
            };
            more.files.push(file);
        }
        insta::assert_snapshot!(check(FILE, more), @r#"
        version = "2.0"
        [packages.sdist]
        url = "https://files.example/c-2.0.tar.gz"
        hashes = { sha256 = "0202" }
        [[packages.wheels]]
        url = "https://files.example/c-2.0-py3-none-any.whl"
        hashes = { sha256 = "0101" }
        [[packages.wheels]]
        url = "https://files.example/c-2.0-b.whl"
        hashes = { sha256 = "0101" }

        [[packages.wheels]]
        url = "https://files.example/c-2.0-c.whl"
        hashes = { sha256 = "0101" }
        "#);
    }

    #[test]
    fn what_cannot_be_edited_truly_is_refused() {
        insta::assert_snapshot!(check(FILE, edit("a", "1.0", "-")), @"error: the entry of a would have to go, which its own tool does better");
        let bare = PinEdit {
            files: Vec::new(),
            ..edit("a", "1.0", "2.0")
        };
        insta::assert_snapshot!(check(FILE, bare), @"error: it has hashes of a, and those of 2.0 are not known");
        let changed =
            |old: &str, new: &str| check(&FILE.replace(old, new), edit("b", "1.0", "2.0"));
        insta::assert_snapshot!(changed("sha256 = \"cc\"", "sha256 = \"cc\"\nsha512 = \"dd\""), @"error: the entry of b has hashes of another kind than the sha256 that indexes serve");
        insta::assert_snapshot!(changed("url = \"x\"", "path = \"x\""), @"error: the entry of b has files by path");
        insta::assert_snapshot!(changed("# the end of b", "[[packages.attestation-identities]]\nkind = \"\"\"x\n[[packages]]\n\"\"\""), @"error: the entry of b has its files in a form that is not edited; lock it again with its own tool");
        let mut without_size = edit("b", "1.0", "2.0");
        without_size.files[0].size = None;
        insta::assert_snapshot!(check(FILE, without_size), @"error: the entry of b has sizes of files, and the index serves none of the new version");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(lines in proptest::collection::vec(0..FILE.lines().count() + 6, 0..40)) {
            let odd = ["[[packages.wheels]]", "[packages.wheels.hashes]", "[packages.sdist]", "wheels = []", "]]", "version = \"1.0\""];
            let all: Vec<&str> = FILE.lines().chain(odd).collect();
            let text: String = lines.into_iter().filter_map(|it| all.get(it)).flat_map(|it| [*it, "\n"]).collect();
            for name in ["a", "b", "c"] {
                let _ = EDITOR.apply(&text, &[edit(name, "1.0", "2.0")]);
            }
            proptest::prop_assert!(is_left_alone(&EDITOR, &text));
        }
    }
}
