//! Syncs local feeds into a home, or looks packages up, to measure both.
//!
//!     cargo run --release -p bartizan-sources --example measure -- sync HOME PATH…
//!     cargo run --release -p bartizan-sources --example measure -- lookup HOME NAME…
//!     cargo run --release -p bartizan-sources --example measure -- verify HOME
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    reason = "an example talks"
)]

use std::{env, error::Error, path::PathBuf, time::Instant};

use bartizan_model::{Timestamp, ecosystem::Package};
use bartizan_sources::{
    database,
    home::Home,
    sync::{Authority, Base, Feeds, Network, Progress, Step, SyncRequest, sync},
};

/// Tells when each phase of a sync starts.
struct Phases {
    start: Instant,
    phase: &'static str,
}

impl Progress for Phases {
    fn step(&mut self, step: Step<'_>) {
        let phase = match step {
            Step::Fetching { .. } => "fetching",
            Step::Reading { .. } => "reading",
            Step::Writing { .. } => "writing",
            Step::Indexing { .. } => "indexing",
        };
        if self.phase != phase {
            self.phase = phase;
            println!("{phase} from {:?} on", self.start.elapsed());
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (command, home) = (arguments.next(), arguments.next());
    let home = Home::new(home.ok_or("no home")?);
    match command.as_deref() {
        Some("sync") => {
            let request = SyncRequest {
                home,
                feeds: Feeds::Local(arguments.map(|path| PathBuf::from(path).into()).collect()),
                authority: Authority::default(),
                now: Timestamp::now(),
                base: Base::Keep,
                network: Network::Forbidden,
            };
            let mut phases = Phases {
                start: Instant::now(),
                phase: "",
            };
            let report = sync(&request, &mut phases)?;
            for source in &report.sources {
                println!("{source:?}");
            }
            for problem in &report.problems {
                println!("{problem:?}");
            }
            println!("{:?} {:?}", report.manifest.counts, report.duration);
        }
        Some("lookup") => {
            let start = Instant::now();
            let database = database::open(&home)?;
            println!("opened in {:?}", start.elapsed());
            let start = Instant::now();
            let mut entries = 0;
            for name in arguments {
                let found = database.package(&Package::pypi(&name))?;
                entries += found.map_or(0, |found| found.entries.len());
            }
            println!("{entries} entries in {:?}", start.elapsed());
        }
        Some("verify") => {
            let start = Instant::now();
            let verified = database::open(&home)?.verify()?;
            println!("{verified:?} in {:?}", start.elapsed());
        }
        _ => return Err("sync, lookup or verify".into()),
    }
    Ok(())
}
