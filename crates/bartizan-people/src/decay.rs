//! How the past fades: what lies two years back counts half.

use bartizan_model::Timestamp;

/// After how many days something counts half. Two years are one cycle of support in Scientific Python (SPEC 0).
pub const HALF_LIFE_DAYS: f64 = 730.0;

/// What something then is worth now, from 0 to 1. What claims to lie ahead counts as now, and what has no time not at all.
pub fn weight(then: Option<Timestamp>, now: Timestamp) -> f64 {
    then.map_or(0.0, |then| (-days(then, now) / HALF_LIFE_DAYS).exp2())
}

/// The days from one moment to a later one; 0 where it is no later one.
pub fn days(from: Timestamp, to: Timestamp) -> f64 {
    ((to.as_second() - from.as_second()) as f64 / 86_400.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::sample::day;

    #[test]
    fn two_years_are_half() {
        let now = day("2024-01-01");
        assert!((weight(Some(now), now) - 1.0).abs() < 1e-9);
        assert!((weight(Some(day("2022-01-01")), now) - 0.5).abs() < 1e-9);
        assert!((weight(Some(day("9999-01-01")), now) - 1.0).abs() < 1e-9);
        assert!(weight(None, now) < 1e-9);
    }
}
