//! What the functions of a file do and whom they call.

use std::collections::{BTreeMap, BTreeSet};

use super::{is_of_package, table};
use crate::{
    change::File,
    code::Call,
    detect::Subject,
    kind::{Language, Role},
    lines::{cut, numbered},
    rule::Capability,
    tokens::{self, Kind},
};

/// How many calls of one file are looked at.
const MOST_CALLS: usize = 50_000;

/// The longest name of what is called.
const LONGEST: usize = 120;

/// How far before `METH_…` the name of a method stands.
const NEAR: usize = 16;

/// A file of the package: its functions by what they do.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(super) path: String,
    pub(super) role: Role,
    pub(super) is_c: bool,
    pub(super) uses: Vec<Use>,
    /// Functions, and the last parts of the names that each calls.
    pub(super) calls: BTreeMap<String, BTreeSet<String>>,
    /// Functions of C and the names under which Python has them.
    pub(super) methods: BTreeMap<String, String>,
    /// Functions that Python does not see.
    pub(super) hidden: BTreeSet<String>,
}

/// Something that a function does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) capability: Capability,
    pub(super) within: String,
    pub(super) line: u32,
    pub(super) what: String,
    /// The call without layout.
    pub(super) text: String,
    /// Whether the function does it after the change as before.
    pub(super) stays: bool,
}

/// Whether the files of this language have functions.
fn has_functions(language: Language) -> bool {
    matches!(
        language,
        Language::Python | Language::Cython | Language::C | Language::Cpp
    )
}

/// Whether a file is part of the package and has functions, by its name.
pub(super) fn is_looked_at(path: &str) -> bool {
    let language = Language::of(path, &[]);
    has_functions(language) && is_of_package(Role::of(path, language))
}

/// Which of these capabilities a file has.
pub(super) fn held_by(
    path: &str,
    content: Vec<u8>,
    asked: &BTreeSet<Capability>,
) -> BTreeSet<Capability> {
    if !table::may_hold(&content, asked) {
        return BTreeSet::new();
    }
    let file = File::new(path, content);
    let outline = Outline::of(&Subject::of(&file));
    let uses = outline.map(|it| it.uses).unwrap_or_default();
    let held = uses.into_iter().map(|it| it.capability);
    held.filter(|it| asked.contains(it)).collect()
}

impl Outline {
    /// Of one side of a file; nothing where it is no part of the package or has no functions.
    pub(crate) fn of(subject: &Subject<'_>) -> Option<Self> {
        let text = subject.text?;
        let language = subject.language;
        if !is_of_package(subject.role) || !has_functions(language) {
            return None;
        }
        let is_c = matches!(language, Language::C | Language::Cpp);
        let mut outline = Self {
            path: subject.file.path.clone(),
            role: subject.role,
            is_c,
            uses: Vec::new(),
            calls: BTreeMap::new(),
            methods: if is_c { methods(text) } else { BTreeMap::new() },
            hidden: if language == Language::Cython {
                hidden(text)
            } else {
                BTreeSet::new()
            },
        };
        for call in subject.calls().iter().take(MOST_CALLS) {
            outline.take(call, language);
        }
        outline.take_words(text, subject);
        Some(outline)
    }

    /// Keeps of it what functions do, and not whom they call.
    pub(super) fn forget_calls(&mut self) {
        self.calls = BTreeMap::new();
        self.methods = BTreeMap::new();
        self.hidden = BTreeSet::new();
    }

    fn take(&mut self, call: &Call, language: Language) {
        let name = call.function.rsplit('.').next().unwrap_or_default();
        match self.calls.get_mut(&call.within) {
            Some(names) if names.contains(name) => {}
            Some(names) => drop(names.insert(name.to_owned())),
            None => {
                let names = BTreeSet::from([name.to_owned()]);
                self.calls.insert(call.within.clone(), names);
            }
        }
        if let Some(capability) = table::of_call(call, language) {
            self.uses.push(Use {
                capability,
                within: call.within.clone(),
                line: call.line,
                what: cut(&call.function, LONGEST).to_owned(),
                text: call.text.clone(),
                stays: false,
            });
        }
    }

    /// Words that no call has: `os.environ["X"]`, `Py_BEGIN_ALLOW_THREADS`.
    fn take_words(&mut self, text: &str, subject: &Subject<'_>) {
        let words = table::words(subject.language);
        let is_there = |word: &&(&str, Capability)| {
            memchr::memmem::find(text.as_bytes(), word.0.as_bytes()).is_some()
        };
        let words: Vec<&(&str, Capability)> = words.iter().filter(is_there).collect();
        if words.is_empty() {
            return;
        }
        let mut scope = Scope::default();
        for (number, line) in numbered(text) {
            if !self.is_c {
                scope.take(line);
            }
            let bare = line.trim_start();
            if bare.starts_with(['#', '/', '*']) {
                continue;
            }
            for (word, capability) in &words {
                if !bare.contains(word) {
                    continue;
                }
                let within = if self.is_c {
                    within_before(subject.calls(), number)
                } else {
                    scope.name()
                };
                self.uses.push(Use {
                    capability: *capability,
                    within,
                    line: number,
                    what: (*word).to_owned(),
                    text: (*word).to_owned(),
                    stays: false,
                });
            }
        }
    }
}

/// The function of the last call that begins before a line.
fn within_before(calls: &[Call], line: u32) -> String {
    let count = calls.partition_point(|it| it.line <= line);
    let last = count.checked_sub(1).and_then(|it| calls.get(it));
    last.map_or(String::new(), |it| it.within.clone())
}

/// Functions and classes around a line of Python, by how far lines are indented.
#[derive(Debug, Default)]
struct Scope {
    open: Vec<(usize, String)>,
}

impl Scope {
    fn take(&mut self, line: &str) {
        let bare = line.trim_start();
        if bare.is_empty() || bare.starts_with('#') {
            return;
        }
        let width = line.len() - bare.len();
        let head = ["async def ", "def ", "class ", "cdef ", "cpdef "]
            .iter()
            .find_map(|word| bare.strip_prefix(word));
        let Some(head) = head else {
            // Only what begins at the margin ends a function: texts and brackets may be indented less than it.
            if width == 0 && !bare.starts_with([')', ']', '}', '"', '\'']) {
                self.open.clear();
            }
            return;
        };
        self.open.retain(|(open, _)| *open < width);
        let end = head.find(['(', ':']).unwrap_or(0);
        let name = head.get(..end).unwrap_or_default();
        let name = name.split([' ', '*']).next_back().unwrap_or_default();
        if !name.is_empty() && self.open.len() < 32 {
            self.open.push((width, name.to_owned()));
        }
    }

    fn name(&self) -> String {
        let names: Vec<&str> = self.open.iter().map(|(_, name)| name.as_str()).collect();
        names.join(".")
    }
}

/// Functions that stand in tables of methods: `{"name", (PyCFunction)function, METH_VARARGS, …}`.
fn methods(text: &str) -> BTreeMap<String, String> {
    let mut methods = BTreeMap::new();
    if memchr::memmem::find(text.as_bytes(), b"METH_").is_none() {
        return methods;
    }
    let tokens = tokens::of_c(text);
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Name || !token.text.starts_with("METH_") {
            continue;
        }
        let before = tokens.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        let Some(begin) = before.iter().rposition(|it| it.kind == Kind::Text) else {
            continue;
        };
        let function = before.iter().skip(begin).rfind(|it| {
            it.kind == Kind::Name && !it.text.starts_with("METH_") && it.text != "PyCFunction"
        });
        let name = before.get(begin).map(|it| it.text.trim_matches('"'));
        if let (Some(function), Some(name)) = (function, name) {
            methods.insert(function.text.to_owned(), name.to_owned());
        }
    }
    methods
}

/// Functions that are declared with `cdef`.
fn hidden(text: &str) -> BTreeSet<String> {
    let lines = text.split('\n').filter_map(|line| {
        let head = line.trim_start().strip_prefix("cdef ")?;
        let (head, _) = head.split_once('(')?;
        let name = head.rsplit([' ', '*', ']']).next()?;
        (!name.is_empty()).then(|| name.to_owned())
    });
    lines.collect()
}
