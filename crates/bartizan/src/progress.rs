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
        let now = Instant::now();
        if !self.is_shown
            || self
                .last
                .is_some_and(|last| now.duration_since(last) < PACE)
        {
            return;
        }
        self.last = Some(now);
        let (name, done, of, unit) = parts(step);
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
            done,
            of,
            Pace {
                unit,
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

/// How fast something goes.
#[derive(Clone, Copy)]
struct Pace {
    unit: &'static str,
    since: u64,
    elapsed: Duration,
}

fn parts(step: Step<'_>) -> (String, u64, Option<u64>, &'static str) {
    match step {
        Step::Fetching { address, done, of } => (format!("fetching {address}"), done, of, "B"),
        Step::Reading { origin, statements } => {
            (format!("reading {origin}"), statements, None, "records")
        }
        Step::Writing { records } => ("writing the snapshot".to_owned(), records, None, "records"),
        Step::Indexing { records } => ("indexing".to_owned(), records, None, "records"),
    }
}

/// `reading osv-PyPI.zip: 2,661 records, 9,000 records/s`, and the time left where it can be told.
fn line(name: &str, done: u64, of: Option<u64>, pace: Pace) -> String {
    let seconds = pace.elapsed.as_secs_f64();
    let of_all = of
        .map(|of| format!(" of {}", words::amount(of)))
        .unwrap_or_default();
    let mut text = format!("{name}: {}{of_all} {}", words::amount(done), pace.unit);
    if seconds < 0.5 {
        return text;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for the eye"
    )]
    let rate = (pace.since as f64 / seconds) as u64;
    text += &format!(", {} {}/s", words::amount(rate), pace.unit);
    if let Some(left) = of.and_then(|of| of.saturating_sub(done).checked_div(rate)) {
        text += &format!(", {left} s left");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_count_rate_and_time_left() {
        let check = |done, of, millis| {
            line(
                "fetching x",
                done,
                of,
                Pace {
                    unit: "B",
                    since: done,
                    elapsed: Duration::from_millis(millis),
                },
            )
        };
        assert_eq!(check(1000, Some(5000), 100), "fetching x: 1,000 of 5,000 B");
        assert_eq!(
            check(1000, Some(5000), 1000),
            "fetching x: 1,000 of 5,000 B, 1,000 B/s, 4 s left"
        );
        assert_eq!(check(0, None, 1000), "fetching x: 0 B, 0 B/s");
    }
}
