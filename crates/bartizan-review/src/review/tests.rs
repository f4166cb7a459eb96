use proptest::prelude::*;

use super::*;
use crate::change::File;

/// Path and text of one side.
type Side<'a> = Option<(&'a str, &'a str)>;

/// What a change of one file or several introduces: `path:line severity rule score message`.
fn check(changes: &[(Side<'_>, Side<'_>)]) -> String {
    let file = |it: &Option<(&str, &str)>| it.map(|(path, text)| File::new(path, text));
    let mut review = Review::new(Rules::built_in());
    for (before, after) in changes {
        review.look(&FileChange {
            before: file(before),
            after: file(after),
        });
    }
    let entries = review.finish().entries;
    let shown = entries.iter().map(|it| {
        let line = it.line.map(|line| format!(":{line}")).unwrap_or_default();
        let sum: i32 = it.score.shares.iter().map(|(_, share)| share.0).sum();
        assert_eq!(sum, it.score.value.0, "shares add up");
        format!(
            "{}{line} {} {} {}",
            it.file, it.severity, it.rule.id, it.score.value
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn only_what_comes_is_told() {
    let before = "import os\n\ndef f(x):\n    os.system(x)\n";
    let after = "import os\n\ndef f(x):\n    os.system(x)\n\ndef g(x):\n    os.system(x)\n";
    insta::assert_snapshot!(check(&[(Some(("a.py", before)), Some(("a.py", after)))]), @"a.py:7 medium run-through-shell 0.255");
    // Moved to another file, into another function, laid out anew.
    assert_eq!(
        check(&[
            (Some(("a.py", before)), None),
            (None, Some(("b/c.py", before)))
        ]),
        ""
    );
    let renamed = "import os\n\nclass C:\n    def other(self, x):\n        os.system(\n            x,\n        )\n";
    assert_eq!(
        check(&[(Some(("a.py", before)), Some(("a.py", renamed)))]),
        ""
    );
}

#[test]
fn content_that_nobody_can_read_counts_by_size_and_place() {
    let data = |count: usize| "\0\u{1}".repeat(count);
    let (large, small, tiny) = (data(9_000), data(250), data(20));
    let come = |path: &'static str, text: &'static str| (None, Some((path, text)));
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let (large, small, tiny) = (leak(large), leak(small), leak(tiny));
    insta::assert_snapshot!(check(&[come("tests/files/a.xz", large), come("tests/files/b.xz", small), come("tests/files/c.xz", tiny), come("tests/files/README", "see a.xz")]), @"
    tests/files/a.xz high opaque-content 0.666
    tests/files/b.xz medium opaque-content 0.480
    tests/files/c.xz low opaque-content 0.355
    ");
    // A script of the same change makes it.
    insta::assert_snapshot!(check(&[come("tests/files/a.xz", large), come("tests/make.py", "open('a.xz', 'wb')")]), @"tests/files/a.xz medium opaque-content 0.340");
}

#[test]
fn paths_are_equal_bytes_for_equal_changes() {
    let change = [
        (None, Some(("b.py", "exec(x)\n"))),
        (None, Some(("a.py", "exec(x)\n"))),
    ];
    let other = [
        (None, Some(("a.py", "exec(x)\n"))),
        (None, Some(("b.py", "exec(x)\n"))),
    ];
    assert_eq!(check(&change), check(&other));
}

/// Functions that rules see something in.
const FUNCTIONS: [&str; 5] = [
    "def f(x):\n    os.system(x)\n",
    "def g(x):\n    return eval(x)\n",
    "def h(p):\n    np.load(p, allow_pickle=True)\n",
    "def i(p):\n    pickle.load(p)\n    pickle.load(p)\n",
    "def j(p):\n    sp.run(p + 'a', shell=True)\n",
];

const IMPORTS: &str = "import os, pickle\nimport numpy as np\nimport subprocess as sp\n\n";

/// The same code in another order, laid out anew, with some functions renamed and in other files.
fn shuffled() -> impl Strategy<Value = (Vec<usize>, Vec<usize>, bool, bool)> {
    let order = Just((0..FUNCTIONS.len()).collect::<Vec<_>>()).prop_shuffle();
    (
        order,
        prop::collection::vec(0..3_usize, FUNCTIONS.len()),
        any::<bool>(),
        any::<bool>(),
    )
}

proptest! {
    #[test]
    fn moves_renames_and_layout_introduce_nothing((order, files, is_spread, is_renamed) in shuffled()) {
        let before = IMPORTS.to_owned() + &FUNCTIONS.concat();
        let mut after = vec![IMPORTS.to_owned(); 3];
        for (number, place) in order.iter().zip(&files) {
            let mut text = FUNCTIONS[*number].to_owned();
            if is_spread {
                text = text.replace('(', "(\n        ").replace("def f(\n        ", "def f(").replace("'a'", "\"a\"");
            }
            if is_renamed {
                text = text.replace("def ", "def new_");
            }
            after[*place] += &text;
        }
        let changes = [
            (Some(("old.py", before.as_str())), None),
            (None, Some(("a.py", after[0].as_str()))),
            (None, Some(("b/b.py", after[1].as_str()))),
            (None, Some(("c.py", after[2].as_str()))),
        ];
        prop_assert_eq!(check(&changes), "");
    }
}
