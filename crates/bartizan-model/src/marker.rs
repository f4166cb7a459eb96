//! Environment markers by [PEP 508](https://peps.python.org/pep-0508/#environment-markers), with the `extras` and
//! `dependency_groups` of [PEP 751](https://peps.python.org/pep-0751/), read and decided as the `packaging` library
//! does. Nesting is bounded: a hostile marker is an error, not an exhausted stack.

mod evaluate;
mod literal;
mod parse;

use std::fmt;

use crate::{
    environment::MarkerEnvironment, requirement::Operator as VersionOperator, scanner::Scanner,
};

pub use evaluate::UndefinedComparison;
pub(crate) use parse::parse_alternatives;

/// A parsed marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(Alternatives);

/// Joined by `or`; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternatives(Vec<Conditions>);

/// Joined by `and`; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Conditions(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Comparison(Comparison),
    /// In parentheses; never a single comparison.
    Group(Alternatives),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparison {
    left: Operand,
    operator: Operator,
    right: Operand,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Variable(Variable),
    Literal(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Version(VersionOperator),
}

/// What a marker can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variable {
    OsName,
    SysPlatform,
    PlatformMachine,
    PlatformPythonImplementation,
    PlatformRelease,
    PlatformSystem,
    PlatformVersion,
    PythonVersion,
    PythonFullVersion,
    ImplementationName,
    ImplementationVersion,
    Extra,
    Extras,
    DependencyGroups,
}

/// What `extra`, `extras` and `dependency_groups` stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct MarkerContext<'a> {
    /// The extras that are asked for, normalised. `extra == 'x'` asks whether `x` is among them, `extra != 'x'`
    /// whether it is not; without any, `extra` is the empty text.
    pub extras: &'a [String],
    /// The dependency groups that are asked for, normalised.
    pub groups: &'a [String],
}

/// The text is not a marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkerError {
    /// It breaks the grammar.
    #[error("marker `{text}`: expected {expected} after {position} bytes")]
    Syntax {
        /// What would be right.
        expected: &'static str,
        /// Where it goes wrong.
        position: usize,
        /// The beginning of the text.
        text: String,
    },
    /// Parentheses in parentheses, without end.
    #[error("a marker nests deeper than {limit} parentheses", limit = Marker::MAX_DEPTH)]
    TooDeep,
    /// Nobody writes a marker of this length.
    #[error("a marker of {0} bytes is longer than the limit of {limit}", limit = Marker::MAX_LENGTH)]
    TooLong(usize),
}

impl Marker {
    /// Deeper nesting is refused: evaluation and printing recurse as deep as a marker nests.
    pub const MAX_DEPTH: usize = 64;
    /// Longer texts are refused.
    pub const MAX_LENGTH: usize = 1 << 18;

    /// Whether the marker holds. A comparison without a meaning makes the whole marker hold: the reader is told
    /// of one package too many rather than of one too few. [`Self::try_evaluate`] tells them apart.
    pub fn evaluate(&self, environment: &MarkerEnvironment, context: MarkerContext<'_>) -> bool {
        self.try_evaluate(environment, context).unwrap_or(true)
    }

    /// Whether the marker holds; an error where a comparison has no meaning (`os_name ~= 'posix'`).
    pub fn try_evaluate(
        &self,
        environment: &MarkerEnvironment,
        context: MarkerContext<'_>,
    ) -> Result<bool, UndefinedComparison> {
        self.0.evaluate(environment, context)
    }

    /// Takes what a requirement holds after its semicolon.
    pub(crate) fn of_alternatives(alternatives: Alternatives) -> Self {
        Self(alternatives)
    }
}

impl std::str::FromStr for Marker {
    type Err = MarkerError;

    fn from_str(text: &str) -> Result<Self, MarkerError> {
        let mut scanner = Scanner::new(text);
        let alternatives = parse_alternatives(&mut scanner)?;
        if scanner.is_at_end() {
            return Ok(Self(alternatives));
        }
        Err(parse::expected("`and`, `or` or the end", &scanner))
    }
}

impl Variable {
    /// Every variable with its spellings, the present one first.
    const SPELLINGS: [(Self, &'static [&'static str]); 14] = [
        (Self::OsName, &["os_name", "os.name"]),
        (Self::SysPlatform, &["sys_platform", "sys.platform"]),
        (
            Self::PlatformMachine,
            &["platform_machine", "platform.machine"],
        ),
        (
            Self::PlatformPythonImplementation,
            &[
                "platform_python_implementation",
                "platform.python_implementation",
                "python_implementation",
            ],
        ),
        (Self::PlatformRelease, &["platform_release"]),
        (Self::PlatformSystem, &["platform_system"]),
        (
            Self::PlatformVersion,
            &["platform_version", "platform.version"],
        ),
        (Self::PythonVersion, &["python_version"]),
        (Self::PythonFullVersion, &["python_full_version"]),
        (Self::ImplementationName, &["implementation_name"]),
        (Self::ImplementationVersion, &["implementation_version"]),
        (Self::Extra, &["extra"]),
        (Self::Extras, &["extras"]),
        (Self::DependencyGroups, &["dependency_groups"]),
    ];

    /// The present spelling.
    fn name(self) -> &'static str {
        let entry = Self::SPELLINGS
            .iter()
            .find(|(variable, _)| *variable == self);
        entry
            .and_then(|(_, spellings)| spellings.first())
            .copied()
            .unwrap_or_default()
    }

    /// The variable of a present spelling.
    fn of_name(name: &str) -> Option<Self> {
        Self::SPELLINGS
            .iter()
            .find(|(variable, _)| variable.name() == name)
            .map(|(variable, _)| *variable)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Alternatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, conditions) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " or " })?;
            for (index, condition) in conditions.0.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { " and " })?;
                match condition {
                    Condition::Comparison(Comparison {
                        left,
                        operator,
                        right,
                    }) => write!(f, "{left} {operator} {right}")?,
                    Condition::Group(group) => write!(f, "({group})")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(variable) => f.write_str(variable.name()),
            Self::Literal(text) => literal::write(f, text),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Version(operator) => operator.as_str(),
        })
    }
}

#[cfg(test)]
mod tests;
