//! Reads a marker by recursive descent.

use super::{
    Alternatives, Comparison, Condition, Conditions, Marker, MarkerError, Operand, Operator,
    Variable, literal,
};
use crate::{
    requirement::Operator as VersionOperator,
    scanner::{Scanner, excerpt},
};

/// Reads a marker, the blanks around it included.
pub(crate) fn parse_alternatives(scanner: &mut Scanner<'_>) -> Result<Alternatives, MarkerError> {
    let length = scanner.rest().len();
    if length > Marker::MAX_LENGTH {
        return Err(MarkerError::TooLong(length));
    }
    let alternatives = read_alternatives(scanner, 0)?;
    // Parentheses around the whole marker say nothing.
    match without_needless_parentheses(alternatives) {
        Condition::Group(alternatives) => Ok(alternatives),
        comparison @ Condition::Comparison(_) => {
            Ok(Alternatives(vec![Conditions(vec![comparison])]))
        }
    }
}

/// The error for a text that goes on differently.
pub(super) fn expected(expected: &'static str, scanner: &Scanner<'_>) -> MarkerError {
    MarkerError::Syntax {
        expected,
        position: scanner.position(),
        text: excerpt(scanner.text()),
    }
}

fn read_alternatives(scanner: &mut Scanner<'_>, depth: usize) -> Result<Alternatives, MarkerError> {
    let mut alternatives = Vec::new();
    loop {
        let mut conditions = Vec::new();
        loop {
            conditions.push(read_condition(scanner, depth)?);
            if !scanner.eat_word("and") {
                break;
            }
        }
        alternatives.push(Conditions(conditions));
        if !scanner.eat_word("or") {
            return Ok(Alternatives(alternatives));
        }
    }
}

fn read_condition(scanner: &mut Scanner<'_>, depth: usize) -> Result<Condition, MarkerError> {
    scanner.skip_blanks();
    let condition = if scanner.eat("(") {
        if depth >= Marker::MAX_DEPTH {
            return Err(MarkerError::TooDeep);
        }
        let group = read_alternatives(scanner, depth + 1)?;
        if !scanner.eat(")") {
            return Err(expected("`and`, `or` or `)`", scanner));
        }
        without_needless_parentheses(group)
    } else {
        Condition::Comparison(read_comparison(scanner)?)
    };
    scanner.skip_blanks();
    Ok(condition)
}

fn without_needless_parentheses(group: Alternatives) -> Condition {
    let is_single = matches!(group.0.as_slice(), [only] if only.0.len() == 1);
    if !is_single {
        return Condition::Group(group);
    }
    let only = group
        .0
        .into_iter()
        .flat_map(|conditions| conditions.0)
        .next();
    only.unwrap_or(Condition::Group(Alternatives(Vec::new())))
}

fn read_comparison(scanner: &mut Scanner<'_>) -> Result<Comparison, MarkerError> {
    let left = read_operand(scanner)?;
    scanner.skip_blanks();
    let operator = read_operator(scanner)?;
    scanner.skip_blanks();
    let right = read_operand(scanner)?;
    Ok(normalise_names(Comparison {
        left,
        operator,
        right,
    }))
}

fn read_operand(scanner: &mut Scanner<'_>) -> Result<Operand, MarkerError> {
    for (variable, spellings) in Variable::SPELLINGS {
        if spellings.iter().any(|spelling| scanner.eat_word(spelling)) {
            return Ok(Operand::Variable(variable));
        }
    }
    let mut ahead = *scanner;
    let quote = if ahead.eat("'") {
        '\''
    } else if ahead.eat("\"") {
        '"'
    } else {
        return Err(expected(
            "a variable of the environment or a quoted text",
            scanner,
        ));
    };
    let quoted = ahead.take_while(|character| character != quote);
    if ahead.peek() != Some(quote) {
        return Err(expected(
            "the closing quote of the text that starts",
            scanner,
        ));
    }
    ahead.eat_byte_if(|_| true);
    let text = literal::read(quoted)
        .ok_or_else(|| expected("a quoted text that Python can read", scanner))?;
    *scanner = ahead;
    Ok(Operand::Literal(text))
}

fn read_operator(scanner: &mut Scanner<'_>) -> Result<Operator, MarkerError> {
    if scanner.eat_word("in") {
        return Ok(Operator::In);
    }
    if scanner.eat_word("not") {
        let is_complete = scanner.skip_blanks() && scanner.eat_word("in");
        return if is_complete {
            Ok(Operator::NotIn)
        } else {
            Err(expected("`in` after `not`", scanner))
        };
    }
    match VersionOperator::split(scanner.rest()) {
        Some((operator, _)) => {
            scanner.eat(operator.as_str());
            Ok(Operator::Version(operator))
        }
        None => Err(expected(
            "a comparison (`==`, `<`, `in`, `not in`, …)",
            scanner,
        )),
    }
}

/// Names of extras and groups are compared in their normal form
/// ([PEP 685](https://peps.python.org/pep-0685/)).
fn normalise_names(comparison: Comparison) -> Comparison {
    use Operand::{Literal, Variable as Asked};
    let Comparison {
        left,
        operator,
        right,
    } = comparison;
    let (left, right) = match (left, right) {
        (Asked(Variable::Extra), Literal(name)) => {
            (Asked(Variable::Extra), Literal(normal_name(&name)))
        }
        (Literal(name), Asked(variable)) if variable.names_extras_or_groups() => {
            (Literal(normal_name(&name)), Asked(variable))
        }
        operands => operands,
    };
    Comparison {
        left,
        operator,
        right,
    }
}

impl Variable {
    fn names_extras_or_groups(self) -> bool {
        matches!(self, Self::Extra | Self::Extras | Self::DependencyGroups)
    }
}

/// The normal form of a name: lower case, runs of `-`, `_` and `.` become one `-`; white space stays.
pub(super) fn normal_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.to_lowercase().chars() {
        match character {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            other => normal.push(other),
        }
    }
    normal
}
