//! Whether the server lives, whether it can answer, and what it does: health, readiness, metrics, logs.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{App, Problem, limit::client, page::PageName};

pub(super) async fn health() -> &'static str {
    "lives\n"
}

/// Ready is who can reach the store.
pub(super) async fn ready(State(app): State<App>) -> Response {
    app.refresh().await;
    if app.is_ready() {
        "ready\n".into_response()
    } else {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer".to_owned(),
        )
        .into_response()
    }
}

pub(super) async fn metrics(State(app): State<App>, request: Request) -> Response {
    let is_near = client(&app, &request).is_some_and(|client| client.is_near);
    if !is_near && !app.settings().are_metrics_public {
        return Problem::missing("page").into_response();
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        app.prometheus().render(),
    )
        .into_response()
}

/// Counts and logs each request under the pattern of its path: neither a name nor an address of a reader is kept.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a request took is measured where it is answered"
)]
pub(super) async fn watch(State(_): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let matched = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let start = Instant::now();
    let response = next.run(request).await;
    let page = response
        .extensions()
        .get::<PageName>()
        .map(|name| name.0.to_owned());
    let route = page.or(matched).unwrap_or_else(|| "none".to_owned());
    let method = if ["GET", "HEAD", "POST"].contains(&method.as_str()) {
        method
    } else {
        "other".to_owned()
    };
    let status = response.status().as_u16();
    let took = start.elapsed();
    let labels = [
        ("method", method.clone()),
        ("route", route.clone()),
        ("status", status.to_string()),
    ];
    metrics::counter!("bartizan_requests_total", &labels).increment(1);
    metrics::histogram!("bartizan_request_seconds", &[("route", route.clone())])
        .record(took.as_secs_f64());
    tracing::debug!(http.method = %method, http.route = %route, http.status = status, took.milliseconds = took.as_secs_f64() * 1e3, "answered a request");
    response
}
