//! Rules of lines. What a line continues, by a backslash or by being indented below it, is looked at as one.

use super::Subject;
use crate::{
    kind::Language,
    lines::{normalised, numbered},
    rule::{Lines, Look, Rule, Rules},
    sighting::Sighting,
};

/// The longest statement of several lines.
const LONGEST: usize = 20_000;

pub(super) fn see<'r>(subject: &Subject<'_>, rules: &'r Rules, sightings: &mut Vec<Sighting<'r>>) {
    let Some(text) = subject.text else {
        return;
    };
    let of_lines = rules
        .all()
        .filter(|rule| rule.is_for(subject.language, subject.role));
    let lower = text.to_ascii_lowercase();
    let of_lines: Vec<(&Rule, &Lines)> = of_lines
        .filter_map(|rule| match &rule.look {
            Look::Lines(lines) => Some((rule, lines)),
            _ => None,
        })
        .filter(|(_, lines)| holds_any(&lower, &lines.words))
        .collect();
    if of_lines.is_empty() {
        return;
    }
    for (line, statement) in statements(text) {
        let statement = without_comment(&statement, subject.language);
        let lower = statement.to_ascii_lowercase();
        for (rule, lines) in &of_lines {
            let is_it = holds_any(&lower, &lines.words)
                && lines.pattern.is_match(&statement)
                && !lines
                    .unless
                    .as_ref()
                    .is_some_and(|it| it.is_match(&statement));
            if is_it {
                sightings.push(Sighting {
                    rule,
                    path: subject.file.path.clone(),
                    role: subject.role,
                    line: Some(line),
                    snippet: normalised(&statement),
                    within: String::new(),
                    message: lines.message.clone(),
                    severity: rule.severity,
                    context: Vec::new(),
                    opaque: None,
                });
            }
        }
    }
}

fn holds_any(text: &str, words: &[String]) -> bool {
    words
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// Lines, those that a backslash continues put together, with the number of the first.
fn statements(text: &str) -> Vec<(u32, String)> {
    let mut statements: Vec<(u32, String)> = Vec::new();
    let mut is_open = false;
    for (number, line) in numbered(text) {
        let (line, goes_on) = match line.strip_suffix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        match statements.last_mut() {
            Some((_, statement)) if is_open && statement.len() < LONGEST => {
                statement.push(' ');
                statement.push_str(line);
            }
            _ => statements.push((number, line.to_owned())),
        }
        is_open = goes_on;
    }
    statements
}

/// A line without a comment that is all of it, or stands at its end behind a blank.
fn without_comment(line: &str, language: Language) -> String {
    let signs: &[&str] = match language {
        Language::M4 => &["dnl ", "#"],
        Language::C | Language::Cpp | Language::Script => &["//"],
        Language::Prose | Language::Translation | Language::Other => &[],
        _ => &["#"],
    };
    let trimmed = line.trim_start();
    // The first line of a script says what runs it.
    if trimmed.starts_with("#!") {
        return line.to_owned();
    }
    if signs.iter().any(|sign| trimmed.starts_with(sign)) {
        return String::new();
    }
    let ends = signs.iter().filter_map(|sign| {
        let at = line.find(&format!(" {sign} "))?;
        let before = line.get(..at)?;
        // Within quotes it is none.
        let is_even = |quote: char| before.matches(quote).count() % 2 == 0;
        (is_even('"') && is_even('\'')).then_some(at)
    });
    let end = ends.min().unwrap_or(line.len());
    line.get(..end).unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_on_are_one_and_comments_are_none() {
        let shown: Vec<String> = statements("a \\\n  b\nc\n")
            .iter()
            .map(|(line, text)| format!("{line}:{}", normalised(text)))
            .collect();
        assert_eq!(shown, ["1:a b", "3:c", "4:"]);
        assert_eq!(without_comment("x = 1 # y", Language::Python), "x = 1");
        assert_eq!(without_comment("x = '# y'", Language::Python), "x = '# y'");
        assert_eq!(without_comment("dnl x", Language::M4), "");
    }
}
