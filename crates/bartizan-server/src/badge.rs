//! Badges: a label and a word as a small picture that stands in a project's own page.

use maud::html;

use crate::page::Sign;

/// The picture of a badge.
pub fn draw(label: &str, word: &str, sign: Sign) -> String {
    let (left, right) = (width(label), width(word));
    let colour = match sign {
        Sign::Good => "#1a673b",
        Sign::Stated => "#0a5670",
        Sign::Watch => "#855300",
        Sign::Bad => "#9c2328",
        Sign::Unknown | Sign::Neutral => "#58646c",
    };
    let whole = left + right;
    let text = format!("{label}: {word}");
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(whole) height="20" viewBox=(format!("0 0 {whole} 20")) role="img" aria-label=(text) {
            title { (text) }
            rect width=(whole) height="20" rx="4" fill="#2d353b" {}
            path fill=(colour) d=(format!("M{left} 0H{}a4 4 0 0 1 4 4V16a4 4 0 0 1-4 4H{left}z", whole - 4)) {}
            g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" text-anchor="middle" {
                text x=(left / 2) y="14" { (label) }
                text x=(left + right / 2) y="14" { (word) }
            }
        }
    }
    .into_string()
}

/// Room for a text of eleven points, with a margin on both sides.
fn width(text: &str) -> u32 {
    let tenths: u32 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | ' ' => 38,
            'm' | 'w' | 'M' | 'W' => 102,
            'A'..='Z' => 78,
            _ => 68,
        })
        .sum();
    (tenths / 10).min(400) + 14
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn a_badge_is_a_picture_with_its_words() {
        assert_snapshot!(draw("advisories", "none <open>", Sign::Good), @r##"<svg xmlns="http://www.w3.org/2000/svg" width="161" height="20" viewBox="0 0 161 20" role="img" aria-label="advisories: none &lt;open&gt;"><title>advisories: none &lt;open&gt;</title><rect width="161" height="20" rx="4" fill="#2d353b"></rect><path fill="#1a673b" d="M76 0H157a4 4 0 0 1 4 4V16a4 4 0 0 1-4 4H76z"></path><g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" text-anchor="middle"><text x="38" y="14">advisories</text><text x="118" y="14">none &lt;open&gt;</text></g></svg>"##);
    }
}
