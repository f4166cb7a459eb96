//! What a maintainer says at this machine: verdicts of entries, by the forms of a project's queue.

use axum::{
    body::to_bytes,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bartizan_model::verdict::Verdict;
use bartizan_review::verdict::EntryName;
use bartizan_store::{GivenVerdict, ReviewEntry};

use super::{App, Problem, near};
use crate::{
    context::percent_decoded,
    href::Place,
    links::address_of,
    review::{self, Queue},
};

/// A longer form is refused.
const LONGEST: usize = 4_096;

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// The names of the fields.
pub(crate) const TOKEN: &str = "token";
pub(crate) const ENTRY: &str = "entry";
pub(crate) const VERDICT: &str = "verdict";

/// The project whose queue a place is.
pub(super) fn project_of(place: &Place) -> Option<&str> {
    match place.path.as_slice() {
        [projects, project, part] if projects == "projects" && part == review::PART => {
            Some(project)
        }
        _ => None,
    }
}

/// Takes a verdict from somebody who is near. What is not sent by the page itself is refused.
pub(super) async fn give(app: &App, project: &str, request: Request) -> Response {
    match kept(app, project, request).await {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn kept(app: &App, project: &str, request: Request) -> Result<String, Problem> {
    let refused = |detail: &str| Problem::new(StatusCode::FORBIDDEN, detail.to_owned());
    let (parts, body) = request.into_parts();
    if !near::is_of_own_page(&parts.headers) {
        return Err(refused("the form was not sent by a page of this server"));
    }
    if !is_form(&parts.headers) {
        let detail = "a form is expected".to_owned();
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let bytes = to_bytes(body, LONGEST).await.map_err(|_too_long| {
        let detail = "the form is too long, or came in part".to_owned();
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    })?;
    let form = Form::read(&bytes);
    if !is_same(form.text(TOKEN), app.token()) {
        return Err(refused(
            "the form is of a page that is too old; open it again",
        ));
    }
    let wrong = || Problem::wrong("the form names no verdict of an entry");
    let id = form.text(ENTRY);
    let verdict: Verdict = form.text(VERDICT).parse().map_err(|_no_verdict| wrong())?;
    let name: EntryName = id.parse().map_err(|_no_name| wrong())?;
    let queue = Queue::of(app.store(), project).await?;
    if !queue.is_some_and(|(queue, _)| queue.has(id)) {
        return Err(Problem::missing("entry"));
    }
    let entry = ReviewEntry {
        project: project.to_owned(),
        rule: name.rule,
        entry: name.id.clone(),
    };
    let given = GivenVerdict {
        of: entry,
        verdict,
        at: app.now(),
        reason: None,
    };
    app.store().put_verdict(&given).await?;
    app.refresh().await;
    let mut place = review::place(project);
    // The list may have several pages: back to the one that the form stands on.
    let page = form.text("page");
    if page.parse::<u32>().is_ok() {
        place = place.with("page", page);
    }
    let anchor = anchor(form.text("at"), &name.id);
    Ok(format!("{}#{anchor}", address_of(&place)))
}

/// Where an entry stands on the page; the same one may be in several pull requests.
pub(crate) fn anchor(pull: &str, id: &str) -> String {
    let digits: String = pull.chars().filter(char::is_ascii_digit).take(10).collect();
    format!("entry-{digits}-{id}")
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(FORM)
}

/// Whether two texts are the same; it takes as long whatever differs.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let differ = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differ == 0 && !one.is_empty()
}

/// The fields of a form.
struct Form(Vec<(String, String)>);

impl Form {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let decoded = |text: &str| percent_decoded(&text.replace('+', " "));
        let fields = text.split('&').filter_map(|pair| pair.split_once('='));
        Self(
            fields
                .map(|(key, value)| (decoded(key), decoded(value)))
                .collect(),
        )
    }

    /// A field that is there once.
    fn text(&self, key: &str) -> &str {
        let mut fields = self.0.iter().filter(|(name, _)| name == key);
        match (fields.next(), fields.next()) {
            (Some((_, value)), None) => value,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_each_thing_once() {
        let form = Form::read(b"entry=a%2Fb&verdict=right&token=x&token=y&at=1+2");
        assert_eq!(form.text("entry"), "a/b");
        assert_eq!((form.text("token"), form.text("none")), ("", ""));
        assert_eq!(anchor("12\"><b>", "0f"), "entry-12-0f");
        assert!(is_same("ab", "ab") && !is_same("", "") && !is_same("ab", "abc"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = Form::read(&bytes).text("entry");
        }
    }
}
