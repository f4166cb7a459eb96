//! Makes a store of 10,000 projects and 1,000,000 findings, and measures every page, feed and answer that is made from it.
//!
//!     cargo run --release -p bartizan-server --example large_dashboard -- sqlite:/tmp/large.db
//!
//! A store that is there already is measured as it is, one that was interrupted is finished first. A number after the address changes how many
//! projects there are. With a word after that only addresses with it are asked. Everything is made from a seed: equal calls make equal stores.
//!
//! Each address is asked of the router with nothing kept ready. A machine that does other things makes everything wait: what processors
//! worked for this process stands beside the time.

#![expect(
    clippy::print_stdout,
    reason = "a program that measures says what it measured"
)]

mod addresses;
mod ledger;
mod make;
mod profile;

use std::{env, error::Error, fs, sync::Arc, time::Instant};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use bartizan_server::http::{App, Settings, router};
use bartizan_sources::database::{Database, starter};
use bartizan_store::{Page, Store};
use jiff::Timestamp;
use tower::ServiceExt as _;

type Failure = Box<dyn Error>;

/// How often each address is asked.
const TIMES: usize = 3;

/// Longest time of a page in milliseconds.
const BUDGET: f64 = 200.0;

/// Largest page of HTML in bytes.
const LARGEST: usize = 100_000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let address = arguments
        .next()
        .ok_or("name a store: `sqlite:/tmp/large.db`")?;
    let projects = arguments.next().map_or(Ok(10_000), |word| word.parse())?;
    let only = arguments.next().unwrap_or_default();
    let store = Store::open(&address.parse()?).await?;
    store.migrate(make::instant(0)?).await?;
    let last = store.assessments(Page::new(1, 1)).await?.rows;
    let is_made = last
        .first()
        .is_some_and(|row| row.finished.is_some() && row.inputs_digest == make::INPUTS);
    if !is_made {
        make::make(&store, projects).await?;
    }
    let addresses = addresses::all(&store).await?;
    let advisories = Arc::new(starter()?);
    let app = App::new(
        store,
        Some(Arc::clone(&advisories)),
        Arc::default(),
        Settings::default(),
        now,
    );
    let mut clock = Clock {
        router: router(app.clone()),
        app,
        advisories,
        asked: Vec::new(),
    };
    for address in addresses.iter().filter(|address| address.contains(&only)) {
        clock.ask(address).await?;
    }
    clock.tell();
    Ok(())
}

/// The day after the last assessment of the store.
fn now() -> Timestamp {
    make::instant(make::DAYS + 1).unwrap_or_default()
}

/// How many milliseconds processors have worked for this process, as Linux counts them; 0 elsewhere.
fn worked() -> f64 {
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let counts = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    counts.sum::<f64>() / 1e6
}

/// What one address took, in milliseconds.
struct Asked {
    address: String,
    worst: f64,
    most_work: f64,
}

struct Clock {
    router: Router,
    app: App,
    advisories: Arc<Database>,
    asked: Vec<Asked>,
}

impl Clock {
    /// Asks an address several times, and says how long it took and how much it gave.
    async fn ask(&mut self, address: &str) -> Result<(), Failure> {
        let (mut took, mut work, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut status = axum::http::StatusCode::OK;
        let mut media = String::new();
        for _ in 0..TIMES {
            // Other advisories empty what is kept ready.
            self.app.replace_advisories(Arc::clone(&self.advisories));
            let request = Request::get(address).body(Body::empty())?;
            let (before, started) = (worked(), Instant::now());
            let reply = self.router.clone().oneshot(request).await?;
            let (parts, body) = reply.into_parts();
            bytes = to_bytes(body, 64 << 20).await?.len();
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            work.push(worked() - before);
            status = parts.status;
            media = parts
                .headers
                .get("content-type")
                .and_then(|media| media.to_str().ok())
                .unwrap_or_default()
                .to_owned();
        }
        let ([middle, worst], [usual_work, most_work]) = (spread(took), spread(work));
        let mut marks = String::new();
        for (is_so, mark) in [
            (!status.is_success(), "  NO ANSWER"),
            (worst > BUDGET, "  SLOW"),
            (most_work > BUDGET, "  MUCH WORK"),
            (media.starts_with("text/html") && bytes > LARGEST, "  LARGE"),
        ] {
            marks.push_str(if is_so { mark } else { "" });
        }
        println!(
            "{address:<100} {status:>4.3} {bytes:>9} B  wall {middle:>7.1} worst {worst:>7.1}  work {usual_work:>7.1} worst {most_work:>7.1} ms{marks}"
        );
        self.asked.push(Asked {
            address: address.to_owned(),
            worst,
            most_work,
        });
        Ok(())
    }

    fn tell(&self) {
        let slow = |of: fn(&Asked) -> f64| self.asked.iter().filter(|one| of(one) > BUDGET).count();
        let most = |of: fn(&Asked) -> f64| {
            let mut asked = self.asked.iter().collect::<Vec<_>>();
            asked.sort_by(|one, other| of(other).total_cmp(&of(one)));
            let shown = asked.iter().take(5);
            let shown: Vec<String> = shown
                .map(|one| format!("{} {:.1} ms", one.address, of(one)))
                .collect();
            shown.join("\n  ")
        };
        println!(
            "{} addresses, {TIMES} times each\n{} above {BUDGET} ms of time:\n  {}\n{} above {BUDGET} ms of work:\n  {}",
            self.asked.len(),
            slow(|one| one.worst),
            most(|one| one.worst),
            slow(|one| one.most_work),
            most(|one| one.most_work)
        );
    }
}

/// The middle and the largest.
fn spread(mut numbers: Vec<f64>) -> [f64; 2] {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.get(numbers.len() / 2).copied().unwrap_or_default();
    [middle, numbers.last().copied().unwrap_or_default()]
}
