//! Decides a marker for an environment, with the fallbacks of the `packaging` library: a comparison is one of
//! versions where the variable holds a version and the other side makes a valid specifier, otherwise one of texts.

use std::borrow::Cow;

use super::{
    Alternatives, Comparison, Condition, MarkerContext, Operand, Operator, Variable,
    VersionOperator, parse::normal_name,
};
use crate::{environment::MarkerEnvironment, requirement::Specifier, scanner::excerpt};

/// A comparison of a marker has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UndefinedComparison {
    /// The operator does not apply to these values.
    #[error("the marker `{0}` compares what cannot be compared")]
    Operator(String),
    /// Neither side is a variable.
    #[error("the marker `{0}` compares two texts")]
    NoVariable(String),
}

/// The value of a variable.
enum Value<'a> {
    Text(Cow<'a, str>),
    /// The sole extra of PEP 508, which may be one of several here.
    OneOf(&'a [String]),
    Names(&'a [String]),
}

impl Alternatives {
    pub(super) fn evaluate(
        &self,
        environment: &MarkerEnvironment,
        context: MarkerContext<'_>,
    ) -> Result<bool, UndefinedComparison> {
        let mut holds_any = false;
        for conditions in &self.0 {
            let mut hold_all = true;
            for condition in &conditions.0 {
                // Every condition is looked at, so that what has no meaning is an error wherever it stands.
                hold_all &= match condition {
                    Condition::Comparison(comparison) => {
                        comparison.evaluate(environment, context)?
                    }
                    Condition::Group(group) => group.evaluate(environment, context)?,
                };
            }
            holds_any |= hold_all;
        }
        Ok(holds_any)
    }
}

impl Comparison {
    fn evaluate(
        &self,
        environment: &MarkerEnvironment,
        context: MarkerContext<'_>,
    ) -> Result<bool, UndefinedComparison> {
        let undefined = || UndefinedComparison::Operator(self.excerpt());
        let (variable, other, is_reversed) = match (&self.left, &self.right) {
            (Operand::Variable(variable), Operand::Literal(text)) => {
                (*variable, text.as_str(), false)
            }
            // As in `packaging`, a second variable stands for its own name.
            (Operand::Variable(variable), Operand::Variable(second)) => {
                (*variable, second.name(), false)
            }
            (Operand::Literal(text), Operand::Variable(variable)) => {
                (*variable, text.as_str(), true)
            }
            // As in `packaging`, the second of two texts may name a variable.
            (Operand::Literal(text), Operand::Literal(name)) => match Variable::of_name(name) {
                Some(variable) => (variable, text.as_str(), true),
                None => return Err(UndefinedComparison::NoVariable(self.excerpt())),
            },
        };
        let holds = match value_of(variable, environment, context) {
            Value::Text(value) if is_reversed => self.compare_texts(variable, other, &value),
            Value::Text(value) => self.compare_texts(variable, &value, other),
            Value::OneOf(names) => self.compare_each(names, other, is_reversed),
            Value::Names(_) if !is_reversed => None,
            Value::Names(names) => self.compare_with_names(&normal_name(other), names),
        };
        holds.ok_or_else(undefined)
    }

    fn compare_texts(&self, variable: Variable, left: &str, right: &str) -> Option<bool> {
        if variable.holds_version()
            && let Ok(specifier) = format!("{}{right}", self.operator).parse::<Specifier>()
        {
            return Some(specifier.contains(left));
        }
        compare_plain_texts(self.operator, left, right)
    }

    /// Compares with each of several extras: `==` and `in` ask for one, `!=` and `not in` for none.
    fn compare_each(&self, names: &[String], other: &str, is_reversed: bool) -> Option<bool> {
        let (positive, is_negated) = match self.operator {
            Operator::NotIn => (Operator::In, true),
            Operator::Version(VersionOperator::NotEqual) => {
                (Operator::Version(VersionOperator::Equal), true)
            }
            operator => (operator, false),
        };
        let compare = |name: &str| {
            let name = normal_name(name);
            let (left, right) = if is_reversed {
                (other, name.as_str())
            } else {
                (name.as_str(), other)
            };
            compare_plain_texts(positive, left, right)
        };
        if names.is_empty() {
            return Some(compare("")? != is_negated);
        }
        let mut holds_any = false;
        for name in names {
            holds_any |= compare(name)?;
        }
        Some(holds_any != is_negated)
    }

    /// Compares a name with a set of names: it can be in it; it equals it never.
    fn compare_with_names(&self, name: &str, names: &[String]) -> Option<bool> {
        let is_in = || names.iter().any(|candidate| normal_name(candidate) == name);
        match self.operator {
            Operator::In => Some(is_in()),
            Operator::NotIn => Some(!is_in()),
            Operator::Version(VersionOperator::Arbitrary | VersionOperator::Compatible) => None,
            Operator::Version(operator) => Some(operator == VersionOperator::NotEqual),
        }
    }

    fn excerpt(&self) -> String {
        excerpt(&format!("{} {} {}", self.left, self.operator, self.right))
    }
}

fn compare_plain_texts(operator: Operator, left: &str, right: &str) -> Option<bool> {
    match operator {
        Operator::In => Some(right.contains(left)),
        Operator::NotIn => Some(!right.contains(left)),
        Operator::Version(operator) => match operator {
            VersionOperator::Equal | VersionOperator::AtMost | VersionOperator::AtLeast => {
                Some(left == right)
            }
            VersionOperator::NotEqual => Some(left != right),
            VersionOperator::Below | VersionOperator::Above => Some(false),
            VersionOperator::Arbitrary | VersionOperator::Compatible => None,
        },
    }
}

impl Variable {
    fn holds_version(self) -> bool {
        matches!(
            self,
            Self::ImplementationVersion
                | Self::PlatformRelease
                | Self::PythonFullVersion
                | Self::PythonVersion
        )
    }
}

fn value_of<'a>(
    variable: Variable,
    environment: &'a MarkerEnvironment,
    context: MarkerContext<'a>,
) -> Value<'a> {
    let text = match variable {
        Variable::Extra => return Value::OneOf(context.extras),
        Variable::Extras => return Value::Names(context.extras),
        Variable::DependencyGroups => return Value::Names(context.groups),
        // Untagged builds of Python report `3.13.0+`, which is no version.
        Variable::PythonFullVersion if environment.python_full_version.ends_with('+') => {
            return Value::Text(Cow::Owned(format!(
                "{}local",
                environment.python_full_version
            )));
        }
        Variable::PythonFullVersion => &environment.python_full_version,
        Variable::OsName => &environment.os_name,
        Variable::SysPlatform => &environment.sys_platform,
        Variable::PlatformMachine => &environment.platform_machine,
        Variable::PlatformPythonImplementation => &environment.platform_python_implementation,
        Variable::PlatformRelease => &environment.platform_release,
        Variable::PlatformSystem => &environment.platform_system,
        Variable::PlatformVersion => &environment.platform_version,
        Variable::PythonVersion => &environment.python_version,
        Variable::ImplementationName => &environment.implementation_name,
        Variable::ImplementationVersion => &environment.implementation_version,
    };
    Value::Text(Cow::Borrowed(text))
}
