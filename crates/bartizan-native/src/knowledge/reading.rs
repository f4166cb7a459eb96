//! How a version is read out of what a file shows: a number that a function returns, a text, a name.
//!
//! Whatever does not fit gives no version: a fork that counts in its own way must not be misread.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use regex_lite::{Regex, RegexBuilder};

/// What is taken for a version where no pattern says it: numbers with full stops, and perhaps one letter.
const PLAIN: &str = r"^[vV]?([0-9]+(?:\.[0-9]+)+[a-z]?)$";

/// The longest version that is believed.
const LONGEST_VERSION: usize = 64;

/// How a text or number becomes a version.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What a number means; `None` where the text is the version.
    pub form: Option<NumberForm>,
    /// What is looked for in a text; its first group is the version or the number.
    pub pattern: Option<Pattern>,
    /// The version made of the groups, `0.$1`; without it the first group.
    pub template: Option<String>,
    /// What is read, and the release that it means. Where it is not empty, nothing else is a release.
    pub map: BTreeMap<String, String>,
}

/// What the digits of a number mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberForm {
    /// Fields of bits, the most significant first.
    Bits(Vec<Part>),
    /// Fields of decimal digits, the most significant first.
    Digits(Vec<Part>),
    /// `MNNFFPPS` of OpenSSL, with letters before 3.0.
    OpenSsl,
    /// Three numbers, stored where the arguments point to.
    Arguments,
}

/// One field of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How many bits or digits it has.
    pub width: u32,
    /// Whether it is part of the version.
    pub is_shown: bool,
    /// Whether it is left out where it is zero.
    pub is_optional: bool,
    /// Whether there is no version where it is zero.
    pub is_required: bool,
}

/// A regular expression that is compiled when it is first used.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    compiled: Arc<OnceLock<Option<Regex>>>,
}

impl Pattern {
    /// The pattern, not looked at yet.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            compiled: Arc::default(),
        }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Compiles it, and says how many groups it has.
    pub fn groups(&self) -> Result<usize, regex_lite::Error> {
        Ok(build(&self.text)?.captures_len())
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| build(&self.text).ok())
            .as_ref()
    }
}

fn build(text: &str) -> Result<Regex, regex_lite::Error> {
    RegexBuilder::new(text).size_limit(1 << 16).build()
}

impl Reading {
    /// The version that a text tells.
    pub fn of_text(&self, text: &str) -> Option<String> {
        static DEFAULT: OnceLock<Option<Regex>> = OnceLock::new();
        let regex = match &self.pattern {
            Some(pattern) => pattern.regex(),
            None => DEFAULT.get_or_init(|| build(PLAIN).ok()).as_ref(),
        }?;
        let groups = regex.captures(text)?;
        let first = groups.get(1)?.as_str();
        if let Some(form) = &self.form {
            return form
                .version(first.parse().ok()?)
                .and_then(|it| self.release(it));
        }
        let mut version = String::new();
        match &self.template {
            Some(template) => groups.expand(template, &mut version),
            None => version.push_str(first),
        }
        self.release(version)
    }

    /// The version that a number means.
    pub fn of_number(&self, number: u64) -> Option<String> {
        self.form
            .as_ref()?
            .version(number)
            .and_then(|it| self.release(it))
    }

    /// The version that three numbers are.
    pub fn of_numbers(&self, numbers: [u64; 3]) -> Option<String> {
        let is_small = numbers.iter().all(|number| *number < 100_000)
            && numbers.iter().any(|number| *number > 0);
        if self.form != Some(NumberForm::Arguments) || !is_small {
            return None;
        }
        let [major, minor, patch] = numbers;
        self.release(format!("{major}.{minor}.{patch}"))
    }

    fn release(&self, read: String) -> Option<String> {
        if !self.map.is_empty() {
            return self.map.get(&read).cloned();
        }
        let is_version =
            read.len() <= LONGEST_VERSION && read.bytes().any(|byte| byte.is_ascii_digit());
        is_version.then_some(read)
    }
}

impl NumberForm {
    /// Reads `bits:8.8.8`, `digits:1.2.2`, `digits:1.3.3.x1`, `digits:1+.2.1?`, `openssl` or `arguments`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "openssl" => return Some(Self::OpenSsl),
            "arguments" => return Some(Self::Arguments),
            _ => {}
        }
        let (family, rest) = text.split_once(':')?;
        let parts = rest.split('.').map(part).collect::<Option<Vec<Part>>>()?;
        let width: u32 = parts.iter().map(|part| part.width).sum();
        match family {
            "bits" if width <= 64 => Some(Self::Bits(parts)),
            "digits" if width <= 18 => Some(Self::Digits(parts)),
            _ => None,
        }
    }

    /// The version that a number means; `None` where it does not fit, or is zero in its first field and the next.
    pub fn version(&self, number: u64) -> Option<String> {
        match self {
            Self::Bits(parts) => fields(parts, number, |width| 1_u64.checked_shl(width)),
            Self::Digits(parts) => fields(parts, number, |width| 10_u64.checked_pow(width)),
            Self::OpenSsl => openssl(number),
            Self::Arguments => None,
        }
    }
}

fn part(text: &str) -> Option<Part> {
    let shown = text.strip_prefix('x').unwrap_or(text);
    let digits = shown.trim_end_matches(['?', '+']);
    let sign = shown.strip_prefix(digits)?;
    let width = digits
        .parse()
        .ok()
        .filter(|width| (1..=32).contains(width))?;
    Some(Part {
        width,
        is_shown: shown.len() == text.len(),
        is_optional: sign == "?",
        is_required: sign == "+",
    })
    .filter(|_| sign.len() < 2)
}

/// Takes fields from the least significant end.
fn fields(parts: &[Part], number: u64, size: impl Fn(u32) -> Option<u64>) -> Option<String> {
    let mut rest = number;
    let mut shown = Vec::new();
    for part in parts.iter().rev() {
        let size = size(part.width)?;
        let value = rest.checked_rem(size)?;
        rest = rest.checked_div(size)?;
        if part.is_required && value == 0 {
            return None;
        }
        if part.is_shown && !(part.is_optional && value == 0) {
            shown.push(value.to_string());
        }
    }
    let is_nothing = shown.iter().rev().take(2).all(|value| value == "0");
    if rest != 0 || is_nothing {
        return None;
    }
    shown.reverse();
    Some(shown.join("."))
}

/// The layout that OpenSSL documents for `OPENSSL_VERSION_NUMBER`.
fn openssl(number: u64) -> Option<String> {
    let field = |shift: u32, mask: u64| (number >> shift) & mask;
    let (major, minor, fix, patch) = (
        field(28, 0xff),
        field(20, 0xff),
        field(12, 0xff),
        field(4, 0xff),
    );
    if !(1..=9).contains(&major) || number >> 32 != 0 {
        return None;
    }
    if major >= 3 {
        return Some(format!("{major}.{minor}.{patch}"));
    }
    let letter = match u8::try_from(patch) {
        Ok(0) => String::new(),
        Ok(patch @ 1..=26) => char::from(b'a' + patch - 1).to_string(),
        _ => return None,
    };
    Some(format!("{major}.{minor}.{fix}{letter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &str, numbers: &[u64]) -> String {
        let Some(form) = NumberForm::parse(form) else {
            return "no form".to_owned();
        };
        let read = numbers
            .iter()
            .map(|number| form.version(*number).unwrap_or("-".to_owned()));
        read.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_become_versions() {
        insta::assert_snapshot!(check("bits:8.8.8", &[0x01_0301, 0x0006_0000, 0x020f, 0x0002, 0x0101_0301]), @"1.3.1 6.0.0 0.2.15 - -");
        insta::assert_snapshot!(check("bits:8.12.12", &[0x0100_0009]), @"1.0.9");
        insta::assert_snapshot!(check("digits:1.2.2", &[10639, 21406, 1_050_700, 7]), @"1.6.39 2.14.6 - -");
        insta::assert_snapshot!(check("digits:1.3.3.x1", &[50_040_022]), @"5.4.2");
        insta::assert_snapshot!(check("digits:1+.2.1?", &[2150, 2131, 20_600, 140]), @"2.15 2.13.1 - -");
        insta::assert_snapshot!(check("openssl", &[0x1010_115f, 0x3010_0000, 0x3050_0010, 0x1000_0000, 0]), @"1.1.1u 3.1.0 3.5.1 1.0.0 -");
        insta::assert_snapshot!(check("bits:8.x.8", &[]), @"no form");
        insta::assert_snapshot!(check("bits:32.32.1", &[]), @"no form");
    }

    #[test]
    fn texts_become_versions() {
        let reading = |pattern: Option<&str>, template: Option<&str>, form: Option<&str>| Reading {
            form: form.and_then(NumberForm::parse),
            pattern: pattern.map(Pattern::new),
            template: template.map(str::to_owned),
            map: BTreeMap::new(),
        };
        let plain = reading(None, None, None);
        assert_eq!(plain.of_text("v1.2.13").as_deref(), Some("1.2.13"));
        assert_eq!(plain.of_text("1.3.1.zlib-ng"), None);
        let release = reading(Some(r"-r0\.([0-9.]+[0-9])"), Some("0.$1"), None);
        assert_eq!(
            release.of_text("libopenblasp-r0.3.17.so").as_deref(),
            Some("0.3.17")
        );
        let number = reading(Some("^([0-9]{5})$"), None, Some("digits:1.2.2"));
        assert_eq!(number.of_text("20914").as_deref(), Some("2.9.14"));
    }

    #[test]
    fn a_map_names_every_release() {
        let reading = Reading {
            form: None,
            pattern: Some(Pattern::new("^(2020-08-14)")),
            template: None,
            map: BTreeMap::from([("2020-08-14".to_owned(), "3.33.0".to_owned())]),
        };
        assert_eq!(
            reading.of_text("2020-08-14 13:23:32 fca8").as_deref(),
            Some("3.33.0")
        );
        assert_eq!(reading.of_text("2020-08-15 13:23:32 fca8"), None);
    }
}
