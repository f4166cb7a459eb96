//! What waits for a review is shown to whoever sits at this machine, and verdicts are taken from its own pages only.

use super::*;
use crate::http::desk;

const QUEUE: &str = "/projects/tidewave/review";

pub(super) async fn near_app(settings: Settings) -> App {
    let sample = Arc::new(starter().unwrap());
    let store = demo::store(&sample, clock()).await.unwrap();
    App::new(store, Some(sample), Arc::default(), settings, clock)
}

async fn desk_router() -> Router {
    let settings = Settings {
        is_listening_near: true,
        ..Settings::default()
    };
    router(near_app(settings).await)
}

/// A request of somebody at this machine, with more headers.
fn request(method: &str, address: &str, lines: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(address);
    if !lines.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:8080");
    }
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    let peer: SocketAddr = "127.0.0.1:4000".parse().unwrap();
    let connection = axum::extract::ConnectInfo(peer);
    request.extensions_mut().insert(connection);
    request
}

pub(super) async fn near(router: &Router, address: &str) -> (StatusCode, HeaderMap, String) {
    ask(router, request("GET", address, &[], "")).await
}

#[tokio::test]
async fn the_queue_is_whole_for_whoever_sits_here() {
    let router = desk_router().await;
    let (status, headers, document) = near(&router, QUEUE).await;
    assert_eq!(status, StatusCode::OK);
    nested(QUEUE, &document);
    assert_eq!(count(&document, "<h1"), 1);
    assert!(document.len() < 100_000, "{} bytes", document.len());
    for present in [
        "May newly",
        "Because of",
        "evidence 0.",
        "name=\"verdict\"",
        "method=\"post\"",
    ] {
        assert!(document.contains(present), "{present}");
    }
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::REFERRER_POLICY], "same-origin");
    // No other site may read it through a browser of this machine.
    let (status, headers, body) = near(&router, &format!("{QUEUE}?format=json")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    assert!(body.contains("\"kind\": \"question\""), "{body}");
    let (status, _, body) = near(&router, &format!("{QUEUE}?format=csv")).await;
    assert!(status == StatusCode::OK && body.starts_with("pull,severity,score"));
    let (_, _, project) = near(&router, "/projects/tidewave").await;
    assert!(
        project.contains(QUEUE),
        "the page of the project leads here"
    );
    let (status, ..) = near(&router, "/projects/nowhere/review").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_else_sees_it() {
    let router = desk_router().await;
    // Somebody here has just looked: what was made for them is not sent to others.
    assert_eq!(near(&router, QUEUE).await.0, StatusCode::OK);
    for lines in [
        &[("host", "example.org")][..],
        &[("host", "rebound.example.org:8080")],
        &[("host", "localhost:8080"), ("host", "example.org")],
        &[("forwarded", "for=192.0.2.1")],
        &[("x-forwarded-for", "192.0.2.1")],
        &[("x-real-ip", "192.0.2.1")],
        &[("via", "1.1 proxy")],
    ] {
        let (status, _, body) = ask(&router, request("GET", QUEUE, lines, "")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{lines:?}");
        assert!(!body.contains("verdict"), "{lines:?}");
    }
    let mut far = request("GET", QUEUE, &[], "");
    let peer: SocketAddr = "192.0.2.1:4000".parse().unwrap();
    far.extensions_mut()
        .insert(axum::extract::ConnectInfo(peer));
    assert_eq!(ask(&router, far).await.0, StatusCode::NOT_FOUND);
    let (status, ..) = get_page(&router, QUEUE).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a peer that is not known");
    let absolute = format!("http://example.org{QUEUE}");
    let (status, ..) = ask(&router, request("GET", &absolute, &[], "")).await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "an address with another host"
    );
}

#[tokio::test]
async fn a_server_that_others_reach_shows_it_to_nobody() {
    let of = |settings: Settings| async move {
        let address = format!("{}{QUEUE}", settings.prefix);
        let router = router(near_app(settings).await);
        near(&router, &address).await.0
    };
    let listening = Settings {
        is_listening_near: true,
        ..Settings::default()
    };
    assert_eq!(of(Settings::default()).await, StatusCode::NOT_FOUND);
    let prefixed = Settings {
        prefix: "/dashboard".to_owned(),
        ..listening.clone()
    };
    assert_eq!(of(prefixed).await, StatusCode::NOT_FOUND);
    let proxied = Settings {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..listening
    };
    assert_eq!(of(proxied).await, StatusCode::NOT_FOUND);
}

/// A value of the first form of a page.
fn value(document: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = document.split(&start).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

const OWN: (&str, &str) = ("origin", "http://localhost:8080");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn a_verdict_is_taken_from_the_page_itself() {
    let router = desk_router().await;
    let (_, _, document) = near(&router, QUEUE).await;
    let before = count(&document, "aria-pressed=\"true\"");
    let token = value(&document, desk::TOKEN);
    // Another answer than the present one.
    let ids = document.split("name=\"entry\" value=\"").skip(1);
    let ids: Vec<&str> = ids.filter_map(|rest| rest.split('"').next()).collect();
    let entry = ids.first().unwrap();
    for verdict in ["right", "wrong"] {
        let body = format!("token={token}&entry={entry}&verdict={verdict}&at=7&page=1");
        let lines = [OWN, FORM, ("sec-fetch-site", "same-origin")];
        let (status, headers, body) = ask(&router, request("POST", QUEUE, &lines, &body)).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        let place = headers[header::LOCATION].to_str().unwrap();
        assert!(
            place.starts_with(QUEUE) && place.contains("#entry-7-"),
            "{place}"
        );
        let (_, _, document) = near(&router, QUEUE).await;
        let pressed = format!("value=\"{verdict}\" aria-pressed=\"true\"");
        assert!(document.contains(&pressed), "{verdict}");
        assert!(count(&document, "aria-pressed=\"true\"") >= before);
    }
    let (_, _, public) = get_page(&router, "/review?format=csv").await;
    let rule = entry.split('/').next().unwrap();
    assert!(
        public.contains(rule) && public.contains("tidewave"),
        "{public}"
    );
}

#[tokio::test]
async fn forged_forms_are_refused() {
    let router = desk_router().await;
    let (_, _, document) = near(&router, QUEUE).await;
    let (token, entry) = (value(&document, desk::TOKEN), value(&document, desk::ENTRY));
    let good = format!("token={token}&entry={entry}&verdict=harmless");
    let check = async |lines: &[(&str, &str)], body: &str| {
        ask(&router, request("POST", QUEUE, lines, body)).await.0
    };
    let (forbidden, wrong) = (StatusCode::FORBIDDEN, StatusCode::BAD_REQUEST);
    for lines in [
        &[FORM][..],
        &[FORM, ("origin", "null")],
        &[FORM, ("origin", "http://example.org")],
        &[FORM, ("origin", "http://127.0.0.1:8080")],
        &[FORM, OWN, ("sec-fetch-site", "cross-site")],
        &[FORM, OWN, ("origin", "http://example.org")],
    ] {
        assert_eq!(check(lines, &good).await, forbidden, "{lines:?}");
    }
    // A name that somebody lets lead here is no host of ours, whatever the origin says.
    let rebound = [
        FORM,
        ("host", "example.org"),
        ("origin", "http://example.org"),
    ];
    assert_eq!(check(&rebound, &good).await, StatusCode::METHOD_NOT_ALLOWED);
    let forwarded = [FORM, OWN, ("x-forwarded-for", "192.0.2.1")];
    assert_eq!(
        check(&forwarded, &good).await,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let own = [FORM, OWN];
    assert_eq!(check(&own, &good.replace(&token, "0")).await, forbidden);
    assert_eq!(check(&own, &good.replace("token=", "x=")).await, forbidden);
    assert_eq!(check(&own, &good.replace("harmless", "fine")).await, wrong);
    assert_eq!(check(&own, &good.replace(&entry, "x")).await, wrong);
    let other = good.replace(&entry, "opaque-content/0123456789abcdef");
    assert_eq!(check(&own, &other).await, StatusCode::NOT_FOUND);
    let long = format!("{good}&x={}", "x".repeat(5_000));
    assert_eq!(check(&own, &long).await, StatusCode::PAYLOAD_TOO_LARGE);
    let json = [("content-type", "application/json"), OWN];
    assert_eq!(
        check(&json, &good).await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        check(&own, &good).await,
        StatusCode::SEE_OTHER,
        "and the good one is taken"
    );
}

/// Nothing of what waits, and nobody's name, is in anything that everybody may see.
#[tokio::test]
async fn nothing_public_tells_of_a_queue() {
    let app = app().await;
    let mut said = bartizan_model::assessment::ProjectAssessment {
        project: "tidewave".to_owned(),
        ..Default::default()
    };
    said.documents.push(bartizan_model::assessment::Document {
        kind: crate::review::QUEUE.to_owned(),
        key: String::new(),
        json: r#"{"of":1,"pulls":[{"pull":424242,"score":0.5,"severity":"high","entries":[{"id":"x/0123456789abcdef","rule":"x","file":"of-cy-dee","message":"Cy Dee <cy@example.org>"}]}]}"#.to_owned(),
        evidence: bartizan_model::assessment::Evidence {
            source: "review".to_owned(),
            snapshot: None,
            locator: "of-cy-dee".to_owned(),
            observed: clock(),
        },
    });
    let begun = bartizan_store::NewAssessment {
        inputs_digest: "again".to_owned(),
        now: clock(),
    };
    let store = app.store().clone();
    let id = store.begin_assessment(&begun).await.unwrap().id;
    store.put_project(id, &said, clock()).await.unwrap();
    store.finish_assessment(id, clock()).await.unwrap();
    app.refresh().await;
    let router = router(app);
    let mut texts = Vec::new();
    for (address, document) in every_kind(&router).await {
        texts.push((address.clone(), document));
        let mark = if address.contains('?') { '&' } else { '?' };
        for format in ["json", "csv", "atom"] {
            let address = format!("{address}{mark}format={format}");
            texts.push((address.clone(), get_page(&router, &address).await.2));
        }
    }
    for address in [
        "ecosystem",
        "projects",
        "projects/tidewave",
        "findings",
        "figures",
        "assessments",
    ] {
        let address = format!("/api/v1/{address}");
        texts.push((address.clone(), get_page(&router, &address).await.2));
    }
    for (address, text) in texts {
        for private in ["424242", "of-cy-dee", "cy@example.org", "/tidewave/review"] {
            assert!(!text.contains(private), "{address}: {private}");
        }
    }
}
