//! Wheels made by hand, and what is found in them.

use std::io::{Cursor, Write};

use ::zip::{ZipWriter, write::SimpleFileOptions};
use proptest::prelude::*;

use super::*;

const RECORD: &str = "lab-1.0.dist-info/RECORD";

fn pack(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A line of a record.
pub(super) fn line(name: &str, text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut digest = String::new();
    for chunk in Digest::of(text.as_bytes()).0.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            digest.push(char::from(
                LETTERS[(word >> (18 - 6 * place) & 63) as usize],
            ));
        }
    }
    format!("{name},sha256={digest},{}\n", text.len())
}

/// A wheel of these files and a record of some lines of theirs.
fn check_with(files: &[(&str, &str)], record: &str) -> String {
    let members = [files, &[(RECORD, record)]].concat();
    match wheel(Cursor::new(pack(&members))) {
        Err(error) => error.to_string(),
        Ok(findings) => findings
            .iter()
            .map(|it| format!("{} {}: {}\n", it.check, it.member, it.message))
            .collect::<Vec<_>>()
            .concat(),
    }
}

/// With the right record.
fn check(files: &[(&str, &str)]) -> String {
    let lines: String = files.iter().map(|(name, text)| line(name, text)).collect();
    check_with(files, &format!("{lines}{RECORD},,\n"))
}

#[test]
fn a_wheel_that_is_what_it_says_has_nothing() {
    assert_eq!(
        check(&[
            ("lab/__init__.py", "1"),
            ("lab-1.0.dist-info/METADATA", "x")
        ]),
        ""
    );
}

#[test]
fn members_are_held_against_the_record() {
    let record = format!(
        "{}{}gone.py,sha256=YWI,1\nodd.py,md5=YWI,1\nbare.py,,\n{RECORD},,\n",
        line("a.py", "1"),
        line("b.py", "2")
    );
    let files = [
        ("a.py", "1"),
        ("b.py", "other"),
        ("c.py", "3"),
        ("odd.py", ""),
        ("bare.py", ""),
    ];
    insta::assert_snapshot!(check_with(&files, &record), @r"
    changed-member b.py: RECORD states the digest of other bytes
    unlisted-member bare.py: RECORD lists it without a digest
    unlisted-member c.py: RECORD does not list it
    missing-member gone.py: RECORD lists it, and it is not there
    unreadable-record odd.py: RECORD states a digest that is not by SHA-256; it was not compared
    ");
}

#[test]
fn names_may_not_climb_nor_stand_twice() {
    insta::assert_snapshot!(check(&[("../evil.py", "1"), ("/etc/x", "2")]), @r"
    escaping-member ../evil.py: a line of RECORD leads out of the folder
    escaping-member ../evil.py: leads out of the folder it is unpacked into
    escaping-member /etc/x: a line of RECORD leads out of the folder
    escaping-member /etc/x: leads out of the folder it is unpacked into
    ");
    let record = format!("{}{}{RECORD},,\n", line("a.py", "1"), line("a.py", "2"));
    insta::assert_snapshot!(check_with(&[("a.py", "1")], &record), @"duplicate-member a.py: RECORD lists it twice, with two digests");
}

#[test]
fn what_runs_by_itself_is_shown() {
    insta::assert_snapshot!(check(&[("lab.pth", "/x\nimport os; os.system('x')\n"), ("paths.pth", "../y\n"), ("sitecustomize.py", ""), ("lab/sitecustomize.py", "")]), @r"
    startup-code lab.pth: runs at every start of Python: `import os; os.system(\'x\')`
    startup-code sitecustomize.py: is imported at every start of Python
    ");
}

#[test]
fn commands_of_others_are_shown() {
    let points = "[console_scripts]\npip = lab:main\nlab=lab:main\n[other]\ngit = x\n";
    insta::assert_snapshot!(check(&[("lab-1.0.dist-info/entry_points.txt", points), ("lab-1.0.data/scripts/ssh", "")]), @r"
    shadowing-script lab-1.0.data/scripts/ssh: installs `ssh`, the name of another's command
    shadowing-script lab-1.0.dist-info/entry_points.txt: installs `pip`, the name of another's command
    ");
    assert_eq!(
        check(&[(
            "lab-1.0.dist-info/entry_points.txt",
            "[console_scripts]\nlab = x\n"
        )]),
        ""
    );
}

#[test]
fn no_record_and_no_archive_are_told() {
    let bare = wheel(Cursor::new(pack(&[("a.py", "")]))).unwrap();
    assert_eq!(
        bare.iter().map(|it| it.check).collect::<Vec<_>>(),
        ["unreadable-record"]
    );
    assert!(wheel(Cursor::new(b"no archive")).is_err());
}

proptest! {
    #[test]
    fn never_panics(record in "[a-z./,=\"\n-]{0,60}", name in "[a-z./-]{1,12}") {
        check_with(&[(&name, "1")], &record);
    }
}
