use super::*;
use crate::environment::Platform;

fn check(marker: &str, extras: &[&str], expect: &str) {
    let environment = MarkerEnvironment::cpython("3.12.4", &Platform::parse("linux").unwrap());
    let extras: Vec<String> = extras.iter().map(|&extra| extra.to_owned()).collect();
    let groups = ["dev".to_owned()];
    let context = MarkerContext {
        extras: &extras,
        groups: &groups,
    };
    let result = match marker.parse::<Marker>() {
        Ok(marker) => match marker.try_evaluate(&environment, context) {
            Ok(holds) => holds.to_string(),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    assert_eq!(result, expect, "{marker}");
}

fn check_print(marker: &str, expect: &str) {
    let printed = marker.parse::<Marker>().unwrap().to_string();
    assert_eq!(printed, expect);
    assert_eq!(printed.parse::<Marker>().unwrap().to_string(), printed);
}

#[test]
fn versions_are_compared_as_versions_and_the_rest_as_texts() {
    check("python_version >= '3.9'", &[], "true");
    check("python_version < '3.9'", &[], "false");
    check("'3.9' <= python_version", &[], "true");
    check("python_version == '3.*'", &[], "true");
    check("python_version in '3.11 3.12'", &[], "true");
    check("python_version not in '3.11, 3.12'", &[], "false");
    check("python_full_version ~= '3.12.1'", &[], "true");
    check("python_version > 'x'", &[], "false");
    check(
        "sys_platform == 'linux' and os.name == 'posix'",
        &[],
        "true",
    );
    check("sys_platform > 'a'", &[], "false");
    check("platform_machine in 'x86_64 aarch64'", &[], "true");
    check("python_implementation == 'CPython'", &[], "true");
}

#[test]
fn extras_and_groups_are_compared_by_their_normal_names() {
    check("extra == 'Foo_Bar'", &["foo-bar"], "true");
    check("'foo.bar' == extra", &["other", "foo-bar"], "true");
    check("extra == 'foo'", &[], "false");
    check("extra != 'foo'", &[], "true");
    check("extra != 'foo'", &["bar", "foo"], "false");
    check(
        "extra == 'extra-5-foo-bar' and extra == 'b'",
        &["b", "extra-5-foo-bar"],
        "true",
    );
    check("'Foo' in extras", &["foo"], "true");
    check("'Foo' not in extras", &["foo"], "false");
    check("'DEV' in dependency_groups", &[], "true");
    check("'docs' in dependency_groups", &[], "false");
}

#[test]
fn or_binds_weaker_than_and() {
    let (yes, no) = ("os_name == 'posix'", "os_name == 'nt'");
    check(&format!("{yes} or {no} and {no}"), &[], "true");
    check(&format!("({yes} or {no}) and {no}"), &[], "false");
    check(&format!("(({yes}))and({yes})"), &[], "true");
}

#[test]
fn comparisons_without_a_meaning_are_told_apart_and_count_as_true() {
    check(
        "os_name ~= 'posix'",
        &[],
        "the marker `os_name ~= \"posix\"` compares what cannot be compared",
    );
    check(
        "os_name == 'nt' and extras in 'x'",
        &[],
        "the marker `extras in \"x\"` compares what cannot be compared",
    );
    check(
        "'a' == 'b'",
        &[],
        "the marker `\"a\" == \"b\"` compares two texts",
    );
    let environment = MarkerEnvironment::cpython("3.12", &Platform::parse("linux").unwrap());
    let marker: Marker = "os_name ~= 'posix'".parse().unwrap();
    assert!(marker.evaluate(&environment, MarkerContext::default()));
}

#[test]
fn errors_say_what_was_expected() {
    check(
        "python_version",
        &[],
        "marker `python_version`: expected a comparison (`==`, `<`, `in`, `not in`, …) after 14 bytes",
    );
    check(
        "os_name == posix",
        &[],
        "marker `os_name == posix`: expected a variable of the environment or a quoted text after 11 bytes",
    );
    check(
        "os_name == 'posix",
        &[],
        "marker `os_name == 'posix`: expected the closing quote of the text that starts after 11 bytes",
    );
    check(
        "(os_name == 'a'",
        &[],
        "marker `(os_name == 'a'`: expected `and`, `or` or `)` after 15 bytes",
    );
    check(
        "os_name == 'a' os_name",
        &[],
        "marker `os_name == 'a' os_name`: expected `and`, `or` or the end after 15 bytes",
    );
    check(
        "os_name not 'a'",
        &[],
        "marker `os_name not 'a'`: expected `in` after `not` after 12 bytes",
    );
    check(
        &"(".repeat(100_000),
        &[],
        "a marker nests deeper than 64 parentheses",
    );
    check(
        &" ".repeat(300_000),
        &[],
        "a marker of 300000 bytes is longer than the limit of 262144",
    );
}

#[test]
fn markers_print_in_one_form() {
    check_print(
        " ( (os.name=='posix') ) and('A_b'in extras or extra=='C.d')",
        "os_name == \"posix\" and (\"a-b\" in extras or extra == \"c-d\")",
    );
    check_print(
        "python_implementation == 'a\"b'",
        "platform_python_implementation == 'a\"b'",
    );
    check_print("os_name == \"a'\\x22\"", "os_name == \"a'\\x22\"");
    check_print("os_name == 'a\\n\\d'", "os_name == \"a\\n\\\\d\"");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Markers of every shape, nested up to four deep.
    fn markers() -> impl Strategy<Value = String> {
        let comparison = "(os_name|python.version|extra|platform[._]machine|'[a\\\\n.\"]{0,4}') ?(==|<|~=|not in|in ) ?('[ab\\\\n\"._-]{0,5}'|\"[ab'\\\\x2]{0,5}\"|extras)";
        comparison.prop_recursive(4, 20, 3, |inner| {
            (prop::collection::vec(inner, 1..4), "( and | or )")
                .prop_map(|(terms, word)| format!("({})", terms.join(&word)))
        })
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Marker>();
        }

        #[test]
        fn print_then_parse_is_identity(text in markers()) {
            let Ok(marker) = text.parse::<Marker>() else { return Ok(()) };
            prop_assert_eq!(marker.to_string().parse::<Marker>(), Ok(marker));
        }

        #[test]
        fn every_marker_has_an_answer(text in markers()) {
            let environment = MarkerEnvironment::cpython("3.12", &Platform::parse("linux").unwrap());
            let Ok(marker) = text.parse::<Marker>() else { return Ok(()) };
            let answer = marker.try_evaluate(&environment, MarkerContext::default());
            prop_assert_eq!(marker.evaluate(&environment, MarkerContext::default()), answer.unwrap_or(true));
        }
    }
}
