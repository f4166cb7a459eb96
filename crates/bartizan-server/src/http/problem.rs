//! What went wrong, for programs ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)). Causes within are logged, not sent.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bartizan_model::problem::chain;
use bartizan_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::context::PageError;

/// A reply that says what went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem; always `about:blank`: the status says it.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What went wrong here.
    detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: String) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail,
        }
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    pub(crate) fn wrong(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let media = HeaderValue::from_static("application/problem+json");
        (
            status,
            [
                (header::CONTENT_TYPE, media),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
            body,
        )
            .into_response()
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        if let PageError::Store(asked @ StoreError::TooFar) = &error {
            let hint = asked.hint().unwrap_or_default();
            return Self::wrong(format!("{asked}; {hint}"));
        }
        tracing::error!(error = %chain(&error), "a page could not be made");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        PageError::from(error).into()
    }
}
