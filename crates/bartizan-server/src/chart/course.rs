//! Where a figure stands on its way to a target, and how it came there.

use bartizan_model::Timestamp;
use maud::{Markup, html};

use super::{number, part};
use crate::page::Table;

/// A figure on its way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Course {
    /// Unique on the page.
    pub id: String,
    /// What it shows, in words: now, target and trend.
    pub title: String,
    /// The value now.
    pub value: f64,
    /// The value at the right end of the bar.
    pub end: f64,
    /// What should be reached, the earliest first.
    pub targets: Vec<f64>,
    /// How it went, the earliest first.
    pub history: Vec<(Timestamp, f64)>,
    /// The history as a table.
    pub table: Table,
}

const WIDTH: f64 = 240.0;
const LINE_HEIGHT: f64 = 26.0;

impl Course {
    /// The line of the past over the bar of the present, with a tick at each target.
    pub fn draw(&self) -> Markup {
        let title = format!("{}-title", self.id);
        let description = format!("{}-description", self.id);
        html! {
            svg.course viewBox="0 0 240 50" preserveAspectRatio="none" role="img" aria-labelledby=(format!("{title} {description}")) {
                title id=(title) { (self.title) }
                desc id=(description) { (self.describe()) }
                @if self.history.len() > 1 {
                    polyline.line points=(self.line()) {}
                }
                rect.ground x="0" y="34" width="240" height="8" {}
                rect.bar x="0" y="34" width=(number(WIDTH * part(self.value, self.end))) height="8" {}
                @for target in &self.targets {
                    rect.target x=(number((WIDTH * part(*target, self.end) - 3.0).max(0.0))) y="29" width="3" height="18" {}
                }
            }
        }
    }

    fn describe(&self) -> String {
        match self.history.as_slice() {
            [first, .., last] => format!(
                "The bar shows the present, the tick a target, the line the past: from {} on {} to {} on {}.",
                crate::words::value(first.1),
                crate::words::day(first.0),
                crate::words::value(last.1),
                crate::words::day(last.0)
            ),
            _ => "The bar shows the present, the tick a target. There is no past yet.".to_owned(),
        }
    }

    /// The points of the past, spread by time, the highest at the top.
    fn line(&self) -> String {
        let start = self
            .history
            .first()
            .map_or(0, |(instant, _)| instant.as_second());
        let end = self
            .history
            .last()
            .map_or(0, |(instant, _)| instant.as_second());
        let values = || self.history.iter().map(|(_, value)| *value);
        let lowest = values().fold(f64::INFINITY, f64::min);
        let highest = values().fold(f64::NEG_INFINITY, f64::max);
        let point = |(instant, value): &(Timestamp, f64)| {
            let x = WIDTH * part((instant.as_second() - start) as f64, (end - start) as f64);
            let height = if highest > lowest {
                part(value - lowest, highest - lowest)
            } else {
                0.5
            };
            format!(
                "{},{}",
                number(x),
                number(2.0 + (LINE_HEIGHT - 4.0) * (1.0 - height))
            )
        };
        self.history.iter().map(point).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn the_bar_the_tick_and_the_line() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let course = Course {
            id: "signing".to_owned(),
            title: "11 of 15 sign".to_owned(),
            value: 11.0,
            end: 15.0,
            targets: vec![15.0],
            history: vec![(at(0), 4.0), (at(86_400), 8.0), (at(172_800), 11.0)],
            table: Table::default(),
        };
        assert_snapshot!(course.draw().into_string(), @r#"<svg class="course" viewBox="0 0 240 50" preserveAspectRatio="none" role="img" aria-labelledby="signing-title signing-description"><title id="signing-title">11 of 15 sign</title><desc id="signing-description">The bar shows the present, the tick a target, the line the past: from 4 on 1970-01-01 to 11 on 1970-01-03.</desc><polyline class="line" points="0,24 120,11.4 240,2"></polyline><rect class="ground" x="0" y="34" width="240" height="8"></rect><rect class="bar" x="0" y="34" width="176" height="8"></rect><rect class="target" x="237" y="29" width="3" height="18"></rect></svg>"#);
    }
}
