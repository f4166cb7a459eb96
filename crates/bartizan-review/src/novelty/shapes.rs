//! Statistics of words: how long lines are, how long runs of letters and digits without a word in them, how many characters are
//! written as numbers. Each is a step on a scale of powers of two, and a step is a deed as others are.

/// Steps begin where ordinary code ends.
const LEAST_LINE: usize = 256;
const LEAST_RUN: usize = 64;
const LEAST_ESCAPES: usize = 8;

/// The largest that lines of a file show.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    line: (usize, u32),
    run: (usize, u32),
    escapes: (usize, u32),
    signs: Option<(&'static str, u32)>,
}

impl Shapes {
    pub(super) fn read(&mut self, number: u32, line: &str) {
        raise(&mut self.line, line.len(), number);
        raise(&mut self.run, longest_run(line), number);
        raise(&mut self.escapes, escapes(line), number);
        if !line.is_ascii()
            && let Some(sign) = line.chars().find_map(strange)
        {
            self.signs.get_or_insert((sign, number));
        }
    }

    /// What stands out, with the line of each.
    pub(super) fn told(&self) -> Vec<(String, u32)> {
        let steps = [
            ("a line of", "characters or more", self.line, LEAST_LINE),
            (
                "a run of",
                "letters and digits or more",
                self.run,
                LEAST_RUN,
            ),
            (
                "a line with",
                "characters written as numbers or more",
                self.escapes,
                LEAST_ESCAPES,
            ),
        ];
        let mut told = Vec::new();
        for (begin, end, (value, line), least) in steps {
            if value >= least {
                told.push((format!("{begin} {} {end}", step(value)), line));
            }
        }
        told.extend(self.signs.map(|(sign, line)| (sign.to_owned(), line)));
        told
    }
}

fn raise(most: &mut (usize, u32), value: usize, line: u32) {
    if value > most.0 {
        *most = (value, line);
    }
}

/// The power of two at or below a number.
fn step(value: usize) -> usize {
    1 << value.max(1).ilog2()
}

/// The longest run of what encodings of bytes are made of.
fn longest_run(line: &str) -> usize {
    let is_part = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/' | b'=');
    let runs = line.as_bytes().split(|it| !is_part(it));
    // Paths and rulers are no data: a run has letters and digits.
    let runs = runs.filter(|run| {
        run.iter().any(u8::is_ascii_digit) && run.iter().any(u8::is_ascii_alphabetic)
    });
    runs.map(<[u8]>::len).max().unwrap_or(0)
}

fn escapes(line: &str) -> usize {
    let pairs = line.as_bytes().windows(2);
    pairs
        .filter(|it| matches!(it, [b'\\', b'x' | b'u'] | [b'0', b'x']))
        .count()
}

/// Signs that nobody sees, and those that order text.
fn strange(sign: char) -> Option<&'static str> {
    match sign {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some("a sign that orders text"),
        '\u{200B}'..='\u{200F}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E007F}' => Some("a sign that nobody sees"),
        '\u{0370}'..='\u{052F}' => Some("Greek or Cyrillic letters"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str]) -> String {
        let mut shapes = Shapes::default();
        for (number, line) in (1..).zip(lines) {
            shapes.read(number, line);
        }
        let told = shapes.told();
        let told: Vec<String> = told
            .iter()
            .map(|(what, line)| format!("{what} @{line}"))
            .collect();
        told.join("; ")
    }

    #[test]
    fn steps_are_powers_of_two() {
        assert_eq!(
            check(&[
                "x = 1",
                "# ------------------------------------------------------------------------"
            ]),
            ""
        );
        assert_eq!(
            check(&["a", &"QUJD4".repeat(60)]),
            "a line of 256 characters or more @2; a run of 256 letters and digits or more @2"
        );
        assert_eq!(
            check(&[&"\\x41".repeat(9)]),
            "a line with 8 characters written as numbers or more @1"
        );
        assert_eq!(check(&["a\u{202E}b"]), "a sign that orders text @1");
    }
}
