//! Quarters of years, from data alone.

use bartizan_model::Timestamp;
use jiff::{civil::Date, tz::TimeZone};

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quarter {
    year: i16,
    /// From 1 to 4.
    number: i8,
}

impl Quarter {
    /// The quarter of an instant.
    pub(super) fn of(instant: Timestamp) -> Self {
        let date = instant.to_zoned(TimeZone::UTC).date();
        Self {
            year: date.year(),
            number: (date.month() - 1) / 3 + 1,
        }
    }

    /// Reads `2026-Q4`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once("-Q")?;
        let quarter = Self {
            year: year.parse().ok()?,
            number: number.parse().ok()?,
        };
        let is_sound = (1..=4).contains(&quarter.number) && (1970..=9_000).contains(&quarter.year);
        is_sound
            .then_some(quarter)
            .filter(|quarter| quarter.id() == text)
    }

    /// `2026-Q4`.
    pub(super) fn id(self) -> String {
        format!("{}-Q{}", self.year, self.number)
    }

    /// The quarter before.
    pub(super) fn before(self) -> Self {
        if self.number == 1 {
            Self {
                year: self.year - 1,
                number: 4,
            }
        } else {
            Self {
                number: self.number - 1,
                ..self
            }
        }
    }

    fn after(self) -> Self {
        if self.number == 4 {
            Self {
                year: self.year + 1,
                number: 1,
            }
        } else {
            Self {
                number: self.number + 1,
                ..self
            }
        }
    }

    /// Its first instant.
    pub(super) fn start(self) -> Option<Timestamp> {
        let date = Date::new(self.year, (self.number - 1) * 3 + 1, 1).ok()?;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
    }

    /// The first instant after it.
    pub(super) fn end(self) -> Option<Timestamp> {
        self.after().start()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_read_and_has_its_bounds() {
        let quarter = Quarter::of("2026-11-25T10:00:00Z".parse().unwrap());
        assert_eq!(quarter.id(), "2026-Q4");
        assert_eq!(quarter.start().unwrap().to_string(), "2026-10-01T00:00:00Z");
        assert_eq!(quarter.end().unwrap().to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(Quarter::parse("2026-Q1").unwrap().before().id(), "2025-Q4");
        for text in [
            "2026-Q5", "2026-Q0", "x-Q1", "2026Q1", "02026-Q1", "2026-Q01", "-5-Q1",
        ] {
            assert_eq!(Quarter::parse(text), None, "{text}");
        }
    }
}
