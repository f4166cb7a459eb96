//! Which snapshot a public report is of, said so that nobody can try what stands in it.
//!
//! A snapshot holds little that cannot be guessed: whoever knows all of it but one fact finds that fact by the digest. A report
//! names a snapshot by a digest that is keyed with random bytes instead. The file with the names holds these, so that its owner can
//! prove later which snapshot it was, and nobody else can tell.

use bartizan_formats::digest::Digest;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What stands before a digest that is sealed, so that a seal is good for nothing else.
const TITLE: &[u8] = b"bartizan access seal 1\n";

/// The first lines of a file of names: what opens the seals of its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Random bytes, of this report alone.
    pub salt: [u8; 32],
    /// The digest of the snapshot that was judged.
    pub snapshot: Digest,
    /// The digest of the one before.
    pub before: Option<Digest>,
}

impl Opening {
    /// What a report names the snapshot by, and the one before.
    pub fn seals(&self) -> (Digest, Option<Digest>) {
        let seal = |it| seal(&self.salt, it);
        (seal(self.snapshot), self.before.map(seal))
    }

    /// It as lines, with an empty one at their end.
    pub fn text(&self) -> String {
        let before = self.before.map(|it| format!("before: {it}\n"));
        let before = before.unwrap_or_default();
        let salt = Digest(self.salt);
        format!("salt: {salt}\nsnapshot: {}\n{before}\n", self.snapshot)
    }

    /// Reads the beginning of a file of names; none where it does not begin so.
    pub fn read(text: &str) -> Option<Self> {
        let (head, _) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let mut value = |name: &str| {
            let line = lines.next()?.strip_prefix(name)?;
            Digest::parse(line.strip_prefix(": ")?)
        };
        let (salt, snapshot) = (value("salt")?.0, value("snapshot")?);
        let opening = Self {
            salt,
            snapshot,
            before: value("before"),
        };
        text.starts_with(&opening.text()).then_some(opening)
    }
}

fn seal(salt: &[u8; 32], snapshot: Digest) -> Digest {
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(salt) else {
        // Every length of key is allowed.
        return Digest([0; 32]);
    };
    code.update(TITLE);
    code.update(&snapshot.0);
    Digest(code.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn opening(before: Option<Digest>) -> Opening {
        Opening {
            salt: [7; 32],
            snapshot: Digest::of(b"now"),
            before,
        }
    }

    #[test]
    fn a_seal_tells_nothing_and_is_opened_again() {
        for before in [None, Some(Digest::of(b"before"))] {
            let it = opening(before);
            let text = it.text() + "github:ann in the organisation lab; member\n\nx\n";
            assert_eq!(Opening::read(&text), Some(it.clone()));
            let (seal, of_before) = it.seals();
            assert_eq!(of_before.is_some(), before.is_some());
            assert!(!text.contains(&seal.to_string()));
            let other = Opening {
                salt: [8; 32],
                ..it.clone()
            };
            assert_ne!(other.seals(), it.seals());
            assert_ne!(seal, it.snapshot);
        }
        // What a seal is today it must stay, or no signed report can be proved any more.
        insta::assert_snapshot!(opening(None).seals().0, @"b2a24a1908f74dd53ebed331a8f19bb4e09ac61838aa533164a1760e2e9d2fd3");
        insta::assert_snapshot!(opening(Some(Digest::of(b"before"))).text(), @r"
        salt: 0707070707070707070707070707070707070707070707070707070707070707
        snapshot: ed5eb9a37e2d8231af3388319b941995f6dc8755c56043d0cc52b5fe405a87de
        before: 6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb
        ");
    }

    #[test]
    fn what_is_no_opening() {
        let text = opening(None).text();
        for wrong in [
            String::new(),
            text.trim_end().to_owned(),
            text.replace("salt", "sult"),
            text.replace("salt: 07", "salt: 7"),
            text.replace("\n\n", "\nmore\n\n"),
            text.to_uppercase(),
        ] {
            assert_eq!(Opening::read(&wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,100}", cut in 0_usize..400, put in "[a-f0-9:\n ]{0,4}") {
            let _ = Opening::read(&text);
            let whole = opening(Some(Digest::of(b"before"))).text();
            let mut text = whole.clone();
            text.insert_str(cut.min(whole.len()), &put);
            // What is read is written as it was.
            if let Some(read) = Opening::read(&text) {
                prop_assert!(text.starts_with(&read.text()));
            }
        }
    }
}
