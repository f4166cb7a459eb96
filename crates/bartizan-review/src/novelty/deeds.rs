//! What a change newly does, as a set of deeds. What goes in the same change and comes again elsewhere is none.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

use super::{VERSION, counts::Counts, imports, moved::moved, shapes::Shapes, words};
use crate::{
    change::{Content, File, FileChange},
    detect::Subject,
    kind::{Language, Role, extension},
    rule::{Capability, Look, Rules, is_like},
};

/// How many deeds of one change are kept.
const MOST_DEEDS: usize = 50_000;

/// How many folders of a path count: deeper ones are too small to have habits.
const FOLDERS: usize = 3;

/// What kind of deed it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeedKind {
    /// It imports a module, or includes a header.
    Import,
    /// It calls what an import gives.
    Call,
    /// It calls a name of its own, or of the language.
    Name,
    /// It calls a method.
    Method,
    /// It says a word in a build, in automation or in settings.
    Word,
    /// It uses an action.
    Action,
    /// It names a host.
    Host,
    /// It brings a file of this form.
    Form,
    /// It makes a file a program, a link, a submodule, or what nobody can read.
    Nature,
    /// Its lines have an unusual shape.
    Shape,
    /// It does what gives code a capability.
    Capability,
}

impl DeedKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Import,
        Self::Call,
        Self::Name,
        Self::Method,
        Self::Word,
        Self::Action,
        Self::Host,
        Self::Form,
        Self::Nature,
        Self::Shape,
        Self::Capability,
    ];

    /// What it does, before the text of the deed.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Import => "imports",
            Self::Call | Self::Name => "calls",
            Self::Method => "calls the method",
            Self::Word => "says",
            Self::Action => "uses the action",
            Self::Host => "names the host",
            Self::Form => "brings a file",
            Self::Nature => "holds",
            Self::Shape => "has",
            Self::Capability => "may",
        }
    }

    /// Its name in data.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Call => "call",
            Self::Name => "name",
            Self::Method => "method",
            Self::Word => "word",
            Self::Action => "action",
            Self::Host => "host",
            Self::Form => "form",
            Self::Nature => "nature",
            Self::Shape => "shape",
            Self::Capability => "capability",
        }
    }
}

/// Something that a change newly does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The kind.
    pub kind: DeedKind,
    /// What it is.
    pub text: String,
    /// In which of the files.
    pub file: usize,
    /// The line, from 1.
    pub line: Option<u32>,
    /// By what it is counted: in the folder, in files of the kind, in the project.
    pub(super) keys: [u64; 3],
    /// What is like it: the module of a call.
    pub(super) like: Option<u64>,
}

/// A file that a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its path.
    pub path: String,
    /// Its language.
    pub language: Language,
    /// What it is for.
    pub role: Role,
    /// How many lines come and go.
    pub lines: [u32; 2],
    /// How many words of memory, and how many dangerous ones, stand in lines that come.
    pub words: Counts,
}

/// What a change newly does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deeds {
    /// The files that differ.
    pub files: Vec<Touched>,
    /// The deeds, each once for a folder and kind of file.
    pub deeds: Vec<Deed>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// What calls give which capability, by the rules; each asked once.
struct Capabilities<'r>(Vec<(&'r str, Capability)>);

impl<'r> Capabilities<'r> {
    fn of(rules: &'r Rules) -> Self {
        let mut known = Vec::new();
        for rule in rules.all() {
            // When something acts is said by the place, which is counted anyway; here it is said what it does.
            let is_of_place = matches!(
                rule.capability,
                Some(Capability::InstallTime | Capability::BuildTime | Capability::Automation)
            );
            if is_of_place {
                continue;
            }
            if let (Some(capability), Look::Calls(calls)) = (rule.capability, &rule.look) {
                let functions = calls.functions.iter();
                known.extend(functions.map(|it| (it.as_str(), capability)));
            }
        }
        Self(known)
    }

    fn given(&self, name: &str) -> Option<Capability> {
        let found = self.0.iter().find(|(wanted, _)| is_like(name, wanted));
        found.map(|(_, capability)| *capability)
    }
}

/// What a change newly does.
pub fn deeds(changes: &[FileChange], rules: &Rules) -> Deeds {
    let mut gatherer = Gatherer {
        capabilities: Capabilities::of(rules),
        found: Deeds::default(),
        seen: HashSet::new(),
        gone: HashSet::new(),
    };
    for change in changes.iter().filter(|it| !it.is_move()) {
        gatherer.file(change);
    }
    let Gatherer {
        mut found, gone, ..
    } = gatherer;
    // What goes at one place and comes at another is moved.
    found.deeds.retain(|it| !gone.contains(&it.keys[1]));
    found
}

struct Gatherer<'r> {
    capabilities: Capabilities<'r>,
    found: Deeds,
    /// Keys of folders that are there already.
    seen: HashSet<u64>,
    /// Keys of kinds of files of what goes.
    gone: HashSet<u64>,
}

/// Where a deed is.
#[derive(Clone, Copy)]
struct Place<'a> {
    folder: &'a str,
    role: Role,
    language: Language,
    file: usize,
}

impl Gatherer<'_> {
    fn file(&mut self, change: &FileChange) {
        let path = change.path();
        let side = change.after.as_ref().or(change.before.as_ref());
        let Some(subject) = side.map(Subject::of) else {
            return;
        };
        let place = Place {
            folder: folder(path),
            role: subject.role,
            language: subject.language,
            file: self.found.files.len(),
        };
        let before = change.before.as_ref().and_then(File::text);
        let after = change.after.as_ref().and_then(File::text);
        let (lines, words) =
            self.texts(place, before.unwrap_or_default(), after.unwrap_or_default());
        self.found.files.push(Touched {
            path: path.to_owned(),
            language: place.language,
            role: place.role,
            lines,
            words,
        });
        if let Some(after) = &change.after {
            self.nature(place, change, after);
        }
    }

    fn texts(&mut self, place: Place<'_>, before: &str, after: &str) -> ([u32; 2], Counts) {
        let moved = moved(before, after);
        let mut told: Vec<(DeedKind, String, u32)> = Vec::new();
        let names = imports::names(after);
        let (mut shapes, mut counts) = (Shapes::default(), Counts::default());
        for (number, line) in &moved.come {
            let mut tell = |kind, text| told.push((kind, text, *number));
            words::read(line, place.language, &names, &mut tell);
            if place.language.is_code() {
                shapes.read(*number, line);
                counts.read(line);
            }
        }
        for (kind, text, line) in told {
            self.tell(place, kind, text, Some(line));
        }
        for (text, line) in shapes.told() {
            self.tell(place, DeedKind::Shape, text, Some(line));
        }
        let names = imports::names(before);
        for line in &moved.gone {
            let gone = &mut self.gone;
            words::read(line, place.language, &names, &mut |kind, text| {
                gone.insert(key(KIND, kind, &place, &text));
            });
        }
        let lines = [moved.come.len(), moved.gone.len()];
        (
            lines.map(|it| u32::try_from(it).unwrap_or(u32::MAX)),
            counts,
        )
    }

    fn nature(&mut self, place: Place<'_>, change: &FileChange, after: &File) {
        let ending = extension(&after.path).to_ascii_lowercase();
        let of = |what: &str| format!("{what} `.{ending}`");
        if change.before.is_none() {
            self.tell(place, DeedKind::Form, format!("`.{ending}`"), None);
        }
        let was = change.before.as_ref();
        if after.is_executable && !was.is_some_and(|it| it.is_executable) {
            self.tell(place, DeedKind::Nature, of("a program"), None);
        }
        let told = match &after.content {
            Content::Link(_) => of("a link"),
            Content::Submodule(_) => "a commit of another repository".to_owned(),
            Content::Bytes(_) if after.text().is_none() => of("what nobody can read,"),
            Content::Binary => of("what nobody can read,"),
            _ => return,
        };
        self.tell(place, DeedKind::Nature, told, None);
    }

    fn tell(&mut self, place: Place<'_>, kind: DeedKind, text: String, line: Option<u32>) {
        if matches!(kind, DeedKind::Call | DeedKind::Name | DeedKind::Method)
            && let Some(capability) = self.capabilities.given(&text)
        {
            self.keep(
                place,
                DeedKind::Capability,
                capability.as_str().to_owned(),
                line,
            );
        }
        self.keep(place, kind, text, line);
    }

    fn keep(&mut self, place: Place<'_>, kind: DeedKind, text: String, line: Option<u32>) {
        let keys = [FOLDER, KIND, PROJECT].map(|level| key(level, kind, &place, &text));
        if !self.seen.insert(keys[0]) {
            return;
        }
        if self.found.deeds.len() >= MOST_DEEDS {
            self.found.is_cut = true;
            return;
        }
        let module = matches!(kind, DeedKind::Call | DeedKind::Import).then(|| {
            let root = text.split(['.', '/']).next().unwrap_or(&text);
            key(LIKE, kind, &place, root)
        });
        self.found.deeds.push(Deed {
            kind,
            text,
            file: place.file,
            line,
            keys,
            like: module,
        });
    }
}

/// Levels of counting.
const FOLDER: u8 = 0;
const KIND: u8 = 1;
const PROJECT: u8 = 2;
const LIKE: u8 = 3;

/// By what a deed is counted. Whoever proposes a change chooses its words: a hash that nobody can steer keeps a strange one
/// from passing for a usual one.
fn key(level: u8, kind: DeedKind, place: &Place<'_>, text: &str) -> u64 {
    let family = match place.language {
        Language::Python | Language::Cython => 1,
        Language::C | Language::Cpp => 2,
        _ => 0,
    };
    let mut hash = Sha256::new();
    hash.update([level, kind as u8, family]);
    hash.update(VERSION.to_le_bytes());
    if level <= KIND {
        hash.update([place.role as u8, place.language as u8]);
    }
    if level == FOLDER {
        hash.update(place.folder.as_bytes());
    }
    hash.update([0]);
    hash.update(text.as_bytes());
    let digest = hash.finalize();
    let begin = digest.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(begin)
}

/// The first folders of a path.
fn folder(path: &str) -> &str {
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let mut ends = above.match_indices('/').map(|(at, _)| at);
    match ends.nth(FOLDERS - 1) {
        Some(end) => above.get(..end).unwrap_or(above),
        None => above,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str, &str)]) -> String {
        let side = |path: &str, text: &str| (!text.is_empty()).then(|| File::new(path, text));
        let changes = files.iter().map(|(path, before, after)| FileChange {
            before: side(path, before),
            after: side(path, after),
        });
        let found = deeds(&changes.collect::<Vec<_>>(), Rules::built_in());
        let told = found.deeds.iter().map(|it| {
            let line = it.line.map(|it| format!(":{it}")).unwrap_or_default();
            let path = &found.files[it.file].path;
            format!("{} {} {path}{line}", it.kind.as_str(), it.text)
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn deeds_are_what_comes() {
        insta::assert_snapshot!(check(&[("setup.py", "import os\n", "import os\nimport subprocess as sp\nsp.run(['x'])\n")]), @"
        import subprocess setup.py:2
        capability run programs setup.py:3
        call subprocess.run setup.py:3
        ");
        insta::assert_snapshot!(check(&[("a/x.bin", "", "\0\0\x01")]), @"
        form `.bin` a/x.bin
        nature what nobody can read, `.bin` a/x.bin
        ");
    }

    #[test]
    fn what_moves_is_no_deed() {
        let files = [
            ("a.py", "import os\nf(x)\n", "g(x)\n"),
            ("b/b.py", "x = 1\n", "x = 1\nf(x)\n"),
        ];
        insta::assert_snapshot!(check(&files), @"name g a.py:1");
    }

    #[test]
    fn folders_end_somewhere() {
        assert_eq!(folder("a/b/c/d/e.py"), "a/b/c");
        assert_eq!(folder("a/b.py"), "a");
        assert_eq!(folder("b.py"), "");
    }
}
