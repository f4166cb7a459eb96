//! Archives made by hand.

use std::io::{Cursor, Write};

use ::tar::{Builder, EntryType, Header};
use ::zip::{ZipWriter, write::SimpleFileOptions};
use proptest::prelude::*;

use super::*;

fn tar(members: &[(&str, &str, u32)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, text, mode) in members {
        let mut header = Header::new_gnu();
        header.set_mode(*mode);
        if let Some(target) = text.strip_prefix("-> ") {
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            builder.append_link(&mut header, name, target).unwrap();
        } else if let Some(target) = text.strip_prefix("=> ") {
            header.set_entry_type(EntryType::Link);
            header.set_size(0);
            builder.append_link(&mut header, name, target).unwrap();
        } else {
            header.set_size(text.len() as u64);
            builder
                .append_data(&mut header, name, text.as_bytes())
                .unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn zip(members: &[(&str, &str, u32)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text, mode) in members {
        let options = SimpleFileOptions::default().unix_permissions(*mode);
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn check(archive: Vec<u8>) -> String {
    let contents = of_archive(&mut Cursor::new(archive), true, None);
    let contents = match contents {
        Ok(contents) => contents,
        Err(error) => return error.to_string(),
    };
    let mut told = format!("in {:?}\n", contents.folder.as_deref().unwrap_or("-"));
    for (name, it) in &contents.files {
        let link = it.link.as_deref().map(|to| format!(" to {to}"));
        told += &format!(
            "{name} {:?} executable {:?}{}\n",
            it.size,
            it.is_executable,
            link.unwrap_or_default()
        );
    }
    for (name, why) in &contents.problems {
        told += &format!("{name}: {why}\n");
    }
    told
}

#[test]
fn modes_links_and_odd_names_are_told() {
    let members = [
        ("lab-1.0/a.py", "1", 0o644),
        ("lab-1.0/run.sh", "22", 0o755),
        ("lab-1.0/to", "-> a.py", 0o777),
        ("lab-1.0/also", "=> lab-1.0/a.py", 0o644),
        ("lab-1.0/none", "=> lab-1.0/gone", 0o644),
        ("lab-1.0/a.py", "333", 0o644),
    ];
    insta::assert_snapshot!(check(tar(&members)), @r#"
    in "lab-1.0"
    a.py Some(3) executable Some(false)
    also Some(1) executable Some(false)
    run.sh Some(2) executable Some(true)
    to Some(4) executable None to a.py
    a.py: it is in the archive twice
    none: it is a link to something that is not there
    "#);
    insta::assert_snapshot!(check(zip(&[("a/x", "1", 0o755), ("b/../../y", "2", 0o644)])), @r#"
    in "a"
    x Some(1) executable Some(true)
    b/../../y: its name leads out of the archive
    "#);
    assert_eq!(check(b"none".to_vec()), "not a complete zip or tar archive");
}

#[test]
fn bytes_are_had_for_what_is_asked_for() {
    let archive = tar(&[("lab-1.0/a", "1", 0o644), ("lab-1.0/b", "2", 0o644)]);
    let names = std::collections::BTreeSet::from(["b".to_owned(), "c".to_owned()]);
    let kept = texts(&mut Cursor::new(archive), Some("lab-1.0"), &names).unwrap();
    assert_eq!(kept, BTreeMap::from([("b".to_owned(), Ok(b"2".to_vec()))]));
}

#[test]
fn line_ends_are_told_apart_from_content() {
    let naming: Naming<'_> = &|bytes| Some(format!("{bytes:?}"));
    let of = |text: &str| Identity::of(text.as_bytes(), Some(naming));
    let blob = |text: &str| Identity {
        blob: naming(text.as_bytes()),
        ..Identity::default()
    };
    let cases = [
        ("a\n", "a\n", Sameness::Same),
        ("a\r\nb", "a\nb", Sameness::LineEnds),
        ("a\nb", "a\r\nb", Sameness::LineEnds),
        ("a\n", "b\n", Sameness::Other),
        ("a\0\r\n", "a\0\n", Sameness::Other),
    ];
    for (one, other, expect) in cases {
        assert_eq!(of(one).compare(&of(other)), expect, "{one:?} {other:?}");
        assert_eq!(
            of(one).compare(&blob(other)),
            expect,
            "{one:?} {other:?}, by git"
        );
        assert_eq!(
            blob(other).compare(&of(one)),
            expect,
            "{other:?}, by git, {one:?}"
        );
    }
    // Two that nobody named are not the same.
    assert_eq!(
        Identity::default().compare(&Identity::default()),
        Sameness::Other
    );
}

#[test]
fn pointers_stand_for_other_content() {
    let digest = Digest::of(b"large");
    let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 5\n");
    assert_eq!(pointer(text.as_bytes()), Some(digest));
    assert_eq!(pointer(b"oid sha256:aa"), None);
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..1500, byte: u8) {
        check(bytes);
        let mut archive = tar(&[("lab/a", "1\r\n", 0o644), ("lab/l", "-> a", 0o777)]);
        if let Some(place) = archive.get_mut(at) {
            *place = byte;
        }
        check(archive);
    }

    #[test]
    fn lines_survive_both_ways(text in "[a\n\r]{0,20}") {
        let unix = unix_lines(text.as_bytes()).unwrap_or_else(|| text.clone().into_bytes());
        prop_assert!(unix_lines(&unix).is_none() || text.contains("\r\r\n"));
    }
}
