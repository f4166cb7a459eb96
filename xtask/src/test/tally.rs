//! Counting tests by what nextest and cargo's own harness print.

use std::fmt;

/// How many tests ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests that ran and hold.
    pub(crate) passed: u64,
    /// Tests that do not hold, could not end or could not be built.
    pub(crate) failed: u64,
    /// Tests that did not run, or said that they could not look.
    pub(crate) skipped: u64,
}

impl Counts {
    /// The sum of two counts.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// Who prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harness {
    /// nextest, told to show what passing tests print.
    Nextest,
    /// cargo's own harness, told to show what passing tests print.
    Cargo,
}

/// What has been read so far.
#[derive(Debug)]
pub(crate) struct Tally {
    harness: Harness,
    stated: Counts,
    said_skipped: u64,
    /// The output read now is that of a test that passed and has not said yet that it skipped.
    may_say_skipped: bool,
    /// The output read now is that of a test that passed: not worth showing.
    is_quiet: bool,
}

impl Tally {
    /// Nothing read yet.
    pub(crate) fn new(harness: Harness) -> Self {
        Self {
            harness,
            stated: Counts::default(),
            said_skipped: 0,
            may_say_skipped: false,
            is_quiet: false,
        }
    }

    /// Reads one line; says whether it is worth showing.
    pub(crate) fn read(&mut self, line: &str) -> bool {
        if self.may_say_skipped && line.trim_start().starts_with("skipped:") {
            self.may_say_skipped = false;
            self.said_skipped += 1;
            return true;
        }
        match self.harness {
            Harness::Nextest => self.read_nextest(line),
            Harness::Cargo => self.read_cargo(line),
        }
        !self.is_quiet
    }

    /// The counts, where tests that said `skipped:` are moved from passed to skipped.
    pub(crate) fn counts(&self) -> Counts {
        let moved = self.said_skipped.min(self.stated.passed);
        Counts {
            passed: self.stated.passed - moved,
            skipped: self.stated.skipped + moved,
            ..self.stated
        }
    }

    /// nextest aligns its own words to the right of column 12 and indents what tests print by 4.
    fn read_nextest(&mut self, line: &str) {
        if line.starts_with("        PASS [") {
            self.may_say_skipped = true;
            self.is_quiet = true;
        } else if line.starts_with("──") || is_nextest_status(line) {
            self.may_say_skipped = false;
            self.is_quiet = false;
        }
        let summary = line
            .trim_start()
            .strip_prefix("Summary [")
            .filter(|_| !self.is_quiet);
        if let Some((_, counts)) = summary.and_then(|rest| rest.split_once("run: ")) {
            self.stated = self.stated.plus(count_words(counts, ','));
        }
    }

    fn read_cargo(&mut self, line: &str) {
        if line.starts_with("---- ") {
            self.may_say_skipped = true;
        }
        if let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        {
            self.may_say_skipped = false;
            self.stated = self.stated.plus(count_words(counts, ';'));
        }
    }
}

fn is_nextest_status(line: &str) -> bool {
    let word = line.trim_start();
    let indent = line.len() - word.len();
    let status = word.split(" [").next().unwrap_or_default();
    word.contains(" [")
        && indent + status.len() == 12
        && status
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Reads `3 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 2 skipped`: whatever is neither passed nor left out failed.
fn count_words(text: &str, separator: char) -> Counts {
    let mut counts = Counts::default();
    for part in without_parentheses(text).split(separator) {
        let Some((number, word)) = part.trim().split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse::<u64>() else {
            continue;
        };
        match word {
            "passed" => counts.passed += number,
            "skipped" | "ignored" => counts.skipped += number,
            "measured" | "filtered out" => {}
            _ => counts.failed += number,
        }
    }
    counts
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            other if depth == 0 => outside.push(other),
            _ => {}
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(harness: Harness, printed: &str, expect: &str, shown: &[&str]) {
        let mut tally = Tally::new(harness);
        let lines: Vec<&str> = printed.lines().filter(|line| tally.read(line)).collect();
        assert_eq!(tally.counts().to_string(), expect);
        assert_eq!(
            lines.iter().map(|line| line.trim()).collect::<Vec<_>>(),
            shown
        );
    }

    #[test]
    fn nextest_is_counted_and_a_passing_test_that_says_skipped_is_not_passed() {
        let printed = "    Starting 4 tests across 1 binary
        PASS [   0.007s] (1/4) model a
  stdout ───
    hello
    skipped: no data here
    skipped: and none there
        PASS [   0.007s] (2/4) model b
  stdout ───
    Summary of my own [0]: 7 passed
        FAIL [   0.093s] (3/4) model c
  stderr ───
    skipped: this line is part of a failure
────────────
     Summary [   0.011s] 4 tests run: 2 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 3 skipped";
        let shown = [
            "Starting 4 tests across 1 binary",
            "skipped: no data here",
            "FAIL [   0.093s] (3/4) model c",
            "stderr ───",
            "skipped: this line is part of a failure",
            "────────────",
            "Summary [   0.011s] 4 tests run: 2 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 3 skipped",
        ];
        check(
            Harness::Nextest,
            printed,
            "1 passed, 2 failed, 4 skipped",
            &shown,
        );
    }

    #[test]
    fn cargo_is_counted_over_all_its_binaries() {
        let printed = "---- a stdout ----
skipped: no data
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out; finished in 0.00s";
        check(
            Harness::Cargo,
            printed,
            "5 passed, 2 failed, 2 skipped",
            &printed.lines().map(str::trim).collect::<Vec<_>>(),
        );
    }
}
