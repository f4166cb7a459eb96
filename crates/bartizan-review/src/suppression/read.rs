//! Marks in texts.

use memchr::memmem;

use super::Mark;
use crate::lines::{cut, line_at};

/// What every mark begins with, and what may stand before it: the ways in which languages begin comments.
const WORD: &str = "bartizan:";
const LEADERS: [&str; 10] = ["#", "//", "/*", "*", "!", "dnl", "<!--", "--", ";", "%"];

/// The longest line of a mark, how many rules it names, and how long a reason is.
const LONGEST: usize = 1_000;
const MOST_RULES: usize = 20;
const LONGEST_REASON: usize = 300;

/// The marks of a text, without a path.
pub(super) fn marks(text: &str) -> impl Iterator<Item = Mark> + '_ {
    let places = memmem::find_iter(text.as_bytes(), WORD.as_bytes());
    let mut counted = (0, 1_u32);
    places.filter_map(move |at| {
        let (from, line) = counted;
        let between = text.get(from..at)?;
        let line = line.saturating_add(line_at(between, between.len()) - 1);
        counted = (at, line);
        mark(text, at, line)
    })
}

fn mark(text: &str, at: usize, line: u32) -> Option<Mark> {
    let before = text.get(..at)?;
    let before = before.get(before.rfind('\n').map_or(0, |it| it + 1)..)?;
    let comment = before.trim_end();
    let leader = LEADERS.iter().find(|it| comment.ends_with(**it))?;
    let code = comment.strip_suffix(leader)?.trim();
    let rest = text.get(at + WORD.len()..)?;
    let rest = cut(rest.split('\n').next()?, LONGEST).trim();
    let (rules, reason) = rest.strip_prefix("ignore[")?.split_once(']')?;
    let rules = rules.split(',').map(str::trim).filter(|it| !it.is_empty());
    let mut rules: Vec<String> = rules.take(MOST_RULES).map(str::to_owned).collect();
    rules.sort();
    rules.dedup();
    let (reason, until) = reason_and_day(reason);
    Some(Mark {
        path: String::new(),
        line,
        rules,
        reason: cut(reason, LONGEST_REASON).to_owned(),
        until,
        is_of_whole_file: false,
        // Signs of a comment that goes on are no code.
        is_alone: code.chars().all(|it| "#/*!%;-<".contains(it)),
    })
}

/// A reason, and the day behind `until`. A day that is none takes the reason with it: nobody knows how long it should count.
fn reason_and_day(text: &str) -> (&str, Option<jiff::civil::Date>) {
    let ends: [&str; 3] = ["*/", "-->", "#}"];
    let mut text = text.trim();
    for end in ends {
        text = text.strip_suffix(end).unwrap_or(text).trim_end();
    }
    let text = text.trim_start_matches([':', '-', ' ']);
    let Some(at) = text.rfind("until ") else {
        return (text, None);
    };
    let (reason, day) = (text.get(..at), text.get(at + "until ".len()..));
    let day = day.unwrap_or_default().trim().trim_end_matches('.');
    match day.parse() {
        Ok(day) => {
            let reason = reason.unwrap_or_default().trim_end();
            (reason.trim_end_matches([',', ';', ' ']), Some(day))
        }
        Err(_none) if day.starts_with(|it: char| it.is_ascii_digit()) => ("", None),
        // A sentence with the word in it.
        Err(_none) => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let shown = marks(text).map(|it| {
            let day = it.until.map_or("-".to_owned(), |it| it.to_string());
            let alone = if it.is_alone { " alone" } else { "" };
            format!(
                "{}{alone} {} until {day}: {}",
                it.line,
                it.rules.join("+"),
                it.reason
            )
            .trim_end()
            .to_owned()
        });
        shown.collect::<Vec<String>>().join("\n")
    }

    #[test]
    fn marks_stand_in_comments_of_each_language() {
        insta::assert_snapshot!(check("x = 1\nos.system(x)  # bartizan: ignore[run-through-shell] fixed words, until 2027-01-01\n  // bartizan: ignore[a, b] why not\n/* bartizan: ignore[c]: as long as until it ends */\ndnl bartizan: ignore[d] x until 2027-02-31\n# bartizan: ignore[e]\nx = 'bartizan: ignore[f] no comment'\n# bartizan: other\n"), @"
        2 run-through-shell until 2027-01-01: fixed words
        3 alone a+b until -: why not
        4 alone c until -: as long as until it ends
        5 alone d until -:
        6 alone e until -:
        ");
    }

    proptest! {
        #[test]
        fn never_panics(text in "(bartizan:|ignore\\[|\\]|#|//|until |2027-01-01|[a-z,é \n]){0,40}") {
            check(&text);
        }
    }
}
