//! What an operating system's own package manager installed. Its packages are counted and named as not looked at.

use std::path::Path;

use bartizan_model::problem::Problem;

use super::ImageTree;
use crate::tree::{Tree, TreeError};

const OS_RELEASE: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];
const DPKG: &str = "var/lib/dpkg/status";
/// Images without a shell have one file a package here.
const DPKG_PARTS: &str = "var/lib/dpkg/status.d";
const APK: [&str; 2] = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];
const RPM: [&str; 6] = [
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "var/lib/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages",
    "usr/lib/sysimage/rpm/Packages.db",
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
];

/// The largest list of packages that is counted.
const LARGEST: u64 = 64 << 20;

/// Whether a file of an image is one of these.
pub(super) fn is_kept(path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let lists = OS_RELEASE.iter().chain(&APK).chain(&RPM);
    path == DPKG
        || lists.into_iter().any(|list| *list == path)
        || path
            .strip_prefix(DPKG_PARTS)
            .is_some_and(|rest| rest.starts_with('/') && !rest.ends_with(".md5sums"))
}

/// One problem for each list of packages.
pub(crate) fn notes(tree: &ImageTree) -> Vec<Problem> {
    let name = os_name(tree).map_or_else(String::new, |name| format!(" of {name}"));
    let mut problems = Vec::new();
    let mut note = |path: &Path, packages: String| {
        let message = format!("{packages}{name}: system packages are not looked at");
        let problem = Problem::new(path.display().to_string(), message);
        problems.push(problem.with_hint("look them up with the distribution's own tools"));
    };
    let dpkg = tree.root().join(DPKG);
    if let Some(count) = lines(tree, &dpkg, "Package: ") {
        note(&dpkg, format!("dpkg lists {count} packages"));
    }
    let parts = tree.root().join(DPKG_PARTS);
    let count = tree.list(&parts).map_or(0, |entries| entries.len());
    if count > 0 {
        note(&parts, format!("dpkg lists {count} packages"));
    }
    // Of several paths one is a link to the other.
    let count = |path: &str| {
        let path = tree.root().join(path);
        lines(tree, &path, "P:").map(|count| (path, count))
    };
    if let Some((apk, count)) = APK.into_iter().find_map(count) {
        note(&apk, format!("apk lists {count} packages"));
    }
    let mut databases = RPM.into_iter().map(|path| tree.root().join(path));
    if let Some(rpm) = databases.find(|path| tree.entry(path).is_ok()) {
        note(
            &rpm,
            "rpm has a database of packages, not counted,".to_owned(),
        );
    }
    problems
}

/// How many lines begin with a word; `None` where there is no such file.
fn lines(tree: &ImageTree, path: &Path, start: &str) -> Option<String> {
    match tree.read(path, LARGEST) {
        Ok(bytes) => {
            let lines = bytes.split(|&byte| byte == b'\n');
            let count = lines
                .filter(|line| line.starts_with(start.as_bytes()))
                .count();
            (count > 0).then(|| count.to_string())
        }
        Err(TreeError::NotFound) => None,
        Err(_) => Some("too many to count".to_owned()),
    }
}

fn os_name(tree: &ImageTree) -> Option<String> {
    let read = |path: &str| tree.read(&tree.root().join(path), 64 << 10).ok();
    let bytes = OS_RELEASE.into_iter().find_map(read)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    let name = line.trim().trim_matches(['"', '\'']);
    Some(name.chars().take(100).collect()).filter(|name: &String| !name.is_empty())
}
