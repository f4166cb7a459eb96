//! What pages are made from: the store as somebody may see it, the advisory snapshot, the time, and the catalogues of the
//! capabilities. No page reads a clock, a file or a setting.

use std::sync::Arc;

use bartizan_formats::snapshot::SnapshotError;
use bartizan_model::{
    Timestamp,
    assessment::{Measure, Visibility},
    profile::Profile,
};
use bartizan_posture::frameworks;
use bartizan_sources::database::Database;
use bartizan_store::{Store, StoreError, Viewer};
use bartizan_vulnerability::checks::Explanation;

use crate::{
    access::Drawer,
    href::{Href, Place},
    links::encode,
    page::layout::Frame,
    pages, words,
};

/// What pages are made from.
#[derive(Clone)]
pub struct Context {
    /// The store.
    pub store: Store,
    /// Who looks.
    pub viewer: Viewer,
    /// The advisories, where there are any.
    pub database: Option<Arc<Database>>,
    /// The time that counts as now.
    pub now: Timestamp,
    /// What the capabilities can say.
    pub catalogues: Arc<Catalogues>,
    /// For whoever sits at this machine, and for nobody else.
    pub desk: Option<Desk>,
}

/// What whoever sits at this machine may do: see what is for maintainers, and say what they make of it.
#[derive(Clone)]
pub struct Desk {
    /// Stands in every form, so that only a page of this server can send one.
    pub token: String,
    /// What is kept of access, where it is known where that lies.
    pub drawer: Option<Arc<Drawer>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk(***)")
    }
}

/// What the capabilities can say, so that no page knows a check or a measure by name.
#[derive(Debug, Default)]
pub struct Catalogues {
    /// What is measured.
    pub measures: Vec<&'static Measure>,
    /// What is checked, by id.
    pub checks: Vec<CheckText>,
    /// The host of the service that has a project's source, in words; where the code of the program is.
    pub repository: &'static str,
    /// A note over every page of invented data.
    pub notice: Option<String>,
}

/// What a check says of itself.
#[derive(Debug, Clone)]
pub struct CheckText {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The rest.
    pub explanation: Explanation,
    /// The standard that it asks for, and which requirement of it.
    pub standard: Option<(String, &'static str)>,
    /// Which requirements of frameworks it supports.
    pub supports: Vec<Supported>,
    /// Who may see what it says.
    pub visibility: Visibility,
}

/// A requirement of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supported {
    /// The framework.
    pub framework: &'static str,
    /// Which version of it.
    pub version: &'static str,
    /// Its id there.
    pub requirement: &'static str,
    /// What it asks for.
    pub meaning: &'static str,
}

impl CheckText {
    /// A check that everybody may see, of no standard.
    pub fn new(id: &'static str, title: &'static str, explanation: Explanation) -> Self {
        Self {
            id,
            title,
            explanation,
            standard: None,
            supports: Vec::new(),
            visibility: Visibility::Public,
        }
    }
}

impl From<&'static bartizan_posture::check::Check> for CheckText {
    fn from(check: &'static bartizan_posture::check::Check) -> Self {
        let supported = |it: &bartizan_posture::check::Support| {
            let known = frameworks::find(it.framework, it.requirement);
            Supported {
                framework: it.framework.title(),
                version: it.framework.version(),
                requirement: it.requirement,
                meaning: known.map_or("", |known| known.meaning),
            }
        };
        Self {
            standard: check.standard().zip(check.spec),
            supports: check.supports.iter().map(supported).collect(),
            visibility: check.visibility(),
            ..Self::new(check.id, check.title, check.explanation())
        }
    }
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The store does not answer.
    #[error("the store does not answer")]
    Store(#[from] StoreError),
    /// The advisory snapshot does not answer.
    #[error("the advisory snapshot does not answer")]
    Snapshot(#[from] SnapshotError),
}

impl Context {
    /// What all pages have in common now.
    pub async fn frame(&self) -> Result<Frame, PageError> {
        let profile = self.profile().await?;
        let newest = self
            .store
            .assessments(bartizan_store::Page::new(1, 1))
            .await?;
        let assessed = match newest.rows.first() {
            Some(row) => match row.finished {
                Some(finished) => format!("Assessed {}", words::minute(finished)),
                None => format!(
                    "An assessment began {} and goes on",
                    words::minute(row.started)
                ),
            },
            None => "Nothing was assessed yet".to_owned(),
        };
        Ok(Frame {
            site: profile.map_or_else(|| "Bartizan".to_owned(), |profile| profile.title),
            menu: pages::menu(),
            assessed,
            notice: self.catalogues.notice.clone(),
        })
    }

    /// The profile, where one was assessed.
    pub async fn profile(&self) -> Result<Option<Profile>, PageError> {
        Ok(self.store.profile().await?.map(|row| row.profile))
    }

    /// A measure by its id.
    pub fn measure(&self, id: &str) -> Option<&'static Measure> {
        // A measure of several parts has one formula: `standard-endorsed:spec-8` is `standard-endorsed` of `spec-8`.
        let id = id.split(':').next().unwrap_or(id);
        self.catalogues
            .measures
            .iter()
            .find(|measure| measure.id == id)
            .copied()
    }

    /// The title of a measure; its id where no capability of this program has it.
    pub fn measure_title(&self, id: &str) -> String {
        let title = self
            .measure(id)
            .map_or_else(|| id.replace('-', " "), |measure| measure.title.to_owned());
        match id.split_once(':') {
            Some((_, part)) => format!("{title}: {}", part.replace('-', " ").to_uppercase()),
            None => title,
        }
    }

    /// The text of a check.
    pub fn check(&self, id: &str) -> Option<&CheckText> {
        self.catalogues.checks.iter().find(|check| check.id == id)
    }

    /// The checks of a standard, in the order of its requirements.
    pub fn checks_of(&self, standard: &str) -> Vec<&CheckText> {
        let is_of = |check: &&CheckText| matches!(&check.standard, Some((id, _)) if id == standard);
        let mut checks: Vec<&CheckText> = self.catalogues.checks.iter().filter(is_of).collect();
        checks.sort_by_key(|check| {
            let requirement = check.standard.as_ref().map_or("", |(_, it)| *it);
            (words::ordered(requirement), check.id)
        });
        checks
    }

    /// The title of a check; its id where no capability of this program has it.
    pub fn check_title(&self, id: &str) -> String {
        self.check(id)
            .map_or_else(|| id.replace('-', " "), |check| check.title.to_owned())
    }
}

/// What was asked for: the page and the values that its path gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The page, with what was asked of it.
    pub place: Place,
    /// The values of the path, in the order of its pattern.
    pub parts: Vec<String>,
}

impl Asked {
    /// A value of the path; empty where the pattern has none.
    pub fn part(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", String::as_str)
    }

    /// What is asked under a key; `None` where nothing is.
    pub fn text(&self, key: &str) -> Option<String> {
        self.place.asked(key).map(str::to_owned)
    }

    /// The number of the page of a list.
    pub fn page(&self) -> u32 {
        let number = self
            .place
            .asked("page")
            .and_then(|number| number.parse().ok());
        number.unwrap_or(1).max(1)
    }

    /// This page, with nothing asked but its format.
    pub fn bare(&self) -> Place {
        Place::new(self.place.path.clone())
    }
}

/// The page of a package URL without its version.
pub fn package_page(purl: &str) -> Option<Place> {
    let body = purl.strip_prefix("pkg:")?;
    let body = body.split(['?', '#']).next()?;
    let (kind, name) = body.split_once('/')?;
    let name = name
        .split_once('@')
        .filter(|(name, _)| !name.is_empty())
        .map_or(name, |(name, _)| name);
    Some(Place::new(["packages", kind, &percent_decoded(name)]))
}

/// The package URL of the page of a package.
pub fn purl_of(kind: &str, name: &str) -> String {
    let parts: Vec<String> = name.split('/').map(encode).collect();
    format!("pkg:{kind}/{}", parts.join("/"))
}

/// A link to the page of a package URL, or its text alone.
pub fn package_text(purl: &str, words: &str) -> crate::page::Text {
    match package_page(purl) {
        Some(place) => crate::page::Text::link(words, Href::from(place)),
        None => words.into(),
    }
}

/// The text behind percent signs; what is no such text is left as it is.
pub fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let digits = bytes
            .get(index + 1..index + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let value = digits
            .filter(|_| *byte == b'%')
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(value.unwrap_or(*byte));
        index += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_has_a_page_and_the_page_its_package_url() {
        for (purl, path) in [
            ("pkg:pypi/numpy@1.26.0", "/packages/pypi/numpy"),
            (
                "pkg:generic/libwebp?download_url=x",
                "/packages/generic/libwebp",
            ),
            ("pkg:npm/%40scope/name@1", "/packages/npm/%40scope%2Fname"),
        ] {
            let place = package_page(purl).unwrap();
            assert_eq!(crate::links::address_of(&place), path);
        }
        assert_eq!(purl_of("npm", "@scope/name"), "pkg:npm/%40scope/name");
        assert_eq!(package_page("numpy"), None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = percent_decoded(&text);
            let _ = package_page(&format!("pkg:{text}"));
        }
    }
}
