//! Makes a store of 10,000 projects and 1,000,000 findings, and measures every read that a page makes.
//!
//!     cargo run --release -p bartizan-store --example large_store -- sqlite:/tmp/large.db
//!
//! A store that is there already is measured as it is, one that was interrupted is finished first. Numbers after the address change how many projects there are, and
//! how many findings each has. Everything is made from a seed: equal calls make equal stores.

#![expect(
    clippy::print_stdout,
    reason = "a program that measures says what it measured"
)]

mod lists;
mod make;
mod others;

use std::{env, error::Error, fs, future::Future, time::Instant};

use bartizan_store::{Page, Store, StoreError};
use jiff::Timestamp;

type Failure = Box<dyn Error>;

/// How often each read is made; the first, the middle and the slowest time are shown.
const TIMES: usize = 5;

/// Longest time of a read.
const BUDGET: f64 = 200.0;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let address = arguments
        .next()
        .ok_or("name a store: `sqlite:/tmp/large.db`")?;
    let projects = arguments.next().map_or(Ok(10_000), |word| word.parse())?;
    let each = arguments.next().map_or(Ok(100), |word| word.parse())?;
    let store = Store::open(&address.parse()?).await?;
    store.migrate(now(0)?).await?;
    let last = store.assessments(Page::new(1, 1)).await?.rows;
    if last.iter().all(|row| row.finished.is_none()) {
        make::make(&store, projects, each).await?;
    }
    let mut clock = Clock::default();
    others::measure(&store, &mut clock).await?;
    lists::measure(&store, &mut clock).await?;
    println!(
        "the slowest of {} reads took {:.1} ms, the one with the most work {:.1} ms of a processor; {} took more than {BUDGET} ms",
        clock.reads, clock.slowest, clock.most_work, clock.slow
    );
    Ok(())
}

/// The time so many days after an arbitrary one.
fn now(day: i64) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_second(1_764_000_000 + day * 86_400)?)
}

fn name(project: usize) -> String {
    format!("project-{project:05}")
}

/// How many milliseconds processors have worked for this process, as Linux counts them: on a machine that does other things
/// too, this says what a read costs and the time says what one waited. 0 elsewhere.
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

/// What was measured.
#[derive(Default)]
struct Clock {
    reads: usize,
    slow: usize,
    slowest: f64,
    most_work: f64,
}

impl Clock {
    /// Makes a read several times, and says how long it took and how many rows there were.
    async fn time<F: Future<Output = Result<u64, StoreError>>>(
        &mut self,
        title: &str,
        read: impl Fn() -> F,
    ) -> Result<(), Failure> {
        let (mut took, mut rows) = (Vec::new(), 0);
        let before = worked();
        for _ in 0..TIMES {
            let started = Instant::now();
            rows = read().await?;
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
        let first = took.first().copied().unwrap_or_default();
        took.sort_by(f64::total_cmp);
        let middle = took.get(TIMES / 2).copied().unwrap_or_default();
        let slowest = took.last().copied().unwrap_or_default();
        let mark = if slowest > BUDGET { "  TOO SLOW" } else { "" };
        let work = (worked() - before) / TIMES as f64;
        println!(
            "{title:<60} {rows:>9}  first {first:>7.1}  middle {middle:>7.1}  slowest {slowest:>7.1} ms, work {work:>6.1} ms{mark}"
        );
        self.most_work = self.most_work.max(work);
        self.reads += 1;
        self.slow += usize::from(slowest > BUDGET);
        self.slowest = self.slowest.max(slowest);
        Ok(())
    }
}
