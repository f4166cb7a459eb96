//! Bills of materials that a wheel carries ([PEP 770](https://peps.python.org/pep-0770/)), with what it says of itself.
//!
//! Only what is asked for is read, by the directory of the archive: of a wheel on a server these are a few small parts.

use std::io::{Read, Seek};

use crate::archive::{
    ArchiveError, Limits,
    zip::{Index, Located, MemberReader},
};

/// The most bills of one wheel that are read.
const MOST_BILLS: usize = 200;

/// The largest metadata of a wheel that are read.
const LARGEST_METADATA: u64 = 16 << 20;

/// What a wheel says of itself and of what is in it.
#[derive(Debug, Default)]
pub struct WheelBills {
    /// Its bills, in the order of its directory.
    pub bills: Vec<WheelBill>,
    /// How many more there are than are read.
    pub left_out: usize,
    /// Its `METADATA`.
    pub metadata: Option<Vec<u8>>,
    /// Its `WHEEL`, which says who built it.
    pub build: Option<Vec<u8>>,
}

/// A bill in a wheel.
#[derive(Debug)]
pub struct WheelBill {
    /// The name of the member.
    pub name: String,
    /// Its bytes, or why there are none.
    pub bytes: Result<Vec<u8>, ArchiveError>,
}

/// Whether a member of a wheel is one of its bills: in `.dist-info/sboms/`.
pub fn is_bill(member: &str) -> bool {
    inside(member).is_some_and(|rest| {
        let file = rest.strip_prefix("sboms/");
        file.is_some_and(|file| !file.is_empty() && !file.ends_with('/'))
    })
}

/// The path of a member within `.dist-info`.
fn inside(member: &str) -> Option<&str> {
    let (folder, rest) = member.split_once('/')?;
    folder.ends_with(".dist-info").then_some(rest)
}

/// How many bills a wheel carries, by its directory alone.
pub fn count(mut wheel: impl Read + Seek) -> Result<u32, ArchiveError> {
    let index = Index::read(&mut wheel, &Limits::ARTIFACT)?;
    let count = index.files().filter(|it| is_bill(&it.name())).count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The bills of a wheel, each up to a number of bytes.
pub fn read(mut wheel: impl Read + Seek, largest: u64) -> Result<WheelBills, ArchiveError> {
    let index = Index::read(&mut wheel, &Limits::ARTIFACT)?;
    let limits = Limits {
        member_bytes: largest.max(LARGEST_METADATA),
        ..Limits::ARTIFACT
    };
    let mut reader = MemberReader::new(wheel, &limits);
    let mut bytes = |member: &Located, limit: u64| {
        if member.size() > limit {
            return Err(ArchiveError::MemberTooLarge { limit });
        }
        let mut buffer = Vec::new();
        reader.read_if(member, &mut buffer, &mut |_| true)?;
        Ok(buffer)
    };
    let mut read = WheelBills::default();
    for member in index.files() {
        let name = member.name().into_owned();
        match inside(&name) {
            Some("METADATA") => read.metadata = bytes(&member, LARGEST_METADATA).ok(),
            Some("WHEEL") => read.build = bytes(&member, LARGEST_METADATA).ok(),
            _ if !is_bill(&name) => {}
            _ if read.bills.len() >= MOST_BILLS => read.left_out += 1,
            _ => {
                let bytes = bytes(&member, largest);
                read.bills.push(WheelBill { name, bytes });
            }
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ::zip::CompressionMethod;
    use proptest::prelude::*;

    use super::*;
    use crate::archive::zip::tests::pack;

    fn check(members: &[(&str, &[u8])], largest: u64) -> String {
        let wheel = pack(members, CompressionMethod::Deflated);
        let read = read(Cursor::new(&wheel), largest).unwrap();
        assert_eq!(
            count(Cursor::new(&wheel)).unwrap() as usize,
            read.bills.len() + read.left_out
        );
        let text = |it: &Option<Vec<u8>>| {
            let text = it.as_deref().map(String::from_utf8_lossy);
            text.unwrap_or("-".into()).into_owned()
        };
        let bills = read.bills.iter().map(|it| match &it.bytes {
            Ok(bytes) => format!("{}: {}", it.name, String::from_utf8_lossy(bytes)),
            Err(error) => format!("{}: ! {error}", it.name),
        });
        let head = format!("{} | {}", text(&read.metadata), text(&read.build));
        std::iter::once(head)
            .chain(bills)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn bills_have_a_place_of_their_own() {
        assert!(is_bill("lab-1.0.dist-info/sboms/lab.cdx.json"));
        assert!(is_bill("lab-1.0.dist-info/sboms/inner/lab.cdx.json"));
        for other in [
            "lab-1.0.dist-info/sboms",
            "lab-1.0.dist-info/sboms/",
            "lab/sboms/lab.cdx.json",
            "x/lab-1.0.dist-info/sboms/lab.cdx.json",
            "lab-1.0.dist-info/METADATA",
        ] {
            assert!(!is_bill(other), "{other}");
        }
        assert!(count(Cursor::new(b"no archive")).is_err());
    }

    #[test]
    fn bills_are_read_with_what_the_wheel_says_of_itself() {
        let members: [(&str, &[u8]); 5] = [
            ("lab/__init__.py", b"x"),
            ("lab-1.0.dist-info/METADATA", b"Name: lab"),
            ("lab-1.0.dist-info/WHEEL", b"Generator: x"),
            ("lab-1.0.dist-info/sboms/a.json", b"{}"),
            ("lab-1.0.dist-info/sboms/b.json", b"{\"long\": true}"),
        ];
        insta::assert_snapshot!(check(&members, 5), @r"
        Name: lab | Generator: x
        lab-1.0.dist-info/sboms/a.json: {}
        lab-1.0.dist-info/sboms/b.json: ! larger than 5 bytes when unpacked
        ");
        insta::assert_snapshot!(check(&members[..1], 5), @"- | -");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in ".{0,40}") {
            let _ = read(Cursor::new(&bytes), 100);
            let _ = is_bill(&name);
        }
    }
}
