//! Every test of the workspace, by one command that needs no shell and ends with one line that counts them.
//!
//! A test that cannot run where it is (real data or a tool is not at hand) prints a line starting with
//! `skipped:` and returns; it is counted as skipped here, not as passed.

mod tally;

use std::{
    fmt,
    io::{BufRead, BufReader, Write, stdout},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use self::tally::{Counts, Harness, Tally};
use crate::workspace::Workspace;

/// Tests failed, and the line that counts them, the last one, has said so.
#[derive(Debug)]
pub(crate) struct Failed;

impl std::error::Error for Failed {}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tests failed")
    }
}

/// Runs the tests: by nextest where it is installed, else by cargo; then those in the documentation.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`test` takes no arguments; `cargo test` and `cargo nextest run` take filters");
    }
    let counts = programs(workspace).into_iter().try_fold(
        Counts::default(),
        |sum, (harness, mut program)| {
            Ok::<_, anyhow::Error>(sum.plus(count(harness, &mut program)?))
        },
    )?;
    println!("{counts}");
    if counts.failed > 0 {
        return Err(Failed.into());
    }
    Ok(())
}

fn programs(workspace: &Workspace) -> [(Harness, Command); 2] {
    let has_nextest = workspace
        .cargo()
        .args(["nextest", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    let mut tests = workspace.cargo();
    if has_nextest {
        tests.args([
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--color",
            "never",
        ]);
        tests.args([
            "--status-level",
            "pass",
            "--success-output",
            "immediate",
            "--final-status-level",
            "fail",
        ]);
        tests.env("NEXTEST_HIDE_PROGRESS_BAR", "1");
    } else {
        tests.args([
            "test",
            "--workspace",
            "--locked",
            "--lib",
            "--bins",
            "--tests",
            "--examples",
            "--no-fail-fast",
        ]);
        tests.args(["--", "--show-output"]);
    }
    let mut examples = workspace.cargo();
    examples.args(["test", "--workspace", "--locked", "--doc", "--no-fail-fast"]);
    [
        (
            if has_nextest {
                Harness::Nextest
            } else {
                Harness::Cargo
            },
            tests,
        ),
        (Harness::Cargo, examples),
    ]
}

/// Runs one program and counts the tests it speaks of. One that ends badly without naming a failed
/// test (it could not be built, or was killed) counts as one failure.
fn count(harness: Harness, program: &mut Command) -> Result<Counts> {
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    let second = writer.try_clone().context("cannot make a pipe")?;
    let mut child = program
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(second)
        .spawn()
        .context("cannot run cargo to test the workspace")?;
    // The parent's ends of the pipe live in `program`; while they are open the reader would wait for ever.
    program.stdout(Stdio::null()).stderr(Stdio::null());
    let mut tally = Tally::new(harness);
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.context("cannot read what the tests print")?;
        let line = String::from_utf8_lossy(&line);
        if tally.read(&line) {
            writeln!(stdout(), "{line}").context("cannot print what the tests print")?;
        }
    }
    let status = child.wait().context("cannot wait for the tests")?;
    let mut counts = tally.counts();
    if !status.success() && counts.failed == 0 {
        eprintln!("error: the tests ended with {status} and named none that failed");
        counts.failed = 1;
    }
    Ok(counts)
}
