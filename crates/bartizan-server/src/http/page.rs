//! Pages over HTTP: kept ready, with a nonce of their own in each reply.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use super::{App, Problem, cache::Ready, cached, desk, guard::policy, near::is_near};
use crate::{
    assets,
    context::percent_decoded,
    href::Place,
    links::{Links, address_of},
    output::{self, Output},
    page::{self, layout},
    pages,
};

/// The pattern of the page that a reply is of.
#[derive(Clone, Copy)]
pub(super) struct PageName(pub(super) &'static str);

/// A longer path or query is refused.
const LONGEST: usize = 4_096;
/// Seconds that a browser may show a page without asking again.
const FRESH: u32 = 60;

pub(super) async fn show(State(app): State<App>, request: Request) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    let place = place_of(uri, &app.settings().prefix);
    let is_near = is_near(&app, uri, headers, request.extensions());
    if *method == Method::POST
        && is_near
        && let Some(project) = place.as_ref().and_then(desk::project_of)
    {
        return desk::give(&app, project, request).await;
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        let problem = Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{method} is not answered here"),
        );
        return ([(header::ALLOW, "GET, HEAD")], problem).into_response();
    }
    let Some(place) = place else {
        return Problem::new(
            StatusCode::URI_TOO_LONG,
            "the address is too long, or no text".to_owned(),
        )
        .into_response();
    };
    let is_page = place.asked("format").is_none();
    match ready(&app, &place, is_near).await {
        Ok(Some(ready)) => reply(&ready, headers),
        Ok(None) if is_page => missing(&app, &place).await,
        Ok(None) => Problem::missing("page").into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// The page, ready to be sent; made where it is not yet.
async fn ready(app: &App, place: &Place, is_near: bool) -> Result<Option<Arc<Ready>>, Problem> {
    let (found, context) = if is_near {
        (pages::find_near(place), app.near_context())
    } else {
        (pages::find(place), app.context())
    };
    let Some((page, asked)) = found else {
        return Ok(None);
    };
    if pages::is_near_only(page.path) {
        // What lies at home changes without the store's knowing it, and one person asks.
        let links = Links::server(&app.settings().prefix);
        let made = output::make(&context, &asked.place, &links).await?;
        return Ok(made.map(|made| Arc::new(prepared(made))));
    }
    let generation = app.generation().await;
    // What is made for this machine is never sent to others, and the other way round.
    let key = format!("{generation} {is_near} {}", address_of(&asked.place));
    if let Some(ready) = app.cache().get(&key) {
        return Ok(Some(ready));
    }
    let _turn = app.makers().acquire().await.map_err(|_closed| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the server stops".to_owned(),
        )
    })?;
    // Somebody may have made it while this request waited for its turn.
    if let Some(ready) = app.cache().get(&key) {
        return Ok(Some(ready));
    }
    let links = Links::server(&app.settings().prefix);
    let made = output::make(&context, &asked.place, &links).await?;
    Ok(made.map(|made| {
        let ready = Arc::new(prepared(made));
        app.cache().put(key, &ready);
        ready
    }))
}

fn prepared(made: Output) -> Ready {
    let digest = Sha256::digest(made.body.as_bytes());
    let etag = crate::words::hexadecimal(&digest, 12);
    let (head, tail) = match made
        .body
        .split_once(layout::NONCE)
        .filter(|_| made.media.starts_with("text/html"))
    {
        Some((head, tail)) => (
            Bytes::from(head.to_owned()),
            Some(Bytes::from(tail.to_owned())),
        ),
        None => (Bytes::from(made.body), None),
    };
    Ready {
        media: made.media,
        is_near_only: pages::is_near_only(made.page),
        etag: format!("W/\"{etag}\""),
        page: made.page,
        head,
        tail,
    }
}

fn reply(ready: &Ready, headers: &HeaderMap) -> Response {
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|tag| tag.trim() == ready.etag || tag.trim() == "*")
        });
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(ready)
    };
    let kept = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&ready.etag) {
        kept.insert(header::ETAG, etag);
    }
    if ready.is_near_only {
        // Neither kept nor read by anybody else. The forms need to say where they come from, which `no-referrer` keeps.
        kept.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let policy = HeaderValue::from_static("same-origin");
        kept.insert(header::REFERRER_POLICY, policy);
        response.extensions_mut().insert(PageName(ready.page));
        return response;
    }
    let (name, value) = cached(FRESH);
    if let Ok(value) = HeaderValue::from_str(&value) {
        kept.insert(name, value);
    }
    if !ready.media.starts_with("text/html") {
        // Data and badges may be used by any page of any site: they are public and carry no session.
        kept.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    response.extensions_mut().insert(PageName(ready.page));
    response
}

fn body(ready: &Ready) -> Response {
    let media = HeaderValue::from_static(ready.media);
    let Some(tail) = &ready.tail else {
        return (
            [(header::CONTENT_TYPE, media)],
            Body::from(ready.head.clone()),
        )
            .into_response();
    };
    let Some(nonce) = nonce() else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the system gives no random numbers".to_owned(),
        )
        .into_response();
    };
    let mut whole = Vec::with_capacity(ready.head.len() + nonce.len() + tail.len());
    whole.extend_from_slice(&ready.head);
    whole.extend_from_slice(nonce.as_bytes());
    whole.extend_from_slice(tail);
    let mut response = ([(header::CONTENT_TYPE, media)], Body::from(whole)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A number that nobody can guess, for the one script of a reply.
pub(super) fn nonce() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(crate::words::hexadecimal(&bytes, 16))
}

/// A page that says that there is none, with the way back.
async fn missing(app: &App, place: &Place) -> Response {
    let frame = match app.context().frame().await {
        Ok(frame) => frame,
        Err(error) => return Problem::from(error).into_response(),
    };
    let page = page::Page {
        title: "Not found".to_owned(),
        headline: "There is no such page".to_owned(),
        lede: page::Text::default()
            .plain("It may be of a project that has another name here. ")
            .and_link("Every project", Place::new(["projects"])),
        ..page::Page::default()
    };
    let document = layout::document(
        &page,
        &Place::new(place.path.clone()),
        &frame,
        &Links::server(&app.settings().prefix),
    );
    let made = prepared(Output {
        media: "text/html; charset=utf-8",
        body: document,
        page: "missing",
    });
    let mut response = body(&made);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A file that goes with every page. Its address has its version, so it may be kept for good.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match assets::ALL.iter().find(|asset| asset.name == name) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.media),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.content,
        )
            .into_response(),
        None => Problem::missing("file").into_response(),
    }
}

/// The place of an address; `None` where it is too long or no text.
pub(super) fn place_of(uri: &Uri, prefix: &str) -> Option<Place> {
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    let path = path.strip_prefix(prefix).unwrap_or(path);
    if path.len() > LONGEST || query.len() > LONGEST {
        return None;
    }
    let parts = path.split('/').skip(1).map(percent_decoded);
    let mut place = Place::new(parts);
    if place.path.last().is_some_and(String::is_empty) {
        place.path.pop();
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        place.query.push((
            percent_decoded(&key.replace('+', " ")),
            percent_decoded(&value.replace('+', " ")),
        ));
    }
    let texts = place
        .path
        .iter()
        .chain(place.query.iter().flat_map(|(key, value)| [key, value]));
    let is_text = !texts.into_iter().any(|text| text.contains('\0'));
    is_text.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str) -> Option<String> {
        Some(address_of(&place_of(&address.parse().ok()?, "")?))
    }

    #[test]
    fn an_address_is_a_place_and_back() {
        for address in [
            "/",
            "/projects/numpy",
            "/findings?outcome=fail&text=a%20b",
            "/packages/npm/%40a%2Fb",
        ] {
            assert_eq!(check(address).as_deref(), Some(address));
        }
        assert_eq!(check("/projects/").as_deref(), Some("/projects"));
        assert_eq!(
            check("/findings?text=a+b").as_deref(),
            Some("/findings?text=a%20b")
        );
        assert_eq!(check("/a%00b"), None);
        assert_eq!(check(&format!("/{}", "a".repeat(5_000))), None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(path in "/[ -~]{0,60}") {
            if let Ok(uri) = path.parse::<Uri>() {
                let _ = place_of(&uri, "");
            }
        }
    }
}
