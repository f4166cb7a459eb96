//! The JSON of repo-review, which sp-repo-review and other plugins give their checks to.

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use serde_json::Value;

use super::{Gathered, PeerFormat, PeerReport, PeerResult, address, message, word};
use crate::advisory::field::{Place, is_word};

/// The format.
pub(super) static FORMAT: RepoReview = RepoReview;

/// Results by the code of their check. They have no lines, and no severity: everything there recommends.
pub(super) struct RepoReview;

impl PeerFormat for RepoReview {
    fn id(&self) -> &'static str {
        "repo-review"
    }

    fn title(&self) -> &'static str {
        "repo-review (sp-repo-review), JSON"
    }

    fn recognises(&self, report: &Value) -> bool {
        let is_object = |key: &str| report.get(key).is_some_and(Value::is_object);
        is_object("families") && is_object("checks")
    }

    fn read(&self, path: &str, report: &Value) -> PeerReport {
        let mut gathered = Gathered::new(path);
        let checks = report.get("checks").and_then(Value::as_object);
        for (id, check) in checks.into_iter().flatten() {
            if !is_word(id)
                || !check
                    .get("result")
                    .is_some_and(|it| it.is_boolean() || it.is_null())
            {
                let place = Place::ROOT.field("checks");
                let id: String = id.escape_debug().take(40).collect();
                gathered
                    .reader
                    .wrong(place.field(&id), "a check with its result");
                continue;
            }
            if gathered.has_room() {
                gathered.results.push(read_check(id, check));
            }
        }
        gathered.into_report("repo-review", None)
    }
}

fn read_check(id: &str, check: &Value) -> PeerResult {
    let description = word(check, "/description").unwrap_or(id);
    let skipped = word(check, "/skip_reason");
    let (outcome, text) = match check.get("result").and_then(Value::as_bool) {
        Some(true) => (Outcome::Pass, description.to_owned()),
        Some(false) => {
            let why = check.get("err_msg").and_then(Value::as_str);
            let why = why.map(first_sentence).unwrap_or_default();
            (
                Outcome::Fail,
                format!("does not hold: {description}. {why}"),
            )
        }
        // What it stands on does not hold, or somebody left it out on purpose.
        None => (Outcome::NotApplicable, format!("skipped: {description}")),
    };
    PeerResult {
        id: id.to_owned(),
        outcome,
        severity: (outcome == Outcome::Fail).then_some(SeverityLevel::Low),
        message: message(text.trim_end().trim_end_matches('.')),
        spans: Vec::new(),
        url: address(check.get("url")),
        accepted: skipped.map(message),
    }
}

/// The first paragraph: the rest are examples of files.
fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    text.split("\n\n").next().unwrap_or(text)
}

#[cfg(test)]
pub(super) const EXAMPLE: &str = r#"{"status": "errors", "families": {"github": {"name": "GitHub Actions"}}, "checks": {
    "GH105": {"family": "github", "description": "Use Trusted Publishing", "result": false, "url": "https://review.example/GH105",
              "skip_reason": "", "err_msg": "\nYou should\nuse it.\n\n```yaml\nx: y\n```"},
    "GH200": {"family": "github", "description": "Maintained by Dependabot", "result": true, "url": "", "err_msg": ""},
    "MY103": {"family": "mypy", "description": "MyPy warns", "result": null, "url": "", "err_msg": "", "skip_reason": "not for us"}}}"#;

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::peer::describe::describe;

    #[test]
    fn results_are_read_by_their_codes() {
        insta::assert_snapshot!(describe(EXAMPLE), @"
        repo-review -
        GH105 fail low: does not hold: Use Trusted Publishing. You should use it <https://review.example/GH105>
        GH200 pass -: Maintained by Dependabot
        MY103 not_applicable -: skipped: MyPy warns accepted: not for us
        ");
    }

    #[test]
    fn a_result_that_is_none_is_a_problem() {
        insta::assert_snapshot!(describe(r#"{"families": {}, "checks": {"A1": {"result": "yes"}, "A2": 7, "": {"result": true}}}"#), @"
        repo-review -
        problem x.json: `checks.` is not a check with its result
        problem x.json: `checks.A1` is not a check with its result
        problem x.json: `checks.A2` is not a check with its result
        ");
    }
}
