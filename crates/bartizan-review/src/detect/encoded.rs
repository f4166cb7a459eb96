//! Data that stands in code as text: long runs in the alphabets of base64 and hexadecimal digits.

use bartizan_model::severity::SeverityLevel::{High, Low};

use super::Subject;
use crate::{
    kind::{Language, Role},
    lines::{cut, line_at},
    sighting::Seen,
};

/// From this many digits on a run is told: keys and digests end below.
const SHORTEST: usize = 300;

/// How many runs of one file are told.
const MOST_TOLD: usize = 20;

/// How the packed and the machine code begin when they are written as base64, and as hexadecimal digits.
const BEGINS: [&str; 14] = [
    "H4sI", "UEsDB", "f0VMR", "TVqQ", "QlpoO", "/Td6WFo", "KLUv", "eJw", "eNr", "gAS", "7f454c46",
    "4d5a90", "1f8b08", "504b0304",
];

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Some(text) = subject.text.filter(|text| text.len() >= SHORTEST) else {
        return;
    };
    let is_looked_at = subject.language.is_code()
        && !matches!(subject.language, Language::Settings | Language::Yaml);
    if !is_looked_at || subject.role == Role::Documentation {
        return;
    }
    let mut told = 0;
    for (start, run) in runs(text) {
        if told >= MOST_TOLD {
            return;
        }
        if !looks_random(run) {
            continue;
        }
        told += 1;
        let begins_as_packed = BEGINS.iter().any(|begin| run.starts_with(begin));
        let message = format!(
            "{} characters of encoded data in code{}",
            run.len(),
            if begins_as_packed {
                ", which begin as something packed or a program does"
            } else {
                ""
            }
        );
        let it = Seen::new(
            "encoded-payload",
            Some(line_at(text, start)),
            cut(run, 100),
            message,
        );
        seen.push(match (begins_as_packed, subject.role) {
            (true, _) => it.severity(High),
            (false, Role::Test) => it.severity(Low),
            _ => it,
        });
    }
}

/// Runs of digits of base64, or of escapes such as `\x41`, with where they begin. A run goes on over what ends a line of a
/// text and begins the next one only where the line is full of it, which the next line then is too.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let skipped = rest.bytes().position(is_digit)?;
            let run = rest.get(skipped..)?;
            let length = run
                .bytes()
                .position(|byte| !is_digit(byte))
                .unwrap_or(run.len());
            let start = text.len() - rest.len() + skipped;
            rest = run.get(length..)?;
            if length >= SHORTEST {
                return Some((start, run.get(..length)?));
            }
        }
        None
    })
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\\')
}

/// Whether characters are mixed as data is: no letter is much more frequent than the others, none is missing for long.
fn looks_random(run: &str) -> bool {
    let mut counts = [0_u32; 256];
    let sample = run.as_bytes().get(..20_000).unwrap_or(run.as_bytes());
    for byte in sample {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let kinds = counts.iter().filter(|count| **count > 0).count();
    let most = counts.iter().max().copied().unwrap_or(0) as usize;
    let is_escaped = counts
        .get(usize::from(b'\\'))
        .is_some_and(|count| *count as usize * 5 > sample.len());
    let has_digits = sample.iter().any(u8::is_ascii_digit);
    is_escaped || (kinds >= 14 && most * 6 < sample.len() && has_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_mixed_and_rules_of_lines_are_not() {
        let data: String = (0_u32..400)
            .map(|it| {
                char::from(
                    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                        [(it * it * 31 + it) as usize % 61],
                )
            })
            .collect();
        assert!(looks_random(&data));
        assert!(!looks_random(&"=".repeat(400)));
        assert!(!looks_random(&"abc".repeat(200)));
        assert_eq!(runs(&format!("x = '{data}'")).count(), 1);
        assert_eq!(runs("short").count(), 0);
    }
}
