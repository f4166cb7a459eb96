//! Requests to the router, and what it replies.

mod access;
mod cohorts;
mod hooks;
mod jobs;
mod review;
mod sboms;
mod signing;

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use bartizan_model::Timestamp;
use bartizan_sources::database::starter;
use insta::assert_snapshot;
use tower::ServiceExt as _;

use super::*;
use crate::{context::Catalogues, demo, pages};

fn clock() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

async fn app() -> App {
    let sample = Arc::new(starter().unwrap());
    let store = demo::store(&sample, clock()).await.unwrap();
    let catalogues = Catalogues {
        notice: Some(demo::NOTICE.to_owned()),
        checks: bartizan_posture::checks::ALL
            .iter()
            .map(|it| (*it).into())
            .collect(),
        ..Catalogues::default()
    };
    App::new(
        store,
        Some(sample),
        Arc::new(catalogues),
        Settings::default(),
        clock,
    )
}

async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let reply = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = reply.into_parts();
    let bytes = to_bytes(body, 4 << 20).await.unwrap();
    (
        parts.status,
        parts.headers,
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

async fn get_page(router: &Router, address: &str) -> (StatusCode, HeaderMap, String) {
    ask(router, Request::get(address).body(Body::empty()).unwrap()).await
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

/// The links of a document to pages of ours.
fn links(document: &str) -> Vec<String> {
    let hrefs = document.split("href=\"").skip(1);
    let hrefs = hrefs.filter_map(|rest| rest.split('"').next());
    hrefs
        .filter(|href| href.starts_with('/') && !href.starts_with("/assets/"))
        .map(|href| href.replace("&amp;", "&"))
        .collect()
}

/// A page of every kind in the catalogue, found by following links.
async fn every_kind(router: &Router) -> Vec<(String, String)> {
    let mut open = vec!["/".to_owned()];
    let mut kinds = std::collections::BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(address) = open.pop() {
        let uri: axum::http::Uri = address.parse().unwrap();
        let place = page::place_of(&uri, "").unwrap();
        let Some((page, _)) = pages::find(&place) else {
            panic!("{address} leads nowhere")
        };
        if place.asked("format").is_some()
            || kinds.contains_key(page.path)
            || !seen.insert(address.clone())
        {
            continue;
        }
        let (status, _, document) = get_page(router, &address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        open.extend(links(&document));
        kinds.insert(page.path, (address, document));
    }
    for page in pages::ALL {
        assert!(
            kinds.contains_key(page.path),
            "no page leads to {}",
            page.path
        );
    }
    kinds.into_values().collect()
}

#[tokio::test]
async fn every_page_is_whole_and_small() {
    let router = router(app().await);
    for (address, document) in every_kind(&router).await {
        assert_eq!(count(&document, "<h1"), 1, "{address}");
        for landmark in ["<header>", "<main ", "<footer>", "<nav "] {
            assert!(document.contains(landmark), "{address}: {landmark}");
        }
        assert!(
            document.len() < 100_000,
            "{address}: {} bytes",
            document.len()
        );
        for forbidden in [" onclick=", " onload=", " style=", "javascript:", "<nonce>"] {
            assert!(!document.contains(forbidden), "{address}: {forbidden}");
        }
        let mut ids: Vec<&str> = document
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(all, ids.len(), "{address}: an id is there twice");
        nested(&address, &document);
    }
}

/// Every element that is opened is closed where it should be.
fn nested(address: &str, document: &str) {
    const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    for tag in document
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{address}"),
            None if VOID.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{address}: {open:?}");
}

#[tokio::test]
async fn every_page_is_data_too() {
    let router = router(app().await);
    for (address, _) in every_kind(&router).await {
        let mark = if address.contains('?') { '&' } else { '?' };
        let (status, headers, body) =
            get_page(&router, &format!("{address}{mark}format=json")).await;
        assert_eq!(
            (status, headers[header::CONTENT_TYPE].to_str().unwrap()),
            (StatusCode::OK, "application/json"),
            "{address}"
        );
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(value["schema_version"], 1);
        let (status, headers, body) =
            get_page(&router, &format!("{address}{mark}format=csv")).await;
        assert_eq!(
            (status, headers[header::CONTENT_TYPE].to_str().unwrap()),
            (StatusCode::OK, "text/csv; charset=utf-8"),
            "{address}"
        );
        assert!(
            body.lines().next().is_some_and(|line| line.contains(',')),
            "{address}: {body}"
        );
    }
}

#[tokio::test]
async fn feeds_and_badges_are_there_and_nothing_else_is() {
    let router = router(app().await);
    for address in [
        "/?format=atom",
        "/projects/asterfield?format=atom",
        "/packages/pypi/pillow?format=atom",
        "/advisories?format=atom",
    ] {
        let (status, headers, body) = get_page(&router, address).await;
        assert_eq!(
            (status, headers[header::CONTENT_TYPE].to_str().unwrap()),
            (StatusCode::OK, "application/atom+xml; charset=utf-8"),
            "{address}"
        );
        assert!(
            body.contains("<feed ") && body.contains("<updated>20"),
            "{body}"
        );
    }
    let (_, _, badge) = get_page(&router, "/projects/orbitkit?format=svg&part=advisories").await;
    assert!(
        badge.starts_with("<svg ") && badge.contains("none known"),
        "{badge}"
    );
    for address in [
        "/nowhere",
        "/projects/nowhere",
        "/projects/orbitkit?format=svg&part=x",
        "/projects/orbitkit?format=pdf",
        "/specs?format=atom",
        "/findings/999999",
        "/findings/x",
        "/reports/2026-Q9",
        "/reports/2999-Q1",
        "/advisories/CVE-1",
    ] {
        let (status, ..) = get_page(&router, address).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn a_reply_has_a_nonce_of_its_own_and_an_unchanged_one_states_no_policy() {
    let router = router(app().await);
    let (_, one, document) = get_page(&router, "/").await;
    let (_, other, _) = get_page(&router, "/").await;
    let policy = one[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert_ne!(
        policy,
        other[header::CONTENT_SECURITY_POLICY].to_str().unwrap()
    );
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    assert_eq!(count(&document, &format!("nonce=\"{nonce}\"")), 1);
    let tag = one[header::ETAG].to_str().unwrap();
    let request = Request::get("/")
        .header(header::IF_NONE_MATCH, tag)
        .body(Body::empty())
        .unwrap();
    let (status, headers, body) = ask(&router, request).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert!(
        !headers.contains_key(header::CONTENT_SECURITY_POLICY)
            && headers[header::ETAG].to_str().unwrap() == tag
    );
}

#[tokio::test]
async fn what_is_not_answered_is_a_problem() {
    let router = router(app().await);
    let post = Request::post("/projects").body(Body::empty()).unwrap();
    let (status, headers, body) = ask(&router, post).await;
    assert_eq!(
        headers[header::CONTENT_TYPE].to_str().unwrap(),
        "application/problem+json"
    );
    assert_snapshot!(format!("{status} {body}"), @r#"405 Method Not Allowed {"type":"about:blank","title":"Method Not Allowed","status":405,"detail":"POST is not answered here"}"#);
    let (status, _, body) = get_page(&router, "/api/v1/projects?page=0").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    let (status, ..) = get_page(&router, &format!("/{}", "a".repeat(5_000))).await;
    assert_eq!(status, StatusCode::URI_TOO_LONG);
    let (status, ..) = get_page(&router, "/metrics").await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "metrics are for this machine"
    );
    let (status, _, body) = get_page(&router, "/readyz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ready\n"));
}

/// Asks as a peer, with what a proxy says in `X-Forwarded-For`; the status.
async fn ask_from(router: &Router, address: &str, peer: &str, said: Option<&str>) -> StatusCode {
    let mut request = Request::get(address);
    if let Some(said) = said {
        request = request.header("x-forwarded-for", said);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer: SocketAddr = format!("{peer}:4000").parse().unwrap();
    let connection = axum::extract::ConnectInfo(peer);
    request.extensions_mut().insert(connection);
    ask(router, request).await.0
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_are_limited_each_by_itself() {
    let store = bartizan_store::Store::open(&bartizan_store::Address::Memory).await;
    let settings = Settings {
        requests_a_minute: 4,
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Settings::default()
    };
    let app = App::new(store.unwrap(), None, Arc::default(), settings, clock);
    let router = router(app);
    let health = async |peer, said| ask_from(&router, "/healthz", peer, said).await;
    let (good, limited) = (StatusCode::OK, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(health("127.0.0.1", Some("192.0.2.1")).await, good);
    assert_eq!(health("127.0.0.1", Some("192.0.2.1")).await, limited);
    assert_eq!(
        health("127.0.0.1", Some("192.0.2.2")).await,
        good,
        "another client"
    );
    assert_eq!(
        health("127.0.0.1", Some("x, 192.0.2.2")).await,
        limited,
        "whatever it says"
    );
    // Nobody is exempt by saying that he is of this machine.
    assert_eq!(health("127.0.0.1", Some("127.0.0.1")).await, good);
    assert_eq!(health("127.0.0.1", Some("127.0.0.1")).await, limited);
    for _ in 0..3 {
        assert_eq!(health("127.0.0.1", None).await, good, "this machine itself");
    }
    // Whoever is no proxy speaks for himself.
    assert_eq!(health("198.51.100.1", Some("192.0.2.3")).await, good);
    assert_eq!(health("198.51.100.1", Some("192.0.2.4")).await, limited);
    let metrics = async |said| ask_from(&router, "/metrics", "127.0.0.1", said).await;
    assert_eq!(metrics(None).await, good);
    assert_eq!(metrics(Some("192.0.2.9")).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_interface_pages_its_lists() {
    let router = router(app().await);
    let (_, _, body) = get_page(&router, "/api/v1/projects?per_page=5").await;
    let value: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(value["projects"].as_array().unwrap().len(), 5);
    assert_snapshot!(value["meta"].to_string(), @r#"{"next_page":2,"page":1,"per_page":5,"total":12}"#);
    for address in [
        "ecosystem",
        "cohorts",
        "measures",
        "checks",
        "assessments",
        "projects/tidewave",
        "projects/tidewave/components",
        "projects/tidewave/edges",
        "dependants?package=pkg:pypi/numpy",
        "findings?outcome=fail",
        "figures?cohort=core",
        "history?measure=chain-risk",
        "sboms",
        "projects/tidewave/sboms",
        "openapi.json",
    ] {
        let (status, _, body) = get_page(&router, &format!("/api/v1/{address}")).await;
        assert_eq!(status, StatusCode::OK, "{address}: {body}");
    }
}

#[tokio::test]
async fn the_osv_service_answers_as_tools_ask() {
    let router = router(app().await);
    let question = r#"{"version":"10.0.0","package":{"name":"pillow","ecosystem":"PyPI"}}"#;
    let (status, _, body) = ask(
        &router,
        Request::post("/v1/query")
            .body(Body::from(question))
            .unwrap(),
    )
    .await;
    assert!(
        status == StatusCode::OK && body.contains("PYSEC-2023-175"),
        "{body}"
    );
    let batch =
        format!(r#"{{"queries":[{question},{{"package":{{"purl":"pkg:pypi/pillow@99"}}}}]}}"#);
    let (_, _, body) = ask(
        &router,
        Request::post("/v1/querybatch")
            .body(Body::from(batch))
            .unwrap(),
    )
    .await;
    assert!(
        body.contains(r#""id":"PYSEC-2023-175""#) && body.ends_with("{}]}"),
        "{body}"
    );
    let (status, ..) = get_page(&router, "/v1/vulns/PYSEC-2023-175").await;
    assert_eq!(status, StatusCode::OK);
    let (status, ..) = ask(
        &router,
        Request::post("/v1/query").body(Body::from("{")).unwrap(),
    )
    .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
