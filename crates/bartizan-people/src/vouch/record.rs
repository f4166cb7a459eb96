//! The file of signed statements beside a list: a line of JSON for each, with the text that was signed and what proves it.
//!
//! Lines are only ever added, so that two people who add one at the same time are merged without thought, and what was
//! taken back can still be seen.

use bartizan_model::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The largest file that is read.
pub const LARGEST_RECORDS: usize = 32 << 20;

/// The most statements that are read.
const MOST_RECORDS: usize = 5_000;

/// The longest line: a Sigstore bundle has about ten thousand bytes.
const LONGEST_LINE: usize = 256 << 10;

/// The most problems that are listed.
const MOST_PROBLEMS: usize = 50;

/// A statement with what proves it. Nothing of it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The text that was signed.
    pub statement: String,
    /// What proves that.
    pub proof: Proof,
}

/// What proves that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A signature as `ssh-keygen -Y sign` makes it.
    Ssh(String),
    /// A Sigstore bundle, as JSON.
    Sigstore(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    statement: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sigstore: Option<Box<RawValue>>,
}

/// Reads a file, and says what of it cannot be read. `name` is what problems are reported under.
pub fn read_records(name: &str, bytes: &[u8]) -> (Vec<Record>, Vec<Problem>) {
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    let mut complain = |number: usize, why: &str| {
        if problems.len() < MOST_PROBLEMS {
            problems.push(Problem::new(format!("{name}:{number}"), why));
        }
    };
    if bytes.len() > LARGEST_RECORDS {
        complain(1, "the file is larger than any that is read");
        return (records, problems);
    }
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if records.len() == MOST_RECORDS {
            complain(number, "more statements than are read");
            break;
        }
        match Record::read(line) {
            Some(record) => records.push(record),
            None => complain(number, "no statement with one proof"),
        }
    }
    (records, problems)
}

impl Record {
    fn read(line: &[u8]) -> Option<Self> {
        if line.len() > LONGEST_LINE {
            return None;
        }
        let line: Line = serde_json::from_slice(line).ok()?;
        let proof = match (line.ssh, line.sigstore) {
            (Some(ssh), None) => Proof::Ssh(ssh),
            (None, Some(bundle)) => Proof::Sigstore(bundle.get().to_owned()),
            _ => return None,
        };
        Some(Self {
            statement: line.statement,
            proof,
        })
    }

    /// The line of a file, with its end; none where the bundle is no JSON.
    pub fn line(&self) -> Option<String> {
        let (ssh, sigstore) = match &self.proof {
            Proof::Ssh(text) => (Some(text.clone()), None),
            Proof::Sigstore(text) => {
                // In one line, whatever it was written in.
                let value: serde_json::Value = serde_json::from_str(text).ok()?;
                let text = serde_json::to_string(&value).ok()?;
                (None, Some(RawValue::from_string(text).ok()?))
            }
        };
        let line = Line {
            statement: self.statement.clone(),
            ssh,
            sigstore,
        };
        let line = serde_json::to_string(&line).ok()? + "\n";
        (line.len() <= LONGEST_LINE).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let (records, problems) = read_records("x", text.as_bytes());
        let problems: Vec<String> = problems
            .iter()
            .map(|it| format!("{} {}", it.subject, it.message))
            .collect();
        format!("{} {}", records.len(), problems.join(", "))
    }

    #[test]
    fn lines_of_statements() {
        for (text, expect) in [
            ("", "0 "),
            (r#"{"statement": "a", "ssh": "b"}"#, "1 "),
            ("\n{\"statement\": \"a\", \"sigstore\": {}}\r\n\n", "1 "),
            (
                "{}\n{\"statement\": \"a\"}\n{\"statement\": \"a\", \"ssh\": \"\", \"sigstore\": {}}\nx\n{\"statement\": \"a\", \"ssh\": \"\", \"x\": 1}",
                "0 x:1 no statement with one proof, x:2 no statement with one proof, x:3 no statement with one proof, x:4 no statement with one proof, x:5 no statement with one proof",
            ),
        ] {
            assert_eq!(check(text), expect, "{text}");
        }
    }

    #[test]
    fn a_line_is_read_again() {
        for proof in [
            Proof::Ssh("-----BEGIN\nx\n".to_owned()),
            Proof::Sigstore("{\"a\":[1,\"b\"]}".to_owned()),
        ] {
            let statement = "one\ntwo\n".to_owned();
            let record = Record { statement, proof };
            let line = record.line().unwrap();
            assert_eq!(line.lines().count(), 1);
            let (read, problems) = read_records("x", line.as_bytes());
            assert_eq!((read, problems), (vec![record], Vec::new()));
        }
        let broken = Proof::Sigstore("{".to_owned());
        let statement = String::new();
        let record = Record {
            statement,
            proof: broken,
        };
        assert_eq!(record.line(), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,100}", statement in ".{0,40}") {
            check(&text);
            let line = format!("{{\"statement\": {statement:?}, \"sigstore\": {text}}}");
            for record in read_records("x", line.as_bytes()).0 {
                record.line();
            }
        }
    }
}
