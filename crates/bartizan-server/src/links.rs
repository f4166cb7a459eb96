//! Links as text: of a server, or relative ones between the files of a static site.
//!
//! A static site is written by following its links: whatever a page leads to is remembered here, filters and further pages
//! of lists included, so that every number of the static dashboard opens its list too.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};

use crate::href::{Href, Place};

/// Makes links of one page.
#[derive(Debug)]
pub struct Links {
    base: Base,
    /// The pages that were linked to; kept for a static site only.
    seen: Mutex<BTreeSet<Place>>,
}

#[derive(Debug)]
enum Base {
    /// Every path stands under a prefix, such as `/dashboard`; an empty one is none.
    Server { prefix: String },
    /// Relative to a file so many folders below the root.
    Static { depth: usize },
    /// Of a page that stands alone: it leads to its own parts and to addresses outside.
    Alone,
}

/// The longest name of a folder of a static site; a longer one is told by its digest.
const MAX_NAME: usize = 120;

impl Links {
    /// Links of a server whose pages stand under a prefix.
    pub fn server(prefix: &str) -> Self {
        Self::new(Base::Server {
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }

    /// Relative links from the file of a page.
    pub fn relative_to(place: &Place) -> Self {
        let depth = file_of(place).matches('/').count();
        Self::new(Base::Static { depth })
    }

    /// Links of a page that stands alone in one file.
    pub fn alone() -> Self {
        Self::new(Base::Alone)
    }

    /// Whether nothing stands beside the page: no data, no other page.
    pub fn is_alone(&self) -> bool {
        matches!(self.base, Base::Alone)
    }

    fn new(base: Base) -> Self {
        Self {
            base,
            seen: Mutex::default(),
        }
    }

    /// Whether the page will be a file, where nothing answers to a form.
    pub fn is_static(&self) -> bool {
        matches!(self.base, Base::Static { .. } | Base::Alone)
    }

    /// A link as text, to be escaped by whoever writes it.
    pub fn to(&self, href: &Href) -> String {
        match href {
            Href::Outside(address) => address.clone(),
            Href::Page(place) => self.place(place),
        }
    }

    fn place(&self, place: &Place) -> String {
        let fragment = place.fragment.as_deref().map(encode);
        let fragment = fragment.map(|it| format!("#{it}")).unwrap_or_default();
        match &self.base {
            Base::Alone if fragment.is_empty() => "#main".to_owned(),
            Base::Alone => fragment,
            Base::Server { prefix } => {
                format!("{prefix}{}{fragment}", address_of(place))
            }
            Base::Static { depth } => {
                let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.insert(Place {
                    fragment: None,
                    ..place.clone()
                });
                format!("{}{}{fragment}", "../".repeat(*depth), file_of(place))
            }
        }
    }

    /// The pages that were linked to, each without its fragment.
    pub fn into_seen(self) -> BTreeSet<Place> {
        self.seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A link to a file that is neither page nor data: the style sheet, the script.
    pub fn asset(&self, name: &str) -> String {
        match &self.base {
            Base::Server { prefix } => {
                format!("{prefix}/assets/{name}?v={}", *crate::assets::VERSION)
            }
            Base::Static { depth } => format!("{}assets/{name}", "../".repeat(*depth)),
            Base::Alone => String::new(),
        }
    }
}

/// Path and query of a page on a server.
pub fn address_of(place: &Place) -> String {
    let mut address = place
        .path
        .iter()
        .fold(String::new(), |address, part| address + "/" + &encode(part));
    if address.is_empty() {
        address.push('/');
    }
    for (index, (key, value)) in place.query.iter().enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address += &format!("{}={}", encode(key), encode(value));
    }
    address
}

/// The file of a page in a static site, relative to its root.
///
/// The name of a folder holds letters, digits, `.`, `-`, `_` and `~`, so that no host and no file system reads one in another way.
pub fn file_of(place: &Place) -> String {
    let mut path: String = place.path.iter().map(|part| folder(part) + "/").collect();
    let format = place.asked("format");
    let table = place.asked("part");
    let asked: Vec<String> = place
        .query
        .iter()
        .filter(|(key, _)| !(key == "format" || (key == "part" && format.is_some())))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if !asked.is_empty() {
        path += &folder(&format!("?{}", asked.join("&")));
        path.push('/');
    }
    path + &match (format, table) {
        (None, _) => "index.html".to_owned(),
        (Some("json"), _) => "data.json".to_owned(),
        (Some(format), Some(table)) => format!("{}.{}", folder(table), folder(format)),
        (Some("atom"), None) => "feed.atom".to_owned(),
        (Some("svg"), None) => "badge.svg".to_owned(),
        (Some(format), None) => format!("data.{}", folder(format)),
    }
}

/// A part of a path as the name of a folder.
fn folder(part: &str) -> String {
    if part.is_empty() {
        return "~".to_owned();
    }
    let mut name = String::with_capacity(part.len());
    for (index, byte) in part.bytes().enumerate() {
        match byte {
            b'.' if index == 0 => name += "~2E",
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                name.push(char::from(byte));
            }
            _ => name += &format!("~{byte:02X}"),
        }
    }
    if name.len() <= MAX_NAME {
        return name;
    }
    let digest = Sha256::digest(part.as_bytes());
    crate::words::hexadecimal(&digest, 16)
}

/// A part of an address with all but unreserved characters encoded.
pub fn encode(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn check(place: &Place, from: &Place) -> String {
        let href = Href::from(place.clone());
        format!(
            "{}\n{}",
            Links::server("").to(&href),
            Links::relative_to(from).to(&href)
        )
    }

    #[test]
    fn a_place_is_an_address_and_a_file() {
        let home = Place::default();
        let project = Place::new(["projects", "numpy"]);
        assert_snapshot!(check(&home, &project), @r"
        /
        ../../index.html
        ");
        assert_snapshot!(check(&project, &home), @r"
        /projects/numpy
        projects/numpy/index.html
        ");
        let data = project
            .clone()
            .with("format", "csv")
            .with("part", "components");
        assert_snapshot!(check(&data, &project), @r"
        /projects/numpy?format=csv&part=components
        ../../projects/numpy/components.csv
        ");
        let list = Place::new(["findings"])
            .with("outcome", "fail")
            .with("project", "numpy");
        assert_snapshot!(check(&list.clone().at("list"), &list), @r"
        /findings?outcome=fail&project=numpy#list
        ../../findings/~3Foutcome~3Dfail~26project~3Dnumpy/index.html#list
        ");
        let scoped = Place::new(["packages", "npm", "@a/b", ".."]);
        assert_snapshot!(check(&scoped, &home), @r"
        /packages/npm/%40a%2Fb/..
        packages/npm/~40a~2Fb/~2E./index.html
        ");
    }

    #[test]
    fn a_long_name_is_told_by_its_digest() {
        let file = file_of(&Place::new(["a".repeat(400)]));
        assert_eq!(file.len(), 32 + "/index.html".len());
    }

    proptest::proptest! {
        #[test]
        fn different_places_are_different_files(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let one = file_of(&Place::new([a.clone()]));
            let other = file_of(&Place::new([b.clone()]));
            proptest::prop_assert_eq!(a == b, one == other);
            proptest::prop_assert!(!one.starts_with('/') && !one.split('/').any(|part| part == ".."));
        }
    }
}
