//! The server: one router over the catalogue of pages, the interface for programs and the OSV service.
//!
//! Every request is bounded in size, time and number; a fault costs one reply. What a page needs is made once a generation of
//! the store and kept ready.

mod cache;
pub(crate) mod desk;
mod extract;
mod guard;
mod hook;
mod limit;
mod near;
mod observe;
pub(crate) mod osv;
mod page;
mod problem;
mod proxy;
mod state;

use std::{future::Future, net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use tokio::net::TcpListener;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer,
};

pub(crate) use self::{
    extract::{Body, Path, Query},
    problem::Problem,
};
pub use self::{
    hook::Intake,
    proxy::{Network, NoNetwork},
    state::{App, Settings},
};

/// The largest body of a request: a batch of questions.
const LARGEST_BODY: usize = 4 << 20;
/// The longest that a request may take.
const LONGEST: Duration = Duration::from_secs(20);
/// How long open requests may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// The routes of a server.
pub fn router(app: App) -> Router {
    let (api, document) = crate::api::router();
    let api = api.merge(Router::new().route(
        "/api/v1/openapi.json",
        get(move || std::future::ready(crate::api::document_reply(document.clone()))),
    ));
    api.route("/healthz", get(observe::health))
        .route("/readyz", get(observe::ready))
        .route("/metrics", get(observe::metrics))
        .route("/assets/{name}", get(page::asset))
        .route("/hooks/hosting", post(hook::take))
        .method_not_allowed_fallback(wrong_method)
        .fallback(page::show)
        .layer(CompressionLayer::new().gzip(true))
        .layer(middleware::from_fn_with_state(app.clone(), limit::limit))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            LONGEST,
        ))
        .layer(CatchPanicLayer::custom(fault))
        .layer(middleware::from_fn(guard::headers))
        .layer(middleware::from_fn_with_state(app.clone(), observe::watch))
        .with_state(app)
}

async fn wrong_method(method: Method) -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{method} is not answered here"),
    )
    .into_response()
}

fn fault(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request met an internal fault");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal fault".to_owned(),
    )
    .into_response()
}

/// Serves until `stop` comes, then lets open requests end.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let watching = tokio::spawn(state::keep_fresh(app.clone()));
    let (told, tell) = tokio::sync::oneshot::channel();
    let stopped = async move {
        stop.await;
        let _ = told.send(());
    };
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(stopped)
        .into_future();
    let ended = tokio::select! {
        ended = serving => ended,
        () = async {
            let _ = tell.await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    };
    watching.abort();
    ended
}

/// What a reply may be kept for by others.
pub(crate) fn cached(seconds: u32) -> (header::HeaderName, String) {
    (header::CACHE_CONTROL, format!("public, max-age={seconds}"))
}

#[cfg(test)]
mod tests;
