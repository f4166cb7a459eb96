//! What is known of libraries: how each one is recognised, what it is called elsewhere, how its versions are ordered.
//!
//! All of it is data. `native-libraries.toml` documents the schema at its head; a new library is one table there. No
//! library is named in code.

mod anchors;
mod file;
mod reading;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{LazyLock, OnceLock},
};

use bartizan_model::purl::Purl;
use thiserror::Error;

pub use anchors::Anchors;
pub use file::Exposure;
pub use file::VersionOrder;
pub use reading::{NumberForm, Part, Pattern, Reading};

/// The table that Bartizan carries.
const EMBEDDED: &str = include_str!("../native-libraries.toml");

/// The table of libraries, with what is needed to search by it.
#[derive(Debug, Default)]
pub struct Knowledge {
    libraries: Vec<Library>,
    by_stem: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
    by_stated_name: BTreeMap<String, usize>,
    by_function: HashMap<String, Vec<FunctionUse>>,
    texts: Vec<(usize, usize)>,
    anchors: OnceLock<Anchors>,
}

/// One library.
#[derive(Debug, Clone)]
pub struct Library {
    /// Its key in the table: `libwebp`.
    pub key: String,
    /// What it is, in words for people.
    pub title: String,
    /// Its package URL, without a version.
    pub purl: Purl,
    /// Vendor and product of its CPE 2.3 name: `webmproject:libwebp`.
    pub cpe: Option<String>,
    /// What its makers say of licence and supplier, where somebody read it.
    pub terms: Option<Terms>,
    /// How its versions are ordered.
    pub order: VersionOrder,
    /// What it is exposed to.
    pub exposure: Exposure,
    /// What each source of advisories calls it, by the id of the source.
    pub advisories: BTreeMap<String, Vec<String>>,
    /// Stems of file names and SONAMEs, in lower case.
    pub files: Vec<String>,
    /// What bills of materials call it, beside its key, its stems and the names in advisories; in lower case.
    pub aliases: Vec<String>,
    /// The library whose version it has where it shows none of its own.
    pub sibling: Option<String>,
    /// Whether digits of its file name are its release.
    pub is_named_by_release: bool,
    /// Its releases by SONAME or file name, without hashes.
    pub releases: BTreeMap<String, String>,
    /// Libraries that contain its signals without being it: where one of them is in a file, this one is not.
    pub yields_to: Vec<String>,
    /// Functions that only this library defines.
    pub presence: Vec<String>,
    /// Functions that return its version.
    pub functions: Vec<FunctionSignal>,
    /// Texts that only this library contains.
    pub texts: Vec<TextSignal>,
    /// Texts that tell its version in its own file, and mean nothing elsewhere.
    pub own: Vec<NameSignal>,
    /// What its files for Windows say of themselves.
    pub resources: Vec<ResourceSignal>,
    /// File names that tell its version.
    pub names: Vec<NameSignal>,
    /// How it is recognised in source trees, as written.
    pub source: Option<toml::Table>,
}

/// Under which terms a library is handed out, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The licence of the library itself, as an SPDX expression: `BSD-3-Clause`.
    pub licence: String,
    /// Who makes it and hands it out: a project, an organisation, a person.
    pub supplier: String,
    /// Where that was read.
    pub read_at: String,
    /// The first release that it holds for, where an earlier one had another licence.
    pub since: Option<String>,
}

/// A function that returns the library's version.
#[derive(Debug, Clone)]
pub struct FunctionSignal {
    /// Its name in C.
    pub name: String,
    /// What its result means.
    pub reading: Reading,
    /// A result and the version that it means, for the tests.
    pub example: Example,
}

/// A text that stands in the library's read-only data.
#[derive(Debug, Clone)]
pub struct TextSignal {
    /// What is looked for, letter by letter.
    pub contains: String,
    /// How the line around it tells the version; `None` where it only shows that the library is there.
    pub reading: Option<Reading>,
    /// A line and the version that it means, for the tests.
    pub example: Example,
}

/// A form of the library's file name, or a whole line of its own file, that tells its version.
#[derive(Debug, Clone)]
pub struct NameSignal {
    /// How the name or line tells the version.
    pub reading: Reading,
    /// A name or line and the version that it means, for the tests.
    pub example: Example,
}

/// A text of the version resource of the library's own file.
#[derive(Debug, Clone)]
pub struct ResourceSignal {
    /// How the name of the product begins: a fork with the same file name says another one.
    pub product: String,
    /// The key of the text that tells the release: `ProductVersion`.
    pub string: String,
    /// How it tells it.
    pub reading: Reading,
    /// A text and the version that it means, for the tests.
    pub example: Example,
}

/// What the tests forge, and the version that has to come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What is in the file.
    pub raw: Raw,
    /// The version.
    pub gives: Option<String>,
}

/// What an example puts into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// A number that a function returns.
    Number(u64),
    /// Three numbers that a function stores.
    Numbers([u64; 3]),
    /// A text, or a name.
    Text(String),
}

/// What a function's name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionUse {
    /// The library, by its place in [`Knowledge::libraries`].
    pub library: usize,
    /// The function, by its place in [`Library::functions`]; `None` where it only shows that the library is there.
    pub function: Option<usize>,
}

/// A text of the table.
#[derive(Debug, Clone, Copy)]
pub struct FoundText<'k> {
    /// The library, by its place in [`Knowledge::libraries`].
    pub library: usize,
    /// Its place in [`Library::texts`].
    pub rank: usize,
    /// The text.
    pub signal: &'k TextSignal,
}

/// Why a table of libraries was not read.
#[derive(Debug, Error)]
pub enum KnowledgeError {
    /// It is no TOML, has an unknown key, lacks one, or has a value of another kind.
    #[error("cannot read the table of libraries")]
    Toml(#[source] Box<toml::de::Error>),
    /// A value that means nothing.
    #[error("library `{library}`: {what} `{value}`")]
    Value {
        /// The key of the library.
        library: String,
        /// What is wrong: `not a form of numbers:`.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// A pattern that is no regular expression.
    #[error("library `{library}`: not a pattern: `{pattern}`")]
    Pattern {
        /// The key of the library.
        library: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        #[source]
        source: regex_lite::Error,
    },
    /// One name for two libraries.
    #[error("`{name}` belongs to `{first}` and to `{second}`")]
    Duplicate {
        /// The stem or function.
        name: String,
        /// The library that has it first.
        first: String,
        /// The library that has it again.
        second: String,
    },
    /// A library is named that is not in the table.
    #[error("library `{library}`: {key} names `{named}`, which is not in the table")]
    Absent {
        /// The key of the library.
        library: String,
        /// The key of the value.
        key: &'static str,
        /// What it names.
        named: String,
    },
}

impl Knowledge {
    /// The table that Bartizan carries, read when it is first asked for. A test reads it with every check.
    pub fn embedded() -> &'static Self {
        static READ: LazyLock<Knowledge> =
            LazyLock::new(|| file::read(EMBEDDED).map(Knowledge::of).unwrap_or_default());
        &READ
    }

    /// A short mark of that table, by which what was concluded with another one is told.
    pub fn embedded_fingerprint() -> u32 {
        EMBEDDED.bytes().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
    }

    /// Reads a table and checks all of it.
    pub fn parse(text: &str) -> Result<Self, KnowledgeError> {
        let libraries = file::read(text)?;
        file::check(&libraries)?;
        Ok(Self::of(libraries))
    }

    fn of(libraries: Vec<Library>) -> Self {
        let mut knowledge = Self::default();
        for (place, library) in libraries.iter().enumerate() {
            for stem in &library.files {
                knowledge.by_stem.insert(stem.clone(), place);
            }
            for name in library.releases.keys() {
                knowledge.by_name.insert(name.to_lowercase(), place);
            }
            let functions = library.functions.iter().enumerate();
            let uses = functions
                .map(|(function, signal)| (&signal.name, Some(function)))
                .chain(library.presence.iter().map(|name| (name, None)));
            for (name, function) in uses {
                let entry = knowledge.by_function.entry(name.clone()).or_default();
                entry.push(FunctionUse {
                    library: place,
                    function,
                });
            }
            knowledge
                .texts
                .extend((0..library.texts.len()).map(|text| (place, text)));
        }
        // A name of its own comes before one that a source of advisories lends: minizip is part of others' package zlib.
        for rank in 0..Library::STATED_NAMES {
            for (place, library) in libraries.iter().enumerate() {
                for name in library.stated_names(rank) {
                    knowledge.by_stated_name.entry(name).or_insert(place);
                }
            }
        }
        knowledge.libraries = libraries;
        knowledge
    }

    /// Every library, sorted by key.
    pub fn libraries(&self) -> &[Library] {
        &self.libraries
    }

    /// The library of a key.
    pub fn library(&self, key: &str) -> Option<&Library> {
        self.libraries.get(self.place(key)?)
    }

    /// The place of a key in [`Self::libraries`].
    pub fn place(&self, key: &str) -> Option<usize> {
        let by_key = self
            .libraries
            .binary_search_by(|library| library.key.as_str().cmp(key));
        by_key.ok()
    }

    /// The library of a stem in lower case, by its place.
    pub fn by_stem(&self, stem: &str) -> Option<usize> {
        self.by_stem.get(stem).copied()
    }

    /// The library one of whose releases has a name in lower case, by its place.
    pub fn by_release_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The library that a bill of materials calls by a name in lower case, by its place.
    pub fn by_stated_name(&self, name: &str) -> Option<usize> {
        self.by_stated_name.get(name).copied()
    }

    /// What the definition of a function means.
    pub fn by_function(&self, name: &str) -> &[FunctionUse] {
        self.by_function.get(name).map_or(&[], Vec::as_slice)
    }

    /// A text by the number that [`Self::anchors`] finds.
    pub fn text(&self, number: usize) -> Option<FoundText<'_>> {
        let (library, rank) = self.texts.get(number).copied()?;
        let signal = self.libraries.get(library)?.texts.get(rank)?;
        Some(FoundText {
            library,
            rank,
            signal,
        })
    }

    /// What finds every text in one pass.
    pub fn anchors(&self) -> &Anchors {
        self.anchors.get_or_init(|| {
            let signals = (0..self.texts.len()).filter_map(|number| self.text(number));
            Anchors::new(signals.map(|text| text.signal.contains.as_bytes()))
        })
    }
}

impl Library {
    /// What its makers say of licence and supplier of a version; nothing where the version may be one of before.
    pub fn terms_of(&self, version: Option<&str>) -> Option<&Terms> {
        let numbers = |text: &str| -> Vec<u64> {
            let parts = text.split('.').map_while(|part| {
                let digits = part.find(|it: char| !it.is_ascii_digit());
                part.get(..digits.unwrap_or(part.len()))?.parse().ok()
            });
            parts.collect()
        };
        let terms = self.terms.as_ref()?;
        match &terms.since {
            None => Some(terms),
            Some(since) => (numbers(version?) >= numbers(since)).then_some(terms),
        }
    }

    /// How many ranks of names there are.
    const STATED_NAMES: usize = 4;

    /// What bills of materials may call it, in lower case; the surest have the lowest rank.
    fn stated_names(&self, rank: usize) -> Vec<String> {
        let packages = self
            .advisories
            .iter()
            .filter(|(source, _)| *source != "cve");
        match rank {
            0 => vec![self.key.to_lowercase()],
            1 => vec![self.purl.name().to_lowercase()],
            2 => self.files.iter().chain(&self.aliases).cloned().collect(),
            _ => packages
                .flat_map(|(_, names)| names)
                .map(|name| name.to_lowercase())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    const HEAD: &str =
        "title = \"t\"\npurl = \"pkg:generic/x\"\norder = \"numbers\"\nexposure = \"computes\"\n";

    fn check(text: &str) -> String {
        match Knowledge::parse(&text.replace("HEAD", HEAD)) {
            Ok(knowledge) => format!("{} libraries", knowledge.libraries().len()),
            Err(error) => {
                let cause = error.source().map(|cause| format!(": {cause}"));
                format!("{error}{}", cause.unwrap_or_default())
            }
        }
    }

    #[test]
    fn the_embedded_table_is_right() {
        let parsed = Knowledge::parse(EMBEDDED).map(|it| it.libraries().len());
        assert_eq!(
            parsed.map_err(|error| format!("{error}: {:?}", error.source())),
            Ok(Knowledge::embedded().libraries().len())
        );
    }

    #[test]
    fn every_example_gives_its_version() {
        let mut wrong = Vec::new();
        let mut expect =
            |library: &Library, what: &str, given: Option<String>, example: &Example| {
                if given != example.gives {
                    wrong.push(format!(
                        "{}: {what} gives {given:?}, not {:?}",
                        library.key, example.gives
                    ));
                }
            };
        let read = |reading: &Reading, raw: &Raw| match raw {
            Raw::Number(number) => reading.of_number(*number),
            Raw::Numbers(numbers) => reading.of_numbers(*numbers),
            Raw::Text(text) => reading.of_text(text),
        };
        for library in Knowledge::embedded().libraries() {
            for signal in &library.functions {
                expect(
                    library,
                    &signal.name,
                    read(&signal.reading, &signal.example.raw),
                    &signal.example,
                );
            }
            for signal in &library.texts {
                let given = signal
                    .reading
                    .as_ref()
                    .and_then(|it| read(it, &signal.example.raw));
                expect(library, &signal.contains, given, &signal.example);
            }
            for signal in library.names.iter().chain(&library.own) {
                expect(
                    library,
                    "name",
                    read(&signal.reading, &signal.example.raw),
                    &signal.example,
                );
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn terms_hold_for_the_releases_that_they_were_read_of() {
        let table = r#"[a]
            HEAD terms = { licence = "MIT", supplier = "A", at = "https://a.example/LICENSE", since = "3.0.0" }"#;
        let knowledge = Knowledge::parse(&table.replace("HEAD", HEAD)).unwrap();
        let holds = |version| knowledge.libraries()[0].terms_of(version).is_some();
        assert!(holds(Some("3.0.0")) && holds(Some("3.10")) && holds(Some("4")));
        assert!(!holds(Some("1.1.1k")) && !holds(None) && !holds(Some("x")));
        insta::assert_snapshot!(check(&table.replace("https://", "")), @"library `a`: no place where its terms can be read: `a.example/LICENSE`");
        insta::assert_snapshot!(check(&table.replace("MIT", " ")), @"library `a`: a licence that says nothing: ` `");
    }

    #[test]
    fn what_is_wrong_is_said() {
        insta::assert_snapshot!(check("[a]\nHEAD"), @"1 libraries");
        insta::assert_snapshot!(check("[a]\nHEAD unknown = 1\n"), @r"
        cannot read the table of libraries: TOML parse error at line 6, column 2
          |
        6 |  unknown = 1
          |  ^^^^^^^
        unknown field `unknown`, expected one of `title`, `purl`, `cpe`, `terms`, `order`, `exposure`, `advisories`, `files`, `aliases`, `siblings`, `name-version`, `releases`, `yields-to`, `presence`, `function`, `text`, `own`, `resource`, `name`, `source`
        ");
        insta::assert_snapshot!(check("[a]\nHEAD files = ['libX']\n"), @"library `a`: a stem not in lower case: `libX`");
        insta::assert_snapshot!(check("[a]\nHEAD files = ['libx']\n[b]\nHEAD files = ['libx']\n"), @"`libx` belongs to `a` and to `b`");
        insta::assert_snapshot!(check("[a]\nHEAD siblings = 'b'\n"), @"library `a`: siblings names `b`, which is not in the table");
        insta::assert_snapshot!(check("[a]\nHEAD [[a.text]]\ncontains = 'abcd'\npattern = '('\nexample = 'abcd'\ngives = '1.0'\n"), @"library `a`: not a pattern: `(`: found open group without closing ')'");
        insta::assert_snapshot!(check("[a]\nHEAD [[a.text]]\ncontains = 'abcd'\npattern = 'abcd'\nexample = 'abcd'\ngives = '1.0'\n"), @"library `a`: a pattern without a group: `abcd`");
        insta::assert_snapshot!(check("[a]\nHEAD [[a.text]]\ncontains = 'abc'\nexample = 'abcd'\n"), @"library `a`: a text too short, or of several lines: `abc`");
        insta::assert_snapshot!(check("[a]\nHEAD [[a.text]]\ncontains = 'abcd'\nexample = 'xyz'\n"), @"library `a`: the example does not contain `abcd`");
        insta::assert_snapshot!(check("[a]\nHEAD [[a.function]]\nname = 'f'\nreturns = 'bits:1'\nexample = 'text'\ngives = '1.0'\n"), @"library `a`: the function returns no such example: `text`");
        insta::assert_snapshot!(check("[a]\nHEAD [[a.function]]\nname = 'f'\nreturns = 'words'\nexample = 1\ngives = '1.0'\n"), @"library `a`: not a form of numbers: `words`");
        insta::assert_snapshot!(check("[a]\nHEAD presence = ['f']\n[b]\nHEAD presence = ['f']\n"), @"`f` belongs to `a` and to `b`");
    }
}
