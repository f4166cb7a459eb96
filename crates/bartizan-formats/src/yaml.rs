//! YAML of strangers as a value of JSON.
//!
//! Advisories and lock files need a small part of YAML: mappings with plain keys, sequences, scalars. Anchors,
//! aliases and tags are refused, so a text never grows while it is read, and nothing is constructed from it.
//! In the OSV schema every scalar is a text but for what stands in `database_specific` and
//! `ecosystem_specific`: an unquoted `1.10` in a list of versions stays `1.10`, a date stays as written. Lock
//! files are read by the same rule, for the same reason.

use std::{borrow::Cow, collections::BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::{Map, Number, Value};
use thiserror::Error;

/// The largest text that is read; the largest real record is below 200 kB. As JSON, where a control
/// character takes six bytes, it stays below what is read of JSON.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The largest text that is taken part by part. A lock file of six platforms and thousands of packages has
/// about 10 MiB.
const MAX_BYTES_IN_PARTS: usize = 64 * 1024 * 1024;

/// The deepest nesting; real records nest 6 deep.
const MAX_DEPTH: usize = 64;

/// The most scalars, mappings and sequences, of a text or of one part of it.
const MAX_VALUES: usize = 500_000;

/// Keys whose values belong to the database and not to the schema: there, a number is a number.
const FREE_FORM: [&str; 2] = ["database_specific", "ecosystem_specific"];

/// Why a text is not YAML that is read here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct YamlError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: YamlFault,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum YamlFault {
    /// It is not YAML.
    #[error("{0}")]
    Syntax(String),
    /// It is too large.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// It holds too many values.
    #[error("more than {MAX_VALUES} values")]
    TooManyValues,
    /// It nests too deep.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// It has an anchor or an alias.
    #[error("anchors and aliases are not accepted")]
    Anchor,
    /// It has a tag other than that of a text.
    #[error("tags are not accepted")]
    Tag,
    /// A key is a mapping or a sequence.
    #[error("a key is not a plain text")]
    Key,
    /// A mapping takes in another one.
    #[error("merge keys are not accepted")]
    Merge,
    /// A mapping has a key twice.
    #[error("the key `{0}` stands twice")]
    DuplicateKey(String),
    /// There is a second document.
    #[error("more than one document")]
    SeveralDocuments,
    /// The document as a whole is a sequence or a scalar.
    #[error("not a mapping")]
    NotAMapping,
}

/// Parses a text that holds one document.
pub(crate) fn parse(text: &str) -> Result<Value, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(YamlError {
            line: 1,
            fault: YamlFault::TooLarge(MAX_BYTES),
        });
    }
    Converter::of(text).document()
}

/// A part of a document: what stands under a key of its outermost mapping, or one item of a list there.
pub(crate) struct Part<'a> {
    pub(crate) key: &'a str,
    /// The line in which it begins.
    pub(crate) line: usize,
    pub(crate) value: Value,
}

/// Hands out one document part by part, so that a large one is never held as a whole: each value of the
/// outermost mapping, and one by one the items of what stands under the keys in `lists`.
pub(crate) fn gather(
    text: &str,
    lists: &[&str],
    take: &mut dyn FnMut(Part<'_>),
) -> Result<(), YamlError> {
    if text.len() > MAX_BYTES_IN_PARTS {
        return Err(YamlError {
            line: 1,
            fault: YamlFault::TooLarge(MAX_BYTES_IN_PARTS),
        });
    }
    Converter::of(text).parts(lists, take)
}

/// How plain scalars are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scalars {
    /// As text, or as nothing.
    Text,
    /// By the core schema of YAML 1.2.
    Core,
}

struct Converter<'a> {
    parser: Parser<'a, StrInput<'a>>,
    line: usize,
    values: usize,
}

impl<'a> Converter<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            parser: Parser::new_from_str(text),
            line: 1,
            values: 0,
        }
    }

    fn parts(&mut self, lists: &[&str], take: &mut dyn FnMut(Part<'_>)) -> Result<(), YamlError> {
        let mut is_found = false;
        loop {
            match self.next()? {
                Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing => {}
                Event::StreamEnd => return Ok(()),
                _ if is_found => return Err(self.fault(YamlFault::SeveralDocuments)),
                Event::MappingStart(anchor, tag) => {
                    self.untagged(anchor, tag.as_deref())?;
                    self.parts_of_mapping(lists, take)?;
                    is_found = true;
                }
                _ => return Err(self.fault(YamlFault::NotAMapping)),
            }
        }
    }

    fn parts_of_mapping(
        &mut self,
        lists: &[&str],
        take: &mut dyn FnMut(Part<'_>),
    ) -> Result<(), YamlError> {
        let mut seen = BTreeSet::new();
        while let Some(key) = self.key()? {
            let event = self.next()?;
            match event {
                Event::SequenceStart(anchor, tag) if lists.contains(&key.as_str()) => {
                    self.untagged(anchor, tag.as_deref())?;
                    loop {
                        self.values = 0;
                        let event = self.next()?;
                        let line = self.line;
                        if event == Event::SequenceEnd {
                            break;
                        }
                        let value = self.value(event, Scalars::Text, 2)?;
                        take(Part {
                            key: &key,
                            line,
                            value,
                        });
                    }
                }
                event => {
                    self.values = 0;
                    let line = self.line;
                    let value = self.value(event, Scalars::Text, 1)?;
                    take(Part {
                        key: &key,
                        line,
                        value,
                    });
                }
            }
            if seen.len() >= MAX_VALUES {
                return Err(self.fault(YamlFault::TooManyValues));
            }
            if let Some(key) = seen.replace(key) {
                return Err(self.fault(YamlFault::DuplicateKey(key.chars().take(64).collect())));
            }
        }
        Ok(())
    }

    fn document(&mut self) -> Result<Value, YamlError> {
        let mut found = None;
        loop {
            match self.next()? {
                Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing => {}
                Event::StreamEnd => return Ok(found.unwrap_or(Value::Null)),
                _ if found.is_some() => return Err(self.fault(YamlFault::SeveralDocuments)),
                event => found = Some(self.value(event, Scalars::Text, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<Event<'a>, YamlError> {
        match self.parser.next_event() {
            Some(Ok((event, Span { start, .. }))) => {
                self.line = start.line();
                Ok(event)
            }
            Some(Err(error)) => {
                self.line = error.marker().line();
                Err(self.fault(YamlFault::Syntax(error.info().to_owned())))
            }
            None => Ok(Event::StreamEnd),
        }
    }

    fn fault(&self, fault: YamlFault) -> YamlError {
        YamlError {
            line: self.line,
            fault,
        }
    }

    fn value(
        &mut self,
        event: Event<'a>,
        scalars: Scalars,
        depth: usize,
    ) -> Result<Value, YamlError> {
        self.values = self.values.saturating_add(1);
        if self.values > MAX_VALUES {
            return Err(self.fault(YamlFault::TooManyValues));
        }
        if depth > MAX_DEPTH {
            return Err(self.fault(YamlFault::TooDeep));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_node(anchor, tag.as_deref())?;
                let is_text = style != ScalarStyle::Plain || tag.is_some();
                Ok(if is_text {
                    Value::String(text.into_owned())
                } else {
                    plain(text, scalars)
                })
            }
            Event::SequenceStart(anchor, tag) => {
                self.untagged(anchor, tag.as_deref())?;
                self.sequence(scalars, depth)
            }
            Event::MappingStart(anchor, tag) => {
                self.untagged(anchor, tag.as_deref())?;
                self.mapping(scalars, depth)
            }
            _ => Err(self.fault(YamlFault::Anchor)),
        }
    }

    fn sequence(&mut self, scalars: Scalars, depth: usize) -> Result<Value, YamlError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::Array(items)),
                event => items.push(self.value(event, scalars, depth.saturating_add(1))?),
            }
        }
    }

    fn mapping(&mut self, scalars: Scalars, depth: usize) -> Result<Value, YamlError> {
        let mut object = Map::new();
        while let Some(key) = self.key()? {
            let is_free = FREE_FORM.contains(&key.as_str());
            let scalars = if is_free { Scalars::Core } else { scalars };
            let event = self.next()?;
            if object.contains_key(&key) {
                return Err(self.fault(YamlFault::DuplicateKey(key.chars().take(64).collect())));
            }
            let value = self.value(event, scalars, depth.saturating_add(1))?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }

    /// The next key of a mapping; `None` at its end.
    fn key(&mut self) -> Result<Option<String>, YamlError> {
        let key = match self.next()? {
            Event::MappingEnd => return Ok(None),
            Event::Scalar(text, _, anchor, tag) => {
                self.plain_node(anchor, tag.as_deref())?;
                text.into_owned()
            }
            Event::Alias(_) => return Err(self.fault(YamlFault::Anchor)),
            _ => return Err(self.fault(YamlFault::Key)),
        };
        if key == "<<" {
            return Err(self.fault(YamlFault::Merge));
        }
        Ok(Some(key))
    }

    fn plain_node(&self, anchor: usize, tag: Option<&Tag>) -> Result<(), YamlError> {
        let is_text = tag.is_none_or(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
        self.untagged(anchor, tag.filter(|_| !is_text))
    }

    fn untagged(&self, anchor: usize, tag: Option<&Tag>) -> Result<(), YamlError> {
        match (anchor, tag) {
            (0, None) => Ok(()),
            (0, Some(_)) => Err(self.fault(YamlFault::Tag)),
            _ => Err(self.fault(YamlFault::Anchor)),
        }
    }
}

/// An unquoted scalar. A number that JSON would not print back as it stands stays a text.
fn plain(text: Cow<'_, str>, scalars: Scalars) -> Value {
    match (scalars, text.as_ref()) {
        (_, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        (Scalars::Core, "true" | "True" | "TRUE") => Value::Bool(true),
        (Scalars::Core, "false" | "False" | "FALSE") => Value::Bool(false),
        (Scalars::Core, number) => match number.parse::<Number>() {
            Ok(value) if value.to_string() == number => Value::Number(value),
            _ => Value::String(text.into_owned()),
        },
        (Scalars::Text, _) => Value::String(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match parse(text) {
            Ok(value) => value.to_string(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn what_the_schema_calls_a_text_is_one() {
        assert_snapshot!(check("versions: [1.10, 1e3, 0x10, 2020-01-01, yes, true, 'null', ~]"), @r#"{"versions":["1.10","1e3","0x10","2020-01-01","yes","true","null",null]}"#);
        assert_snapshot!(check("id: 5\nwithdrawn: null\nsummary:\ndetails: |\n  two\n  lines\n"), @r#"{"details":"two\nlines\n","id":"5","summary":null,"withdrawn":null}"#);
        assert_snapshot!(check("introduced: !!str 0\n"), @r#"{"introduced":"0"}"#);
    }

    #[test]
    fn what_belongs_to_the_database_has_the_types_of_the_core_schema() {
        assert_snapshot!(
            check("database_specific: {a: 1, b: 1.5, c: 1.10, d: true, e: null, f: 0x10, g: 1e400, h: no, i: '1'}"),
            @r#"{"database_specific":{"a":1,"b":1.5,"c":"1.10","d":true,"e":null,"f":"0x10","g":"1e400","h":"no","i":"1"}}"#);
        assert_snapshot!(check("affected: [{ecosystem_specific: {a: {b: [7]}}, versions: [7]}]"), @r#"{"affected":[{"ecosystem_specific":{"a":{"b":[7]}},"versions":["7"]}]}"#);
    }

    #[test]
    fn what_advisories_do_not_need_is_refused() {
        assert_snapshot!(check("a: &x 1\nb: *x\n"), @"error: line 1: anchors and aliases are not accepted");
        assert_snapshot!(check("a: 1\nb: *x\n"), @"error: line 2: while parsing node, found unknown anchor");
        assert_snapshot!(check("a: &x {b: 1}"), @"error: line 1: anchors and aliases are not accepted");
        assert_snapshot!(check("a: !!binary aGk="), @"error: line 1: tags are not accepted");
        assert_snapshot!(check("a: !thing {b: 1}"), @"error: line 1: tags are not accepted");
        assert_snapshot!(check("a: 1\nb: 2\na: 3\n"), @"error: line 3: the key `a` stands twice");
        assert_snapshot!(check("a: {<<: {b: 1}}"), @"error: line 1: merge keys are not accepted");
        assert_snapshot!(check("[a]: 1"), @"error: line 1: a key is not a plain text");
        assert_snapshot!(check("a: 1\n---\nb: 2\n"), @"error: line 3: more than one document");
        assert_snapshot!(check("a: [1"), @"error: line 2: while parsing a flow sequence, expected ',' or ']'");
    }

    #[test]
    fn depth_size_and_number_are_bounded() {
        assert_snapshot!(check(&"- ".repeat(200)), @"error: line 1: nested deeper than 64 levels");
        assert_snapshot!(check(&"[".repeat(200_000)), @"error: line 1: recursion limit exceeded");
        assert_snapshot!(check(&"- a\n".repeat(MAX_VALUES + 1)), @"error: line 500000: more than 500000 values");
        assert_snapshot!(check(&" ".repeat(MAX_BYTES + 1)), @"error: line 1: larger than 2097152 bytes");
    }

    /// The parts of a text, those of `list` one by one.
    fn check_parts(text: &str) -> String {
        let mut seen = Vec::new();
        let result = gather(text, &["list"], &mut |part| {
            seen.push(format!("{}:{} {}", part.line, part.key, part.value));
        });
        seen.extend(result.err().map(|error| format!("error: {error}")));
        seen.join("\n")
    }

    #[test]
    fn a_document_is_handed_out_in_parts() {
        assert_snapshot!(check_parts("version: 1.10\nlist:\n- a: 1\n  b: [x]\n-\n  a: 2\nother:\n- 3\n"), @r#"
        1:version "1.10"
        3:list {"a":"1","b":["x"]}
        6:list {"a":"2"}
        8:other ["3"]
        "#);
        assert_snapshot!(check_parts("list: {a: 1}\n"), @r#"1:list {"a":"1"}"#);
        assert_snapshot!(check_parts("list: [1, &x 2]\n"), @r#"
        1:list "1"
        error: line 1: anchors and aliases are not accepted
        "#);
        assert_snapshot!(check_parts("- 1\n"), @"error: line 1: not a mapping");
        assert_snapshot!(check_parts("list: []\nlist: []\n"), @"error: line 2: the key `list` stands twice");
        assert_snapshot!(check_parts("a: 1\n---\nb: 2\n"), @r#"
        1:a "1"
        error: line 3: more than one document
        "#);
        assert_snapshot!(check_parts(""), @"");
    }

    #[test]
    fn a_text_that_would_grow_thousandfold_is_refused_at_once() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let aliases = vec![format!("*a{}", level - 1); 8].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert_snapshot!(check(&text), @"error: line 1: anchors and aliases are not accepted");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"[-:?,\[\]{}#&*!|>'"%@` \t\r\na-c0-9~<.\\]{0,60}"#) {
            let _ = parse(&text);
            check_parts(&text);
        }

        #[test]
        fn any_text_survives_being_quoted(words in prop::collection::vec(any::<String>(), 0..5)) {
            let value = Value::from(words);
            if let Ok(read) = parse(&value.to_string()) {
                prop_assert_eq!(read, value);
            }
        }
    }
}
