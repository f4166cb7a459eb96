//! Environments made by hand, and what is found in them.

use bartizan_formats::{installed::distributions, tree::MemoryTree};
use proptest::prelude::*;

use super::{super::tests::line, *};

const SITE: &str = "env/lib/python3.12/site-packages";

/// Everything that is found in an environment with the distribution `lab`, whose RECORD is given.
fn check(record: &str, files: &[(&str, &str)]) -> String {
    let folder = format!("{SITE}/lab-1.0.dist-info");
    let own = [
        (format!("{folder}/METADATA"), "Name: lab\nVersion: 1.0\n"),
        (format!("{folder}/RECORD"), record),
    ];
    let files = files
        .iter()
        .map(|(name, text)| (format!("{SITE}/{name}"), *text));
    let tree = MemoryTree::new(own.into_iter().chain(files));
    let site = Site {
        tree: &tree,
        folder: Path::new(SITE),
        above: 3,
    };
    let (found, _) = distributions(&tree, site.folder);
    let content = distribution(site, &found[0]);
    let left = leftover(site, &content.listed);
    let told = |it: &ContentFinding| format!("{} {}: {}\n", it.check, it.member, it.message);
    format!(
        "{}--\n{}{} agree, {} compiled",
        content.findings.iter().map(told).collect::<String>(),
        left.findings.iter().map(told).collect::<String>(),
        content.agreeing,
        left.compiled
    )
}

/// The lines of the files that every distribution has.
fn own() -> String {
    let metadata = line("lab-1.0.dist-info/METADATA", "Name: lab\nVersion: 1.0\n");
    format!("{metadata}lab-1.0.dist-info/RECORD,,\n")
}

#[test]
fn a_sound_installation_has_nothing() {
    let record = format!(
        "{}{}__pycache__/lab.cpython-312.pyc,,\n{}",
        line("lab.py", "x = 1\n"),
        line("../../../bin/lab", "#!python\n"),
        own()
    );
    insta::assert_snapshot!(check(&record, &[("lab.py", "x = 1\n"), ("../../../bin/lab", "#!python\n"), ("__pycache__/lab.cpython-312.pyc", "")]), @r"
    --
    3 agree, 1 compiled
    ");
}

#[test]
fn what_was_changed_taken_or_put_in_is_found() {
    let record = format!(
        "{}{}bare.py,,\nodd.py,md5=AAAA,1\n{}",
        line("lab.py", "x = 1\n"),
        line("gone.py", ""),
        own()
    );
    let files = [
        ("lab.py", "x = 2\n"),
        ("bare.py", ""),
        ("odd.py", ""),
        ("evil.pth", "import evil\n"),
        ("sitecustomize.py", ""),
        ("extra/a.py", ""),
        ("extra/b.py", ""),
        ("lone.pyc", ""),
        ("__pycache__/stray.cpython-312.pyc", ""),
        ("__pycache__/lab.cpython-312.pyc", ""),
    ];
    insta::assert_snapshot!(check(&record, &files), @r"
    unlisted-member bare.py: RECORD lists it without a digest
    missing-member gone.py: RECORD lists it, and it is not there
    changed-member lab.py: RECORD states the digest of other bytes
    unreadable-record odd.py: RECORD states a digest that vouches for nothing; it was not compared
    --
    unlisted-member __pycache__/stray.cpython-312.pyc: no RECORD lists it
    startup-code evil.pth: runs at every start of Python: `import evil`
    unlisted-member evil.pth: no RECORD lists it
    unlisted-member extra: no RECORD lists 2 files in it, among them `extra/a.py`
    unlisted-member lone.pyc: no RECORD lists it
    startup-code sitecustomize.py: is imported at every start of Python
    unlisted-member sitecustomize.py: no RECORD lists it
    1 agree, 1 compiled
    ");
}

#[test]
fn a_record_leads_nowhere_else() {
    let record = format!(
        "{}../../../../secret,sha256=AA,1\n/etc/passwd,sha256=AA,1\n{}",
        line("../../../bin/git", ""),
        own()
    );
    insta::assert_snapshot!(check(&record, &[("../../../bin/git", ""), ("../../../../secret", "")]), @r"
    escaping-member ../../../../secret: a line of RECORD leads out of the environment; it was not followed
    escaping-member /etc/passwd: a line of RECORD leads out of the environment; it was not followed
    shadowing-script bin/git: installs `git`, the name of another's command
    --
    2 agree, 0 compiled
    ");
}

#[test]
fn longer_digests_are_compared_too() {
    // RECORD writes digests in the URL's alphabet without padding; this is SHA-512 of nothing.
    let empty =
        "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg";
    let record = format!("lab.py,sha512={empty},0\n{}", own());
    insta::assert_snapshot!(check(&record, &[("lab.py", "")]), @r"
    --
    2 agree, 0 compiled
    ");
    insta::assert_snapshot!(check(&record, &[("lab.py", "x")]), @r"
    changed-member lab.py: RECORD states the digest of other bytes
    --
    1 agree, 0 compiled
    ");
}

proptest! {
    #[test]
    fn never_panics(record in "([a-z/.]{0,12}(,sha256=[A-Za-z]{0,4})?,[0-9]?\n){0,5}") {
        let _ = check(&record, &[("a", "b"), ("b/c.pth", "import d")]);
    }
}
