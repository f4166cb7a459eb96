//! Code written another way: other names, another layout, another order. All of it follows a seed.

use bartizan_review::kind::Language;
use regex_lite::Regex;

/// Numbers that follow a seed (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below another.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((it ^ (it >> 31)) % most.max(1) as u64).unwrap_or(0)
    }

    pub(crate) fn is_one_of(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}

/// Whether blanks and line breaks within brackets say nothing.
pub(crate) fn is_bracketed(language: Language) -> bool {
    matches!(
        language,
        Language::Python | Language::Cython | Language::C | Language::Cpp
    )
}

fn is_c(language: Language) -> bool {
    matches!(language, Language::C | Language::Cpp)
}

/// Short words that are no names that may change.
const KEPT: [&str; 18] = [
    "os", "re", "if", "in", "is", "as", "or", "do", "np", "rm", "d", "L", "u8", "fd", "c", "id",
    "py", "f2",
];

/// New names for the short ones of an example.
const NAMES: [&str; 16] = [
    "alpha", "count", "left", "room", "item", "entry", "buf", "piece", "part", "shape", "rows",
    "cols", "state", "whole", "inner", "weights",
];

/// The example with other names: each name of one or two letters gets another.
pub(crate) fn renamed(text: &str, language: Language, dice: &mut Dice) -> String {
    let is_code = is_bracketed(language) || language == Language::Fortran;
    let suffix = dice.below(90) + 10;
    let begin = dice.below(NAMES.len());
    let words = Regex::new(r#"[bru]{0,2}"(\\.|[^"\\])*"|[bru]{0,2}'(\\.|[^'\\])*'|\w+"#).unwrap();
    let mut known: Vec<String> = Vec::new();
    let replaced = words.replace_all(text, |found: &regex_lite::Captures<'_>| {
        let word = &found[0];
        if word == "lab" {
            return format!("lab{suffix}");
        }
        let is_name = word.len() <= 2 && word.bytes().all(|it| it.is_ascii_lowercase());
        if !is_code || !is_name || KEPT.contains(&word) {
            return word.to_owned();
        }
        let number = known.iter().position(|it| it == word).unwrap_or_else(|| {
            known.push(word.to_owned());
            known.len() - 1
        });
        format!("{}_{suffix}", NAMES[(begin + number) % NAMES.len()])
    });
    replaced.into_owned()
}

/// Where a text may be broken: quotes, comments and lines for the preprocessor are passed over.
struct Scan {
    quote: Option<char>,
    /// The three quotes of Python.
    long: Option<char>,
    is_comment: bool,
    is_block: bool,
    is_directive: bool,
    depth: usize,
}

/// The same code, laid out anew.
pub(crate) fn laid_out(text: &str, language: Language, dice: &mut Dice) -> String {
    let factor = dice.below(2) + 1;
    let wide = dice.below(6) + 2;
    let mut out = String::new();
    let mut scan = Scan {
        quote: None,
        long: None,
        is_comment: false,
        is_block: false,
        is_directive: false,
        depth: 0,
    };
    let mut is_continued = false;
    for line in text.split_inclusive('\n') {
        let code = line.trim_start_matches(' ');
        let indent = line.len() - code.len();
        let is_plain =
            scan.long.is_none() && !scan.is_block && !is_continued && scan.quote.is_none();
        // Blank lines come between whole lines.
        if is_plain && scan.depth == 0 && dice.is_one_of(wide * 3) && !out.is_empty() {
            out.push('\n');
        }
        if scan.long.is_none() && !is_continued && may_indent(language) {
            out.push_str(&" ".repeat(indent * factor));
        } else {
            out.push_str(&" ".repeat(indent));
        }
        scan.is_directive =
            is_c(language) && (code.starts_with('#') || scan.is_directive && is_continued);
        is_continued = code.trim_end_matches(['\n', '\r']).ends_with(['\\', '&']);
        line_laid_out(code, language, &mut scan, (dice, wide), &mut out);
    }
    out
}

fn may_indent(language: Language) -> bool {
    !matches!(
        language,
        Language::Make | Language::Fortran | Language::Wrap | Language::Settings
    )
}

fn line_laid_out(
    code: &str,
    language: Language,
    scan: &mut Scan,
    (dice, wide): (&mut Dice, usize),
    out: &mut String,
) {
    let letters: Vec<char> = code.chars().collect();
    let mut at = 0;
    scan.is_comment = false;
    while at < letters.len() {
        let letter = letters[at];
        let next = letters.get(at + 1).copied().unwrap_or('\n');
        let three = letters.get(at + 2).copied().unwrap_or('\n');
        out.push(letter);
        at += 1;
        if letter == '\\' && next != '\n' {
            out.push(next);
            at += 1;
            continue;
        }
        if letter == '\n' {
            scan.quote = None;
            continue;
        }
        if let Some(long) = scan.long {
            if letter == long && next == long && three == long {
                out.extend([next, three]);
                at += 2;
                scan.long = None;
            }
            continue;
        }
        if scan.is_block {
            if letter == '*' && next == '/' {
                out.push(next);
                at += 1;
                scan.is_block = false;
            }
            continue;
        }
        if let Some(quote) = scan.quote {
            if letter == quote {
                scan.quote = None;
            }
            continue;
        }
        if scan.is_comment {
            continue;
        }
        let is_python = is_bracketed(language) && !is_c(language);
        match letter {
            '#' if is_python => scan.is_comment = true,
            '/' if is_c(language) && next == '/' => scan.is_comment = true,
            '/' if is_c(language) && next == '*' => scan.is_block = true,
            '"' | '\'' if is_python && next == letter && three == letter => {
                out.extend([next, three]);
                at += 2;
                scan.long = Some(letter);
            }
            '"' | '\'' => scan.quote = Some(letter),
            '(' | '[' | '{' => scan.depth += 1,
            ')' | ']' | '}' => scan.depth = scan.depth.saturating_sub(1),
            ',' if is_bracketed(language)
                && !scan.is_directive
                && (scan.depth > 0 || is_c(language))
                && next == ' '
                && dice.is_one_of(wide) =>
            {
                out.push_str("\n          ");
                at += 1;
            }
            ';' if is_c(language) && !scan.is_directive && next == ' ' && dice.is_one_of(wide) => {
                out.push_str("\n   ")
            }
            _ => {}
        }
    }
}

/// The lines before which a function may stand, the end among them.
pub(crate) fn places(text: &str, language: Language) -> Vec<usize> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut places = Vec::new();
    let mut long = false;
    let mut open = 0_usize;
    for (number, line) in lines.iter().enumerate() {
        let before = number.checked_sub(1).map_or("", |it| lines[it]);
        let is_ended = !before
            .trim_end()
            .ends_with(['\\', ',', '(', '[', '{', '&', '=']);
        let is_place = match language {
            Language::C | Language::Cpp => open == 0 && before == "}",
            Language::Python | Language::Cython => {
                let is_head = ["def ", "class ", "cdef class ", "@"]
                    .iter()
                    .any(|it| line.starts_with(it));
                !long && is_head && !before.starts_with('@')
            }
            Language::Fortran => before
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("end subroutine"),
            Language::Settings | Language::Wrap => false,
            _ => is_ended && line.starts_with(|it: char| it.is_ascii_alphabetic()) && open == 0,
        };
        if is_place {
            places.push(number);
        }
        if line.matches("\"\"\"").count() % 2 == 1 || line.matches("'''").count() % 2 == 1 {
            long = !long;
        }
        // Branches of the preprocessor are other texts; what stands in a bracket is of somebody else.
        match language {
            Language::C | Language::Cpp => {
                let word = line.trim_start_matches(['#', ' ']);
                if line.starts_with('#') && word.starts_with("if") {
                    open += 1;
                } else if line.starts_with('#') && word.starts_with("endif") {
                    open = open.saturating_sub(1);
                }
            }
            _ => {
                open += line.matches(['(', '[']).count();
                open = open.saturating_sub(line.matches([')', ']']).count());
            }
        }
    }
    places.push(lines.len());
    places
}

/// A text with another in it, before a line.
pub(crate) fn with(text: &str, place: usize, other: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let place = place.min(lines.len());
    if place == lines.len() && lines.last() == Some(&"") {
        lines.pop();
    }
    let place = place.min(lines.len());
    lines.splice(place..place, ["", other, ""]);
    lines.join("\n") + "\n"
}

/// Functions of C that begin and end in the first column, and that the preprocessor does not change.
fn functions_of_c(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut begin, mut is_within, mut is_whole) = (0, false, true);
    for (number, line) in lines.iter().enumerate() {
        let is_continued = number > 0 && lines[number - 1].ends_with('\\');
        let is_directive = line.starts_with('#') || is_continued;
        if is_directive && is_within {
            is_whole = false;
        } else if is_directive {
            begin = number + 1;
        } else if *line == "}" {
            if is_within && is_whole {
                found.push((begin, number + 1));
            }
            (begin, is_within, is_whole) = (number + 1, false, true);
        } else if line.starts_with('}') {
            begin = number + 1;
            is_within = false;
        } else if !line.starts_with([' ', '\t', '/'])
            && line.ends_with('{')
            && !line.contains("extern")
            && !line.contains("namespace")
        {
            is_within = true;
        }
    }
    found
}

/// Whole functions of a text that may stand anywhere else in it, as ranges of lines.
fn functions(lines: &[&str], language: Language) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if is_c(language) {
        return functions_of_c(lines);
    }
    let mut number = 0;
    let mut is_text = false;
    while number < lines.len() {
        let is_head = |line: &str| {
            ["def ", "cdef ", "cpdef "]
                .iter()
                .any(|it| line.starts_with(it))
        };
        let starts = number;
        while !is_text && number < lines.len() && lines[number].starts_with('@') {
            number += 1;
        }
        let is_function = !is_text && number < lines.len() && is_head(lines[number]);
        number += 1;
        if is_function {
            let goes_on = |line: &str| line.is_empty() || line.starts_with([' ', '\t', ')', '#']);
            while number < lines.len() && goes_on(lines[number]) {
                number += 1;
            }
        }
        let text = lines[starts..number.min(lines.len())].join("\n");
        let has_half =
            text.matches("\"\"\"").count() % 2 == 1 || text.matches("'''").count() % 2 == 1;
        is_text ^= has_half;
        if is_function && !has_half {
            found.push((starts, number));
        }
    }
    found
}

/// The same text with its functions in another order; nothing where it has fewer than two.
pub(crate) fn reordered(text: &str, language: Language, dice: &mut Dice) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let ranges = functions(&lines, language);
    if ranges.len() < 2
        || !matches!(
            language,
            Language::C | Language::Cpp | Language::Python | Language::Cython
        )
    {
        return None;
    }
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    dice.shuffle(&mut order);
    let mut out: Vec<&str> = Vec::new();
    let mut at = 0;
    for (range, other) in ranges.iter().zip(order) {
        out.extend(&lines[at..range.0]);
        out.extend(&lines[ranges[other].0..ranges[other].1]);
        at = range.1;
    }
    out.extend(&lines[at..]);
    Some(out.join("\n"))
}

/// The text without one of its functions, and a text of another file with that.
pub(crate) fn parted(text: &str, language: Language, dice: &mut Dice) -> Option<(String, String)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let ranges = functions(&lines, language);
    let (begin, end) = *ranges.get(dice.below(ranges.len()))?;
    let imports = lines
        .iter()
        .filter(|it| it.starts_with("import ") || (it.starts_with("from ") && !it.contains('(')));
    let mut other: Vec<&str> = if is_c(language) {
        Vec::new()
    } else {
        imports.copied().collect()
    };
    other.extend(&lines[begin..end]);
    let mut left = lines[..begin].to_vec();
    left.extend(&lines[end..]);
    Some((left.join("\n"), other.join("\n") + "\n"))
}
