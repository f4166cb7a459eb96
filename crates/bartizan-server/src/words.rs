//! Numbers, times and lists as people read them.

use jiff::{Timestamp, tz::TimeZone};

/// The first bytes of a digest, in hexadecimal.
pub fn hexadecimal(bytes: &[u8], most: usize) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let nibbles = bytes
        .iter()
        .take(most)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)))
        .collect()
}

/// A count with its thousands apart: `12,345`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A value: whole numbers as counts, others with two digits, and small ones with two that say something.
pub fn value(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounded and whole, the sign is apart"
        )]
        let whole = value.abs() as u64;
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", count(whole))
    } else if value.is_finite() {
        let digits = match value.abs() {
            small if small < 0.01 => 4,
            small if small < 0.1 => 3,
            _ => 2,
        };
        format!("{value:.digits$}").replace('-', "−")
    } else {
        "not a number".to_owned()
    }
}

/// A count in words where that reads better: up to twelve.
pub fn number_word(number: u64) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let word = usize::try_from(number)
        .ok()
        .and_then(|index| WORDS.get(index));
    word.map_or_else(|| count(number), |word| (*word).to_owned())
}

/// `1 project`, `2 projects`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// What a text says first, up to the end of its first sentence.
pub fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").or_else(|| text.find("; "));
    let first = end.and_then(|end| text.get(..end)).unwrap_or(text);
    first.trim_end_matches('.')
}

/// The first letter as a capital.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The day of an instant: `2026-11-25`.
pub fn day(instant: Timestamp) -> String {
    instant
        .to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d")
        .to_string()
}

/// An instant to the minute.
pub fn minute(instant: Timestamp) -> String {
    instant
        .to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M UTC")
        .to_string()
}

/// Numbers between points, for an order in which `8.2` stands before `8.10`.
pub fn ordered(text: &str) -> Vec<u64> {
    text.split('.')
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

/// How long ago something was, to one unit.
pub fn ago(instant: Timestamp, now: Timestamp) -> String {
    format!(
        "{} ago",
        span((now.as_second() - instant.as_second()).max(0))
    )
}

/// A length of time in one unit.
pub fn span(seconds: i64) -> String {
    let units = [
        (86_400 * 365, "year"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    for (length, unit) in units {
        let number = seconds / length;
        if number > 0 {
            return format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
        }
    }
    "less than a minute".to_owned()
}

/// `a`, `a and b`, `a, b and c`.
pub fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The start of a text, cut at a character.
pub fn clipped(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let start: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn numbers_read_well() {
        let shown = [0.0, 7.0, 1_234.0, 1_234_567.0, -3.0, 0.333_3, f64::NAN].map(value);
        assert_snapshot!(shown.join(" "), @"0 7 1,234 1,234,567 −3 0.33 not a number");
        assert_snapshot!([0, 11, 12, 13].map(number_word).join(" "), @"no eleven twelve 13");
        assert_snapshot!([5, 61, 7_200, 90_000, 86_400 * 800].map(span).join(", "), @"less than a minute, 1 minute, 2 hours, 1 day, 2 years");
        assert_snapshot!(and(&["a".into(), "b".into(), "c".into()]), @"a, b and c");
        assert_snapshot!(clipped("dependency", 5), @"depe…");
    }
}
