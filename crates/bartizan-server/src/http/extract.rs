//! Reading requests, with refusals that are problems.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::Problem;

/// What a query asks.
pub(crate) struct Query<T>(pub(crate) T);
/// What a path names.
pub(crate) struct Path<T>(pub(crate) T);
/// What a body says, as JSON.
pub(crate) struct Body<T>(pub(crate) T);

/// A longer query is refused.
const LONGEST_QUERY: usize = 4_096;

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts
            .uri
            .query()
            .is_some_and(|query| query.len() > LONGEST_QUERY || query.contains("%00"))
        {
            return Err(Problem::wrong("the query is too long, or no text"));
        }
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|query| Self(query.0))
            .map_err(|error| Problem::wrong(error.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.path().len() > LONGEST_QUERY || parts.uri.path().contains("%00") {
            return Err(Problem::wrong("the path is too long, or no text"));
        }
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0))
            .map_err(|error| Problem::wrong(error.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    /// The OSV service takes a body without a media type, and so do the tools that ask it.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|error| {
                let status = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    error.status()
                } else {
                    StatusCode::BAD_REQUEST
                };
                Problem::new(status, error.body_text())
            })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Problem::wrong(format!(
                "the body is not the JSON that is expected: {error}"
            ))
        })
    }
}
