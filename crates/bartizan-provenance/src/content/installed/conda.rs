//! A package of conda held against conda's record of the files that it put into the prefix. Commands are what many of them are for,
//! so their names tell nothing here.

use std::path::Path;

use bartizan_formats::{
    archive::is_plain_name,
    installed::{CondaFile, CondaInstalled},
    tree::{Tree, TreeError},
};

use super::{Findings, InstalledContent, actual};
use crate::checks::{CHANGED_MEMBER, ESCAPING_MEMBER, MISSING_MEMBER, UNREADABLE_RECORD};

/// Holds a package of conda against its record.
pub fn conda(tree: &dyn Tree, prefix: &Path, it: &CondaInstalled) -> InstalledContent {
    let mut content = InstalledContent::default();
    let mut findings = Findings::default();
    let mut unstated = 0;
    for file in &it.files {
        if !is_plain_name(&file.path) {
            let message = "a line of conda's record leads out of the prefix; it was not followed";
            findings.add(&ESCAPING_MEMBER, &file.path, message);
            continue;
        }
        let path = prefix.join(&file.path);
        if file.hash.is_none() && !file.is_link && !is_made(&file.path) {
            unstated += 1;
        }
        match compare(tree, &path, file) {
            Ok(true) => content.agreeing += 1,
            Ok(false) => {}
            Err((check, message)) => findings.add(check, &file.path, message),
        }
        content.listed.insert(path);
    }
    if unstated > 0 {
        let message =
            format!("conda recorded no digest of {unstated} of its files; they were not compared");
        findings.add(&UNREADABLE_RECORD, &it.distribution.locator, message);
    }
    content.findings = findings.sorted();
    content
}

/// What conda makes itself when it installs, and has no digest of: compiled files and scripts of entry points.
fn is_made(path: &str) -> bool {
    path.strip_suffix(".pyc").is_some() || command(path).is_some()
}

fn command(path: &str) -> Option<&str> {
    let name = path
        .strip_prefix("bin/")
        .or_else(|| path.strip_prefix("Scripts/"))?;
    (!name.contains('/')).then_some(name)
}

/// Whether a file was compared and has the digest that is stated.
fn compare(
    tree: &dyn Tree,
    path: &Path,
    file: &CondaFile,
) -> Result<bool, (&'static crate::checks::Check, String)> {
    let Some(stated) = file.hash.as_ref().filter(|_| !file.is_link) else {
        return Ok(false);
    };
    match actual(tree, path, stated.algorithm()) {
        Ok(actual) if actual.as_ref() == Some(stated) => Ok(true),
        Ok(_) => Err((
            &CHANGED_MEMBER,
            "conda's record states the digest of other bytes".to_owned(),
        )),
        Err(TreeError::NotFound) => Err((
            &MISSING_MEMBER,
            "conda's record lists it, and it is not there".to_owned(),
        )),
        Err(error) => Err((&CHANGED_MEMBER, format!("cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use bartizan_formats::{digest::Digest, installed::conda_packages, tree::MemoryTree};

    use super::*;

    fn check(paths: &str, files: &[(&str, &str)]) -> String {
        let record = format!(
            r#"{{"name": "lab", "version": "1.0", "fn": "lab-1.0-0.conda", "paths_data": {{"paths": [{paths}]}}}}"#
        );
        let record = ("p/conda-meta/lab-1.0-0.json".to_owned(), record);
        let files = files
            .iter()
            .map(|(name, text)| (format!("p/{name}"), (*text).to_owned()));
        let tree = MemoryTree::new([record].into_iter().chain(files));
        let (packages, problems) = conda_packages(&tree, Path::new("p"));
        assert_eq!(problems, []);
        let content = conda(&tree, Path::new("p"), &packages[0]);
        let told = content.findings.iter();
        let told = told.map(|it| format!("{} {}: {}\n", it.check, it.member, it.message));
        format!("{}{} agree", told.collect::<String>(), content.agreeing)
    }

    #[test]
    fn a_prefix_is_held_against_its_records() {
        let digest = Digest::of(b"x");
        let path = |name: &str| format!(r#"{{"_path": "{name}", "sha256": "{digest}"}}"#);
        let paths = ["lib/a.so", "lib/b.so", "lib/c.so", "../out", "bin/git"]
            .map(path)
            .join(", ");
        let paths = format!(r#"{paths}, {{"_path": "lib/d.so"}}, {{"_path": "lib/e.pyc"}}"#);
        insta::assert_snapshot!(check(&paths, &[("lib/a.so", "x"), ("lib/b.so", "y"), ("bin/git", "x"), ("lib/d.so", "z")]), @r"
        escaping-member ../out: a line of conda's record leads out of the prefix; it was not followed
        changed-member lib/b.so: conda's record states the digest of other bytes
        missing-member lib/c.so: conda's record lists it, and it is not there
        unreadable-record p/conda-meta/lab-1.0-0.json: conda recorded no digest of 1 of its files; they were not compared
        2 agree
        ");
    }
}
