//! Arguments that several commands share, and the reading of single values.

use std::path::PathBuf;

use bartizan_model::{Timestamp, severity::SeverityLevel};
use clap::{
    Args, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use jiff::{civil::Date, tz::TimeZone};

use crate::{settings, term::ColorChoice};

/// Arguments that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct GlobalArguments {
    /// Directory in which Bartizan keeps its advisories [env: `BARTIZAN_HOME`] [default: `bartizan` in the XDG data directory]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Global options"
    )]
    pub(crate) home: Option<PathBuf>,

    /// Settings file to read in place of the nearest `bartizan.toml`
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(crate) config: Option<PathBuf>,

    /// When to colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        help_heading = "Global options"
    )]
    pub(crate) color: Option<ColorChoice>,

    /// Make no network call at all
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) offline: bool,

    /// Say nothing on standard error but errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub(crate) quiet: bool,

    /// Say more: which rule matched, which settings were read
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) verbose: bool,
}

/// Arguments of every command that answers from the advisories.
#[derive(Debug, Clone, Args)]
pub(crate) struct FreshnessArguments {
    /// Days after a source's last import from which its advisories are too old (exit code 4) [default: 7]
    #[arg(long, value_name = "DAYS", help_heading = "Freshness")]
    pub(crate) max_age: Option<u32>,

    /// The moment that counts as now, such as `2026-11-23` or `2026-11-23T10:00:00Z`, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Freshness")]
    pub(crate) as_of: Option<Timestamp>,

    /// Accept the embedded sample of advisories where there is no snapshot
    #[arg(long, help_heading = "Freshness")]
    pub(crate) allow_starter: bool,
}

/// Arguments of the commands that answer from the advisories in one of several formats.
#[derive(Debug, Clone, Args)]
pub(crate) struct AnswerArguments<F: ValueEnum + Send + Sync + 'static> {
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: F,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) freshness: FreshnessArguments,
}

/// The severity levels that can be a threshold.
pub(crate) fn level() -> impl TypedValueParser<Value = SeverityLevel> {
    PossibleValuesParser::new(["low", "medium", "high", "critical"])
        .try_map(|text| settings::level_of_text(&text).ok_or("not a severity"))
}

/// A version of Python.
pub(crate) fn python(text: &str) -> Result<String, String> {
    if settings::is_python_version(text) {
        Ok(text.to_owned())
    } else {
        Err("write a version such as 3.13 or 3.13.1".to_owned())
    }
}

/// The name of a platform; it is resolved where it is used.
pub(crate) fn platform(text: &str) -> Result<String, String> {
    match settings::platform_of_text(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "it takes {}",
            settings::Kind::Platform.describe().replace('`', "")
        )),
    }
}

/// A moment: RFC 3339, or a day, which means its beginning in UTC.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() <= 10);
    let moment = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    moment
        .map(|moment| moment.timestamp())
        .ok_or_else(|| "write 2026-11-23 or 2026-11-23T10:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn a_day_is_its_beginning() {
        assert_eq!(
            time("2026-11-23").unwrap().to_string(),
            "2026-11-23T00:00:00Z"
        );
        assert_eq!(
            time("2026-11-23T10:00:00+02:00").unwrap().to_string(),
            "2026-11-23T08:00:00Z"
        );
        assert!(time("yesterday").is_err() && time("2026-13-01").is_err());
    }
}
