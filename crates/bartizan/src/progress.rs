//! Progress of long work: one line on a terminal, gone when the work is done, nothing elsewhere.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use bartizan_sources::sync::{Progress, Step};

use crate::{context::Context, render::words, term::Terminal};

/// How often the line is written anew. More often helps nobody and slows the work.
const PACE: Duration = Duration::from_millis(100);

/// A line of progress on standard error.
pub(crate) struct Line {
    terminal: Terminal,
    is_shown: bool,
    last: Option<Instant>,
    task: Option<Task>,
}

/// What is being done, for its rate.
struct Task {
    name: String,
    started: Instant,
    first: u64,
}

impl Line {
    /// A line that is shown when somebody looks at it.
    pub(crate) fn new(ctx: &Context) -> Self {
        let is_shown = ctx.stderr.is_interactive && !ctx.is_quiet;
        Self {
            terminal: ctx.stderr,
            is_shown,
            last: None,
            task: None,
        }
    }

    fn show(&mut self, text: &str) {
        let text = self.terminal.cut(
            &self.terminal.clean(text),
            self.terminal.width.saturating_sub(1),
        );
        // Progress that nobody can read is no reason to stop.
        let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K{text}");
    }
}

impl Progress for Line {
    fn step(&mut self, step: Step<'_>) {
        self.advance(|| parts(step));
    }
}

impl Line {
    /// Tells which of several artifacts is looked into.
    pub(crate) fn looking_into(&mut self, path: &str, done: u64, of: u64) {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        self.advance(|| {
            (
                format!("looking into {name}"),
                done,
                Some(of),
                Unit::Artifacts,
            )
        });
    }

    /// Tells which project of an ecosystem was assessed.
    pub(crate) fn assessing(&mut self, project: &str, done: u64, of: u64) {
        self.advance(|| {
            let name = "assessing".to_owned();
            (
                format!("{name} ({project})"),
                done,
                Some(of),
                Unit::Projects,
            )
        });
    }

    /// Tells how many pull requests of a queue were looked at.
    pub(crate) fn reviewing(&mut self, done: u64, of: u64) {
        self.advance(|| ("reviewing".to_owned(), done, Some(of), Unit::Pulls));
    }

    /// Tells how far the reading of a history is.
    pub(crate) fn indexing(&mut self, name: &str, is_changes: bool, done: u64, of: Option<u64>) {
        let (word, unit) = if is_changes {
            ("counting lines", Unit::Changes)
        } else {
            ("reading the history", Unit::Commits)
        };
        self.advance(|| (format!("{word} of {name}"), done, of, unit));
    }

    fn advance(&mut self, parts: impl FnOnce() -> (String, u64, Option<u64>, Unit)) {
        let now = Instant::now();
        if !self.is_shown
            || self
                .last
                .is_some_and(|last| now.duration_since(last) < PACE)
        {
            return;
        }
        self.last = Some(now);
        let (name, done, of, unit) = parts();
        if self.task.as_ref().is_none_or(|task| task.name != name) {
            self.task = Some(Task {
                name: name.clone(),
                started: now,
                first: done,
            });
        }
        let (elapsed, since) = self.task.as_ref().map_or((Duration::ZERO, 0), |task| {
            (
                now.duration_since(task.started),
                done.saturating_sub(task.first),
            )
        });
        self.show(&line(
            &name,
            Pace {
                unit,
                done,
                of,
                since,
                elapsed,
            },
        ));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.last.is_some() {
            self.show("");
        }
    }
}

/// How far something is, and how fast it goes.
#[derive(Clone, Copy)]
struct Pace {
    unit: Unit,
    done: u64,
    of: Option<u64>,
    /// How much was done in `elapsed`.
    since: u64,
    elapsed: Duration,
}

/// What is counted.
#[derive(Clone, Copy)]
enum Unit {
    Bytes,
    Records,
    Artifacts,
    Projects,
    Commits,
    Changes,
    Pulls,
}

fn parts(step: Step<'_>) -> (String, u64, Option<u64>, Unit) {
    match step {
        Step::Fetching { address, done, of } => {
            (format!("fetching {address}"), done, of, Unit::Bytes)
        }
        Step::Reading { origin, statements } => {
            (format!("reading {origin}"), statements, None, Unit::Records)
        }
        Step::Writing { records } => (
            "writing the snapshot".to_owned(),
            records,
            None,
            Unit::Records,
        ),
        Step::Indexing { records } => ("indexing".to_owned(), records, None, Unit::Records),
    }
}

/// `reading osv-PyPI.zip: 2,661 records, 9,000 records/s`, and the time left where it can be told.
fn line(name: &str, pace: Pace) -> String {
    let seconds = pace.elapsed.as_secs_f64();
    let unit = pace.unit;
    let of_all = pace
        .of
        .map(|of| format!(" of {}", unit.amount(of)))
        .unwrap_or_default();
    let mut text = format!("{name}: {}{of_all}", unit.amount(pace.done));
    if seconds < 0.5 {
        return text;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for the eye"
    )]
    let rate = (pace.since as f64 / seconds) as u64;
    text += &format!(", {}/s", unit.amount(rate));
    let left = pace
        .of
        .and_then(|of| of.saturating_sub(pace.done).checked_div(rate));
    text + &left
        .map(|left| format!(", {left} s left"))
        .unwrap_or_default()
}

impl Unit {
    fn amount(self, number: u64) -> String {
        match self {
            Self::Bytes => format!("{:.1} MB", number as f64 / 1e6),
            Self::Records => words::count_u64(number, "record", "records"),
            Self::Artifacts => words::count_u64(number, "artifact", "artifacts"),
            Self::Commits => words::count_u64(number, "commit", "commits"),
            Self::Changes => words::count_u64(number, "change", "changes"),
            Self::Pulls => words::count_u64(number, "pull request", "pull requests"),
            Self::Projects => words::count_u64(number, "project", "projects"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, done: u64, of: Option<u64>, millis: u64) -> String {
        line(
            "x",
            Pace {
                unit,
                done,
                of,
                since: done,
                elapsed: Duration::from_millis(millis),
            },
        )
    }

    #[test]
    fn a_line_has_count_rate_and_time_left() {
        assert_eq!(
            check(Unit::Bytes, 1_000_000, Some(5_000_000), 100),
            "x: 1.0 MB of 5.0 MB"
        );
        assert_eq!(
            check(Unit::Bytes, 1_000_000, Some(5_000_000), 1000),
            "x: 1.0 MB of 5.0 MB, 1.0 MB/s, 4 s left"
        );
        assert_eq!(
            check(Unit::Records, 0, None, 1000),
            "x: 0 records, 0 records/s"
        );
        assert_eq!(
            check(Unit::Bytes, 0, Some(5), 1000),
            "x: 0.0 MB of 0.0 MB, 0.0 MB/s"
        );
    }
}
