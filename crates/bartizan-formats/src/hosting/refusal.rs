//! Why a host refused: its documented bodies of errors, and the headers that name a permission.

use bartizan_model::hosting::{Unseen, UnseenKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Question, cut};

/// How many errors of a body are told.
const MOST_ERRORS: usize = 3;

/// An answer that is no success.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
    /// The header `X-Accepted-GitHub-Permissions`.
    pub permissions: Option<&'a str>,
    /// The header `X-Accepted-OAuth-Scopes`.
    pub scopes: Option<&'a str>,
    /// Whether single sign-on is wanted.
    pub wants_sign_on: bool,
    /// Whether a token went along.
    pub has_token: bool,
}

#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    message: Option<String>,
    /// Where SCIM stands in place of a message.
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<Value>,
}

impl Refusal<'_> {
    /// The reason, in the words of the host where it has some.
    pub fn unseen(&self, question: &Question) -> Unseen {
        let kind = self.kind();
        let said = self.said().map(|it| format!(": {it}")).unwrap_or_default();
        let more = match (kind, self.has_token) {
            (UnseenKind::Absent, _) if question.permission.is_some() => {
                ", which may mean that it may not be seen"
            }
            (UnseenKind::Unauthenticated, true) => "; the token is not accepted",
            (UnseenKind::Forbidden, _) if self.wants_sign_on => {
                "; the organisation wants the token to be authorised for single sign-on"
            }
            (UnseenKind::Refused, _) if self.status == 451 => "; it is withheld for legal reasons",
            _ => "",
        };
        let helps = match kind {
            UnseenKind::Unauthenticated => !self.has_token,
            UnseenKind::Forbidden | UnseenKind::Absent => true,
            _ => false,
        };
        let permission = self.permission(question).filter(|_| helps);
        Unseen {
            kind,
            why: format!("the host answered {}{said}{more}", self.status),
            permission,
        }
    }

    fn kind(&self) -> UnseenKind {
        match self.status {
            401 => UnseenKind::Unauthenticated,
            403 => UnseenKind::Forbidden,
            404 | 410 => UnseenKind::Absent,
            429 => UnseenKind::Limited,
            500.. => UnseenKind::Unreachable,
            _ => UnseenKind::Refused,
        }
    }

    /// What the body says.
    pub fn said(&self) -> Option<String> {
        let body: Body = serde_json::from_slice(self.body).ok()?;
        let mut said = cut(body.message.or(body.detail)?.trim());
        for error in body.errors.iter().take(MOST_ERRORS) {
            let text = match error {
                Value::String(text) => text.clone(),
                Value::Object(parts) => {
                    let part = |key: &str| parts.get(key).and_then(Value::as_str);
                    let words = [
                        part("resource"),
                        part("field"),
                        part("code"),
                        part("message"),
                    ];
                    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
                }
                _ => continue,
            };
            said += &format!("; {}", cut(text.trim()));
        }
        Some(said)
    }

    fn permission(&self, question: &Question) -> Option<String> {
        let stated = self.permissions.and_then(permissions);
        let known = question.permission.map(|it| format!("`{it}`"));
        let permission = stated.or(known)?;
        let scopes = self.scopes.map(cut).filter(|it| !it.trim().is_empty());
        Some(match scopes {
            Some(scopes) => format!(
                "{permission} (a classic token: the scope `{}`)",
                scopes.trim()
            ),
            None => permission,
        })
    }
}

/// The permissions in words: those between `;` are alternatives, those between `,` are wanted together.
fn permissions(header: &str) -> Option<String> {
    let header = cut(header);
    let is_one = |text: &&str| {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "_=-".contains(it);
        text.contains('=') && text.chars().all(is_plain)
    };
    let alternatives = header.split(';').filter_map(|alternative| {
        let parts = alternative.split(',').map(str::trim).filter(is_one);
        let parts: Vec<String> = parts.map(|it| format!("`{it}`")).collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    });
    let alternatives: Vec<String> = alternatives.collect();
    (!alternatives.is_empty()).then(|| alternatives.join(" or "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(status: u16, body: &str, permissions: Option<&str>) -> String {
        let refusal = Refusal {
            status,
            body: body.as_bytes(),
            permissions,
            scopes: None,
            wants_sign_on: false,
            has_token: true,
        };
        let question = Question::new("deploy keys", &["a"]).with("administration=read");
        let unseen = refusal.unseen(&question);
        format!("{:?}: {} [{}]", unseen.kind, unseen.why, unseen.needs())
    }

    #[test]
    fn each_status_is_told_with_what_would_help() {
        insta::assert_snapshot!(check(401, r#"{"message": "Bad credentials", "documentation_url": "x"}"#, None), @"Unauthenticated: the host answered 401: Bad credentials; the token is not accepted [a token that the host accepts]");
        insta::assert_snapshot!(check(403, r#"{"message": "Resource not accessible by integration"}"#, Some("administration=write,contents=read; workflows=read")), @"Forbidden: the host answered 403: Resource not accessible by integration [a token with the permission `administration=write` and `contents=read` or `workflows=read`]");
        insta::assert_snapshot!(check(404, r#"{"message": "Not Found"}"#, None), @"Absent: the host answered 404: Not Found, which may mean that it may not be seen [a token with the permission `administration=read`]");
        insta::assert_snapshot!(check(422, r#"{"message": "Validation Failed", "errors": [{"resource": "Search", "field": "q", "code": "invalid"}, "x", 1]}"#, None), @"Refused: the host answered 422: Validation Failed; Search q invalid; x [an answer of the host]");
        insta::assert_snapshot!(check(400, r#"{"detail": "Bad", "status": 400}"#, None), @"Refused: the host answered 400: Bad [an answer of the host]");
        insta::assert_snapshot!(check(409, r#"{"message": "Git Repository is empty."}"#, None), @"Refused: the host answered 409: Git Repository is empty. [an answer of the host]");
        insta::assert_snapshot!(check(451, r#"{"message": "Repository access blocked", "block": {"reason": "dmca"}}"#, None), @"Refused: the host answered 451: Repository access blocked; it is withheld for legal reasons [an answer of the host]");
        insta::assert_snapshot!(check(500, "<html>", None), @"Unreachable: the host answered 500 [to ask again when the host answers]");
    }

    #[test]
    fn headers_of_strangers_are_not_repeated_as_they_are() {
        insta::assert_snapshot!(check(403, "", Some("a=b\u{1b}[31m, `x`=y, ok=read")), @"Forbidden: the host answered 403 [a token with the permission `ok=read`]");
        insta::assert_snapshot!(check(403, "", Some(";;,")), @"Forbidden: the host answered 403 [a token with the permission `administration=read`]");
        insta::assert_snapshot!(check(403, "{\"message\": \"a\\u001b[31mb\"}", None), @"Forbidden: the host answered 403: a [31mb [a token with the permission `administration=read`]");
    }

    proptest! {
        #[test]
        fn never_panics(status: u16, body in "\\PC{0,60}", header in "[a-z=,; ]{0,30}") {
            check(status, &body, Some(&header));
        }
    }
}
