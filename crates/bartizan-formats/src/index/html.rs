//! Pages of the simple API as HTML ([PEP 503](https://peps.python.org/pep-0503/), with what later standards put into attributes),
//! which is all that many indexes of companies answer with.
//!
//! Only tags are read, as pip reads them: each anchor is a file. A page without one is none of the simple API, as a page that asks
//! for a password is.

use std::collections::BTreeMap;

use super::MOST_FILES;

/// A page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HtmlPage {
    /// The version of the API, where the page states it.
    pub(super) version: Option<String>,
    /// The status of the project and why, where the page states them.
    pub(super) status: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) files: Vec<HtmlFile>,
}

/// A file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HtmlFile {
    pub(super) name: String,
    /// Where it is, without what stands behind `#`.
    pub(super) address: String,
    /// What stands there: an algorithm and a digest.
    pub(super) hash: Option<(String, String)>,
    /// The attributes of the anchor that begin with `data-`, by what follows.
    pub(super) data: BTreeMap<String, String>,
}

/// Whether bytes are HTML and not JSON.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"<")
}

/// Reads a page; nothing where it lists no file.
pub(super) fn page(bytes: &[u8]) -> Option<HtmlPage> {
    let text = String::from_utf8_lossy(bytes);
    let mut page = HtmlPage::default();
    let mut rest = text.as_ref();
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tag, after) = Tag::read(after);
        page.take(&tag);
        if page.files.len() >= MOST_FILES {
            break;
        }
        rest = after;
    }
    (!page.files.is_empty()).then_some(page)
}

impl HtmlPage {
    fn take(&mut self, tag: &Tag<'_>) {
        match tag.name.to_ascii_lowercase().as_str() {
            "a" => self.files.extend(tag.file()),
            "meta" => {
                let content = tag.get("content");
                // The name of the index that wrote the standard stands before each of them.
                let name = tag.get("name").unwrap_or_default();
                match name.split_once(':').map(|(_, name)| name) {
                    Some("repository-version") => self.version = content,
                    Some("project-status") => self.status = content,
                    Some("project-status-reason") => self.reason = content,
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// A tag with its attributes as they are written.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

/// How many attributes of one tag are read.
const MOST_ATTRIBUTES: usize = 32;

impl<'a> Tag<'a> {
    /// Reads a tag behind its `<`, and gives what follows its `>`.
    fn read(text: &'a str) -> (Self, &'a str) {
        let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '<');
        let (name, mut rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('<') {
                break;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let is_end = |c: char| is_end(c) || matches!(c, '=' | '/');
            // What begins with `=` is a name too, so that reading goes on.
            let from = rest.chars().next().map_or(0, char::len_utf8);
            let end = rest.get(from..).and_then(|it| it.find(is_end));
            let (key, after) = rest.split_at(end.map_or(rest.len(), |end| end + from));
            let (value, after) = value(after);
            if attributes.len() < MOST_ATTRIBUTES {
                attributes.push((key, value));
            }
            rest = after;
        }
        (Self { name, attributes }, rest)
    }

    fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| unescaped(value))
    }

    /// The file of an anchor, by the last part of its address.
    fn file(&self) -> Option<HtmlFile> {
        let address = self.get("href")?;
        let (address, fragment) = address.split_once('#').unwrap_or((&address, ""));
        let path = address.split('?').next().unwrap_or_default();
        let name = percent_decoded(path.rsplit('/').next()?);
        let hash = fragment.split('&').find_map(|part| part.split_once('='));
        let data = self.attributes.iter().filter_map(|(key, value)| {
            let key = key.to_ascii_lowercase();
            Some((key.strip_prefix("data-")?.to_owned(), unescaped(value)))
        });
        Some(HtmlFile {
            name,
            address: address.to_owned(),
            hash: hash.map(|(algorithm, digest)| (algorithm.to_owned(), digest.to_owned())),
            data: data.collect(),
        })
    }
}

/// The value of an attribute behind its name, and what follows.
fn value(text: &str) -> (&str, &str) {
    let Some(written) = text.trim_ascii_start().strip_prefix('=') else {
        return ("", text);
    };
    let written = written.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(inside) = written.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = written.find(|c: char| c.is_ascii_whitespace() || c == '>');
    written.split_at(end.unwrap_or(written.len()))
}

/// A text with its references resolved, as far as pages of indexes have any.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after
            .split_once(';')
            .and_then(|(name, after)| Some((resolved(name)?, after)));
        let (letter, after) = reference.unwrap_or(('&', after));
        plain.push(letter);
        rest = after;
    }
    plain + rest
}

fn resolved(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if let (b'%', [high, low, after @ ..]) = (first, after)
            && let (Some(high), Some(low)) = (
                char::from(*high).to_digit(16),
                char::from(*low).to_digit(16),
            )
            && let Ok(byte) = u8::try_from(high << 4 | low)
        {
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        assert!(is_html(text.as_bytes()));
        let Some(page) = page(text.as_bytes()) else {
            return "no page".to_owned();
        };
        let head = [page.version, page.status, page.reason];
        let head: Vec<String> = head.into_iter().flatten().collect();
        let files = page.files.iter().map(|it| {
            format!(
                "{} at {} {:?} {:?}\n",
                it.name, it.address, it.hash, it.data
            )
        });
        format!("{}\n{}", head.join(" "), files.collect::<String>())
    }

    #[test]
    fn anchors_are_files() {
        insta::assert_snapshot!(check(r#"<!DOCTYPE html>
<html><head><meta name="x:repository-version" content="1.3"><meta name='x:project-status' content=archived></head><body>
<!-- <a href="commented-1.0.tar.gz">no</a> -->
<a href="../lab-1.0%2Bcu1-py3-none-any.whl#sha256=00" data-requires-python="&gt;=3.9" data-yanked="" DATA-PROVENANCE='https://host/p?a=1&amp;b=2'>x</a>
<A HREF=lab-1.0.tar.gz>y</A><a>nowhere</a></body></html>"#), @r#"
        1.3 archived
        lab-1.0+cu1-py3-none-any.whl at ../lab-1.0%2Bcu1-py3-none-any.whl Some(("sha256", "00")) {"provenance": "https://host/p?a=1&b=2", "requires-python": ">=3.9", "yanked": ""}
        lab-1.0.tar.gz at lab-1.0.tar.gz None {}
        "#);
    }

    #[test]
    fn a_page_without_files_is_none() {
        assert_eq!(check("<!DOCTYPE html><form>password</form>"), "no page");
        assert_eq!(check("<a"), "no page");
        assert_eq!(check("<a ===\"'>"), "no page");
    }

    proptest! {
        #[test]
        fn never_panics(text in "<[aA !\\-<>=/\"'&;#%x0-9hrefé\u{a0}]{0,60}") {
            let _ = check(&text);
        }
    }
}
