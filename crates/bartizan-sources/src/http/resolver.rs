//! Names of hosts, looked up once a minute and not once a request.
//!
//! The client looks a name up before it takes a connection that it has kept. A plan asks an index several hundred
//! times, and one lost answer of a name server costs five seconds.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How long an answer holds. The system keeps to what the owner of a name says, but does not tell it.
const HOLDS: Duration = Duration::from_mins(1);

/// So many hosts are remembered; where there are more, all are forgotten.
const MOST: usize = 256;

/// What was answered about a host, and when. Who asks meanwhile waits for the answer.
type Answer = Arc<Mutex<Option<(Instant, ResolvedSocketAddrs)>>>;

/// A resolver that remembers what another one answered.
#[derive(Debug, Default)]
pub(super) struct Remembering<R> {
    inner: R,
    known: Mutex<BTreeMap<String, Answer>>,
}

/// The system's resolver, remembering.
pub(super) type SystemResolver = Remembering<DefaultResolver>;

impl<R> Remembering<R> {
    fn answer(&self, host: String) -> Answer {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&host) {
            known.clear();
        }
        Arc::clone(known.entry(host).or_default())
    }
}

impl<R: Resolver> Resolver for Remembering<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let named = uri.scheme().zip(uri.authority());
        let host =
            named.and_then(|(scheme, authority)| DefaultResolver::host_and_port(scheme, authority));
        let Some(host) = host else {
            return self.inner.resolve(uri, config, timeout);
        };
        let answer = self.answer(host);
        let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(addresses) = holding(answer.as_ref(), now) {
            return Ok(addresses);
        }
        let addresses = self.inner.resolve(uri, config, timeout)?;
        *answer = Some((now, addresses.clone()));
        Ok(addresses)
    }
}

fn holding(
    answer: Option<&(Instant, ResolvedSocketAddrs)>,
    now: Instant,
) -> Option<ResolvedSocketAddrs> {
    let (since, addresses) = answer?;
    (now.saturating_duration_since(*since) < HOLDS).then(|| addresses.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts what it is asked, and knows no host whose name begins with `no`.
    #[derive(Debug, Default)]
    struct Counting(AtomicUsize);

    impl Resolver for Counting {
        fn resolve(
            &self,
            uri: &Uri,
            _config: &Config,
            _timeout: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if uri.host().is_some_and(|host| host.starts_with("no")) {
                return Err(Error::HostNotFound);
            }
            let mut addresses = self.empty();
            addresses.push(([127, 0, 0, 1], uri.port_u16().unwrap_or(443)).into());
            Ok(addresses)
        }
    }

    fn ask(resolver: &Remembering<Counting>, address: &str) -> Option<String> {
        let answer = resolver.resolve(
            &address.parse().unwrap(),
            &Config::default(),
            NextTimeout::default(),
        );
        answer.ok().map(|addresses| addresses[0].to_string())
    }

    #[track_caller]
    fn check(asked: &[&str], expect: usize) {
        let resolver = Remembering::<Counting>::default();
        for address in asked {
            ask(&resolver, address);
        }
        assert_eq!(resolver.inner.0.load(Ordering::Relaxed), expect);
    }

    #[test]
    fn a_host_is_looked_up_once() {
        check(&["https://index.test/a", "https://index.test/b"], 1);
    }

    #[test]
    fn a_port_and_a_scheme_are_part_of_the_question() {
        check(
            &["https://a.test/", "https://a.test:8443/", "http://a.test/"],
            3,
        );
    }

    #[test]
    fn what_was_not_found_is_asked_again() {
        check(&["https://no.test/", "https://no.test/"], 2);
    }

    #[test]
    fn an_answer_holds_for_a_minute() {
        let resolver = Remembering::<Counting>::default();
        let said = ask(&resolver, "https://a.test/");
        assert_eq!(said.as_deref(), Some("127.0.0.1:443"));
        let answer = resolver.answer("a.test:443".to_owned());
        let answer = answer.lock().unwrap();
        let since = answer.as_ref().unwrap().0;
        assert!(holding(answer.as_ref(), since).is_some());
        assert!(holding(answer.as_ref(), since + HOLDS).is_none());
    }

    #[test]
    fn who_asks_at_the_same_time_waits_for_one_answer() {
        let resolver = Remembering::<Counting>::default();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| ask(&resolver, "https://a.test/"));
            }
        });
        assert_eq!(resolver.inner.0.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn hosts_are_not_remembered_without_end() {
        let resolver = Remembering::<Counting>::default();
        for number in 0..2 * MOST {
            ask(&resolver, &format!("https://h{number}.test/"));
        }
        assert!(resolver.known.lock().unwrap().len() <= MOST);
    }
}
