use bartizan_sources::database::starter;
use insta::assert_snapshot;
use serde_json::json;

use super::*;

fn check(question: Value) -> String {
    let database = starter().unwrap();
    let question: Question = match serde_json::from_value(question) {
        Ok(question) => question,
        Err(error) => return error.to_string(),
    };
    match query(&database, &question) {
        Ok(answer) => {
            let ids = answer
                .vulns
                .iter()
                .map(|record| record["id"].as_str().unwrap().to_owned());
            ids.collect::<Vec<_>>().join(" ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_question_by_name_and_one_by_package_url_have_one_answer() {
    let by_name =
        check(json!({"package": {"name": "Pillow", "ecosystem": "PyPI"}, "version": "10.0.0"}));
    assert!(by_name.contains("PYSEC-2023-175"), "{by_name}");
    assert_eq!(
        check(json!({"package": {"purl": "pkg:pypi/pillow@10.0.0"}})),
        by_name
    );
    assert_eq!(
        check(json!({"package": {"purl": "pkg:pypi/pillow"}, "version": "10.0.0"})),
        by_name
    );
    assert_eq!(
        check(json!({"package": {"name": "nothing-here", "ecosystem": "PyPI"}, "version": "1"})),
        ""
    );
}

#[test]
fn what_is_no_question_is_refused() {
    assert_snapshot!(check(json!({})), @"the question names no package");
    assert_snapshot!(check(json!({"commit": "abc"})), @"this service does not answer by commit");
    assert_snapshot!(check(json!({"package": {"name": "numpy"}})), @"the question names no package with its ecosystem");
    assert_snapshot!(check(json!({"package": {"purl": "numpy"}})), @"the package URL is not valid");
    assert_snapshot!(check(json!({"package": {"purl": "pkg:pypi/numpy@1"}, "version": "1"})), @"the version is given twice");
    assert_snapshot!(check(json!({"package": {"name": "x".repeat(600), "ecosystem": "PyPI"}})), @"a name or version is too long, or no text");
    assert_snapshot!(check(json!({"package": {"name": "numpy", "ecosystem": "PyPI"}, "page_token": "x"})), @"the page token is none of this service");
}

#[test]
fn a_record_is_found_by_its_id_and_a_batch_is_bounded() {
    let database = starter().unwrap();
    assert_eq!(
        vulnerability(&database, "PYSEC-2023-175").unwrap()["id"],
        "PYSEC-2023-175"
    );
    assert!(matches!(
        vulnerability(&database, "PYSEC-0000-1"),
        Err(OsvError::Unknown)
    ));
    let many = BatchQuestion {
        queries: vec![Question::default(); MOST_QUESTIONS + 1],
    };
    assert!(matches!(
        batch(&database, &many),
        Err(OsvError::Malformed(_))
    ));
}

proptest::proptest! {
    #[test]
    fn never_panics(name in ".{0,30}", ecosystem in ".{0,10}", purl in "(pkg:)?.{0,30}", version in ".{0,10}", token in ".{0,6}") {
        let question = Question {
            package: Some(PackageQuestion { name: Some(name), ecosystem: Some(ecosystem), purl: Some(purl) }),
            version: Some(version),
            commit: None,
            page_token: Some(token),
        };
        let _ = asked(&question);
    }
}
