//! Rules of lines. What continues a line is looked at with it.

use super::{Subject, statements};
use crate::{
    kind::Language,
    lines::{cut, normalised, squeezed},
    rule::{Lines, Look, Rule, Rules, When},
    sighting::Sighting,
};

/// A longer statement is compared by what the rule looks for in it: what else a long list holds may change.
const LONGEST_COMPARED: usize = 200;

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
    for (line, statement) in statements::of(text, subject.language) {
        let statement = without_comment(&statement, subject.language);
        let lower = statement.to_ascii_lowercase();
        for (rule, lines) in &of_lines {
            if holds_any(&lower, &lines.words)
                && let Some(snippet) = snippet(rule, lines, &statement, subject.language)
            {
                sightings.push(Sighting {
                    rule,
                    path: subject.file.path.clone(),
                    role: subject.role,
                    line: Some(line),
                    snippet,
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

/// What is compared of a statement, if it is like the rule: all of it; of what is missed when it goes only what the rule
/// looks for, as it is still there where the rest of the line changed.
fn snippet(rule: &Rule, lines: &Lines, statement: &str, language: Language) -> Option<String> {
    let found = lines.pattern.find(statement)?;
    let is_excepted = |it: &regex_lite::Regex| it.is_match(statement);
    if lines.unless.as_ref().is_some_and(is_excepted) {
        return None;
    }
    // Blanks say nothing in these; in scripts they part words.
    let plain = match language {
        Language::Python | Language::Cython | Language::Fortran | Language::C | Language::Cpp => squeezed,
        _ => normalised,
    };
    let whole = plain(statement);
    Some(match rule.when {
        When::Introduced if whole.len() <= LONGEST_COMPARED => whole,
        _ => plain(found.as_str()),
    })
}

fn holds_any(text: &str, words: &[String]) -> bool {
    words
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// A line without a comment that is all of it, or stands at its end behind a blank.
fn without_comment(line: &str, language: Language) -> String {
    let signs: &[&str] = match language {
        Language::M4 => &["dnl ", "#"],
        Language::C | Language::Cpp | Language::Script => &["//"],
        Language::Prose | Language::Translation | Language::Other => &[],
        Language::Fortran => &["!"],
        _ => &["#"],
    };
    let trimmed = line.trim_start();
    if is_directive(trimmed, language) {
        return line.to_owned();
    }
    // In the old form of Fortran a letter in the first column makes a comment.
    let is_old = language == Language::Fortran && (line.starts_with("c ") || line.starts_with("C ") || line.starts_with('*'));
    if is_old || signs.iter().any(|sign| trimmed.starts_with(sign)) {
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

/// Whether a line that looks like a comment says something to a program: the first line of a script, directives of Cython and
/// Pythran, f2py and compilers of Fortran.
fn is_directive(line: &str, language: Language) -> bool {
    let lower = cut(line, 20).to_ascii_lowercase();
    match language {
        Language::Fortran => ["!f2py", "cf2py", "*f2py", "!$", "c$omp", "!dir$"].iter().any(|it| lower.starts_with(it)),
        Language::Python | Language::Cython => {
            let word = lower.trim_start_matches('#').trim_start();
            lower.starts_with("#!") || (lower.starts_with('#') && (word.starts_with("cython:") || word.starts_with("pythran export")))
        }
        _ => lower.starts_with("#!"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_none_and_directives_are() {
        assert_eq!(without_comment("x = 1 # y", Language::Python), "x = 1");
        assert_eq!(without_comment("x = '# y'", Language::Python), "x = '# y'");
        assert_eq!(without_comment("dnl x", Language::M4), "");
        assert_eq!(without_comment("  ! x", Language::Fortran), "");
        assert_eq!(without_comment("!f2py threadsafe", Language::Fortran), "!f2py threadsafe");
        assert_eq!(without_comment("#pythran export f(int)", Language::Python), "#pythran export f(int)");
    }
}
