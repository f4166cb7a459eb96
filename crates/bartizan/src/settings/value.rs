//! The kinds of values that settings take, read alike from a variable and from a file.

use std::path::{Path, PathBuf};

use bartizan_model::{environment::Platform, severity::SeverityLevel};
use bartizan_sources::sync::Authority;
use bartizan_vulnerability::ignore::Ignore;
use clap::ValueEnum;
use toml::de::{DeArray, DeValue};

use crate::term::ColorChoice;

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A severity level.
    Level,
    /// A whole number of days.
    Days,
    /// Yes or no.
    Flag,
    /// A version of Python.
    Python,
    /// A platform, `host` or `any`.
    Platform,
    /// When to colour.
    Color,
    /// A file or directory; in a file it is relative to that file.
    Path,
    /// Any text.
    Text,
    /// Several texts; in a variable they are separated by commas.
    List,
    /// Several files; in a variable they are separated as in `PATH`, in a file they are relative to that file.
    Paths,
    /// The `[[ignore]]` tables.
    Ignores,
    /// The `[[feed]]` tables.
    Feeds,
}

/// A value of one of the kinds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Level(SeverityLevel),
    Days(u32),
    Flag(bool),
    Text(String),
    Color(ColorChoice),
    Path(PathBuf),
    List(Vec<String>),
    Paths(Vec<PathBuf>),
    Ignores(Vec<Ignore>),
    Feeds(Authority),
}

impl Kind {
    /// What it takes, for a hint and for the reference.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Level => "`low`, `medium`, `high` or `critical`",
            Self::Days => "a whole number of days",
            Self::Flag => "`true` or `false`",
            Self::Python => "a version such as `3.13`",
            Self::Platform => {
                "`host`, `any`, or `linux`, `macos`, `windows`, also with a machine (`linux-aarch64`)"
            }
            Self::Color => "`auto`, `always` or `never`",
            Self::Path => "a path",
            Self::Text => "a text",
            Self::List => "a list of texts",
            Self::Paths => "a list of paths",
            Self::Ignores => "tables `[[ignore]]` with `id` and `reason`",
            Self::Feeds => "tables `[[feed]]` with `name`, `from` and `prefixes`",
        }
    }

    /// Reads the value of an environment variable.
    pub(super) fn of_text(self, text: &str) -> Option<Value> {
        let text = text.trim();
        match self {
            Self::Level => level_of_text(text).map(Value::Level),
            Self::Days => text.parse().ok().map(Value::Days),
            Self::Flag => flag_of_text(text).map(Value::Flag),
            Self::Python => is_python_version(text).then(|| Value::Text(text.to_owned())),
            Self::Platform => platform_of_text(text).map(|_| Value::Text(text.to_owned())),
            Self::Color => ColorChoice::from_str(text, true).ok().map(Value::Color),
            Self::Path => Some(Value::Path(PathBuf::from(text))),
            Self::Text => Some(Value::Text(text.to_owned())),
            Self::List => Some(Value::List(items(text.split(',')))),
            Self::Paths => Some(Value::Paths(std::env::split_paths(text).collect())),
            Self::Ignores | Self::Feeds => None,
        }
    }

    /// Reads the value of a key in a file that lies in `directory`.
    pub(super) fn of_toml(self, value: &DeValue<'_>, directory: &Path) -> Option<Value> {
        match (self, value) {
            (Self::Days, DeValue::Integer(days)) => {
                u32::from_str_radix(days.as_str(), days.radix())
                    .ok()
                    .map(Value::Days)
            }
            (Self::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
            (Self::Path, DeValue::String(path)) => Some(Value::Path(directory.join(path.as_ref()))),
            (Self::List, DeValue::Array(entries)) => {
                Some(Value::List(items(texts(entries)?.into_iter())))
            }
            (Self::Paths, DeValue::Array(entries)) => {
                let paths = texts(entries)?.into_iter();
                Some(Value::Paths(
                    paths.map(|path| directory.join(path)).collect(),
                ))
            }
            (Self::Days | Self::Flag | Self::List | Self::Paths, _) => None,
            (kind, DeValue::String(text)) => kind.of_text(text),
            _ => None,
        }
    }
}

impl Value {
    pub(super) fn level(self) -> Option<SeverityLevel> {
        if let Self::Level(level) = self {
            Some(level)
        } else {
            None
        }
    }

    pub(super) fn feeds(self) -> Option<Authority> {
        if let Self::Feeds(authority) = self {
            Some(authority)
        } else {
            None
        }
    }

    pub(super) fn days(self) -> Option<u32> {
        if let Self::Days(days) = self {
            Some(days)
        } else {
            None
        }
    }

    pub(super) fn flag(self) -> Option<bool> {
        if let Self::Flag(flag) = self {
            Some(flag)
        } else {
            None
        }
    }

    pub(super) fn text(self) -> Option<String> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(super) fn color(self) -> Option<ColorChoice> {
        if let Self::Color(color) = self {
            Some(color)
        } else {
            None
        }
    }

    pub(super) fn path(self) -> Option<PathBuf> {
        if let Self::Path(path) = self {
            Some(path)
        } else {
            None
        }
    }

    pub(super) fn list(self) -> Option<Vec<String>> {
        if let Self::List(list) = self {
            Some(list)
        } else {
            None
        }
    }

    pub(super) fn paths(self) -> Option<Vec<PathBuf>> {
        if let Self::Paths(paths) = self {
            Some(paths)
        } else {
            None
        }
    }

    pub(super) fn ignores(self) -> Option<Vec<Ignore>> {
        if let Self::Ignores(ignores) = self {
            Some(ignores)
        } else {
            None
        }
    }
}

fn texts<'a>(entries: &'a DeArray<'_>) -> Option<Vec<&'a str>> {
    entries
        .iter()
        .map(|entry| entry.get_ref().as_str())
        .collect()
}

fn items<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

fn flag_of_text(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A threshold. `none` is not one: it could be read as "fail on nothing" and as "fail on everything".
pub(crate) fn level_of_text(text: &str) -> Option<SeverityLevel> {
    SeverityLevel::parse(text).filter(|level| *level != SeverityLevel::None)
}

/// Whether the text is `3.13` or `3.13.1`.
pub(crate) fn is_python_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| {
        !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (2..=3).contains(&parts.len()) && parts.iter().all(is_number)
}

/// For which platform markers are evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PlatformName {
    /// The one Bartizan runs on.
    Host,
    /// All: no marker leaves anything out.
    Any,
    /// A named one.
    Named(Platform),
}

/// Reads `host`, `any` or a platform's name.
pub(crate) fn platform_of_text(text: &str) -> Option<PlatformName> {
    match text.to_ascii_lowercase().as_str() {
        "host" => Some(PlatformName::Host),
        "any" => Some(PlatformName::Any),
        name => Platform::parse(name).map(PlatformName::Named),
    }
}
