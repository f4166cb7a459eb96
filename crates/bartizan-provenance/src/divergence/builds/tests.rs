//! Two builds made by hand.

use super::*;
use crate::divergence::tests::side;

#[test]
fn two_builds_differ_by_what_no_rule_takes_away() {
    let check = |one: &[(&str, &str)], other: &[(&str, &str)]| {
        let (one, other) = (side(one), side(other));
        let found = compare_builds(
            Side {
                contents: &one.0,
                texts: &one.1,
            },
            Side {
                contents: &other.0,
                texts: &other.1,
            },
        );
        let mut told = format!("{} same, {:?}\n", found.same, found.normalised);
        for it in &found.differences {
            told += &format!("{} {} {}: {}\n", it.rank.id(), it.kind, it.path, it.message);
        }
        told
    };
    let one = [
        ("lab.py", "x"),
        ("lab-1.dist-info/RECORD", "lab.py,sha256=YWI,1\nother,,\n"),
        (
            "lab-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: a\n",
        ),
        ("lab-1.dist-info/METADATA", "Name: lab\nVersion: 1\n"),
        ("lab.pyc", "abcd----------==code"),
    ];
    let other = [
        ("lab.py", "x"),
        ("lab-1.dist-info/RECORD", "other,,\nlab.py,sha256=YWM,1\n"),
        (
            "lab-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: b\n",
        ),
        ("lab-1.dist-info/METADATA", "Version: 1\nName: lab\n"),
        ("lab.pyc", "abcd++++++++++++code"),
    ];
    insta::assert_snapshot!(check(&one, &other), @"1 same, {\"compiled-header\": 1, \"field-order\": 1, \"generator\": 1, \"record\": 1}");
    insta::assert_snapshot!(check(&[("a.py", "1\n"), ("!b", "r"), ("c", "x\n")], &[("a.py", "2\n"), ("b", "r"), ("c", "x\r\n"), ("d.bin", "\0")]), @r"
    1 same, {}
    code content a.py: has 1 lines that the other lacks, and lacks 1
    binary extra d.bin: is in the other only
    data mode b: may be run in one of them only
    data line-ends c: has other line ends
    ");
}
