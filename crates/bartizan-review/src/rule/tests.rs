use super::*;
use crate::{
    change::{Content, File, FileChange},
    review::Review,
};

/// The rules that say no example in a text, because it is no text; each has a test of its own.
const IN_WORDS: [&str; 6] = [
    "committed-pickle",
    "escaping-link",
    "executable-bit",
    "submodule-commit",
    "unseen-content",
    "workflow-gain",
];

fn file(path: &str, text: &str, times: usize) -> File {
    File::new(path, text.repeat(times))
}

/// The rules that see something in a change.
fn seen(before: Option<File>, after: File) -> Vec<String> {
    let mut review = Review::new(Rules::built_in());
    review.look(&FileChange {
        before,
        after: Some(after),
    });
    let entries = review.finish().entries;
    entries.into_iter().map(|it| it.rule.id.clone()).collect()
}

fn check(before: Option<File>, after: File, expect: &str) {
    let seen = seen(before, after);
    assert!(seen.iter().any(|it| it == expect), "{expect}: {seen:?}");
}

#[test]
fn what_bartizan_carries_can_be_read() {
    let rules = Rules::with(&[]).unwrap();
    assert_eq!(rules.all().count(), Rules::built_in().all().count());
    for rule in rules.all() {
        let Rule {
            id,
            title,
            cwe,
            what,
            why,
            remedy,
            ..
        } = rule;
        assert!(
            [title, what, why, remedy].iter().all(|it| !it.is_empty()),
            "{id}"
        );
        assert!(!cwe.is_empty() || id == "executable-bit", "{id}");
        assert!(
            id.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{id}"
        );
    }
}

#[test]
fn each_rule_finds_its_example_and_not_the_other() {
    for rule in Rules::built_in()
        .all()
        .filter(|rule| !IN_WORDS.contains(&rule.id.as_str()))
    {
        let Example {
            file: path,
            before,
            failing,
            passing,
            times,
        } = &rule.example;
        let before = before.as_ref().map(|it| file(path, it, *times));
        let failing = seen(before.clone(), file(path, failing, *times));
        assert!(
            failing.contains(&rule.id),
            "{} is not found: {failing:?}",
            rule.id
        );
        let passing = seen(before, file(path, passing, *times));
        assert!(
            !passing.contains(&rule.id),
            "{} is found: {passing:?}",
            rule.id
        );
    }
}

#[test]
fn what_stands_before_is_not_introduced() {
    for rule in Rules::built_in()
        .all()
        .filter(|rule| rule.when == When::Introduced)
    {
        let Example {
            file: path,
            failing,
            times,
            ..
        } = &rule.example;
        let it = file(path, failing, *times);
        assert_eq!(
            seen(Some(it.clone()), it),
            Vec::<String>::new(),
            "{}",
            rule.id
        );
    }
}

#[test]
fn what_is_no_text_is_seen_too() {
    let with = |content: Content| File {
        path: "data/x".to_owned(),
        content,
        is_executable: false,
    };
    check(
        None,
        File::new("data/x.pkl", b"\x80\x04K\x01\0.".to_vec()),
        "committed-pickle",
    );
    let unseen = Content::Unseen {
        why: "larger than is read".to_owned(),
        size: Some(1 << 30),
    };
    check(None, with(unseen), "unseen-content");
    check(
        None,
        with(Content::Submodule("1".repeat(40))),
        "submodule-commit",
    );
    check(
        None,
        with(Content::Link("/etc/passwd".to_owned())),
        "escaping-link",
    );
    let program = File {
        is_executable: true,
        ..File::new("data/x", "y")
    };
    check(Some(File::new("data/x", "y")), program, "executable-bit");
    check(None, with(Content::Binary), "opaque-content");
}

#[test]
fn users_add_rules_and_are_told_what_is_wrong_with_them() {
    let rule = |id: &str, look: &str| {
        format!(
            "[[rule]]\nid = '{id}'\ntitle = 't'\nseverity = 'high'\nconfidence = 'high'\ncwe = [1]\nwhat = 'w'\nwhy = 'y'\nremedy = 'r'\n{look}\n[rule.example]\nfile = 'a.sh'\nfailing = 'x'\npassing = 'y'\n"
        )
    };
    let lines = "[rule.lines]\nwords = ['x']\npattern = 'x'\nmessage = 'm'";
    let rules = Rules::with(&[&rule("lab-rule", lines)]).unwrap();
    assert!(rules.find("lab-rule").is_some());
    let complaint = |text: &str| Rules::with(&[text]).unwrap_err().to_string();
    assert_eq!(
        complaint(&rule("opaque-content", lines)),
        "there are two rules `opaque-content`"
    );
    assert_eq!(
        complaint(&rule("a", &lines.replace("['x']", "[]"))),
        "the rule `a` names no word that its lines hold"
    );
    assert_eq!(
        complaint(&rule("a", &lines.replace("pattern = 'x'", "pattern = '('"))),
        "cannot read the pattern of the rule `a`"
    );
    assert_eq!(
        complaint(&rule("a", lines).replace("'high'\nconf", "'odd'\nconf")),
        "`odd` is no severity, in the rule `a`"
    );
    let calls = "[rule.calls]\nfunctions = ['f']\nmessage = 'm'";
    for (key, value) in [("given-to", "['int']"), ("is-dropped", "true")] {
        let with = format!("{calls}\n{key} = {value}");
        assert_eq!(
            complaint(&rule("a", &with)),
            format!("`{key}` is known in C and C++ only, and the rule `a` is not for these alone")
        );
        let of_c =
            rule("a", &with).replace("remedy = 'r'\n", "remedy = 'r'\nlanguages = ['c', 'cpp']\n");
        assert!(Rules::with(&[&of_c]).is_ok());
    }
    assert_eq!(
        complaint(&rule("a", &calls.replace("['f']", "[]"))),
        "the rule `a` names no function"
    );
    let odd = format!("{calls}\nwhere = [{{ argument = [0], is = ['odd'] }}]");
    assert!(complaint(&rule("a", &odd)).contains("unknown variant `odd`"));
    assert!(complaint("x").starts_with("cannot read the rules: "));
}
