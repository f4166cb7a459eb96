//! The interface for programs: read-only, paged, described by a document that is made from the routes themselves.
//!
//! A list is one key in the plural with a `meta` beside it; times are RFC 3339 in UTC; a field is never taken away within `v1`.

mod access;
mod catalogue;
mod component;
mod figure;
mod finding;
mod project;
mod sboms;
mod signing;
mod standing;
mod wire;

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{App, Problem, cached};

/// What the document says about itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bartizan",
        description = "What assessments of an ecosystem say: projects, findings, figures, components; and the questions of the OSV service, answered from the advisory snapshot. Everything here is public and read-only. A client that asks more often than the server allows gets 429 with `Retry-After`.",
        license(name = "BSD-3-Clause", identifier = "BSD-3-Clause")
    ),
    tags(
        (name = "assessment", description = "What assessments say"),
        (name = "osv", description = "The questions of the OSV service")
    )
)]
struct Document;

/// The routes with their document.
pub(crate) fn router() -> (Router<App>, String) {
    let router = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(catalogue::ecosystem))
        .routes(routes!(catalogue::cohorts))
        .routes(routes!(catalogue::measures))
        .routes(routes!(catalogue::checks))
        .routes(routes!(catalogue::assessments))
        .routes(routes!(project::projects))
        .routes(routes!(project::project))
        .routes(routes!(component::components))
        .routes(routes!(component::edges))
        .routes(routes!(component::dependants))
        .routes(routes!(finding::findings))
        .routes(routes!(finding::finding))
        .routes(routes!(figure::figures))
        .routes(routes!(figure::history))
        .routes(routes!(signing::signing))
        .routes(routes!(signing::releases))
        .routes(routes!(signing::release))
        .routes(routes!(access::access))
        .routes(routes!(sboms::sboms))
        .routes(routes!(sboms::of_project))
        .routes(routes!(sboms::of_release))
        .routes(routes!(crate::http::osv::query))
        .routes(routes!(crate::http::osv::batch))
        .routes(routes!(crate::http::osv::vulnerability));
    let (router, document) = router.split_for_parts();
    let text = document.to_pretty_json().unwrap_or_default();
    (router, text + "\n")
}

/// The `OpenAPI` document of the server.
pub fn document() -> String {
    router().1
}

pub(crate) fn document_reply(document: String) -> Response {
    let (name, value) = cached(300);
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (name, value),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ];
    (headers, document).into_response()
}

/// A reply of this interface.
pub(crate) type Reply = Result<Response, Problem>;

/// A value as a reply with its tag: who has it already is told so.
pub(crate) fn reply<T: Serialize>(value: &T, headers: &HeaderMap) -> Reply {
    let body = serde_json::to_vec(value).map_err(|_fault| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal fault".to_owned(),
        )
    })?;
    let digest = Sha256::digest(&body);
    let etag = format!("W/\"{}\"", crate::words::hexadecimal(&digest, 12));
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    let is_known = known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == etag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    };
    let (name, value) = cached(60);
    for (name, value) in [
        (header::ETAG, etag),
        (name, value),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change of the interface shows in review: write what `/api/v1/openapi.json` gives into the file when it is meant.
    #[test]
    fn the_document_is_the_one_that_was_reviewed() {
        let reviewed = include_str!("api/openapi.json");
        let line = document()
            .lines()
            .zip(reviewed.lines())
            .position(|(one, other)| one != other);
        assert_eq!(
            line, None,
            "the document differs from line {line:?} on (counted from 0)"
        );
        assert_eq!(document().len(), reviewed.len());
    }

    #[test]
    fn every_route_is_described_with_all_that_it_replies() {
        let document: serde_json::Value = serde_json::from_str(&document()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let replies = operation["responses"].as_object().unwrap();
                assert!(
                    replies.contains_key("200") && replies.contains_key("429"),
                    "{method} {path}"
                );
                assert!(
                    operation["summary"]
                        .as_str()
                        .is_some_and(|text| text.len() > 5),
                    "{method} {path}"
                );
            }
        }
    }
}
