//! What a value is made of: a bar in parts, with the parts by name beside it.

use maud::{Markup, html};

use super::{number, part};
use crate::{page::Table, words};

/// The parts of a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shares {
    /// Unique on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The parts, the largest first.
    pub parts: Vec<(String, f64)>,
    /// The same as a table.
    pub table: Table,
}

/// More parts than can be told apart are drawn as one.
const MOST: usize = 5;

impl Shares {
    /// The bar over the names of its parts.
    pub fn draw(&self) -> Markup {
        let whole: f64 = self.parts.iter().map(|(_, value)| value.max(0.0)).sum();
        let (title, description) = (
            format!("{}-title", self.id),
            format!("{}-description", self.id),
        );
        let shown = gathered(&self.parts);
        html! {
            svg.shares viewBox="0 0 1000 22" preserveAspectRatio="none" role="img" aria-labelledby=(format!("{title} {description}")) {
                title id=(title) { (self.title) }
                desc id=(description) { (told(&self.parts)) }
                (segments(&shown, whole, 22.0))
            }
            ul.legend.wide aria-hidden="true" {
                @for (index, (name, value)) in shown.iter().enumerate() {
                    li { svg width="10" height="10" { rect class=(format!("part-{index}")) width="10" height="10" rx="2" {} } (name) " " b { (words::value(*value)) } }
                }
            }
        }
    }
}

/// A small bar for a cell, out of one. What it shows is said beside it in words.
pub fn bar(parts: &[(String, f64)]) -> Markup {
    html! {
        svg.shares.small viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.ground width="1000" height="10" {}
            (segments(&gathered(parts), 1.0, 10.0))
        }
        span.hidden { (told(parts)) }
    }
}

fn segments(parts: &[(String, f64)], whole: f64, height: f64) -> Markup {
    let mut from = 0.0;
    let mut places = Vec::new();
    for (_, value) in parts {
        let width = 1_000.0 * part(value.max(0.0), whole);
        places.push((
            from,
            if width > 0.0 {
                (width - 3.0).max(1.0)
            } else {
                0.0
            },
        ));
        from += width;
    }
    html! {
        @for (index, (x, width)) in places.iter().enumerate() {
            @if *width > 0.0 { rect class=(format!("part-{index}")) x=(number(*x)) width=(number(*width)) height=(number(height)) {} }
        }
    }
}

fn gathered(parts: &[(String, f64)]) -> Vec<(String, f64)> {
    let mut shown: Vec<(String, f64)> = parts.iter().take(MOST).cloned().collect();
    let rest = parts.get(MOST..).unwrap_or_default();
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, value)| value).sum();
        shown.push((format!("{} more", rest.len()), sum));
    }
    shown
}

fn told(parts: &[(String, f64)]) -> String {
    let each = parts.iter().take(MOST);
    let mut told: Vec<String> = each
        .map(|(name, value)| format!("{name} {}", words::value(*value)))
        .collect();
    if parts.len() > MOST {
        told.push(format!("{} more", parts.len() - MOST));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn a_bar_says_its_parts_in_words() {
        let parts = vec![("libwebp".to_owned(), 0.25), ("libtiff".to_owned(), 0.125)];
        assert_snapshot!(bar(&parts).into_string(), @r#"<svg class="shares small" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="1000" height="10"></rect><rect class="part-0" x="0" width="247" height="10"></rect><rect class="part-1" x="250" width="122" height="10"></rect></svg><span class="hidden">libwebp 0.25, libtiff 0.12</span>"#);
    }

    #[test]
    fn many_parts_are_gathered() {
        let parts: Vec<(String, f64)> = (0..9).map(|index| (format!("p{index}"), 0.1)).collect();
        assert_eq!(gathered(&parts).len(), MOST + 1);
        assert_eq!(gathered(&parts)[MOST].0, "4 more");
    }
}
