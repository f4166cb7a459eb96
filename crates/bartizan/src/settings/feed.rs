//! The `[[feed]]` tables: whom to read besides the public sources, and what they may speak for.

use std::path::Path;

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    purl::Purl,
};
use bartizan_sources::sync::{Authority, Feed};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{file::Complaint, suggest::nearest};

const KEYS: [&str; 7] = [
    "name", "from", "prefixes", "packages", "signers", "title", "licence",
];

/// Reads all tables; `None` when the value is no list of tables. Paths are relative to `directory`.
pub(super) fn of_toml(
    value: &Spanned<DeValue<'_>>,
    directory: &Path,
    complaints: &mut Vec<Complaint>,
) -> Option<Authority> {
    let mut feeds = Vec::new();
    for entry in value.get_ref().as_array()? {
        let table = entry.get_ref().as_table()?;
        let mut reader = Reader { table, complaints };
        feeds.extend(reader.feed(entry, directory));
    }
    match Authority::new(feeds) {
        Ok(authority) => Some(authority),
        Err(error) => {
            let hint =
                "each feed has a name and prefixes of its own; see `docs/reference/settings.md`";
            complaints.push(Complaint::new(value, error.to_string(), hint));
            Some(Authority::default())
        }
    }
}

struct Reader<'a, 'i> {
    table: &'a DeTable<'i>,
    complaints: &'a mut Vec<Complaint>,
}

impl Reader<'_, '_> {
    fn feed(&mut self, place: &Spanned<DeValue<'_>>, directory: &Path) -> Option<Feed> {
        self.unknown_keys();
        let (name, from) = (self.text("name"), self.text("from"));
        if name.is_none() {
            self.missing(place, "name", "a word that its records are shown under");
        }
        if from.is_none() {
            self.missing(
                place,
                "from",
                "the path or the address that it is read from",
            );
        }
        let mut feed = Feed {
            name: name?,
            title: self.text("title"),
            licence: self.text("licence"),
            from: from?,
            prefixes: self.texts("prefixes"),
            packages: Vec::new(),
            signers: self.text("signers").map(|path| directory.join(path)),
        };
        if !feed.is_remote() {
            feed.from = directory.join(&feed.from).display().to_string();
        }
        for text in self.texts("packages") {
            match package(&text) {
                Some(package) => feed.packages.push(package),
                None => self.complain(
                    place,
                    format!("`{text}` is no package"),
                    "write a name of the Python package index, ECOSYSTEM/NAME, or a purl without a version",
                ),
            }
        }
        Some(feed)
    }

    fn unknown_keys(&mut self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if KEYS.contains(&name) {
                continue;
            }
            let hint = match nearest(name, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a feed has {}", KEYS.join(", ")),
            };
            let message = format!("unknown key `{name}` of a feed");
            self.complaints.push(Complaint::new(key, message, hint));
        }
    }

    fn missing(&mut self, place: &Spanned<DeValue<'_>>, name: &str, hint: &str) {
        self.complain(place, format!("a feed without `{name}`"), hint);
    }

    /// A text that is not empty.
    fn text(&mut self, name: &str) -> Option<String> {
        let value = self.table.get(name)?;
        let text = value.get_ref().as_str().map(str::trim);
        if text.is_none() {
            let message = format!("the value of `{name}` is not a text");
            self.complain(value, message, "put it in quotes");
        }
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn texts(&mut self, name: &str) -> Vec<String> {
        let Some(value) = self.table.get(name) else {
            return Vec::new();
        };
        let texts = value.get_ref().as_array().and_then(|array| {
            let texts = array.iter().map(|entry| entry.get_ref().as_str());
            texts.collect::<Option<Vec<&str>>>()
        });
        if texts.is_none() {
            let message = format!("the value of `{name}` is no list of texts");
            self.complain(value, message, "write it as `[\"…\", \"…\"]`");
        }
        let texts = texts.unwrap_or_default().into_iter();
        texts.map(|text| text.trim().to_owned()).collect()
    }

    fn complain<T>(&mut self, place: &Spanned<T>, message: String, hint: &str) {
        self.complaints.push(Complaint::new(place, message, hint));
    }
}

/// A package by its purl, as `ECOSYSTEM/NAME` (so `db publish` takes it), or by its name in the Python package index.
pub(super) fn package(text: &str) -> Option<Package> {
    if text.starts_with("pkg:") {
        let purl: Purl = text.parse().ok()?;
        let package = purl.package().map(|(package, _version)| package);
        return package.or_else(|| purl.library());
    }
    let Some((ecosystem, name)) = text.split_once('/') else {
        let is_name = !text.is_empty() && !text.contains(':');
        return is_name.then(|| Package::pypi(text));
    };
    let is_whole = !ecosystem.is_empty() && !name.is_empty();
    is_whole.then(|| Package::new(Ecosystem::new(ecosystem), name))
}

#[cfg(test)]
mod tests {
    use super::package;

    fn check(text: &str, expect: &str) {
        let found = package(text);
        let found = found.map(|found| format!("{} {}", found.ecosystem(), found.name()));
        assert_eq!(found.as_deref().unwrap_or("none"), expect, "{text}");
    }

    #[test]
    fn packages_are_named_in_three_ways() {
        check("Lab_Tools", "PyPI lab-tools");
        check("PyPI/Lab_Tools", "PyPI lab-tools");
        check("Debian:12/curl", "Debian:12 curl");
        check("npm/@lab/tools", "npm @lab/tools");
        check("pkg:pypi/Lab_Tools", "PyPI lab-tools");
        for none in ["", "/x", "PyPI/", "a:b", "pkg:x"] {
            check(none, "none");
        }
    }
}
