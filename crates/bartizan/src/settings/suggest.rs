//! The nearest name to a misspelt one.

/// The name that needs the fewest single-letter changes, where few are enough to mean it.
pub(crate) fn nearest<'a>(
    typed: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase().replace('_', "-");
    let limit = (typed.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (distance(&typed, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein's distance, for short names. A long text is far from every name.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > 64 {
        return a.len();
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            left = (diagonal + usize::from(x != y))
                .min(above + 1)
                .min(left + 1);
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_does_not() {
        let names = ["fail-on", "max-age", "ignore", "python", "platform"];
        for (typed, expect) in [
            ("max-agee", Some("max-age")),
            ("max_age", Some("max-age")),
            ("ignores", Some("ignore")),
            ("falion", Some("fail-on")),
            ("Pyhton", Some("python")),
            ("colour-scheme", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, names), expect, "{typed}");
        }
    }
}
