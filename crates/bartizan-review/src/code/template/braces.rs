//! Templates with marks in double braces, as Tempita has them: `{{for name in names}}`, `{{if x}}`, `{{name}}`, `{{py: …}}`.

use std::borrow::Cow;

use super::name_of;

/// Words that begin marks which write nothing.
const SILENT: [&str; 12] = [
    "for", "endfor", "if", "elif", "else", "endif", "py:", "default", "inherit", "def", "enddef",
    "#",
];

/// Which lines of alternatives stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Branches {
    /// All of them, one after the other.
    All,
    /// Those of the first alternative.
    First,
}

/// Whether a text has such marks.
pub(crate) fn is_template(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"{{").is_some()
        && SILENT
            .iter()
            .any(|word| memchr::memmem::find(text.as_bytes(), format!("{{{{{word}").as_bytes()).is_some())
}

/// The text without its marks.
pub(crate) fn neutral(text: &str, branches: Branches) -> Cow<'_, str> {
    if !is_template(text) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    // For each `if` that is open, whether a later alternative is being passed over.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = text;
    loop {
        let begin = rest.find("{{").unwrap_or(rest.len());
        let (before, mark) = rest.split_at(begin);
        let is_passed = branches == Branches::First && open.contains(&true);
        write(before, is_passed, &mut written);
        let Some(inner) = mark.strip_prefix("{{") else {
            return Cow::Owned(written);
        };
        let end = inner.find("}}").unwrap_or(inner.len());
        let (inner, behind) = inner.split_at(end);
        rest = behind.strip_prefix("}}").unwrap_or(behind);
        let is_word = !is_passed && !is_silent(inner);
        match only_word(&written, rest).filter(|_| is_word) {
            Some(word) => written.push_str(word),
            None => take(inner, is_passed, &mut open, &mut written),
        }
    }
}

/// Writes a text, or only the ends of its lines.
fn write(text: &str, is_passed: bool, written: &mut String) {
    if is_passed {
        written.extend(text.chars().filter(|it| *it == '\n'));
    } else {
        written.push_str(text);
    }
}

/// What a mark must be, where no name can stand: an operator between two values of a condition, the word that begins a block,
/// nothing behind a bracket.
fn only_word(before: &str, behind: &str) -> Option<&'static str> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let rest = behind.split('\n').next().unwrap_or_default();
    let is_before_name = rest
        .strip_prefix(' ')
        .is_some_and(|it| it.starts_with(|it: char| it.is_alphanumeric() || it == '_'));
    if line.ends_with([')', ']']) {
        return Some("");
    }
    if line.trim().is_empty() && is_before_name && rest.trim_end().ends_with(':') {
        return Some("if");
    }
    let first = line.split_whitespace().next().unwrap_or_default();
    let last = line.split_whitespace().next_back().unwrap_or_default();
    let is_condition = matches!(first, "if" | "elif" | "while");
    let is_word = matches!(
        last,
        "if" | "elif" | "while" | "not" | "and" | "or" | "in" | "is"
    );
    let is_value = last.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | ']' | ')'));
    let is_between = is_value && !is_word && line.ends_with(' ') && is_before_name;
    (is_condition && is_between).then_some("==")
}

/// Whether a mark writes nothing.
fn is_silent(inner: &str) -> bool {
    let bare = bare(inner);
    let word = bare.split_whitespace().next().unwrap_or_default();
    SILENT.contains(&word) || bare.starts_with("py:") || bare.starts_with('#') || inner.contains('\n')
}

/// What stands in a mark, without the signs that take blanks away around it.
fn bare(inner: &str) -> &str {
    inner.trim().trim_matches('-').trim()
}

/// Takes a mark: follows the alternatives, and writes the name of what stands in it.
fn take(inner: &str, is_passed: bool, open: &mut Vec<bool>, written: &mut String) {
    let bare = bare(inner);
    let word = bare.split_whitespace().next().unwrap_or_default();
    match word {
        "if" => open.push(false),
        "elif" | "else" => {
            if let Some(last) = open.last_mut() {
                *last = true;
            }
        }
        "endif" => drop(open.pop()),
        _ => {}
    }
    if !is_silent(inner) && !is_passed {
        let name = name_of(bare);
        let is_within_name = written.ends_with(|it: char| it.is_alphanumeric() || it == '_');
        if name.starts_with(|it: char| it.is_ascii_digit()) && !is_within_name {
            written.push('_');
        }
        written.push_str(&name);
    }
    write(inner, true, written);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, branches: Branches) -> String {
        let written = neutral(text, branches);
        assert_eq!(written.matches('\n').count(), text.matches('\n').count());
        written.into_owned()
    }

    #[test]
    fn marks_go_and_lines_stay() {
        let text = "{{py:\na = 1\n}}\n{{for t in a}}\ncdef f_{{t}}({{t.upper()}} x):\n{{if t}}\n    y\n{{else}}\n    z\n{{endif}}\n{{endfor}}\n";
        insta::assert_snapshot!(check(text, Branches::All), @"



        cdef f_t(t_upper__ x):

            y

            z
        ");
        insta::assert_snapshot!(check(text, Branches::First), @"



        cdef f_t(t_upper__ x):

            y
        ");
        assert_eq!(check("x = {{1: {2}}}\n", Branches::All), "x = {{1: {2}}}\n");
    }
}
