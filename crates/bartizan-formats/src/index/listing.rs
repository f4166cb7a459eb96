//! The files of a project, release by release, for choosing among them.

use std::collections::BTreeMap;

use bartizan_model::{
    Timestamp, ecosystem::Package, environment::MarkerEnvironment, release::Release,
    version::pep440::Version,
};
use serde::{Deserialize, Deserializer};

use super::{IndexError, MAX_BYTES, MOST_FILES, Meta, Yanked, html};
use crate::{digest::Digest, file_name, wheel_tags};

/// The files of a project on one index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// By version; each is spelled as the first of its files spells it.
    pub releases: BTreeMap<Version, (String, Vec<ListedFile>)>,
}

/// A file as an index lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name.
    pub name: String,
    /// Where it is: an address, perhaps relative to that of the page.
    pub address: String,
    /// Its digest.
    pub sha256: Option<Digest>,
    /// Its size, where the index states it.
    pub size: Option<u64>,
    /// The versions of Python that it is for.
    pub requires_python: Option<String>,
    /// When it was uploaded.
    pub uploaded: Option<Timestamp>,
    /// Whether it is yanked.
    pub is_yanked: bool,
    /// Whether its metadata are served as a file of their own
    /// ([PEP 658](https://peps.python.org/pep-0658/)), and their digest where it is stated.
    pub metadata: Option<Option<Digest>>,
    /// What the index says of its provenance.
    pub provenance: Provenance,
}

/// What an index says of where a file comes from ([PEP 740](https://peps.python.org/pep-0740/)).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// This index says it of no file, which is not the same as none.
    NotServed,
    /// There is none.
    None,
    /// There are attestations, at this address, perhaps relative to that of the page. Nobody has verified them.
    Served(String),
}

#[derive(Deserialize)]
struct Page {
    meta: Meta,
    #[serde(default)]
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    filename: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default, rename = "requires-python")]
    requires_python: Option<String>,
    #[serde(default)]
    yanked: Option<Yanked>,
    #[serde(default, rename = "upload-time")]
    uploaded: Option<String>,
    /// Both may be there: the second is the name that the key had first.
    #[serde(default, rename = "core-metadata")]
    metadata: Option<Served>,
    #[serde(default, rename = "dist-info-metadata")]
    old_metadata: Option<Served>,
    /// The key may be missing, or null, or an address; the three differ.
    #[serde(default = "not_served", deserialize_with = "provenance")]
    provenance: Provenance,
}

fn not_served() -> Provenance {
    Provenance::NotServed
}

fn provenance<'de, D: Deserializer<'de>>(value: D) -> Result<Provenance, D::Error> {
    let address: Option<String> = Option::deserialize(value)?;
    Ok(address.map_or(Provenance::None, Provenance::Served))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Served {
    Flag(bool),
    Hashes(BTreeMap<String, String>),
}

/// Reads the page of a project as a list of files. What is no file of it is left out.
pub fn listing(bytes: &[u8], package: &Package) -> Result<Listing, IndexError> {
    if bytes.len() > MAX_BYTES {
        return Err(IndexError::TooLarge);
    }
    let page = if html::is_html(bytes) {
        Page::of_html(html::page(bytes).ok_or(IndexError::Html)?)
    } else {
        serde_json::from_slice(bytes)?
    };
    if !page.meta.version.starts_with("1.") {
        return Err(IndexError::UnknownVersion(super::cut(&page.meta.version)));
    }
    let mut listing = Listing::default();
    for file in page.files.into_iter().take(MOST_FILES) {
        let named = file_name::wheel(&file.filename).or_else(|| file_name::source(&file.filename));
        let Some((_, text)) = named.filter(|(named, _)| named == package) else {
            continue;
        };
        let Ok(version) = text.parse::<Version>() else {
            continue;
        };
        let release = listing.releases.entry(version);
        let (_, files) = release.or_insert_with(|| (text, Vec::new()));
        files.push(ListedFile::of(file));
    }
    Ok(listing)
}

impl Page {
    fn of_html(page: html::HtmlPage) -> Self {
        Self {
            meta: Meta {
                version: page.version.unwrap_or_else(|| "1.0".to_owned()),
                status: None,
            },
            files: page.files.into_iter().map(Listed::of_html).collect(),
        }
    }
}

impl Listed {
    /// An anchor. One without `data-provenance` says nothing of provenance, as HTML has no way to say that there is none.
    fn of_html(mut file: html::HtmlFile) -> Self {
        let metadata = |value: String| match value.split_once('=') {
            Some((algorithm, digest)) => {
                Served::Hashes([(algorithm.to_owned(), digest.to_owned())].into())
            }
            None => Served::Flag(value == "true"),
        };
        Self {
            filename: file.name,
            url: file.address,
            hashes: file.hash.into_iter().collect(),
            size: None,
            requires_python: file.data.remove("requires-python"),
            yanked: file.data.remove("yanked").map(Yanked::Reason),
            uploaded: None,
            metadata: file.data.remove("core-metadata").map(metadata),
            old_metadata: file.data.remove("dist-info-metadata").map(metadata),
            provenance: match file.data.remove("provenance") {
                Some(address) => Provenance::Served(address),
                None => Provenance::NotServed,
            },
        }
    }
}

impl ListedFile {
    fn of(file: Listed) -> Self {
        let sha256 = |hashes: &BTreeMap<String, String>| Digest::parse(hashes.get("sha256")?);
        Self {
            sha256: sha256(&file.hashes),
            name: file.filename,
            address: file.url,
            size: file.size,
            requires_python: file.requires_python,
            uploaded: file.uploaded.and_then(|text| text.parse().ok()),
            is_yanked: !matches!(file.yanked, None | Some(Yanked::Flag(false))),
            metadata: match file.metadata.or(file.old_metadata) {
                None | Some(Served::Flag(false)) => None,
                Some(Served::Flag(true)) => Some(None),
                Some(Served::Hashes(hashes)) => Some(sha256(&hashes)),
            },
            provenance: file.provenance,
        }
    }

    /// Whether it is a wheel.
    pub fn is_wheel(&self) -> bool {
        file_name::is_wheel(&self.name)
    }

    /// How well a wheel fits an environment, the best the highest; `None` where it does not fit, or is no wheel.
    pub fn fit(&self, environment: &MarkerEnvironment) -> Option<u32> {
        wheel_tags::fit(&self.name, environment)
    }
}

impl Listing {
    /// Puts the files of another listing of the same project behind those of this one.
    pub fn join(&mut self, other: Self) {
        for (version, (text, files)) in other.releases {
            let release = self.releases.entry(version);
            let (_, own) = release.or_insert_with(|| (text, Vec::new()));
            own.extend(files);
        }
    }

    /// The files of a release.
    pub fn files(&self, version: &str) -> &[ListedFile] {
        let version: Option<Version> = version.parse().ok();
        let release = version.and_then(|version| self.releases.get(&version));
        release.map_or(&[], |(_, files)| files)
    }

    /// The releases as planning sees them in an environment.
    ///
    /// A release that has wheels, but none for here, has no file: whether to build it is the user's decision.
    pub fn in_environment(&self, environment: &MarkerEnvironment) -> Vec<Release> {
        let of_release = |(text, files): &(String, Vec<ListedFile>)| {
            let chosen = chosen(files, environment);
            let stated = chosen.or(files.first());
            Release {
                requires_python: stated.and_then(|file| file.requires_python.clone()),
                uploaded: files.iter().filter_map(|file| file.uploaded).min(),
                is_yanked: !files.is_empty() && files.iter().all(|file| file.is_yanked),
                has_file: chosen.is_some(),
                ..Release::new(text.clone())
            }
        };
        self.releases.values().map(of_release).collect()
    }
}

/// The file of a release that would be installed: the wheel that fits best, or the source where there is no wheel at all.
pub fn chosen<'a>(
    files: &'a [ListedFile],
    environment: &MarkerEnvironment,
) -> Option<&'a ListedFile> {
    let fitting = files
        .iter()
        .filter_map(|file| Some((file.fit(environment)?, file)));
    let best = fitting.max_by_key(|(fit, file)| (!file.is_yanked, *fit));
    let has_wheels = files.iter().any(ListedFile::is_wheel);
    let source = files.first().filter(|_| !has_wheels);
    best.map(|(_, file)| file).or(source)
}

#[cfg(test)]
mod tests {
    use bartizan_model::environment::Platform;
    use proptest::prelude::*;

    use super::*;

    fn check(page: &str) -> String {
        let listing = match listing(page.as_bytes(), &Package::pypi("lab")) {
            Ok(listing) => listing,
            Err(error) => return error.to_string(),
        };
        let linux = MarkerEnvironment::cpython("3.12", &Platform::parse("linux").unwrap());
        let releases = listing.in_environment(&linux);
        let lines = releases.iter().map(|release| {
            let files = listing.files(&release.version);
            let chosen = chosen(files, &linux).map_or("no file", |file| file.name.as_str());
            format!(
                "{} {chosen} python {:?} yanked {} of {}",
                release.version,
                release.requires_python,
                release.is_yanked,
                files.len()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn files_are_gathered_and_one_is_chosen() {
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "1.1"}, "name": "lab", "files": [
            {"filename": "lab-1.0.tar.gz", "url": "x", "requires-python": ">=2"},
            {"filename": "lab-1.0.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "url": "x", "requires-python": ">=3.9",
             "hashes": {"sha256": "00"}, "core-metadata": {"sha256": "00"}, "dist-info-metadata": true},
            {"filename": "lab-1.0-py3-none-any.whl", "url": "x"},
            {"filename": "lab-2.0-cp312-cp312-win_amd64.whl", "yanked": "bad"},
            {"filename": "lab-2.0.tar.gz", "yanked": true},
            {"filename": "lab-3.0.tar.gz"}, {"filename": "other-1.0.tar.gz"}]}"#), @r#"
        1.0 lab-1.0.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl python Some(">=3.9") yanked false of 3
        2.0 no file python None yanked true of 2
        3.0 lab-3.0.tar.gz python None yanked false of 1
        "#);
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "2.0"}}"#), @"the page is of version `2.0` of the simple API; versions 1.x are known");
        insta::assert_snapshot!(check("<a>"), @"the page is HTML and lists no file");
        insta::assert_snapshot!(check("<html><a href='../lab-1.0.tar.gz' data-requires-python='&gt;=3.9' data-yanked>x</a><a href='lab-2.0-py3-none-any.whl'>y</a>"), @r#"
        1.0 lab-1.0.tar.gz python Some(">=3.9") yanked true of 1
        2.0 lab-2.0-py3-none-any.whl python None yanked false of 1
        "#);
    }

    #[test]
    fn provenance_that_is_not_served_is_not_none() {
        let of = |file: &str| {
            let page = format!(
                r#"{{"meta": {{"api-version": "1.3"}}, "files": [{{"filename": "lab-1.0.tar.gz"{file}}}]}}"#
            );
            let listing = listing(page.as_bytes(), &Package::pypi("lab")).unwrap();
            listing.files("1.0")[0].provenance.clone()
        };
        let html = |data: &str| {
            let page = format!("<a href='lab-1.0.tar.gz#sha256=00'{data}>lab</a>");
            let listing = listing(page.as_bytes(), &Package::pypi("lab")).unwrap();
            listing.files("1.0")[0].provenance.clone()
        };
        assert_eq!(html(""), Provenance::NotServed);
        assert_eq!(
            html(" data-provenance='https://example.org/x'"),
            Provenance::Served("https://example.org/x".to_owned())
        );
        assert_eq!(of(""), Provenance::NotServed);
        assert_eq!(of(r#", "provenance": null"#), Provenance::None);
        assert_eq!(
            of(r#", "provenance": "https://example.org/x""#),
            Provenance::Served("https://example.org/x".to_owned())
        );
    }

    proptest! {
        #[test]
        fn never_panics(name in "\\PC{0,30}", text in "\\PC{0,30}") {
            let _ = check(&text);
            let page = serde_json::json!({"meta": {"api-version": "1.4"}, "files": [{"filename": name, "url": text, "core-metadata": true}]});
            let _ = check(&page.to_string());
        }
    }
}
