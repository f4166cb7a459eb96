//! No package registry is named: any conforming index works, and the one in use is the user's own.

use std::{ffi::OsStr, path::Path};

use super::{Checkout, Rule};

pub(crate) const RULE: Rule = Rule {
    title: "no file names the host of a package registry",
    check,
};

/// The hosts, each in two halves so that this file does not name them.
const HOSTS: &[(&str, &str)] = &[
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("crates", ".io"),
    ("npm", "js.org"),
    ("npm", "js.com"),
    ("yarn", "pkg.com"),
    ("ana", "conda.org"),
    ("ana", "conda.com"),
    ("prefix", ".dev"),
    ("lib", ".rs/"),
    ("ruby", "gems.org"),
    ("repo1.maven", ".org"),
    ("pkg.julia", "lang.org"),
];

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let mut complaints = Vec::new();
    // Cargo writes the address of its registry into its own lock files.
    for (path, text) in checkout
        .texts
        .iter()
        .filter(|(path, _)| Path::new(path).file_name() != Some(OsStr::new("Cargo.lock")))
    {
        for (number, line) in text.lines().enumerate() {
            complaints
                .extend(host_in(line).map(|host| format!("{path}:{}: names {host}", number + 1)));
        }
    }
    complaints
}

fn host_in(line: &str) -> Option<String> {
    let line = line.to_ascii_lowercase();
    // The OSV schema's name of an ecosystem is not an address.
    let ecosystem = ["crates", ".io"].concat();
    let line = line
        .replace(&format!("\"{ecosystem}\""), "")
        .replace(&format!("\"{ecosystem} "), "");
    HOSTS
        .iter()
        .map(|(first, second)| format!("{first}{second}"))
        .find(|host| line.contains(host.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_any_case_and_ecosystem_names_are_not_hosts() {
        let host = ["pyp", "i.org"].concat();
        assert_eq!(
            host_in(&format!("https://{}/simple", host.to_uppercase())),
            Some(host)
        );
        assert_eq!(host_in(&format!("\"{}.io\" => SemVer", "crates")), None);
        assert_eq!(host_in("https://index.example/simple"), None);
    }
}
