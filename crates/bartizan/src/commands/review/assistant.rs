//! Words of a program that the user names, such as a language model. They stand beside the report and change nothing in it: no
//! score, no severity, no exit code. It is bounded in time and size, and where it fails the report is as without it.
//!
//! What it gets holds texts of the change, which whoever wrote the change may have written for it: its words are no judgement.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::report::ReviewReport;
use crate::{
    code_host::TOKENS,
    context::Context,
    render::json::SCHEMA_VERSION,
    term::{clean, cut},
};

/// How long it may take, and how many bytes it may answer.
const LONGEST: Duration = Duration::from_secs(60);
const LARGEST: u64 = 1 << 20;

/// How many entries it gets, the most important first.
const MOST_ENTRIES: usize = 50;

/// The longest text of it that is shown.
const LONGEST_TEXT: usize = 1_000;

/// What is said above its words.
pub(super) const TITLE: &str = "Words of an assistant, not of Bartizan; nobody checked them";

/// What it said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    pub(super) summary: Option<String>,
    /// Of entries, by their numbers from 1.
    pub(super) entries: BTreeMap<usize, String>,
}

#[derive(Serialize)]
struct QuestionJson<'a> {
    schema_version: u32,
    entries: Vec<AskedJson<'a>>,
}

#[derive(Serialize)]
struct AskedJson<'a> {
    number: usize,
    rule: &'a str,
    severity: &'static str,
    file: &'a str,
    line: Option<u32>,
    message: &'a str,
    why: &'a str,
    first_line: Option<u32>,
    lines: &'a [String],
}

#[derive(Deserialize)]
struct AnswerJson {
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    entries: Vec<WordsJson>,
}

#[derive(Deserialize)]
struct WordsJson {
    number: usize,
    text: String,
}

/// Asks it; says why where it has no answer.
pub(super) fn ask(ctx: &Context, command: &str, report: &ReviewReport<'_>) -> Option<Words> {
    let told = answer(command, &question(report), LONGEST);
    let told = told.and_then(|bytes| read(&bytes, report.live().count()));
    told.map_err(|why| {
        ctx.warn(
            &format!("the assistant {why}"),
            "the report is without its words",
        )
    })
    .ok()
}

fn question(report: &ReviewReport<'_>) -> Vec<u8> {
    let entries = (1..).zip(report.live()).take(MOST_ENTRIES);
    let entries = entries.map(|(number, told)| {
        let entry = &told.entry;
        let excerpt = entry.excerpt.as_ref();
        AskedJson {
            number,
            rule: &entry.rule.id,
            severity: entry.severity.as_str(),
            file: &entry.file,
            line: entry.line,
            message: &entry.message,
            why: &entry.rule.why,
            first_line: excerpt.map(|(first, _)| *first),
            lines: excerpt.map_or(&[], |(_, lines)| lines),
        }
    });
    let question = QuestionJson {
        schema_version: SCHEMA_VERSION,
        entries: entries.collect(),
    };
    serde_json::to_vec(&question).unwrap_or_default()
}

/// What it answers; else why not, behind its name.
fn answer(command: &str, question: &[u8], longest: Duration) -> Result<Vec<u8>, String> {
    let until = Instant::now() + longest;
    let mut words = command.split_whitespace();
    let program = words.next().ok_or("is no program")?;
    let mut command = Command::new(program);
    command.args(words);
    // It is not ours, and what we may do on the code host is none of its business.
    TOKENS.iter().for_each(|name| {
        command.env_remove(name);
    });
    let started = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| format!("`{program}` cannot be started: {error}"))?;
    let bytes = exchange(&mut child, question, until);
    let status = ended(&mut child, until);
    match (bytes?, status) {
        (_, None) => Err("took too long".to_owned()),
        (bytes, Some(true)) => Ok(bytes),
        (_, Some(false)) => Err("failed".to_owned()),
    }
}

/// Writes and reads beside each other, and waits for neither longer than it may.
fn exchange(child: &mut Child, question: &[u8], until: Instant) -> Result<Vec<u8>, String> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("cannot be talked to".to_owned());
    };
    let question = question.to_vec();
    // One that answers without having read it all is no failure.
    thread::spawn(move || drop(stdin.write_all(&question)));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.take(LARGEST + 1).read_to_end(&mut bytes);
        drop(sender.send(read.map(|_length| bytes)));
    });
    match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(Ok(bytes)) if bytes.len() as u64 > LARGEST => Err("said too much".to_owned()),
        Ok(Ok(bytes)) => Ok(bytes),
        Err(RecvTimeoutError::Timeout) => Err("took too long".to_owned()),
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err("cannot be heard".to_owned()),
    }
}

/// Whether it ended well; nothing where it had to be ended.
fn ended(child: &mut Child, until: Instant) -> Option<bool> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(10)),
            Ok(None) | Err(_) => {
                drop(child.kill());
                drop(child.wait());
                return None;
            }
        }
    }
}

fn read(bytes: &[u8], entries: usize) -> Result<Words, String> {
    let answer: AnswerJson = serde_json::from_slice(bytes)
        .map_err(|error| format!("answered with something else than was asked for: {error}"))?;
    let text = |text: &str| cut(&clean(text.trim(), true), LONGEST_TEXT, "…");
    let told = answer.entries.iter();
    let told = told.filter(|it| (1..=entries.min(MOST_ENTRIES)).contains(&it.number));
    Ok(Words {
        summary: answer
            .summary
            .as_deref()
            .map(text)
            .filter(|it| !it.is_empty()),
        entries: told.map(|it| (it.number, text(&it.text))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(script: &str, longest: Duration) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("assistant.sh");
        std::fs::write(&file, script).unwrap();
        let command = format!("sh {}", file.display());
        match answer(&command, b"{\"entries\":[]}", longest).and_then(|it| read(&it, 3)) {
            Ok(words) => format!("{:?} {:?}", words.summary, words.entries),
            Err(why) => why,
        }
    }

    #[test]
    #[cfg(unix)]
    fn it_answers_or_is_left_out() {
        let long = Duration::from_mins(1);
        let good = "grep -q entries && echo '{\"summary\": \" s \", \"entries\": [{\"number\": 2, \"text\": \"t\"}, {\"number\": 9, \"text\": \"x\"}]}'";
        assert_eq!(check(good, long), "Some(\"s\") {2: \"t\"}");
        assert_eq!(check("echo '{}'", long), "None {}");
        assert_eq!(check("echo '{}'; exit 3", long), "failed");
        assert_eq!(
            check("sleep 100", Duration::from_millis(50)),
            "took too long"
        );
        assert_eq!(check("head -c 2000000 /dev/zero", long), "said too much");
        assert!(check("echo no", long).starts_with("answered with something else"));
        assert!(
            answer("/nonexistent/x", b"", long)
                .unwrap_err()
                .contains("cannot be started")
        );
    }

    proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            drop(read(&bytes, 3));
        }
    }
}
