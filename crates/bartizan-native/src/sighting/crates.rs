//! Crates of Rust, from the paths of their sources in panic messages: `…/registry/src/INDEX/NAME-VERSION/src/lib.rs`.

/// What stands before the folder of the registry's index. A second pair of slashes is Windows'.
pub(super) const ANCHORS: [&str; 2] = ["/registry/src/", "\\registry\\src\\"];

/// The longest folder that is believed.
const LONGEST: usize = 128;

/// A crate whose source a file was built from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrateMark {
    /// The crate.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where its path stands: bytes from the start of the file.
    pub offset: u64,
}

impl CrateMark {
    pub(super) fn of(((name, version), offset): ((String, String), u64)) -> Self {
        Self {
            name,
            version,
            offset,
        }
    }
}

/// The crate that the text after an anchor tells.
pub(super) fn read(after: &[u8], offset: u64) -> Option<CrateMark> {
    let mut folders = after.splitn(3, |byte| matches!(byte, b'/' | b'\\'));
    let (index, folder, _) = (folders.next()?, folders.next()?, folders.next()?);
    if index.len() > LONGEST || folder.len() > LONGEST {
        return None;
    }
    let folder = str::from_utf8(folder).ok()?;
    let (name, version) = split(folder)?;
    Some(CrateMark {
        name: name.to_owned(),
        version: version.to_owned(),
        offset,
    })
}

/// Splits `aho-corasick-1.1.5-rc.1` before the first hyphen after which a version follows.
fn split(folder: &str) -> Option<(&str, &str)> {
    let is_name = |name: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        name.bytes().all(is_letter) && name.starts_with(|first: char| first.is_ascii_alphabetic())
    };
    folder.match_indices('-').find_map(|(at, _)| {
        let (name, version) = (folder.get(..at)?, folder.get(at + 1..)?);
        (is_name(name) && is_version(version)).then_some((name, version))
    })
}

fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or(text);
    let numbers: Vec<&str> = core.split('.').collect();
    let is_number =
        |number: &&str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_');
    numbers.len() == 3 && numbers.iter().all(is_number) && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(after: &str) -> String {
        match read(after.as_bytes(), 0) {
            Some(it) => format!("{} {}", it.name, it.version),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn crates_are_read() {
        insta::assert_snapshot!(check("index.example-1949cf8c6b5b557f/aho-corasick-1.1.5/src/lib.rs"), @"aho-corasick 1.1.5");
        insta::assert_snapshot!(check("github.com-1/x509-parser-0.16.0-rc.1+build.2/src/a.rs"), @"x509-parser 0.16.0-rc.1+build.2");
        insta::assert_snapshot!(check("i\\sha-1-0.10.0\\src\\lib.rs"), @"sha-1 0.10.0");
        insta::assert_snapshot!(check("i/name-1.0/src"), @"-");
        insta::assert_snapshot!(check("i/name-1.0.0"), @"-");
        insta::assert_snapshot!(check(""), @"-");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            read(&bytes, 0);
        }
    }
}
