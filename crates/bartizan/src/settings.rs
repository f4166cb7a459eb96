//! Settings: what may be set, where it comes from, and which place wins.
//!
//! Command line before environment before the nearest `bartizan.toml` (or `[tool.bartizan]` of a
//! `pyproject.toml`) before the user's own file, key by key. The command line is laid over by each command.

mod feed;
mod file;
mod ignore;
mod locate;
mod suggest;
mod value;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bartizan_model::severity::SeverityLevel;
use bartizan_sources::sync::Authority;
use bartizan_vulnerability::ignore::Ignore;

pub(crate) use suggest::nearest;
pub use value::Kind;
pub(crate) use value::{PlatformName, is_python_version, level_of_text, platform_of_text};

use crate::{environment::Environment, error::Failure, exit::DEFAULT_THRESHOLD, term::ColorChoice};
use locate::Found;
use value::Value;

/// What is wrong with the text of a settings file, if anything, as the user is told it.
///
/// A file named `pyproject.toml` is read for its `[tool.bartizan]` table only, one named `bartizan-risks.toml` for the
/// accepted risks that it holds.
pub fn complaint(path: &Path, text: &str, scope: Scope) -> Option<String> {
    let found = Found {
        path: path.to_owned(),
        scope,
        text: text.to_owned(),
    };
    let is_of_risks = path.file_name().is_some_and(|name| name == locate::RISKS);
    let failure = if is_of_risks {
        file::risks(&found).err()
    } else {
        file::read(&found).err()
    };
    failure.map(|failure| failure.message)
}

/// One thing that may be set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The key in a settings file, with its table.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What holds when nobody sets it, in words.
    pub default: &'static str,
    /// The environment variable, where there is one.
    pub variable: Option<&'static str>,
    /// Who may set it.
    pub scope: Scope,
    /// What it does, as a sentence.
    pub meaning: &'static str,
}

/// Who may set something in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A project's file and the user's.
    Project,
    /// Only the user: a project that is merely looked at must not say where Bartizan writes or whom it asks.
    User,
}

/// Everything that may be set, in the order of the reference.
pub static ALL: &[Setting] = &[
    Setting {
        name: "fail-on",
        kind: Kind::Level,
        default: "high",
        variable: Some("BARTIZAN_FAIL_ON"),
        scope: Scope::Project,
        meaning: "The severity from which a finding leads to exit code 1; a severity that nobody states counts as at it.",
    },
    Setting {
        name: "max-age",
        kind: Kind::Days,
        default: "7",
        variable: Some("BARTIZAN_MAX_AGE"),
        scope: Scope::Project,
        meaning: "How many days after a source's last import its advisories count as too old (exit code 4).",
    },
    Setting {
        name: "allow-starter",
        kind: Kind::Flag,
        default: "false",
        variable: Some("BARTIZAN_ALLOW_STARTER"),
        scope: Scope::Project,
        meaning: "Whether the embedded sample of advisories is good enough when there is no snapshot.",
    },
    Setting {
        name: "python",
        kind: Kind::Python,
        default: "the active environment's, else the newest that the target allows",
        variable: Some("BARTIZAN_PYTHON"),
        scope: Scope::Project,
        meaning: "The Python version that markers are evaluated for, such as `3.13`.",
    },
    Setting {
        name: "platform",
        kind: Kind::Platform,
        default: "host",
        variable: Some("BARTIZAN_PLATFORM"),
        scope: Scope::Project,
        meaning: "The platform that markers are evaluated for; with `any` no marker leaves anything out.",
    },
    Setting {
        name: "ignore",
        kind: Kind::Ignores,
        default: "none",
        variable: None,
        scope: Scope::Project,
        meaning: "Vulnerabilities that do not count: `id` and `reason`, optionally `package`, `expires` (the last day) and `justification` (why nothing is affected, a word of VEX).",
    },
    Setting {
        name: "risks",
        kind: Kind::Path,
        default: "`bartizan-risks.toml` beside the nearest settings file, else in the current directory",
        variable: Some("BARTIZAN_RISKS"),
        scope: Scope::Project,
        meaning: "The file of accepted risks: tables `[[risk]]` with `id`, `reason`, `owner`, `accepted` and `expires`, optionally `package`.",
    },
    Setting {
        name: "vex",
        kind: Kind::Paths,
        default: "none",
        variable: Some("BARTIZAN_VEX"),
        scope: Scope::Project,
        meaning: "VEX documents (OpenVEX, CSAF or CycloneDX, JSON) whose statements are laid over the findings.",
    },
    Setting {
        name: "hygiene",
        kind: Kind::Flag,
        default: "true",
        variable: Some("BARTIZAN_HYGIENE"),
        scope: Scope::Project,
        meaning: "Whether `scan` judges hygiene beside vulnerabilities: deceptive names, releases that nobody stands behind, loose requirements.",
    },
    Setting {
        name: "native",
        kind: Kind::Flag,
        default: "true",
        variable: Some("BARTIZAN_NATIVE"),
        scope: Scope::Project,
        meaning: "Whether `scan` looks for native libraries in wheels and environments.",
    },
    Setting {
        name: "profile",
        kind: Kind::Path,
        default: "`scientific-python`, which Bartizan carries",
        variable: Some("BARTIZAN_PROFILE"),
        scope: Scope::Project,
        meaning: "The profile of an ecosystem (TOML): the weights of the risk score, and the modules that distributions install.",
    },
    Setting {
        name: "popular",
        kind: Kind::Path,
        default: "our own selection",
        variable: Some("BARTIZAN_POPULAR"),
        scope: Scope::Project,
        meaning: "A file with the names that `look-alike-name` compares with, one a line; `~ name` is one that few install, of which fewer slips are told; `= name` is a real package that is no imitation.",
    },
    Setting {
        name: "color",
        kind: Kind::Color,
        default: "auto",
        variable: Some("BARTIZAN_COLOR"),
        scope: Scope::User,
        meaning: "When to colour; `auto` means on a terminal without `NO_COLOR`.",
    },
    Setting {
        name: "offline",
        kind: Kind::Flag,
        default: "false",
        variable: Some("BARTIZAN_OFFLINE"),
        scope: Scope::Project,
        meaning: "Whether the network is left alone altogether.",
    },
    Setting {
        name: "home",
        kind: Kind::Path,
        default: "`bartizan` in the XDG data directory",
        variable: Some("BARTIZAN_HOME"),
        scope: Scope::User,
        meaning: "The directory in which Bartizan keeps its advisories.",
    },
    Setting {
        name: "feed",
        kind: Kind::Feeds,
        default: "none",
        variable: None,
        scope: Scope::User,
        meaning: "Feeds that `db sync` reads besides the public sources: `name`, `from` (a path or an address) and `prefixes`, the first parts of the ids that it may speak for; optionally `packages` (all it may speak about: names, `ECOSYSTEM/NAME` or purls), `signers` (a file like OpenSSH's `allowed_signers`: the feed must then be signed by one of them), `title`, `licence`.",
    },
    Setting {
        name: "sync.base",
        kind: Kind::Text,
        default: "OSV's public export",
        variable: Some("BARTIZAN_SYNC_BASE"),
        scope: Scope::User,
        meaning: "Where `db sync` fetches advisories: the address under which `ECOSYSTEM/all.zip` lies.",
    },
    Setting {
        name: "sync.ecosystems",
        kind: Kind::List,
        default: "PyPI, OSS-Fuzz, Julia",
        variable: Some("BARTIZAN_SYNC_ECOSYSTEMS"),
        scope: Scope::User,
        meaning: "The ecosystems whose exports `db sync` fetches, by their OSV names.",
    },
    Setting {
        name: "sync.epss",
        kind: Kind::Text,
        default: "FIRST's daily file",
        variable: Some("BARTIZAN_SYNC_EPSS"),
        scope: Scope::User,
        meaning: "The address of the exploit predictions (EPSS), a CSV file, gzip or not; `off` fetches none.",
    },
    Setting {
        name: "sync.known-exploited",
        kind: Kind::Text,
        default: "CISA's catalogue",
        variable: Some("BARTIZAN_SYNC_KNOWN_EXPLOITED"),
        scope: Scope::User,
        meaning: "The address of the catalogue of known exploited vulnerabilities (KEV), a JSON file; `off` fetches none.",
    },
];

/// The settings in force, below the command line.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in a settings file"
)]
pub(crate) struct Settings {
    pub(crate) fail_on: SeverityLevel,
    pub(crate) max_age: u32,
    pub(crate) allow_starter: bool,
    pub(crate) python: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) ignores: Vec<Ignore>,
    pub(crate) vex: Vec<PathBuf>,
    /// Whether hygiene is judged.
    pub(crate) hygiene: bool,
    /// Whether native libraries are looked for.
    pub(crate) native: bool,
    /// The profile, where it is not the one that Bartizan carries.
    pub(crate) profile: Option<PathBuf>,
    /// The list of popular names, where it is not our own.
    pub(crate) popular: Option<PathBuf>,
    pub(crate) color: ColorChoice,
    pub(crate) is_offline: bool,
    pub(crate) home: Option<PathBuf>,
    pub(crate) sync: SyncSettings,
    /// The declared feeds.
    pub(crate) authority: Authority,
    /// The files that were read, nearest first.
    pub(crate) files: Vec<PathBuf>,
}

/// The value of an address that is not to be fetched.
pub(crate) const OFF: &str = "off";

/// Where `db sync` fetches from; `None` leaves the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SyncSettings {
    pub(crate) base: Option<String>,
    pub(crate) ecosystems: Option<Vec<String>>,
    pub(crate) epss: Option<String>,
    pub(crate) known_exploited: Option<String>,
}

/// Where settings are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places<'a> {
    pub(crate) environment: &'a Environment,
    /// The directory from which the nearest project file is looked for.
    pub(crate) directory: &'a Path,
    /// The file that the user names in place of the project's.
    pub(crate) named: Option<&'a Path>,
}

/// The values of one place, or of several laid over each other.
type Layer = BTreeMap<&'static str, Value>;

/// Reads every place and lays the nearer over the farther.
pub(crate) fn load(places: Places<'_>) -> Result<Settings, Failure> {
    let mut files = Vec::new();
    let mut layer = Layer::new();
    let found = locate::files(places)?;
    let is_own = |found: &&Found| found.scope == Scope::Project || places.named.is_some();
    let nearest_file = found.first().filter(is_own);
    let nearest_file = nearest_file.map(|found| found.path.clone());
    for found in found.into_iter().rev() {
        layer.extend(file::read(&found)?);
        files.insert(0, found.path);
    }
    layer.extend(of_environment(places.environment)?);
    let risks = layer.remove("risks").and_then(Value::path);
    let risks = locate::risks(risks.as_deref(), nearest_file.as_deref(), places.directory)?;
    let mut settings = Settings {
        files,
        ..Settings::from(layer)
    };
    if let Some(found) = risks {
        settings.ignores.extend(file::risks(&found)?);
        settings.files.push(found.path);
    }
    Ok(settings)
}

fn of_environment(environment: &Environment) -> Result<Layer, Failure> {
    let mut layer = Layer::new();
    for setting in ALL {
        let Some((variable, text)) = setting
            .variable
            .and_then(|name| Some((name, environment.text(name)?)))
        else {
            continue;
        };
        let value = setting.kind.of_text(text).ok_or_else(|| {
            Failure::usage(format!(
                "the environment variable `{variable}` has the value `{text}`"
            ))
            .hint(format!("it takes {}", setting.kind.describe()))
        })?;
        layer.insert(setting.name, value);
    }
    Ok(layer)
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(Layer::new())
    }
}

impl From<Layer> for Settings {
    fn from(mut layer: Layer) -> Self {
        let mut take = |name: &str| layer.remove(name);
        Self {
            fail_on: take("fail-on")
                .and_then(Value::level)
                .unwrap_or(DEFAULT_THRESHOLD),
            max_age: take("max-age").and_then(Value::days).unwrap_or(7),
            allow_starter: take("allow-starter")
                .and_then(Value::flag)
                .unwrap_or_default(),
            python: take("python").and_then(Value::text),
            platform: take("platform").and_then(Value::text),
            ignores: take("ignore").and_then(Value::ignores).unwrap_or_default(),
            vex: take("vex").and_then(Value::paths).unwrap_or_default(),
            hygiene: take("hygiene").and_then(Value::flag).unwrap_or(true),
            native: take("native").and_then(Value::flag).unwrap_or(true),
            profile: take("profile").and_then(Value::path),
            popular: take("popular").and_then(Value::path),
            color: take("color").and_then(Value::color).unwrap_or_default(),
            is_offline: take("offline").and_then(Value::flag).unwrap_or_default(),
            home: take("home").and_then(Value::path),
            sync: SyncSettings {
                base: take("sync.base").and_then(Value::text),
                ecosystems: take("sync.ecosystems").and_then(Value::list),
                epss: take("sync.epss").and_then(Value::text),
                known_exploited: take("sync.known-exploited").and_then(Value::text),
            },
            authority: take("feed").and_then(Value::feeds).unwrap_or_default(),
            files: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
