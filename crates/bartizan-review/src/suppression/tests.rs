use jiff::civil::date;

use crate::{
    change::{File, FileChange},
    review::Review,
    rule::Rules,
    suppression::Terms,
};

const CALL: &str = "import os\nos.system(x)";

fn check(before: Option<&str>, after: &str, is_whole: bool) -> String {
    let rules = Rules::with(&[]).unwrap();
    let mut review = Review::new(&rules).under(Terms {
        today: Some(date(2026, 11, 26)),
        is_whole,
    });
    review.look(&FileChange {
        before: before.map(|it| File::new("a.py", it)),
        after: Some(File::new("a.py", after)),
    });
    let report = review.finish();
    let entries = report.entries.iter().map(|it| {
        let mark = it.mark.as_ref().map_or("", |it| it.reason.as_str());
        format!("{}:{} [{mark}]", it.rule.id, it.line.unwrap_or_default())
    });
    let marks = report.marks.iter();
    let marks = marks.map(|(mark, standing)| format!("{}: {}", mark.line, standing.as_str()));
    entries.chain(marks).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_mark_that_comes_with_the_change_sets_nothing_aside() {
    let marked = format!("{CALL}  # bartizan: ignore[run-through-shell] known\n");
    insta::assert_snapshot!(check(None, &marked, false), @"run-through-shell:2 [], 2: added-in-this-change");
    insta::assert_snapshot!(check(Some("import os\n"), &marked, false), @"run-through-shell:2 [], 2: added-in-this-change");
    insta::assert_snapshot!(check(None, &marked, true), @"run-through-shell:2 [known], 2: counts");
    // It set the same aside before: the line below it is another one now.
    let other = marked.replace("(x)", "(x + y)");
    insta::assert_snapshot!(check(Some(&marked), &other, false), @"run-through-shell:2 [known], 2: counts");
    // One more of the same is new.
    insta::assert_snapshot!(check(Some(&marked), &format!("{marked}{}", marked.replace("(x)", "(z)")), false), @"run-through-shell:4 [], 2: counts, 4: added-in-this-change");
    // It stood there, and about nothing.
    let idle = "import os\n# bartizan: ignore[run-through-shell] known\nx = 1\n";
    let moved = idle.replace("x = 1", "os.system(x)");
    insta::assert_snapshot!(check(Some(idle), &moved, false), @"run-through-shell:3 [], 2: added-in-this-change");
}

#[test]
fn marks_end_need_a_reason_and_are_told_where_idle() {
    let of = |mark: &str, line: &str| {
        let text = format!("import os\n# bartizan: ignore[run-through-shell]{mark}\n{line}\n");
        check(None, &text, true)
    };
    let call = "os.system(x)";
    assert_eq!(
        of(" why, until 2026-11-26", call),
        "run-through-shell:3 [why], 2: counts"
    );
    assert_eq!(
        of(" why, until 2026-11-25", call),
        "run-through-shell:3 [], 2: expired"
    );
    assert_eq!(of("", call), "run-through-shell:3 [], 2: malformed");
    assert_eq!(of(" why", "x = 1"), "2: unused");
    // Behind code it is about its own line only.
    let text = format!("import os\nx = 1  # bartizan: ignore[run-through-shell] why\n{call}\n");
    assert_eq!(
        check(None, &text, true),
        "run-through-shell:3 [], 2: unused"
    );
}
