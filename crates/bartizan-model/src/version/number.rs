//! Whole numbers of any length, as versions hold them: a date with a time and a build number exceeds 64 bits.

use std::{cmp::Ordering, fmt};

/// A whole number that is not negative. Small ones are held in place, longer ones as their digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(Digits);

/// Every value has one form: `Long` holds only what does not fit `Short`, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Digits {
    Short(u64),
    Long(Box<str>),
}

impl Number {
    /// Nought.
    pub const ZERO: Self = Self(Digits::Short(0));

    /// Reads ASCII digits; `None` when there is none or something else among them.
    pub fn parse(digits: &str) -> Option<Self> {
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self::ZERO);
        }
        let number = significant
            .parse()
            .map_or_else(|_| Digits::Long(significant.into()), Digits::Short);
        Some(Self(number))
    }

    /// Whether it is nought.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// The number, where 64 bits hold it.
    pub fn to_u64(&self) -> Option<u64> {
        match self.0 {
            Digits::Short(value) => Some(value),
            Digits::Long(_) => None,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Digits::Short(a), Digits::Short(b)) => a.cmp(b),
            (Digits::Short(_), Digits::Long(_)) => Ordering::Less,
            (Digits::Long(_), Digits::Short(_)) => Ordering::Greater,
            (Digits::Long(a), Digits::Long(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(Digits::Short(value))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Digits::Short(value) => write!(f, "{value}"),
            Digits::Long(digits) => f.write_str(digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, expect: Ordering, b: &str) {
        let (a, b) = (Number::parse(a).unwrap(), Number::parse(b).unwrap());
        assert_eq!(a.cmp(&b), expect, "{a} {b}");
        assert_eq!(b.cmp(&a), expect.reverse(), "{b} {a}");
    }

    #[test]
    fn leading_zeros_say_nothing() {
        check("007", Ordering::Equal, "7");
        check(
            "000018446744073709551616",
            Ordering::Equal,
            "18446744073709551616",
        );
        check("000", Ordering::Equal, "0");
    }

    #[test]
    fn numbers_that_exceed_64_bits_keep_their_order() {
        check(
            "18446744073709551615",
            Ordering::Less,
            "18446744073709551616",
        );
        check(
            "18446744073709551616",
            Ordering::Less,
            "18446744073709551617",
        );
        check(
            "99999999999999999999",
            Ordering::Less,
            "100000000000000000000",
        );
        check("9", Ordering::Less, "100000000000000000000");
    }

    #[test]
    fn only_ascii_digits_are_numbers() {
        for text in ["", "-1", "+1", "1a", "٣", " 1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
