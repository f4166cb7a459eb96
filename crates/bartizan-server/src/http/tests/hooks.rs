//! Deliveries of the hosting service.

use bartizan_access::webhook::{LARGEST_BODY, Secret};

use super::*;
use crate::http::Intake;

const BODY: &str = r#"{"action": "added", "member": {"login": "dan"}, "sender": {"login": "ann"},
    "repository": {"full_name": "lab/array"}}"#;

fn secret() -> Secret {
    Secret::new(b"a secret of some bytes").unwrap()
}

async fn deliver(router: &Router, number: &str, body: &str, signature: &str) -> StatusCode {
    let request = Request::post("/hooks/hosting")
        .header("x-github-event", "member")
        .header("x-github-delivery", number)
        .header("x-hub-signature-256", signature)
        .body(Body::from(body.to_owned()));
    ask(router, request.unwrap()).await.0
}

/// Whoever is put in, taken out and put in again is in the log three times; what nothing undid is refused.
#[tokio::test]
async fn what_was_undone_is_delivered_again() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("access");
    let app = review::near_app(Settings {
        is_listening_near: true,
        ..Settings::default()
    })
    .await;
    app.take_deliveries(Intake {
        secret: secret(),
        folder: folder.clone(),
    });
    let home = bartizan_sources::home::Home::new(place.path().join("home"));
    app.open_drawer(crate::access::Drawer::Home {
        store: bartizan_sources::access::AccessStore::new(&home),
        log: folder.clone(),
    });
    let router = router(app);
    let removed = BODY.replace("added", "removed");
    for (number, body, expect) in [
        ("d-1", BODY, StatusCode::NO_CONTENT),
        ("d-2", &removed, StatusCode::NO_CONTENT),
        ("d-3", BODY, StatusCode::NO_CONTENT),
        ("d-3", BODY, StatusCode::CONFLICT),
        ("d-4", BODY, StatusCode::CONFLICT),
        ("d-5", &removed, StatusCode::NO_CONTENT),
        ("d-6", BODY, StatusCode::NO_CONTENT),
        ("d-7", &removed, StatusCode::NO_CONTENT),
        ("d-8", BODY, StatusCode::TOO_MANY_REQUESTS),
    ] {
        let signature = secret().signature(body.as_bytes());
        let status = deliver(&router, number, body, &signature).await;
        assert_eq!(status, expect, "{number}");
    }
    let log = std::fs::read_to_string(folder.join("log.jsonl")).unwrap();
    let count = |event: &str| log.matches(&format!("\"event\":\"{event}\"")).count();
    assert_eq!(
        (count("delivery"), count("repeated"), count("refused")),
        (2, 4, 1)
    );
    // Whoever sits here is told that a snapshot has to confirm it.
    let (_, _, document) = review::near(&router, "/access/log").await;
    assert!(
        document.contains("To be confirmed") && document.contains("no newer snapshot shows it")
    );
}

#[tokio::test]
async fn deliveries_are_signed_once_and_bounded() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("access");
    let app = app().await;
    let good = secret().signature(BODY.as_bytes());
    let without = router(app.clone());
    assert_eq!(
        deliver(&without, "d-1", BODY, &good).await,
        StatusCode::NOT_FOUND
    );
    app.take_deliveries(Intake {
        secret: secret(),
        folder: folder.clone(),
    });
    let router = router(app);
    let forged = secret().signature(b"{}");
    for wrong in ["", "sha256=", forged.as_str()] {
        assert_eq!(
            deliver(&router, "d-1", BODY, wrong).await,
            StatusCode::FORBIDDEN,
            "{wrong}"
        );
    }
    assert!(!folder.exists());
    assert_eq!(
        deliver(&router, "d-1", BODY, &good).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        deliver(&router, "d-1", BODY, &good).await,
        StatusCode::CONFLICT
    );
    assert_eq!(
        deliver(&router, "d-2", BODY, &good).await,
        StatusCode::CONFLICT
    );
    let large = " ".repeat(LARGEST_BODY + 1);
    let signed = secret().signature(large.as_bytes());
    assert_eq!(
        deliver(&router, "d-3", &large, &signed).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let larger = " ".repeat(super::super::LARGEST_BODY + 1);
    assert_eq!(
        deliver(&router, "d-4", &larger, &good).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let log = std::fs::read_to_string(folder.join("log.jsonl")).unwrap();
    // What was said again under another number is told there.
    assert_eq!(log.lines().count(), 2);
    assert!(log.lines().last().unwrap().contains("\"refused\""));
    // It is never shown, and no other way in reads it.
    let (status, _, _) = get_page(&router, "/hooks/hosting").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}
