use proptest::prelude::*;

use super::*;
use crate::version::laws;

fn normal(text: &str) -> String {
    text.parse::<Version>()
        .map_or_else(|error| error.to_string(), |version| version.to_string())
}

fn check(text: &str, expect: &str) {
    assert_eq!(normal(text), expect, "{text:?}");
}

#[test]
fn spellings_have_one_normal_form() {
    check(" v1.0 \n", "1.0");
    check("01.002", "1.2");
    check("0!1", "1");
    check("2!1.0", "2!1.0");
    for text in ["1.0ALPHA1", "1.0-a.1", "1.0_alpha-1", "1.0.a_1", "1.0a01"] {
        check(text, "1.0a1");
    }
    for text in ["1.0c2", "1.0pre2", "1.0.preview_2", "1.0-RC-2"] {
        check(text, "1.0rc2");
    }
    for text in ["1.0-3", "1.0post3", "1.0.rev3", "1.0-r-3", "1.0_post_3"] {
        check(text, "1.0.post3");
    }
    check("1.0dev", "1.0.dev0");
    check("1.0a.", "1.0a0");
    check(
        "1.0-beta-.post.dev+UBUNTU-1_01.x",
        "1.0b0.post0.dev0+ubuntu.1.1.x",
    );
}

#[test]
fn numbers_may_have_any_length() {
    check("20250101123456789012345.1", "20250101123456789012345.1");
    check(
        "1.0+00099999999999999999999999",
        "1.0+99999999999999999999999",
    );
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        " ",
        "a3",
        "1.0.",
        "1..0",
        "1.0+",
        "1.0+a..b",
        "1!",
        "!1",
        "1.0-bulbasaur",
        "1.0 a1",
        "vv1",
        "1.0+é",
        "١",
    ] {
        assert!(text.parse::<Version>().is_err(), "{text:?}");
    }
    assert_eq!(
        normal(&"1".repeat(70_000)),
        "a version of 70000 bytes is longer than the limit of 65536"
    );
}

#[test]
fn the_order_is_that_of_pep_440() {
    laws::ascends::<Version>(&[
        "0.dev0",
        "0",
        "1.0.dev456",
        "1.0a1",
        "1.0a2.dev456",
        "1.0a12.dev456",
        "1.0a12",
        "1.0b1.dev456",
        "1.0b2",
        "1.0b2.post345.dev456",
        "1.0b2.post345",
        "1.0rc1.dev456",
        "1.0rc1",
        "1.0",
        "1.0+abc.5",
        "1.0+abc.7",
        "1.0+5",
        "1.0.post456.dev34",
        "1.0.post456",
        "1.1.dev1",
        "1.18446744073709551616",
        "1!0.dev0",
    ]);
}

#[test]
fn noughts_at_the_end_of_a_release_say_nothing() {
    let versions: Vec<Version> = ["1", "1.0", "v1.0.0"]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    assert!(versions.iter().all(|version| *version == versions[0]));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}") {
        let _ = text.parse::<Version>();
    }

    #[test]
    fn print_then_parse_is_identity(text in "v?([0-9]{1,3}!)?[0-9]{1,30}(\\.[0-9]{1,3}){0,4}([-_.]?(a|beta|RC|pre)[-_.]?[0-9]{0,3})?(-[0-9]{1,3})?([-_.]?dev[0-9]{0,2})?(\\+[a-z0-9]{1,4}([-_.][a-z0-9]{1,4})?)?") {
        laws::survives_printing::<Version>(&text.parse().unwrap());
    }

    #[test]
    fn the_order_is_total_and_agrees_with_equality(texts in prop::collection::vec("([01]!)?[0-2](\\.[0-2]){0,2}((a|b|rc)[01])?(\\.post[01])?(\\.dev[01])?(\\+[0a]{1,2})?", 3)) {
        laws::is_total::<Version>(&texts);
    }
}
