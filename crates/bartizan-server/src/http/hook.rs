//! What the hosting service delivers goes into the access log: signed, once or undone since, bounded. Nothing of the log is ever shown here.
//!
//! There is no such address until a secret is configured. Every refusal looks alike to whoever has no secret.

use std::path::PathBuf;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use bartizan_access::{
    log::Entry,
    webhook::{self, Delivery, DeliveryError, Refusal, Secret, Taken},
};
use bartizan_model::Timestamp;
use bartizan_sources::access_log::AccessLog;

use super::{App, Problem};

/// Where deliveries go.
#[derive(Debug, Clone)]
pub struct Intake {
    /// What the hosting service signs with.
    pub secret: Secret,
    /// The folder of the access log.
    pub folder: PathBuf,
}

/// Takes a delivery.
pub(super) async fn take(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(intake) = app.intake().cloned() else {
        return Problem::missing("such a page").into_response();
    };
    let now = app.now();
    let taken = tokio::task::spawn_blocking(move || put(&intake, &headers, &body, now)).await;
    match taken {
        Ok(status) => status.into_response(),
        Err(_fault) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn put(intake: &Intake, headers: &HeaderMap, body: &[u8], now: Timestamp) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let delivery = Delivery {
        event: header("x-github-event").unwrap_or_default(),
        number: header("x-github-delivery").unwrap_or_default(),
        signature: header("x-hub-signature-256").unwrap_or_default(),
        body,
    };
    // The log is not even opened for what is not signed.
    if let Err(refused) = webhook::is_signed(&intake.secret, &delivery) {
        return status(refused);
    }
    let mut log = match AccessLog::open(&intake.folder) {
        Ok(log) => log,
        Err(error) => {
            tracing::error!(%error, "the access log cannot be used");
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    };
    match webhook::take(&intake.secret, &delivery, log.log(), now) {
        Ok(Taken::Forgotten) => StatusCode::NO_CONTENT,
        Ok(Taken::Logged(entry)) => add(&mut log, entry, StatusCode::NO_CONTENT),
        Ok(Taken::Refused { why, told }) => {
            tracing::warn!(%why, is_told = told.is_some(), "a delivery was not taken");
            let reason = [("reason", reason(why))];
            metrics::counter!("bartizan_deliveries_refused_total", &reason).increment(1);
            let status = match why {
                Refusal::Taken | Refusal::Replayed => StatusCode::CONFLICT,
                Refusal::TooOften => StatusCode::TOO_MANY_REQUESTS,
            };
            match told {
                Some(entry) => add(&mut log, entry, status),
                None => status,
            }
        }
        Err(refused) => status(refused),
    }
}

/// Adds an entry, and answers with a status where that could be done.
fn add(log: &mut AccessLog, entry: Entry, status: StatusCode) -> StatusCode {
    match log.add(entry) {
        Ok(()) => status,
        Err(error) => {
            tracing::error!(%error, "a delivery cannot be logged");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

fn reason(why: Refusal) -> &'static str {
    match why {
        Refusal::Taken => "taken",
        Refusal::Replayed => "replayed",
        Refusal::TooOften => "too-often",
    }
}

fn status(refused: DeliveryError) -> StatusCode {
    tracing::warn!(%refused, "a delivery was refused");
    match refused {
        DeliveryError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        DeliveryError::Forged => StatusCode::FORBIDDEN,
        DeliveryError::Headers | DeliveryError::Unreadable => StatusCode::BAD_REQUEST,
    }
}
