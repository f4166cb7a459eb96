//! Texts that are put together of pieces that stand in the file.

use ruff_python_ast::{Expr, ExprCall, InterpolatedStringElement, Number, Operator, UnaryOp};

use super::{Bound, DEEPEST, File};

/// A longer text is none.
const LONGEST: usize = 64 << 10;

/// What nobody knows within a text.
const UNKNOWN: &str = "{}";

impl<'a> File<'a> {
    /// The text of an expression; what is not known of it is `{}`.
    pub(super) fn text(&self, expression: &'a Expr, scope: usize, depth: u32) -> Option<String> {
        if depth >= DEEPEST || !self.step() {
            return None;
        }
        let text = match expression {
            Expr::StringLiteral(it) => it.value.to_str().to_owned(),
            Expr::BytesLiteral(it) => it.value.bytes().map(char::from).collect(),
            Expr::FString(it) => {
                let parts = it.value.elements().map(|part| match part {
                    InterpolatedStringElement::Literal(it) => it.value.to_string(),
                    InterpolatedStringElement::Interpolation(it) => {
                        let text = self.text(&it.expression, scope, depth + 1);
                        text.unwrap_or_else(|| UNKNOWN.to_owned())
                    }
                });
                parts.collect()
            }
            Expr::BinOp(it) => {
                let left = self.text(&it.left, scope, depth + 1);
                match it.op {
                    Operator::Add | Operator::Div => {
                        let right = self.text(&it.right, scope, depth + 1);
                        if left.is_none() && right.is_none() {
                            return None;
                        }
                        let between = if it.op == Operator::Div { "/" } else { "" };
                        let known = |it: Option<String>| it.unwrap_or_else(|| UNKNOWN.to_owned());
                        format!("{}{between}{}", known(left), known(right))
                    }
                    Operator::Mod => left?,
                    _ => return None,
                }
            }
            Expr::Name(it) => self.text_of_name(&it.id, scope, depth)?,
            Expr::Named(it) => self.text(&it.value, scope, depth + 1)?,
            Expr::If(it) => self.text(&it.body, scope, depth + 1)?,
            Expr::Subscript(it) if is_backwards(&it.slice) => self
                .text(&it.value, scope, depth + 1)?
                .chars()
                .rev()
                .collect(),
            Expr::Call(it) => self.text_of_call(it, scope, depth)?,
            _ => return None,
        };
        (text.len() <= LONGEST).then_some(text)
    }

    /// The text of a name: its one value, and what is added to it.
    fn text_of_name(&self, name: &str, scope: usize, depth: u32) -> Option<String> {
        let (_, bounds) = self.scopes.find(name, scope)?;
        let (first, more) = bounds.split_first()?;
        let Bound::Value(value, at) = first else {
            return None;
        };
        let mut text = self.text(value, *at, depth + 1)?;
        for it in more {
            let Bound::Added(value, at) = it else {
                return None;
            };
            text.push_str(&self.text(value, *at, depth + 1)?);
            if text.len() > LONGEST {
                return None;
            }
        }
        Some(text)
    }

    fn text_of_call(&self, call: &'a ExprCall, scope: usize, depth: u32) -> Option<String> {
        let argument = |at: usize| call.arguments.args.get(at);
        let text = |at: usize| self.text(argument(at)?, scope, depth + 1);
        if let Expr::Attribute(it) = &*call.func
            && let Some(of) = self.text(&it.value, scope, depth + 1)
        {
            return match it.attr.as_str() {
                "join" => Some(self.items(argument(0)?, scope, depth + 1)?.join(&of)),
                "replace" => Some(of.replace(&text(0)?, &text(1)?)),
                "lower" => Some(of.to_lowercase()),
                "upper" => Some(of.to_uppercase()),
                "strip" => Some(of.trim().to_owned()),
                "format" | "expanduser" | "resolve" | "absolute" | "as_posix" => Some(of),
                "joinpath" => Some(format!("{of}/{}", text(0)?)),
                "decode" | "encode" => match text(0).as_deref() {
                    None | Some("utf-8" | "utf8" | "ascii" | "latin-1" | "latin1") => Some(of),
                    Some("base64") => of_base64(&of),
                    Some(_) => None,
                },
                _ => None,
            };
        }
        match self.name(&call.func, scope, depth + 1)?.name.as_str() {
            "chr" => letter(self.number(argument(0)?, None)?),
            "str" | "os.path.expanduser" | "os.path.expandvars" | "os.fspath" => text(0),
            "os.path.join" | "posixpath.join" | "ntpath.join" | "pathlib.Path"
            | "pathlib.PurePath" => {
                let parts = call.arguments.args.iter();
                let known = |it| self.text(it, scope, depth + 1);
                let parts: Vec<Option<String>> = parts.map(known).collect();
                if parts.iter().all(Option::is_none) {
                    return None;
                }
                let parts = parts.into_iter();
                let parts = parts.map(|it| it.unwrap_or_else(|| UNKNOWN.to_owned()));
                Some(parts.collect::<Vec<_>>().join("/"))
            }
            "pathlib.Path.home" => Some("~".to_owned()),
            "bytes" | "bytearray" => Some(self.items(argument(0)?, scope, depth + 1)?.concat()),
            "bytes.fromhex" | "bytearray.fromhex" | "binascii.unhexlify" | "binascii.a2b_hex" => {
                of_hexadecimal(&text(0)?)
            }
            "base64.b64decode"
            | "base64.urlsafe_b64decode"
            | "base64.standard_b64decode"
            | "binascii.a2b_base64" => of_base64(&text(0)?),
            "codecs.decode" | "codecs.encode" => match text(1)?.as_str() {
                "rot13" | "rot_13" | "rot-13" => Some(turned(&text(0)?)),
                "hex" => of_hexadecimal(&text(0)?),
                "base64" => of_base64(&text(0)?),
                _ => None,
            },
            _ => None,
        }
    }

    /// The texts that something goes through, one by one; numbers are letters.
    fn items(&self, expression: &'a Expr, scope: usize, depth: u32) -> Option<Vec<String>> {
        if depth >= DEEPEST || !self.step() {
            return None;
        }
        let each = |list: &'a [Expr]| -> Option<Vec<String>> {
            let item = |it: &'a Expr| {
                let text = self.text(it, scope, depth + 1);
                text.or_else(|| letter(self.number(it, None)?))
            };
            list.iter().map(item).collect()
        };
        match expression {
            Expr::List(it) => each(&it.elts),
            Expr::Tuple(it) => each(&it.elts),
            Expr::Subscript(it) if is_backwards(&it.slice) => {
                let mut items = self.items(&it.value, scope, depth + 1)?;
                items.reverse();
                Some(items)
            }
            Expr::ListComp(it) => self.mapped(&it.elt, &it.generators, scope, depth),
            Expr::Generator(it) => self.mapped(&it.elt, &it.generators, scope, depth),
            Expr::Call(it) => {
                let last = it.arguments.args.last()?;
                match self.name(&it.func, scope, depth + 1)?.name.as_str() {
                    "reversed" => {
                        let mut items = self.items(last, scope, depth + 1)?;
                        items.reverse();
                        Some(items)
                    }
                    "map" | "list" | "tuple" | "bytes" | "bytearray" => {
                        self.items(last, scope, depth + 1)
                    }
                    _ => self.letters(expression, scope, depth),
                }
            }
            Expr::Name(it) => match self.scopes.only(&it.id, scope) {
                Some(Bound::Value(value @ (Expr::List(_) | Expr::Tuple(_)), at)) => {
                    self.items(value, at, depth + 1)
                }
                _ => self.letters(expression, scope, depth),
            },
            _ => self.letters(expression, scope, depth),
        }
    }

    fn letters(&self, expression: &'a Expr, scope: usize, depth: u32) -> Option<Vec<String>> {
        let text = self.text(expression, scope, depth + 1)?;
        Some(text.chars().map(String::from).collect())
    }

    /// What a comprehension makes of letters or numbers: `chr(it ^ 7) for it in […]`.
    fn mapped(
        &self,
        element: &'a Expr,
        generators: &'a [ruff_python_ast::Comprehension],
        scope: usize,
        depth: u32,
    ) -> Option<Vec<String>> {
        let [one] = generators else {
            return None;
        };
        let Expr::Name(name) = &one.target else {
            return None;
        };
        let items = self.items(&one.iter, scope, depth + 1)?;
        let number = match element {
            Expr::Name(it) if it.id == name.id => return Some(items),
            Expr::Call(it) => it.arguments.args.first()?,
            other => other,
        };
        let make = |it: &String| {
            let value = i64::from(u32::from(it.chars().next()?));
            letter(self.number(number, Some((&name.id, value)))?)
        };
        items.iter().map(make).collect()
    }

    /// A number that is written down, or computed of one name.
    #[expect(
        clippy::self_only_used_in_recursion,
        reason = "it counts no steps: numbers are short"
    )]
    pub(super) fn number(&self, expression: &Expr, known: Option<(&str, i64)>) -> Option<i64> {
        match expression {
            Expr::NumberLiteral(it) => match &it.value {
                Number::Int(it) => it.as_i64(),
                _ => None,
            },
            Expr::Name(it) => known
                .filter(|(name, _)| *name == it.id.as_str())
                .map(|(_, value)| value),
            Expr::UnaryOp(it) if it.op == UnaryOp::USub => {
                self.number(&it.operand, known)?.checked_neg()
            }
            Expr::Call(it) => self.number(it.arguments.args.first()?, known),
            Expr::BinOp(it) => {
                let (left, right) = (
                    self.number(&it.left, known)?,
                    self.number(&it.right, known)?,
                );
                match it.op {
                    Operator::Add => left.checked_add(right),
                    Operator::Sub => left.checked_sub(right),
                    Operator::BitXor => Some(left ^ right),
                    Operator::Mult => left.checked_mul(right),
                    Operator::FloorDiv => left.checked_div(right),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether a subscript is `[::-1]`.
fn is_backwards(slice: &Expr) -> bool {
    let Expr::Slice(slice) = slice else {
        return false;
    };
    slice.lower.is_none()
        && slice.upper.is_none()
        && matches!(slice.step.as_deref(), Some(Expr::UnaryOp(it)) if it.op == UnaryOp::USub)
}

fn letter(number: i64) -> Option<String> {
    let letter = u32::try_from(number).ok().and_then(char::from_u32)?;
    Some(letter.to_string())
}

/// The text of pairs of hexadecimal digits.
pub fn of_hexadecimal(digits: &str) -> Option<String> {
    let digits: Vec<u32> = digits
        .chars()
        .filter(|it| !it.is_whitespace())
        .map(|it| it.to_digit(16))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2).map(|pair| match pair {
        [high, low] => char::from_u32(high * 16 + low),
        _ => None,
    });
    pairs.collect()
}

/// The text of digits of base64.
pub fn of_base64(digits: &str) -> Option<String> {
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut text = String::new();
    for digit in digits.bytes().filter(|it| !it.is_ascii_whitespace()) {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            text.push(char::from(u8::try_from((bits >> count) & 0xFF).ok()?));
            bits &= (1 << count) - 1;
        }
    }
    Some(text)
}

/// A text with each letter thirteen further.
fn turned(text: &str) -> String {
    let turn = |it: char| match it {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(it) + 13).unwrap_or(it),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(it) - 13).unwrap_or(it),
        _ => it,
    };
    text.chars().map(turn).collect()
}
