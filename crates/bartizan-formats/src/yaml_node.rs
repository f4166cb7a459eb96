//! YAML of strangers with the line of each value, for files whose readers must point at what they found.
//!
//! Configuration of continuous integration is written by hand, with anchors and aliases where its host accepts them.
//! They are resolved here, and what they stand for is counted as often as it is used: a small text cannot become a
//! large value. A scalar stays the text that was written (`on` is no boolean, `3.10` no number).

use std::{borrow::Cow, collections::BTreeMap};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use thiserror::Error;

/// The largest text; the largest real workflow has about 100 kB.
const MAX_BYTES: usize = 1 << 20;

/// The deepest nesting; real files nest 12 deep.
const MAX_DEPTH: usize = 48;

/// The most values after aliases are resolved; real files have some thousand.
const MAX_VALUES: usize = 50_000;

/// The most bytes of texts after aliases are resolved.
const MAX_TEXT: usize = 4 << 20;

/// Why a text is not YAML that is read here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct NodeError {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong there.
    pub fault: NodeFault,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NodeFault {
    /// It is not YAML.
    #[error("{0}")]
    Syntax(String),
    /// It is too large.
    #[error("larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// It holds too many values, or too much text, once aliases are resolved.
    #[error("more than {MAX_VALUES} values or {MAX_TEXT} bytes once aliases are resolved")]
    TooMuch,
    /// It nests too deep.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A key is a mapping or a sequence.
    #[error("a key is not a plain text")]
    Key,
    /// A mapping has a key twice: readers differ in which they take.
    #[error("the key `{0}` stands twice")]
    DuplicateKey(String),
    /// An alias names what is not there yet.
    #[error("an alias without its anchor")]
    Alias,
    /// There is a second document.
    #[error("more than one document")]
    SeveralDocuments,
}

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The line, from 1. Of a block of text it is the first line of the block itself.
    pub line: u32,
    /// The value.
    pub value: NodeValue,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeValue {
    /// Nothing at all, `null` or `~`.
    Nothing,
    /// A scalar, as it was written.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the text.
    Map(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The line of the key.
    pub line: u32,
    /// What stands under it.
    pub value: Node,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a sequence; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            NodeValue::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// What stands under a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The text under a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// One text, or the texts of a sequence.
    pub fn texts(&self) -> Vec<&str> {
        match &self.value {
            NodeValue::Text(text) => vec![text],
            _ => self.items().iter().filter_map(Self::text).collect(),
        }
    }

    /// Hands out every text below, with its line.
    pub fn walk<'a>(&'a self, take: &mut dyn FnMut(&'a str, u32)) {
        match &self.value {
            NodeValue::Nothing => {}
            NodeValue::Text(text) => take(text, self.line),
            NodeValue::List(items) => items.iter().for_each(|item| item.walk(take)),
            NodeValue::Map(entries) => entries.iter().for_each(|entry| entry.value.walk(take)),
        }
    }
}

/// Parses a text that holds one document; an empty one is nothing.
pub fn parse(text: &str) -> Result<Node, NodeError> {
    if text.len() > MAX_BYTES {
        return Err(NodeError {
            line: 1,
            fault: NodeFault::TooLarge,
        });
    }
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_INDENTED {
        match read(&text) {
            Err(error) if is_of_flow(&error.fault) => match indented(&text, error.line) {
                Some(more) => text = Cow::Owned(more),
                None => return Err(error),
            },
            other => return other,
        }
    }
    read(&text)
}

/// How many lines of brackets are indented for the parser.
const MAX_INDENTED: usize = 40;

/// More columns than anything nests.
const INDENT: &str =
    "                                                                                ";

/// Whether a line within brackets is not indented enough. The standard asks for it; the reader of the code host does not,
/// and a project's workflow that runs must be read here.
fn is_of_flow(fault: &NodeFault) -> bool {
    matches!(fault, NodeFault::Syntax(text) if text == "invalid indentation" || text == "invalid indentation in flow construct")
}

/// The text with one line indented, which changes nothing within brackets.
fn indented(text: &str, line: u32) -> Option<String> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    let at: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let (head, tail) = text.split_at_checked(at)?;
    // A line that is indented already has another fault.
    (!tail.starts_with(INDENT)).then(|| format!("{head}{INDENT}{tail}"))
}

fn read(text: &str) -> Result<Node, NodeError> {
    Reader {
        parser: Parser::new_from_str(text),
        line: 1,
        values: 0,
        bytes: 0,
        anchors: BTreeMap::new(),
    }
    .document()
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    line: u32,
    values: usize,
    bytes: usize,
    anchors: BTreeMap<usize, Node>,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Node, NodeError> {
        let mut found = None;
        loop {
            match self.next()? {
                Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing => {}
                Event::StreamEnd => {
                    return Ok(found.unwrap_or(Node {
                        line: 1,
                        value: NodeValue::Nothing,
                    }));
                }
                _ if found.is_some() => return Err(self.fault(NodeFault::SeveralDocuments)),
                event => found = Some(self.node(event, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<Event<'a>, NodeError> {
        match self.parser.next_event() {
            Some(Ok((event, Span { start, .. }))) => {
                self.line = u32::try_from(start.line()).unwrap_or(u32::MAX);
                Ok(event)
            }
            Some(Err(error)) => {
                self.line = u32::try_from(error.marker().line()).unwrap_or(u32::MAX);
                Err(self.fault(NodeFault::Syntax(error.info().to_owned())))
            }
            None => Ok(Event::StreamEnd),
        }
    }

    fn fault(&self, fault: NodeFault) -> NodeError {
        NodeError {
            line: self.line,
            fault,
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Node, NodeError> {
        if depth > MAX_DEPTH {
            return Err(self.fault(NodeFault::TooDeep));
        }
        let line = self.line;
        let (value, line, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                self.count(1, text.len())?;
                // The parser points at the first line of a block that is not empty.
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let empty = text.bytes().take_while(|byte| is_block && *byte == b'\n');
                let line = line.saturating_sub(u32::try_from(empty.count()).unwrap_or_default());
                let value = match text.as_ref() {
                    "" | "~" | "null" if style == ScalarStyle::Plain => NodeValue::Nothing,
                    _ => NodeValue::Text(text.into_owned()),
                };
                (value, line, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                self.count(1, 0)?;
                (self.list(depth)?, line, anchor)
            }
            Event::MappingStart(anchor, _) => {
                self.count(1, 0)?;
                (self.map(depth)?, line, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, depth),
            _ => return Err(self.fault(NodeFault::Alias)),
        };
        let node = Node { line, value };
        if anchor != 0 {
            let (values, bytes) = extent(&node);
            // The kept copy is counted as well, so that many anchors around one another stay bounded.
            self.count(values, bytes)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, depth: usize) -> Result<Node, NodeError> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(self.fault(NodeFault::Alias));
        };
        let (values, bytes) = extent(node);
        if depth.saturating_add(height(node)) > MAX_DEPTH {
            return Err(self.fault(NodeFault::TooDeep));
        }
        self.count(values, bytes)?;
        let node = self.anchors.get(&anchor).cloned();
        node.ok_or_else(|| self.fault(NodeFault::Alias))
    }

    fn count(&mut self, values: usize, bytes: usize) -> Result<(), NodeError> {
        self.values = self.values.saturating_add(values);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.values > MAX_VALUES || self.bytes > MAX_TEXT {
            return Err(self.fault(NodeFault::TooMuch));
        }
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<NodeValue, NodeError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(NodeValue::List(items)),
                event => items.push(self.node(event, depth.saturating_add(1))?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<NodeValue, NodeError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(NodeValue::Map(entries)),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(self.fault(NodeFault::Key)),
            };
            let line = self.line;
            if !seen.insert(key.clone()) {
                let key = key.chars().take(64).collect();
                return Err(self.fault(NodeFault::DuplicateKey(key)));
            }
            let event = self.next()?;
            let value = self.node(event, depth.saturating_add(1))?;
            entries.push(Entry { key, line, value });
        }
    }
}

/// How many values and bytes of text a node holds.
fn extent(node: &Node) -> (usize, usize) {
    let add = |(values, bytes): (usize, usize), (more, text): (usize, usize)| {
        (values.saturating_add(more), bytes.saturating_add(text))
    };
    match &node.value {
        NodeValue::Nothing => (1, 0),
        NodeValue::Text(text) => (1, text.len()),
        NodeValue::List(items) => items.iter().map(extent).fold((1, 0), add),
        NodeValue::Map(entries) => entries
            .iter()
            .map(|entry| add(extent(&entry.value), (0, entry.key.len())))
            .fold((1, 0), add),
    }
}

fn height(node: &Node) -> usize {
    let below = match &node.value {
        NodeValue::Nothing | NodeValue::Text(_) => 0,
        NodeValue::List(items) => items.iter().map(height).max().unwrap_or_default(),
        NodeValue::Map(entries) => {
            let heights = entries.iter().map(|entry| height(&entry.value));
            heights.max().unwrap_or_default()
        }
    };
    below.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn show(node: &Node) -> String {
        let inner = match &node.value {
            NodeValue::Nothing => "-".to_owned(),
            NodeValue::Text(text) => format!("{text:?}"),
            NodeValue::List(items) => {
                format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" "))
            }
            NodeValue::Map(entries) => {
                let show = |e: &Entry| format!("{}@{}={}", e.key, e.line, show(&e.value));
                format!(
                    "{{{}}}",
                    entries.iter().map(show).collect::<Vec<_>>().join(" ")
                )
            }
        };
        format!("{}:{inner}", node.line)
    }

    fn check(text: &str) -> String {
        parse(text).map_or_else(|error| format!("error: {error}"), |node| show(&node))
    }

    #[test]
    fn every_value_knows_its_line_and_stays_as_written() {
        assert_snapshot!(check("on: [push]\nversion: 3.10\nnone:\n"), @r#"1:{on@1=1:[1:"push"] version@2=2:"3.10" none@3=3:-}"#);
        assert_snapshot!(check("run: |\n  one\n  two\n"), @r#"1:{run@1=2:"one\ntwo\n"}"#);
        assert_snapshot!(check("a:\n\n  run: >-\n    one\n    two\n"), @r#"1:{a@1=3:{run@3=4:"one two"}}"#);
        assert_snapshot!(check("run: |\n\n\n  one\n"), @r#"1:{run@1=2:"\n\none\n"}"#);
        assert_snapshot!(check(""), @"1:-");
    }

    #[test]
    fn aliases_are_resolved_and_counted() {
        assert_snapshot!(check("a: &x {b: 1}\nc: *x\n"), @r#"1:{a@1=1:{b@1=1:"1"} c@2=1:{b@1=1:"1"}}"#);
        assert_snapshot!(check("a: *x\n"), @"error: line 1: while parsing node, found unknown anchor");
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let aliases = vec![format!("*a{}", level - 1); 8].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert_snapshot!(check(&bomb), @"error: line 5: more than 50000 values or 4194304 bytes once aliases are resolved");
        assert_snapshot!(check("a: &a [*a]\n"), @"error: line 1: an alias without its anchor");
    }

    #[test]
    fn brackets_may_close_where_they_stand() {
        assert_snapshot!(check("a:\n  - [\n    x,\n  ]\n  - [\n y\n]\nb: 1\n"), @r#"1:{a@1=2:[2:[3:"x"] 5:[6:"y"]] b@8=8:"1"}"#);
        assert_snapshot!(check("a:\n    b: 1\n  c: 2\n"), @"error: line 3: while parsing a block mapping, did not find expected key");
    }

    #[test]
    fn what_readers_would_read_in_different_ways_is_refused() {
        assert_snapshot!(check("a: 1\na: 2\n"), @"error: line 2: the key `a` stands twice");
        assert_snapshot!(check("a: 1\n---\nb: 2\n"), @"error: line 3: more than one document");
        assert_snapshot!(check("[a]: 1\n"), @"error: line 1: a key is not a plain text");
        assert_snapshot!(check(&"- ".repeat(100)), @"error: line 1: nested deeper than 48 levels");
        assert_snapshot!(check(&" ".repeat(MAX_BYTES + 1)), @"error: line 1: larger than 1048576 bytes");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"[-:?,\[\]{}#&*!|>'"%@` \t\r\na-c0-9~<.\\]{0,60}"#) {
            check(&text);
        }
    }
}
