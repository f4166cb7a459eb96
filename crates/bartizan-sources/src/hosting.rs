//! Asking a code host about repositories, one question after the other: conditional, cached, bounded, and with patience for
//! its limits.
//!
//! Asked only when the user says so. A token comes from the caller, goes to the host that it is for and nowhere else, and is
//! never printed or kept: what is kept on disk is used only where the host says, to the same token, that nothing has changed.

mod account;
mod act;
mod graph;
mod limit;
mod token;

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bartizan_formats::hosting::{Host, Question, link, refusal::Refusal};
use bartizan_model::{
    hosting::{Seen, Unseen, UnseenKind},
    problem::chain,
};
use serde_json::Value;

use crate::{
    http::{Address, HttpClient, HttpError, Validators, exchange::Reply},
    page_cache::{Kept, PageCache},
};
pub use account::{Account, Patience, Refused};
use limit::Limit;
pub use token::{Token, TokenError};

/// What is asked for. Some stand-ins know the second only.
const ACCEPT: &str = "application/vnd.github+json, application/json;q=0.9";

/// The version of the API that the readers are written for.
const API_VERSION: &str = "2022-11-28";

/// The largest page that is read. A page of a hundred advisories has about a megabyte.
const LARGEST_PAGE: u64 = 16 << 20;

/// After so many requests no more are made, unless the caller expects more.
const MOST_REQUESTS: usize = 2_000;

/// How often a request is tried when the fault may pass.
const ATTEMPTS: u32 = 3;

/// How many redirects of one question are followed.
const MOST_REDIRECTS: usize = 3;

/// After so many failures in transport the host is not asked again.
const MOST_FAILURES: u32 = 3;

/// Asks one code host.
pub struct HostClient {
    http: HttpClient,
    base: Address,
    token: Option<Token>,
    cache: PageCache,
    patience: Patience,
    most_requests: usize,
    state: Mutex<State>,
}

/// What is sent in one request.
#[derive(Debug, Clone, Copy)]
enum Sending<'a> {
    /// A question, with what tells the host which answer is here.
    Question(&'a Validators),
    /// A method and a body.
    Body(&'static str, Option<&'a [u8]>),
    /// The same of something that would be there twice if it were sent twice.
    Once(&'static str, Option<&'a [u8]>),
}

/// What has become of the questions so far.
struct State {
    requests: usize,
    unchanged: usize,
    failures: u32,
    begun: Instant,
    waited: Duration,
    /// Why nothing more is asked.
    closed: Option<Unseen>,
    refused: Vec<Refused>,
}

impl HostClient {
    /// A client of the host whose interface is below `base`. Its answers are kept in the directory of `cache`, which need not
    /// exist yet.
    pub fn new(
        http: HttpClient,
        base: Address,
        token: Option<Token>,
        (cache, patience): (std::path::PathBuf, Patience),
    ) -> Result<Self, TokenError> {
        if token.is_some() && !base.is_encrypted() && !base.is_loopback() {
            return Err(TokenError::Plain { address: base });
        }
        Ok(Self {
            http,
            base,
            token,
            cache: PageCache::new(cache),
            patience,
            most_requests: MOST_REQUESTS,
            state: Mutex::new(State {
                requests: 0,
                unchanged: 0,
                failures: 0,
                begun: Instant::now(),
                waited: Duration::ZERO,
                closed: None,
                refused: Vec::new(),
            }),
        })
    }

    /// The same, which makes no more than so many requests.
    #[must_use]
    pub fn with_most_requests(self, most_requests: usize) -> Self {
        Self {
            most_requests,
            ..self
        }
    }

    /// What the questions cost so far, and which had no answer.
    pub fn account(&self) -> Account {
        let state = self.state();
        Account {
            requests: state.requests,
            unchanged: state.unchanged,
            refused: state.refused.clone(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pages of an answer.
    fn pages(&self, question: &Question) -> Seen<Vec<Value>> {
        let segments: Vec<&str> = question.path.iter().map(String::as_str).collect();
        // Names of environments and branches are others' words; none may lead to another question.
        if segments.iter().any(|part| matches!(*part, "" | "." | "..")) {
            let why = "there can be no such name";
            return Err(Unseen::new(UnseenKind::Refused, why));
        }
        let mut next = Some(self.base.join(&segments).with_query(question.query));
        let mut pages = Vec::new();
        while let Some(address) = next.take() {
            if pages.len() >= question.pages {
                if !question.is_partial {
                    let why = format!("the answer has more than {} pages", question.pages);
                    return Err(Unseen::new(UnseenKind::Unreadable, why));
                }
                break;
            }
            let (page, link) = self.page(&address, question)?;
            pages.push(page);
            next = link.map(|link| self.within(&address, &link)).transpose()?;
        }
        Ok(pages)
    }

    /// Where a link or a redirect leads, which must be the same host: the token goes along.
    fn within(&self, from: &Address, link: &str) -> Seen<Address> {
        let target = from.follow(link).ok();
        let target = target.filter(|it| self.base.has_same_origin(it));
        target.ok_or_else(|| {
            let why = "the host leads to another host, which is not asked";
            Unseen::new(UnseenKind::Refused, why)
        })
    }

    /// One page, and where the next is.
    fn page(&self, address: &Address, question: &Question) -> Seen<(Value, Option<String>)> {
        let key = address.target();
        let known = self.cache.get(&key);
        let validators = known.as_ref().map(|kept| kept.validators.clone());
        let validators = validators.unwrap_or_default();
        let sending = Sending::Question(&validators);
        let reply = self.answer(address.clone(), sending, question)?;
        let kept = match (reply.status, known) {
            (304, Some(kept)) => {
                self.state().unchanged += 1;
                kept
            }
            (304, None) => {
                let why = "the host answered that nothing has changed, unasked";
                return Err(Unseen::new(UnseenKind::Unreadable, why));
            }
            _ => kept(reply),
        };
        let value = serde_json::from_slice(&kept.body).map_err(|_error| {
            Unseen::new(UnseenKind::Unreadable, "the host answered with no JSON")
        })?;
        let has_validators = kept.validators != Validators::default();
        if has_validators {
            self.cache.put(&key, &kept);
        }
        Ok((value, kept.next))
    }

    /// The reply to a question: 200, or 304 where it is what is here; to what has a body: any success.
    fn answer(
        &self,
        mut address: Address,
        sending: Sending<'_>,
        question: &Question,
    ) -> Seen<Reply> {
        let is_once = matches!(sending, Sending::Once(..));
        let attempts = if is_once { 1 } else { ATTEMPTS };
        let (mut tries, mut redirects, mut wait) = (1, 0, self.patience.first_wait);
        loop {
            let reply = match self.once(&address, sending)? {
                Ok(reply) => reply,
                Err(error) => {
                    let unseen = Unseen::new(UnseenKind::Unreachable, chain(&error));
                    let is_down = self.count_failure(&unseen);
                    if tries >= attempts || is_down || !error.may_pass() {
                        return Err(unseen);
                    }
                    rest(&mut tries, &mut wait);
                    continue;
                }
            };
            if let Some(limit) = Limit::of(&reply, now()) {
                self.wait_for(limit)?;
                continue;
            }
            match reply.status {
                200 | 304 => return Ok(reply),
                201..=299 if !matches!(sending, Sending::Question(_)) => return Ok(reply),
                // What a change is about has another name by now: whoever asked for it must look again.
                301 | 302 | 307 | 308
                    if redirects < MOST_REDIRECTS && matches!(sending, Sending::Question(_)) =>
                {
                    let Some(target) = reply.header("location") else {
                        return Err(self.refusal(&reply, question));
                    };
                    address = self.within(&address, target)?;
                    redirects += 1;
                }
                500.. if tries < attempts => rest(&mut tries, &mut wait),
                _ => return Err(self.refusal(&reply, question)),
            }
        }
    }

    /// One request, unless nothing more is asked.
    fn once(&self, address: &Address, sending: Sending<'_>) -> Seen<Result<Reply, HttpError>> {
        {
            let mut state = self.state();
            if let Some(unseen) = &state.closed {
                return Err(unseen.clone());
            }
            if state.requests >= self.most_requests || state.begun.elapsed() > self.patience.for_all
            {
                let why = "too many questions, or too long a time; nothing more is asked";
                let unseen = Unseen::new(UnseenKind::Limited, why);
                state.closed = Some(unseen.clone());
                return Err(unseen);
            }
            state.requests += 1;
        }
        let mut headers = vec![
            ("accept", ACCEPT.to_owned()),
            ("x-github-api-version", API_VERSION.to_owned()),
        ];
        let token = self.token.as_ref().map(Token::authorization);
        headers.extend(token.map(|it| ("authorization", it)));
        let sent = match sending {
            Sending::Question(known) => {
                let (etag, modified) = (known.etag.clone(), known.last_modified.clone());
                headers.extend(etag.map(|it| ("if-none-match", it)));
                headers.extend(modified.map(|it| ("if-modified-since", it)));
                ("GET", None)
            }
            Sending::Body(method, body) | Sending::Once(method, body) => {
                let json = body.map(|_| ("content-type", "application/json".to_owned()));
                headers.extend(json);
                (method, body)
            }
        };
        Ok(self.http.send(sent, address, &headers, LARGEST_PAGE))
    }

    /// Counts a failure in transport; says whether the host counts as down.
    fn count_failure(&self, unseen: &Unseen) -> bool {
        let mut state = self.state();
        state.failures += 1;
        let is_down = state.failures >= MOST_FAILURES;
        if is_down {
            state.closed = Some(unseen.clone());
        }
        is_down
    }

    /// Waits for the end of a limit, or says why that takes too long; then nothing more is asked.
    fn wait_for(&self, limit: Limit) -> Seen<()> {
        let mut state = self.state();
        if state.waited + limit.wait > self.patience.for_limits {
            let unseen = limit.unseen(self.token.is_some());
            state.closed = Some(unseen.clone());
            return Err(unseen);
        }
        // One that ends at once counts as well: a host that says so again and again is not asked for ever.
        state.waited += limit.wait.max(Duration::from_secs(1));
        drop(state);
        std::thread::sleep(limit.wait);
        Ok(())
    }

    fn refusal(&self, reply: &Reply, question: &Question) -> Unseen {
        let has_token = self.token.is_some();
        let unseen = Refusal {
            status: reply.status,
            body: &reply.body,
            permissions: reply.header("x-accepted-github-permissions"),
            scopes: reply.header("x-accepted-oauth-scopes"),
            wants_sign_on: reply.header("x-github-sso").is_some(),
            has_token,
        }
        .unseen(question);
        if has_token && unseen.kind == UnseenKind::Unauthenticated {
            // Further tries with a wrong token lock it out, and so does the host to its address.
            self.state().closed = Some(unseen.clone());
        }
        unseen
    }
}

impl Host for HostClient {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let answer = self.pages(question);
        if let Err(unseen) = &answer {
            self.state().refused.push(Refused {
                about: question.about,
                path: question.shown(),
                unseen: unseen.clone(),
            });
        }
        answer
    }
}

/// Waits before a further attempt.
fn rest(tries: &mut u32, wait: &mut Duration) {
    std::thread::sleep(*wait);
    *wait *= 2;
    *tries += 1;
}

/// A reply as it is kept.
fn kept(reply: Reply) -> Kept {
    let text = |name: &str| reply.header(name).map(str::to_owned);
    let next = reply.header("link").and_then(link::next);
    Kept {
        validators: Validators {
            etag: text("etag"),
            last_modified: text("last-modified"),
        },
        next: next.map(str::to_owned),
        body: reply.body,
    }
}

/// Seconds since 1970, for limits that end at a moment of the host's clock.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |it| it.as_secs())
}

#[cfg(test)]
mod tests;
