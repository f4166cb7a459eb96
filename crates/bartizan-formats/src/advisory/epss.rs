//! FIRST's Exploit Prediction Scoring System: <https://www.first.org/epss/data_stats>.
//!
//! One CSV file a day, compressed or not: a comment line that names model and day, a heading, and one
//! line for each CVE. A third of a million lines is usual, so the file is read line by line.

use std::io::{self, BufRead, BufReader, Read};

use bartizan_model::advisory::Epss as Score;
use flate2::read::MultiGzDecoder;

use super::{
    AdvisoryError, AdvisoryFormat, Reading, Statement,
    field::{self, Reader},
    json,
};

/// The format.
pub(super) static ITEM: Epss = Epss;

/// The largest file, compressed or not, that is read; the real one decompresses to some 12 MB.
const MAX_BYTES: u64 = 128 * 1024 * 1024;

/// The longest line; real ones are below 100 bytes.
const MAX_LINE: u64 = 1024;

/// The most lines; there are far fewer CVEs.
const MAX_LINES: usize = 2_000_000;

/// What a file that is compressed by gzip starts with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a line of the columns that are needed starts with, wherever further ones stand.
const HEADING: &str = "cve,epss,percentile";

/// The daily CSV file.
pub(super) struct Epss;

impl AdvisoryFormat for Epss {
    fn id(&self) -> &'static str {
        "epss-csv"
    }

    fn title(&self) -> &'static str {
        "EPSS scores, CSV"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let mut start = Vec::new();
        // The head of a compressed file is cut, so an error after its first bytes is expected.
        let _ = decompressed(head)
            .take(2 * MAX_LINE)
            .read_to_end(&mut start);
        let mut lines = json::head_text(&start).lines();
        lines
            .by_ref()
            .find(|line| !line.starts_with('#'))
            .is_some_and(is_heading)
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Reading, AdvisoryError> {
        let mut lines = BufReader::new(decompressed(bytes).take(MAX_BYTES));
        let mut reader = Reader::new(name);
        let mut statements = Vec::new();
        let mut has_heading = false;
        let mut line = Vec::new();
        for number in 1..=MAX_LINES {
            match next_line(&mut lines, &mut line) {
                Ok(0) => {
                    if lines.get_ref().limit() == 0 {
                        reader.note(format_args!("larger than {MAX_BYTES} bytes"));
                    }
                    return finish(has_heading, statements, reader);
                }
                Ok(_) => {}
                Err(error) => {
                    reader.note(format_args!("cannot be read at line {number}: {error}"));
                    return finish(has_heading, statements, reader);
                }
            }
            let text = str::from_utf8(&line).unwrap_or_default().trim();
            if is_heading(text) {
                has_heading = true;
            } else if let Some(statement) = statement(text).filter(|_| has_heading) {
                statements.push(statement);
            } else if !text.starts_with('#') {
                reader.note(format_args!(
                    "line {number} is not a CVE, a probability and a percentile"
                ));
            }
        }
        reader.note(format_args!("more than {MAX_LINES} lines"));
        finish(has_heading, statements, reader)
    }
}

/// Reads a line and says how long it is; a line that is too long is empty.
fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    let length = lines.by_ref().take(MAX_LINE).read_until(b'\n', line)?;
    if line.ends_with(b"\n") || length == 0 {
        return Ok(length);
    }
    let rest = lines.skip_until(b'\n')?;
    if rest > 0 {
        line.clear();
    }
    Ok(length.saturating_add(rest))
}

fn finish(
    has_heading: bool,
    statements: Vec<Statement>,
    reader: Reader<'_>,
) -> Result<Reading, AdvisoryError> {
    if !has_heading {
        return Err(AdvisoryError::NotARecord {
            reason: "the heading `cve,epss,percentile` is missing",
        });
    }
    Ok(Reading {
        statements,
        problems: reader.into_problems(),
    })
}

/// The file itself, or what is compressed in it.
fn decompressed(bytes: &[u8]) -> Box<dyn Read + '_> {
    if bytes.starts_with(&GZIP) {
        Box::new(MultiGzDecoder::new(bytes))
    } else {
        Box::new(bytes)
    }
}

fn is_heading(line: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim_end() == HEADING
}

fn statement(line: &str) -> Option<Statement> {
    let mut columns = line.split(',');
    let cve = columns
        .next()
        .filter(|id| id.starts_with("CVE-") && field::is_id(id))?;
    let probability = fraction(columns.next()?)?;
    let percentile = fraction(columns.next()?)?;
    let epss = Score {
        probability,
        percentile,
    };
    columns.next().is_none().then(|| Statement::Epss {
        cve: cve.to_owned(),
        epss,
    })
}

fn fraction(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|value| (0.0..=1.0).contains(value))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::advisory::describe::describe;

    const FILE: &str = "#model_version:v2099.01.01,score_date:2099-01-02T12:00:00Z\ncve,epss,percentile\n\
        CVE-2099-1,0.00043,0.07432\nCVE-2099-2,9.7e-1,1\n";

    fn check(bytes: &[u8]) -> String {
        assert!(ITEM.recognises("x", bytes));
        describe(&ITEM.read("x.csv", bytes).unwrap())
    }

    fn compress(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn scores_are_read_compressed_or_not() {
        assert_snapshot!(check(FILE.as_bytes()), @"
        epss CVE-2099-1 0.00043 0.07432
        epss CVE-2099-2 0.97 1
        ");
        assert_eq!(check(&compress(FILE.as_bytes())), check(FILE.as_bytes()));
        assert_eq!(
            check(FILE.replace('\n', "\r\n").as_bytes()),
            check(FILE.as_bytes())
        );
    }

    #[test]
    fn a_bad_line_costs_a_problem() {
        let lines = "CVE-1,2,0\nx,0,0\nCVE-2,0\nCVE-3,nan,0\nCVE-4,0,0,0\n\u{1b}\nCVE-5,0,0\n";
        assert_snapshot!(check(format!("{FILE}{lines}").as_bytes()), @"
        epss CVE-2099-1 0.00043 0.07432
        epss CVE-2099-2 0.97 1
        epss CVE-5 0 0
        problem x.csv: line 5 is not a CVE, a probability and a percentile
        problem x.csv: line 6 is not a CVE, a probability and a percentile
        problem x.csv: line 7 is not a CVE, a probability and a percentile
        problem x.csv: line 8 is not a CVE, a probability and a percentile
        problem x.csv: line 9 is not a CVE, a probability and a percentile
        problem x.csv: line 10 is not a CVE, a probability and a percentile
        ");
        let long = format!("{FILE}{}\nCVE-5,0,0\n", "x".repeat(1500));
        assert_snapshot!(check(long.as_bytes()), @"
        epss CVE-2099-1 0.00043 0.07432
        epss CVE-2099-2 0.97 1
        epss CVE-5 0 0
        problem x.csv: line 5 is not a CVE, a probability and a percentile
        ");
    }

    #[test]
    fn a_torn_file_gives_what_it_has() {
        let mut bytes = compress(FILE.as_bytes());
        bytes.truncate(bytes.len() - 6);
        assert_snapshot!(check(&bytes), @"
        epss CVE-2099-1 0.00043 0.07432
        epss CVE-2099-2 0.97 1
        problem x.csv: cannot be read at line 5: unexpected end of file
        ");
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let bomb = compress(format!("{FILE}{}", " ".repeat(200 << 20)).as_bytes());
        let reading = ITEM.read("x", &bomb).unwrap();
        assert_eq!(reading.statements.len(), 2);
        assert_snapshot!(describe(&reading), @"
        epss CVE-2099-1 0.00043 0.07432
        epss CVE-2099-2 0.97 1
        problem x: line 5 is not a CVE, a probability and a percentile
        problem x: larger than 134217728 bytes
        ");
    }

    #[test]
    fn other_tables_are_not_taken_for_scores() {
        assert!(!ITEM.recognises("epss.csv", b"name,version\nx,1\n"));
        assert!(!ITEM.recognises("epss.csv.gz", &compress(b"hello")));
        assert!(ITEM.read("x", b"name,version\n").is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            ITEM.recognises("x", &bytes);
            let _ = ITEM.read("x", &bytes);
            let _ = ITEM.read("x", &[&GZIP, bytes.as_slice()].concat());
            let _ = ITEM.read("x", &[FILE.as_bytes(), &bytes].concat());
        }
    }
}
