//! Files that a build writes by itself, as its configuration names them.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::{MOST, Sections, table, texts};

/// Every file that is stated to be written.
pub(super) fn files(document: &Table, setup: &Sections, script: &str) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut add = |path: &[&str], keys: &[&str]| {
        let found = table(document, path);
        for key in keys {
            files.extend(texts(found.and_then(|table| table.get(*key))));
        }
    };
    add(&["tool", "setuptools_scm"], &["write_to", "version_file"]);
    add(&["tool", "setuptools-scm"], &["write_to", "version_file"]);
    add(
        &["tool", "hatch", "build", "hooks", "vcs"],
        &["version-file"],
    );
    let wheel = ["tool", "hatch", "build", "targets", "wheel", "hooks", "vcs"];
    add(&wheel, &["version-file"]);
    add(&["tool", "hatch", "build", "hooks", "version"], &["path"]);
    add(&["tool", "pdm", "version"], &["write_to"]);
    add(&["tool", "versioningit", "write"], &["file"]);
    add(
        &["tool", "versioneer"],
        &["versionfile_source", "versionfile_build"],
    );
    if let Some(versioneer) = setup.get("versioneer") {
        for key in ["versionfile_source", "versionfile_build"] {
            files.extend(versioneer.get(key).cloned());
        }
    }
    let generated = table(document, &["tool", "scikit-build"]).and_then(|it| it.get("generate"));
    let generated = generated.and_then(Value::as_array);
    for item in generated.into_iter().flatten().take(MOST) {
        files.extend(texts(item.get("path")));
    }
    files.extend(in_script(script));
    let plain = |it: String| it.trim_start_matches("./").to_owned();
    files
        .into_iter()
        .map(plain)
        .filter(|it| !it.is_empty())
        .collect()
}

/// What a `setup.py` hands to setuptools-scm: `write_to="…"`.
fn in_script(script: &str) -> Vec<String> {
    let mut files = Vec::new();
    for key in ["write_to", "version_file"] {
        for (place, _) in script.match_indices(key).take(MOST) {
            let rest = script.get(place + key.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches(['"', '\'', ' ', '=', ':']);
            let end = rest.find(['"', '\'', '\n']).unwrap_or(0);
            files.extend(rest.get(..end).map(str::to_owned));
        }
    }
    files.retain(|it| it.strip_suffix(".py").is_some());
    files
}
