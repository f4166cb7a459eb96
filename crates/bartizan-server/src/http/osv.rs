//! The OSV service over HTTP. The snapshot is read on threads of its own, since it lies on a disk.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use bartizan_sources::database::Database;
use serde::Serialize;

use super::{App, Body, Path, Problem};
use crate::osv::{
    self, BatchAnswer, BatchForm, BatchQuestion, FullAnswer, OsvError, Question, QuestionForm,
};

/// The records about one version of a package
#[utoipa::path(
    post, path = "/v1/query", tag = "osv", request_body = QuestionForm,
    responses(
        (status = 200, description = "The records that match, whole", body = FullAnswer),
        (status = 400, description = "It is no question that this service understands", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "There is no advisory snapshot", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn query(State(app): State<App>, Body(question): Body<Question>) -> Response {
    answer(app, move |database| osv::query(database, &question)).await
}

/// The ids of the records about each of several versions
#[utoipa::path(
    post, path = "/v1/querybatch", tag = "osv", request_body = BatchForm,
    responses(
        (status = 200, description = "The ids of the records that match, in the order of the questions", body = BatchAnswer),
        (status = 400, description = "One of them is no question that this service understands", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "There is no advisory snapshot", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn batch(
    State(app): State<App>,
    Body(questions): Body<BatchQuestion>,
) -> Response {
    answer(app, move |database| osv::batch(database, &questions)).await
}

/// A record by its id
#[utoipa::path(
    get, path = "/v1/vulns/{id}", tag = "osv", params(("id" = String, Path, description = "The id of the record", min_length = 1, max_length = 500, pattern = r"^[^\x00]*$")),
    responses(
        (status = 200, description = "The record, as OSV", body = Object),
        (status = 400, description = "The id is no text", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no record of the id", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More requests than one client may make", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "There is no advisory snapshot", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn vulnerability(State(app): State<App>, Path(id): Path<String>) -> Response {
    answer(app, move |database| osv::vulnerability(database, &id)).await
}

async fn answer<T: Serialize + Send + 'static>(
    app: App,
    ask: impl FnOnce(&Database) -> Result<T, OsvError> + Send + 'static,
) -> Response {
    let Some(database) = app.database() else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "there is no advisory snapshot beside this store".to_owned(),
        )
        .into_response();
    };
    match tokio::task::spawn_blocking(move || ask(&database)).await {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => refused(&error).into_response(),
        Err(_fault) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal fault".to_owned(),
        )
        .into_response(),
    }
}

fn refused(error: &OsvError) -> Problem {
    match error {
        OsvError::Malformed(_) => Problem::wrong(error.to_string()),
        OsvError::Unknown => Problem::missing("record"),
        OsvError::Advisories(_) | OsvError::Snapshot(_) => {
            tracing::error!(error = %error, "the advisory snapshot does not answer");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
        }
    }
}
