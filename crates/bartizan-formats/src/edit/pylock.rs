//! `pylock.toml` ([PEP 751](https://peps.python.org/pep-0751/)): versions with the files that belong to them.

use bartizan_model::ecosystem::Package;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    EditError, Edited, Editor, PinEdit, PinFile,
    toml_pins::{Pins, parse},
};
use crate::file_name;

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
        for package in packages {
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
                one(&mut pins, (place, edit), entry, text)?;
            }
        }
        pins.finish()
    }
}

fn one(
    pins: &mut Pins<'_>,
    (place, edit): (usize, &PinEdit),
    entry: &DeTable<'_>,
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
        let Some(value) = entry.get(key) else {
            continue;
        };
        let raw = text.get(value.span()).unwrap_or_default();
        let is_inline = match value.get_ref() {
            DeValue::Array(_) => raw.starts_with('[') && !raw.starts_with("[["),
            _ => raw.starts_with('{'),
        };
        if !is_inline {
            return Err(refused(
                "has its files in tables of their own; lock it again with its own tool",
            ));
        }
        let count = match value.get_ref() {
            DeValue::Array(items) => items.len(),
            _ => 1,
        };
        let wanted = |file: &&PinFile| file_name::is_wheel(&file.name) == (key == "wheels");
        // A lock for one place has the one wheel for it, and that is the first.
        let most = if count == 1 { 1 } else { usize::MAX };
        let files: Vec<String> = edit
            .files
            .iter()
            .filter(wanted)
            .take(most)
            .map(|file| written(file, raw))
            .collect();
        let new = match (key, files.as_slice()) {
            ("sdist", [one, ..]) => one.clone(),
            (_, []) => {
                return Err(refused("has a kind of file that the new version has not"));
            }
            _ if raw.contains('\n') => format!("[\n    {},\n]", files.join(",\n    ")),
            _ => format!("[{}]", files.join(", ")),
        };
        pins.replace(value.span(), new);
    }
    Ok(())
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
[[packages.wheels]]
url = "x"
"#;

    #[test]
    fn versions_and_files_change_together() {
        insta::assert_snapshot!(tests::check(&EDITOR, FILE, &[edit("a", "1.0", "2.0")]), @r#"
        lock-version = "1.0" # own
        [[packages]]
        name = "a"
        version = "2.0"
        sdist = { url = "https://files.example/a-2.0.tar.gz", upload-time = 2026-01-02T03:04:05Z, size = 7, hashes = { sha256 = "0202" } }
        wheels = [
            { url = "https://files.example/a-2.0-py3-none-any.whl", size = 7, hashes = { sha256 = "0101" } },
        ]
        [[packages]]
        name = "b"
        version = "1.0"
        [[packages.wheels]]
        url = "x"
        "#);
        assert!(is_left_alone(&EDITOR, FILE));
    }

    #[test]
    fn what_cannot_be_edited_truly_is_refused() {
        insta::assert_snapshot!(tests::check(&EDITOR, FILE, &[edit("b", "1.0", "2.0")]), @"error: the entry of b has its files in tables of their own; lock it again with its own tool");
        insta::assert_snapshot!(tests::check(&EDITOR, FILE, &[edit("a", "1.0", "-")]), @"error: the entry of a would have to go, which its own tool does better");
        let bare = PinEdit {
            files: Vec::new(),
            ..edit("a", "1.0", "2.0")
        };
        insta::assert_snapshot!(tests::check(&EDITOR, FILE, &[bare]), @"error: it has hashes of a, and those of 2.0 are not known");
    }
}
