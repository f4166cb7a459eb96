//! Git's index, of which one thing is wanted: the commits that submodules are pinned to, which stand nowhere else in a
//! checkout.
//!
//! Versions 2 and 3 of the format with names of commits of 20 bytes; another form tells nothing, which is said elsewhere.

use bartizan_model::fingerprint::hexadecimal;

/// The largest index that is read: about a million files.
pub(super) const LARGEST: u64 = 128 << 20;

/// Mode of an entry that is a commit of another repository.
const GITLINK: u32 = 0o160_000;

/// Bytes of an entry before its name.
const HEAD: usize = 62;

/// Places and commits of submodules.
pub(super) fn submodules(index: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let version = number(index, 4);
    if !index.starts_with(b"DIRC") || !matches!(version, Some(2 | 3)) {
        return found;
    }
    let count = number(index, 8).unwrap_or_default();
    let mut at = 12;
    for _ in 0..count {
        let Some(entry) = index.get(at..).and_then(entry) else {
            break;
        };
        if let Some((place, commit)) = entry.submodule {
            found.push((place, commit));
        }
        at += entry.length;
    }
    found
}

struct IndexEntry {
    submodule: Option<(String, String)>,
    length: usize,
}

fn entry(bytes: &[u8]) -> Option<IndexEntry> {
    let flags = u16::from_be_bytes(bytes.get(60..HEAD)?.try_into().ok()?);
    let begin = if flags & 0x4000 == 0 { HEAD } else { HEAD + 2 };
    let rest = bytes.get(begin..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let name = rest.get(..end)?;
    let submodule = (number(bytes, 24)? == GITLINK).then(|| {
        let digits = hexadecimal(bytes.get(40..60).unwrap_or_default());
        (String::from_utf8_lossy(name).into_owned(), digits)
    });
    let length = (begin + end + 8) / 8 * 8;
    Some(IndexEntry { submodule, length })
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(entries: &[(u32, &str)]) -> Vec<u8> {
        let count = u32::try_from(entries.len()).unwrap_or_default();
        let mut bytes = [
            b"DIRC".as_slice(),
            &2_u32.to_be_bytes(),
            &count.to_be_bytes(),
        ]
        .concat();
        for (mode, name) in entries {
            let begin = bytes.len();
            bytes.extend([0; 24]);
            bytes.extend(mode.to_be_bytes());
            bytes.extend([0; 12]);
            bytes.extend([0xab; 20]);
            bytes.extend([0, 3]);
            bytes.extend(name.as_bytes());
            bytes.resize(begin + (HEAD + name.len() + 8) / 8 * 8, 0);
        }
        bytes
    }

    #[test]
    fn submodules_have_their_commit_in_the_index() {
        let found = submodules(&index(&[
            (0o100_644, "a.c"),
            (GITLINK, "lib/x"),
            (0o100_644, "z"),
        ]));
        assert_eq!(found, [("lib/x".to_owned(), "ab".repeat(20))]);
        assert_eq!(submodules(b"DIRC"), []);
    }

    proptest! {
        #[test]
        fn no_index_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), count in any::<u32>()) {
            let head = [b"DIRC".as_slice(), &2_u32.to_be_bytes(), &count.to_be_bytes()].concat();
            bytes.splice(0..0, head);
            let _ = submodules(&bytes);
        }
    }
}
