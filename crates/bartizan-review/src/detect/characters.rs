//! Characters that make a text look like another one: those that turn it around, those that are not seen, those that look
//! like others ([Unicode Technical Standard 39](https://www.unicode.org/reports/tr39/)).

use bartizan_model::severity::SeverityLevel::{High, Low, Medium};

use super::Subject;
use crate::{
    kind::{Language, Role},
    lines::{cut, normalised, numbered},
    sighting::Seen,
};

/// How many of each are told of one file.
const MOST_TOLD: usize = 50;

/// Letters that look like those of ASCII in nearly every font.
const LIKE_ASCII: &str = "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϳɡꞬ";

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Some(text) = subject.text.filter(|text| !text.is_ascii()) else {
        return;
    };
    if subject.language == Language::Translation {
        return;
    }
    let (mut turning, mut hidden, mut alike) = (0, 0, 0);
    let is_code = subject.language.is_code();
    for (number, line) in numbered(text).filter(|(_, line)| !line.is_ascii()) {
        let start = if number == 1 {
            line.trim_start_matches('\u{feff}')
        } else {
            line
        };
        if turning < MOST_TOLD && start.contains(is_turning) {
            turning += 1;
            seen.push(turned(start, number, is_code));
        }
        if hidden < MOST_TOLD && is_code && is_hiding(start) {
            hidden += 1;
            let message = "a character in it is not seen";
            let it = Seen::new("invisible-character", Some(number), escaped(start), message);
            let severity = if subject.role == Role::Documentation {
                Low
            } else {
                Medium
            };
            // A run of them carries a message; within a name one makes it another name.
            let run = start.chars().filter(|it| is_carrier(*it)).count();
            let is_high = run >= 8 || is_within_name(start);
            seen.push(it.severity(if is_high { High } else { severity }));
        }
        if alike < MOST_TOLD
            && is_code
            && let Some(word) = mixed_word(start)
        {
            alike += 1;
            let message = format!(
                "`{}` has letters of ASCII and letters that only look like them",
                escaped(word)
            );
            seen.push(Seen::new(
                "confusable-name",
                Some(number),
                escaped(word),
                message,
            ));
        }
    }
}

fn turned(line: &str, number: u32, is_code: bool) -> Seen {
    let message =
        "characters in it turn the text around, so that it reads as something else than it is";
    let it = Seen::new("turned-text", Some(number), escaped(line), message);
    if is_code { it } else { it.severity(Low) }
}

/// Embeddings, overrides and isolates of directions.
fn is_turning(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a line hides something: a character without width between ASCII, or one of those that carry bytes.
fn is_hiding(line: &str) -> bool {
    let mut before = ' ';
    line.chars().any(|character| {
        let is_first = std::mem::replace(&mut before, character).is_ascii();
        is_carrier(character)
            || matches!(
                character,
                '\u{ad}' | '\u{180e}' | '\u{2060}'
                    ..='\u{2064}' | '\u{feff}' | '\u{3164}' | '\u{115f}' | '\u{1160}'
            )
            || (matches!(character, '\u{200b}'..='\u{200f}') && is_first)
    })
}

/// Whether a character without width stands between two signs of a name.
fn is_within_name(line: &str) -> bool {
    let is_part = |it: Option<&char>| it.is_some_and(|it| it.is_ascii_alphanumeric() || *it == '_');
    let characters: Vec<char> = line.chars().collect();
    characters.windows(3).any(|near| {
        let is_unseen = matches!(
            near.get(1),
            Some('\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
        );
        is_unseen && is_part(near.first()) && is_part(near.last())
    })
}

/// Tags and the variation selectors that no sign needs: a byte each, and nothing is seen of them.
fn is_carrier(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e01ef}')
}

/// A word in which letters of ASCII and letters that look like them stand together.
fn mixed_word(line: &str) -> Option<&str> {
    let mut words = line.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.find(|word| {
        let has_ascii = word.bytes().any(|byte| byte.is_ascii_alphabetic());
        let others: Vec<char> = word.chars().filter(|it| !it.is_ascii()).collect();
        has_ascii && !others.is_empty() && others.iter().all(|it| LIKE_ASCII.contains(*it))
    })
}

/// A text in which nothing is hidden, cut.
fn escaped(text: &str) -> String {
    let text = normalised(cut(text, 400));
    let mut shown = String::new();
    for character in text.chars() {
        match character {
            it if it.is_ascii() => shown.push(it),
            it => shown.extend(it.escape_unicode()),
        }
    }
    cut(&shown, 400).to_owned()
}
