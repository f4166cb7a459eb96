//! The text of commit and tag objects.
//!
//! It is whatever somebody put there in the last forty years: names without an end, times before and after every calendar,
//! encodings that are not what they say. What can be read is read. Where in the world a clock stood is not: nothing may
//! depend on it.

use bartizan_model::Timestamp;

use crate::{keyed::Address, signature::Signature};

/// A name with an address, as a history has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Actor {
    /// The name.
    pub name: String,
    /// The address.
    pub address: Address,
}

impl Actor {
    /// How many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.name.len() + self.address.text().len()
    }
}

/// Somebody at a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Who.
    pub actor: Actor,
    /// When, where that is a time.
    pub time: Option<Timestamp>,
    /// Whether the name was not in the encoding that it claims.
    pub is_garbled: bool,
}

/// The head of a commit or tag object, and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectText<'a> {
    /// `tree` of a commit, `object` of a tag: hexadecimal digits.
    pub target: &'a [u8],
    /// `parent`s: hexadecimal digits.
    pub parents: Vec<&'a [u8]>,
    /// `author` of a commit, `tagger` of a tag.
    pub author: Option<Stamp>,
    /// `committer` of a commit.
    pub committer: Option<Stamp>,
    /// Who signed it: in the head of a commit, at the end of a tag.
    pub signature: Signature,
    /// What it says.
    pub message: &'a [u8],
    /// How names and message are encoded, where that is said.
    pub encoding: Encoding,
}

/// How text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// As everybody does.
    #[default]
    Utf8,
    /// A byte is a character.
    Latin1,
    /// Something else, read as if it were UTF-8.
    Other,
}

impl Encoding {
    fn of(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).to_lowercase();
        match name.trim() {
            "utf-8" | "utf8" => Self::Utf8,
            "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" | "iso-8859-15" | "cp1252"
            | "windows-1252" => Self::Latin1,
            _ => Self::Other,
        }
    }

    /// Text, and whether all of it could be read.
    pub fn decode(self, bytes: &[u8]) -> (String, bool) {
        match (self, std::str::from_utf8(bytes)) {
            (Self::Latin1, _) => (bytes.iter().copied().map(char::from).collect(), true),
            (_, Ok(text)) => (text.to_owned(), true),
            (_, Err(_garbled)) => (String::from_utf8_lossy(bytes).into_owned(), false),
        }
    }
}

/// The most parents that are listed. Nobody has made a sensible merge of more than a hundred.
const MOST_PARENTS: usize = 1_000;

/// The longest name or address that is kept.
const LONGEST_NAME: usize = 500;

/// Reads a commit or a tag with a message; `None` where it is neither.
pub fn read(data: &[u8]) -> Option<ObjectText<'_>> {
    let head = Head::of(data);
    let encoding = head.encoding.map(Encoding::of).unwrap_or_default();
    let stamp = |line: &[u8]| stamp(line, encoding);
    let signature = match head.signature {
        Some(lines) => Signature::of(lines),
        None if head.is_tag => Signature::in_message(head.message),
        None => Signature::None,
    };
    Some(ObjectText {
        target: head.target?,
        parents: head.parents,
        author: head.author.map(stamp),
        committer: head.committer.map(stamp),
        signature,
        message: head.message,
        encoding,
    })
}

/// The lines of a head, before anything is made of them.
#[derive(Default)]
struct Head<'a> {
    is_tag: bool,
    target: Option<&'a [u8]>,
    parents: Vec<&'a [u8]>,
    author: Option<&'a [u8]>,
    committer: Option<&'a [u8]>,
    encoding: Option<&'a [u8]>,
    /// The value with the lines that continue it.
    signature: Option<&'a [u8]>,
    message: &'a [u8],
}

impl<'a> Head<'a> {
    fn of(data: &'a [u8]) -> Self {
        let mut head = Self::default();
        let mut rest = data;
        while let Some((value, after)) = field(rest) {
            let (key, value) = split_at_byte(value, b' ').unwrap_or((value, &[]));
            head.put(key, value);
            rest = after;
        }
        head.message = rest.strip_prefix(b"\n").unwrap_or(rest);
        head
    }

    fn put(&mut self, key: &[u8], value: &'a [u8]) {
        match key {
            b"tree" | b"object" => {
                self.is_tag |= key == b"object";
                self.target.get_or_insert(value);
            }
            b"parent" if self.parents.len() < MOST_PARENTS => self.parents.push(value),
            b"author" | b"tagger" => {
                self.author.get_or_insert(value);
            }
            b"committer" => {
                self.committer.get_or_insert(value);
            }
            b"encoding" => self.encoding = Some(value),
            b"gpgsig" => self.signature = Some(value),
            _ => {}
        }
    }
}

/// A line with those that continue it, and what follows; none at the empty line behind the head.
fn field(data: &[u8]) -> Option<(&[u8], &[u8])> {
    if data.is_empty() || data.starts_with(b"\n") {
        return None;
    }
    let mut end = 0;
    loop {
        let rest = data.get(end..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            return Some((data, &[]));
        };
        end += length;
        match data.get(end + 1) {
            Some(b' ') => end += 1,
            _ => return Some((data.get(..end)?, data.get(end + 1..)?)),
        }
    }
}

pub(crate) fn split_at_byte(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|it| *it == byte)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// `NAME <ADDRESS> SECONDS ZONE`. The zone is not read.
fn stamp(line: &[u8], encoding: Encoding) -> Stamp {
    let (name, rest) = split_at_byte(line, b'<').unwrap_or((line, &[]));
    let (address, _) = split_at_byte(rest, b'>').unwrap_or((rest, &[]));
    let time = line
        .rsplit(|byte| *byte == b'>')
        .next()
        .filter(|_| line.contains(&b'>'))
        .and_then(|rest| std::str::from_utf8(rest).ok())
        .and_then(|rest| rest.split_ascii_whitespace().next()?.parse().ok())
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    let (name, is_whole) = encoding.decode(name);
    let (address, _) = encoding.decode(address);
    Stamp {
        actor: actor(&name, &address),
        time,
        is_garbled: !is_whole,
    }
}

/// A name and an address without the spaces around them, and no longer than anybody's.
pub(crate) fn actor(name: &str, address: &str) -> Actor {
    let cut = |text: &str| text.trim().chars().take(LONGEST_NAME).collect::<String>();
    Actor {
        name: cut(name),
        address: Address::new(cut(address)),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn check(data: &[u8]) -> String {
        let Some(object) = read(data) else {
            return "none".to_owned();
        };
        let told = |stamp: &Option<Stamp>| {
            stamp.as_ref().map_or("-".to_owned(), |it| {
                let time = it.time.map_or("-".to_owned(), |it| it.to_string());
                let garbled = if it.is_garbled { " garbled" } else { "" };
                format!(
                    "{:?} <{}> {time}{garbled}",
                    it.actor.name,
                    it.actor.address.text()
                )
            })
        };
        let mut shown = format!(
            "author {}\ncommitter {}\nsignature {:?}\n",
            told(&object.author),
            told(&object.committer),
            object.signature
        );
        let _ = write!(
            shown,
            "target {} parents {} message {:?}",
            String::from_utf8_lossy(object.target),
            object.parents.len(),
            object.encoding.decode(object.message).0
        );
        shown
    }

    #[test]
    fn a_commit() {
        insta::assert_snapshot!(check(b"tree aa\nparent bb\nparent cc\nauthor Ann B. <ann@example.org> 1700000000 +0800\ncommitter C <c@example.org> 1700000001 -0300\nmergetag object x\n more\n\nSubject\n\nBody\n"), @r#"
        author "Ann B." <ann@example.org> 2023-11-14T22:13:20Z
        committer "C" <c@example.org> 2023-11-14T22:13:21Z
        signature None
        target aa parents 2 message "Subject\n\nBody\n"
        "#);
    }

    #[test]
    fn a_tag() {
        insta::assert_snapshot!(check(b"object aa\ntype commit\ntag v1\ntagger A <a@example.org> 1 +0000\n\nfirst\n"), @r#"
        author "A" <a@example.org> 1970-01-01T00:00:01Z
        committer -
        signature None
        target aa parents 0 message "first\n"
        "#);
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        for (input, expect) in [
            (
                &b"tree aa\nauthor Ann ann@example.org\n\nx"[..],
                "author \"Ann ann@example.org\" <> -",
            ),
            (b"tree aa\nauthor <> \n\nx", "author \"\" <> -"),
            (
                b"tree aa\nauthor A <a> 99999999999999999999 +0\n\nx",
                "author \"A\" <a> -",
            ),
            (
                b"tree aa\nauthor A <a> 253402300799 +0\n\nx",
                "author \"A\" <a> -",
            ),
            (
                b"tree aa\nauthor A <a> 253000000000 +0\n\nx",
                "author \"A\" <a> 9987-04-02T17:46:40Z",
            ),
            (
                b"tree aa\nauthor A <b<c> 5\n\nx",
                "author \"A\" <b<c> 1970-01-01T00:00:05Z",
            ),
            (
                b"tree aa\nauthor \xe9 <a> 5\n\nx",
                "author \"\u{fffd}\" <a> 1970-01-01T00:00:05Z garbled",
            ),
            (
                b"tree aa\nauthor \xe9 <a> 5\nencoding ISO-8859-1\n\nx",
                "author \"\u{e9}\" <a> 1970-01-01T00:00:05Z",
            ),
        ] {
            assert_eq!(check(input).lines().next().unwrap(), expect);
        }
        assert_eq!(check(b""), "none");
        assert_eq!(check(b"author A <a> 1 +0\n"), "none");
    }

    #[test]
    fn a_time_zone_changes_nothing() {
        let with = |zone: &str| {
            format!("tree aa\nauthor A <a> 5 {zone}\ncommitter A <a> 5 {zone}\n\nx").into_bytes()
        };
        assert_eq!(check(&with("+0800")), check(&with("-1130")));
    }

    proptest! {
        #[test]
        fn never_panics(data in prop::collection::vec(any::<u8>(), 0..300)) {
            check(&data);
            let mut begun = b"tree aa\n".to_vec();
            begun.extend(data);
            check(&begun);
        }
    }
}
