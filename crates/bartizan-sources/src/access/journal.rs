//! Answers of a run that is not finished: a line of JSON for each, so that a run that was broken off, or met the host's limit, is gone
//! on with and asks nothing twice.
//!
//! One run writes at a time: whoever comes second is told so at once ([`io::ErrorKind::ResourceBusy`]).
//!
//! A line that was cut off in writing is passed over, and its question asked again. Answers of another subject, or of another
//! day, are not gone on with: a snapshot says what held at one time.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use bartizan_formats::{
    hosting::{
        Host, Question,
        graph::{Graph, GraphHost, Query},
    },
    moment,
};
use bartizan_model::{Timestamp, hosting::Seen};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

use crate::disk;
use crate::private::{make_folder, try_lock};

/// The largest journal that is gone on with.
const LARGEST: usize = 512 << 20;

/// How long answers are gone on with, in seconds.
const LONGEST: i64 = 24 * 60 * 60;

/// Of what the answers are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The interface that is asked.
    pub host: String,
    /// The organisations.
    pub organisations: Vec<String>,
    /// When reading began.
    #[serde(with = "moment")]
    pub begun: Timestamp,
}

#[derive(Deserialize)]
struct Line {
    question: String,
    answer: Box<RawValue>,
}

/// A host whose answers are written down.
pub struct Journal<'a> {
    host: &'a dyn GraphHost,
    subject: Subject,
    path: PathBuf,
    state: Mutex<State>,
    /// While this is open nobody else writes.
    _lock: File,
}

struct State {
    file: File,
    /// Answers of earlier runs. Each is wanted once.
    known: BTreeMap<String, Box<RawValue>>,
    recalled: usize,
    written: usize,
}

impl<'a> Journal<'a> {
    /// Goes on with the answers in a file, where they are of this subject and not too old; begins anew otherwise.
    pub fn open(host: &'a dyn GraphHost, path: &Path, subject: Subject) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        let lock = try_lock(&path.with_extension("lock"))?;
        let kept = disk::read_small(path, LARGEST).ok();
        let kept = kept.and_then(|bytes| earlier(&bytes, &subject));
        let (subject, known, file) = if let Some((begun, known)) = kept {
            let mut file = OpenOptions::new().append(true).open(path)?;
            // What was cut off must not begin the next line.
            file.write_all(b"\n")?;
            (begun, known, file)
        } else {
            let _ = fs::remove_file(path);
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            let head = serde_json::to_string(&subject)? + "\n";
            file.write_all(head.as_bytes())?;
            let file = file.persist(path).map_err(|error| error.error)?;
            (subject, BTreeMap::new(), file)
        };
        Ok(Self {
            host,
            subject,
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                known,
                recalled: 0,
                written: 0,
            }),
            _lock: lock,
        })
    }

    /// When reading began, which may have been in an earlier run.
    pub fn begun(&self) -> Timestamp {
        self.subject.begun
    }

    /// How many answers came from earlier runs.
    pub fn recalled(&self) -> usize {
        self.state().recalled
    }

    /// Takes the answers away: what they were for is kept elsewhere.
    pub fn finish(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer of an earlier run.
    fn recall<T: for<'de> Deserialize<'de>>(&self, question: &str) -> Option<T> {
        let mut state = self.state();
        let answer = state.known.remove(question)?;
        let answer = serde_json::from_str(answer.get()).ok()?;
        state.recalled += 1;
        Some(answer)
    }

    /// Writes an answer down. Where that fails the run goes on: only the next one has to ask again.
    fn write(&self, question: &str, answer: &Value) {
        let line = json!({"question": question, "answer": answer}).to_string() + "\n";
        let mut state = self.state();
        if state.written.saturating_add(line.len()) < LARGEST / 2 {
            state.written += line.len();
            let _ = state.file.write_all(line.as_bytes());
        }
    }
}

/// The answers in a journal and when they were begun, where they are of a subject.
fn earlier(bytes: &[u8], wanted: &Subject) -> Option<(Subject, BTreeMap<String, Box<RawValue>>)> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let subject: Subject = serde_json::from_slice(lines.next()?).ok()?;
    let age = wanted
        .begun
        .as_second()
        .saturating_sub(subject.begun.as_second());
    let is_same = subject.host == wanted.host && subject.organisations == wanted.organisations;
    if !is_same || !(0..=LONGEST).contains(&age) {
        return None;
    }
    let lines = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    Some((subject, lines.map(|it| (it.question, it.answer)).collect()))
}

impl Host for Journal<'_> {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let asked = format!("{}?{}", question.path.join("\u{0}"), question.query);
        if let Some(pages) = self.recall(&asked) {
            return Ok(pages);
        }
        let pages = self.host.ask(question)?;
        self.write(&asked, &Value::Array(pages.clone()));
        Ok(pages)
    }
}

impl GraphHost for Journal<'_> {
    fn query(&self, query: &Query) -> Seen<Graph> {
        let asked = format!("{} {}", query.text, query.variables);
        if let Some(data) = self.recall(&asked) {
            return Ok(Graph {
                data,
                faults: Vec::new(),
            });
        }
        let graph = self.host.query(query)?;
        // What went wrong with a part of an answer is asked again.
        if graph.faults.is_empty() {
            self.write(&asked, &graph.data);
        }
        Ok(graph)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bartizan_access::{
        host::{Wanted, read},
        laboratory::{Laboratory, Size, large},
        name::Login,
        snapshot::Snapshot,
    };

    use super::*;

    fn laboratory() -> Laboratory {
        let size = Size {
            people: 120,
            teams: 4,
            repositories: 30,
        };
        Laboratory::new(large(size).unwrap())
    }

    fn subject(seconds: i64) -> Subject {
        Subject {
            host: "host.example".to_owned(),
            organisations: vec!["lab".to_owned()],
            begun: Timestamp::from_second(seconds).unwrap(),
        }
    }

    /// One run; gives the snapshot, how many answers were recalled, and what the host was asked.
    fn run(path: &Path, seconds: i64) -> (Snapshot, usize, BTreeMap<String, usize>) {
        let laboratory = laboratory();
        let journal = Journal::open(&laboratory, path, subject(seconds)).unwrap();
        let wanted = Wanted {
            organisations: vec![Login::new("lab").unwrap()],
            now: journal.begun(),
            host: "host.example".to_owned(),
        };
        let snapshot = read(&journal, &wanted, &|_| ());
        (snapshot, journal.recalled(), laboratory.asked())
    }

    #[test]
    fn a_run_that_was_broken_off_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unfinished");
        let (whole, recalled, asked) = run(&path, 1000);
        let total: usize = asked.values().sum();
        assert_eq!(recalled, 0);
        let bytes = fs::read(&path).unwrap();
        // Wherever it was broken off, nothing that was written down whole is asked again, and the end is the same.
        for part in [0.1, 0.5, 0.9] {
            let length = bytes.len() as f64 * part;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a part of a length"
            )]
            fs::write(&path, &bytes[..length as usize]).unwrap();
            let (again, recalled, asked) = run(&path, 2000);
            assert_eq!(again, whole);
            assert!(recalled > 0);
            assert!(asked.values().sum::<usize>() < total);
        }
    }

    #[test]
    fn one_run_writes_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access").join("unfinished.jsonl");
        let laboratory = laboratory();
        let first = Journal::open(&laboratory, &path, subject(100)).unwrap();
        let second = Journal::open(&laboratory, &path, subject(100));
        let kind = second.err().map(|error| error.kind());
        assert_eq!(kind, Some(io::ErrorKind::ResourceBusy));
        first.finish().unwrap();
        assert!(Journal::open(&laboratory, &path, subject(100)).is_ok());
    }

    #[test]
    fn what_is_old_or_of_others_is_not_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unfinished");
        run(&path, 1000);
        assert_eq!(run(&path, 1000 + LONGEST + 1).1, 0);
        assert_eq!(run(&path, 500).1, 0);
        fs::write(&path, b"\xff\n{}").unwrap();
        assert_eq!(run(&path, 500).1, 0);
    }
}
