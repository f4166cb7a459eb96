//! Rules: data that says what is looked for, how bad it is, and why.
//!
//! A rule either looks for lines ([`Lines`]), for calls ([`Calls`]), or is one of those that a detector of this crate sees. The
//! files in the folder `rules` hold those that Bartizan carries; users write theirs in the same form. Every rule has an example
//! that it finds and one that it does not, and the tests hold it to them.

mod condition;
mod file;

use std::{collections::BTreeMap, sync::LazyLock};

use bartizan_model::severity::SeverityLevel;
use regex_lite::Regex;
use serde::Deserialize;

pub(crate) use self::condition::is_like;
pub use self::{
    condition::{Condition, Which},
    file::RuleError,
};
pub use crate::code::Shape;
use crate::kind::{Language, Role};

/// What Bartizan carries.
const EMBEDDED: &[&str] = &[
    include_str!("../rules/automation.toml"),
    include_str!("../rules/build.toml"),
    include_str!("../rules/c.toml"),
    include_str!("../rules/compilation.toml"),
    include_str!("../rules/cryptography.toml"),
    include_str!("../rules/cython.toml"),
    include_str!("../rules/deeds.toml"),
    include_str!("../rules/flow.toml"),
    include_str!("../rules/fortran.toml"),
    include_str!("../rules/disguise.toml"),
    include_str!("../rules/opaque.toml"),
    include_str!("../rules/parallel.toml"),
    include_str!("../rules/python.toml"),
    include_str!("../rules/references.toml"),
    include_str!("../rules/scripts.toml"),
    include_str!("../rules/secrets.toml"),
    include_str!("../rules/text.toml"),
    include_str!("../rules/together.toml"),
    include_str!("../rules/weakening.toml"),
];

/// Something that is looked for.
#[derive(Debug)]
pub struct Rule {
    /// The stable id, in kebab case: a noun of the bad thing.
    pub id: String,
    /// One line that says what is wrong.
    pub title: String,
    /// How bad it is.
    pub severity: SeverityLevel,
    /// How often it is right.
    pub confidence: Confidence,
    /// Its weaknesses, as the Common Weakness Enumeration numbers them.
    pub cwe: Vec<u32>,
    /// What code with it may do.
    pub capability: Option<Capability>,
    /// On which side of a change it is bad.
    pub when: When,
    /// What it says.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// In which languages; in all where it names none.
    pub languages: Vec<Language>,
    /// In files for what; for anything where it names nothing.
    pub roles: Vec<Role>,
    /// How it is seen.
    pub look: Look,
    /// What it finds, and what it does not.
    pub example: Example,
}

/// How a rule sees.
#[derive(Debug)]
pub enum Look {
    /// A detector of this crate does.
    Detector,
    /// Lines of text.
    Lines(Lines),
    /// Calls in code.
    Calls(Calls),
}

/// Lines that a rule looks for.
#[derive(Debug)]
pub struct Lines {
    /// One of these words stands in the line; without regard to case.
    pub words: Vec<String>,
    /// The line is like this.
    pub pattern: Regex,
    /// And not like this.
    pub unless: Option<Regex>,
    /// What is said.
    pub message: String,
}

/// Calls that a rule looks for.
#[derive(Debug)]
pub struct Calls {
    /// What is called, dotted; `*.name` is a method of anything.
    pub functions: Vec<String>,
    /// All of these hold.
    pub conditions: Vec<Condition>,
    /// Its value is given to something that was declared with one of these types; to anything where none is named. C only.
    pub given_to: Vec<String>,
    /// Nobody looks at its value. C only.
    pub is_dropped: bool,
    /// What is said; `{}` stands for the call.
    pub message: String,
}

/// How often a rule is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Not measured, or noisy: it never counts for more than a hint.
    Hint,
    /// More often right than wrong.
    Medium,
    /// Hardly ever wrong.
    High,
}

/// On which side of a change a rule is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// What comes is bad.
    #[default]
    Introduced,
    /// What goes was good.
    Removed,
}

/// What code may newly do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Run programs.
    Exec,
    /// Run code that was data.
    DynamicCode,
    /// Reach a network.
    Network,
    /// Write files.
    FileWrite,
    /// Make files that may be run.
    ExecutableFile,
    /// Read secrets or the environment.
    Secrets,
    /// Load machine code.
    NativeLoad,
    /// Call the system directly.
    RawSyscall,
    /// Make objects of data.
    Deserialise,
    /// Reach memory without a check.
    UnsafeMemory,
    /// Let go of the lock of the interpreter.
    GilRelease,
    /// Act when somebody installs.
    InstallTime,
    /// Act when somebody builds.
    BuildTime,
    /// Act on machines of the project.
    Automation,
    /// Hold what nobody can read.
    Opaque,
}

/// What a rule finds, and what it does not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The file that both stand in.
    pub file: String,
    /// What was there before; nothing where the file comes with the change.
    pub before: Option<String>,
    /// What it finds.
    pub failing: String,
    /// What it does not.
    pub passing: String,
    /// How often both are said again, for rules about sizes.
    #[serde(default = "once")]
    pub times: usize,
}

fn once() -> usize {
    1
}

impl Capability {
    /// What it is, after "may newly".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exec => "run programs",
            Self::DynamicCode => "run code that was data",
            Self::Network => "reach a network",
            Self::FileWrite => "write files",
            Self::ExecutableFile => "make files that may be run",
            Self::Secrets => "read secrets or the environment",
            Self::NativeLoad => "load machine code",
            Self::RawSyscall => "call the system directly",
            Self::Deserialise => "make objects of data",
            Self::UnsafeMemory => "reach memory without a check",
            Self::GilRelease => "let go of the lock of the interpreter",
            Self::InstallTime => "act at installation",
            Self::BuildTime => "act at the build",
            Self::Automation => "act on machines of the project",
            Self::Opaque => "hold what nobody can read",
        }
    }
}

/// Rules by their ids.
#[derive(Debug, Default)]
pub struct Rules {
    by_id: BTreeMap<String, Rule>,
}

static BUILT_IN: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules::default();
    for text in EMBEDDED {
        // What Bartizan carries is read by the tests.
        drop(rules.add(text));
    }
    rules
});

impl Rules {
    /// Those that Bartizan carries.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Those and others, in TOML.
    pub fn with(texts: &[&str]) -> Result<Self, RuleError> {
        let mut rules = Self::default();
        for text in EMBEDDED.iter().chain(texts) {
            rules.add(text)?;
        }
        Ok(rules)
    }

    /// These and more, which somebody else sees; one whose id is taken is left out.
    #[must_use]
    pub fn and(mut self, more: impl IntoIterator<Item = Rule>) -> Self {
        for rule in more {
            self.by_id.entry(rule.id.clone()).or_insert(rule);
        }
        self
    }

    /// The rule of an id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id)
    }

    /// Every rule, sorted by id.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.by_id.values()
    }

    fn add(&mut self, text: &str) -> Result<(), RuleError> {
        for rule in file::read(text)? {
            if self.by_id.contains_key(&rule.id) {
                return Err(RuleError::Twice { id: rule.id });
            }
            self.by_id.insert(rule.id.clone(), rule);
        }
        Ok(())
    }
}

impl Rule {
    /// Whether it looks at a file. What calls of Python do, they do in Cython as well.
    pub(crate) fn is_for(&self, language: Language, role: Role) -> bool {
        let is_of_calls = matches!(self.look, Look::Calls(_));
        let is_like_python = language == Language::Cython && is_of_calls;
        (self.languages.is_empty()
            || self.languages.contains(&language)
            || (is_like_python && self.languages.contains(&Language::Python)))
            && (self.roles.is_empty() || self.roles.contains(&role))
    }
}

#[cfg(test)]
mod tests;
