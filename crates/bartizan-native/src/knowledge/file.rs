//! The table as it is written, and what must hold of it.

mod terms;

use std::collections::BTreeMap;

use bartizan_model::purl::Purl;
use serde::Deserialize;

use self::terms::TermsEntry;
use super::{
    Example, FunctionSignal, KnowledgeError, Library, NameSignal, NumberForm, Pattern, Raw,
    Reading, ResourceSignal, TextSignal, anchors,
};

/// How the versions of a library are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionOrder {
    /// Number by number; what is no number comes before or after as in semantic versions.
    Numbers,
    /// Numbers with letters after them: `1.1.1k` before `1.1.1l`, `9e` after `9`.
    Openssl,
    /// Semantic versions.
    Semver,
}

/// What a library does in the hands of an attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// It reads files that strangers made.
    ParsesFiles,
    /// It talks to a network.
    Network,
    /// It computes with what the program gives it.
    Computes,
    /// It is used while something is built.
    Build,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LibraryEntry {
    title: String,
    purl: String,
    cpe: Option<String>,
    terms: Option<TermsEntry>,
    order: VersionOrder,
    exposure: Exposure,
    #[serde(default)]
    advisories: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    siblings: Option<String>,
    name_version: Option<NameVersion>,
    #[serde(default)]
    releases: BTreeMap<String, String>,
    #[serde(default)]
    yields_to: Vec<String>,
    #[serde(default)]
    presence: Vec<String>,
    #[serde(default)]
    function: Vec<FunctionEntry>,
    #[serde(default)]
    text: Vec<TextEntry>,
    #[serde(default)]
    own: Vec<NameEntry>,
    #[serde(default)]
    resource: Vec<ResourceEntry>,
    #[serde(default)]
    name: Vec<NameEntry>,
    source: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NameVersion {
    Release,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionEntry {
    name: String,
    returns: String,
    pattern: Option<String>,
    number: Option<String>,
    #[serde(rename = "as")]
    template: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    example: ExampleEntry,
    gives: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextEntry {
    contains: String,
    pattern: Option<String>,
    number: Option<String>,
    #[serde(rename = "as")]
    template: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    example: String,
    gives: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameEntry {
    pattern: String,
    number: Option<String>,
    #[serde(rename = "as")]
    template: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    example: String,
    gives: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceEntry {
    product: String,
    string: String,
    pattern: String,
    #[serde(rename = "as")]
    template: Option<String>,
    example: String,
    gives: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ExampleEntry {
    Number(u64),
    Numbers([u64; 3]),
    Text(String),
}

impl ExampleEntry {
    fn written(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Numbers(numbers) => format!("{numbers:?}"),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Reads a table; patterns are not looked at yet, which would cost time at every start.
pub(super) fn read(text: &str) -> Result<Vec<Library>, KnowledgeError> {
    let entries: BTreeMap<String, LibraryEntry> =
        toml::from_str(text).map_err(|error| KnowledgeError::Toml(Box::new(error)))?;
    entries
        .into_iter()
        .map(|(key, entry)| library(key, entry))
        .collect()
}

fn library(key: String, entry: LibraryEntry) -> Result<Library, KnowledgeError> {
    let Ok(purl) = entry.purl.parse::<Purl>() else {
        return Err(value(&key, "not a package URL:", &entry.purl));
    };
    let functions = entry.function.into_iter().map(|it| function(&key, it));
    let texts = entry.text.into_iter().map(|it| text(&key, it));
    let own = entry.own.into_iter().map(|it| name(&key, it));
    let names = entry.name.into_iter().map(|it| name(&key, it));
    let resources = entry.resource.into_iter().map(resource);
    Ok(Library {
        resources: resources.collect(),
        functions: functions.collect::<Result<_, _>>()?,
        texts: texts.collect::<Result<_, _>>()?,
        own: own.collect::<Result<_, _>>()?,
        names: names.collect::<Result<_, _>>()?,
        key,
        title: entry.title,
        purl,
        cpe: entry.cpe,
        terms: entry.terms.map(TermsEntry::read),
        order: entry.order,
        exposure: entry.exposure,
        advisories: entry.advisories,
        files: entry.files,
        aliases: entry.aliases,
        sibling: entry.siblings,
        is_named_by_release: matches!(entry.name_version, Some(NameVersion::Release)),
        releases: entry.releases,
        yields_to: entry.yields_to,
        presence: entry.presence,
        source: entry.source,
    })
}

fn function(key: &str, entry: FunctionEntry) -> Result<FunctionSignal, KnowledgeError> {
    let returns_text = entry.returns == "text";
    let returns_numbers = entry.returns == "arguments";
    let written = if returns_text {
        entry.number
    } else {
        Some(entry.returns)
    };
    Ok(FunctionSignal {
        name: entry.name,
        reading: Reading {
            form: form(key, written)?,
            pattern: entry.pattern.as_deref().map(Pattern::new),
            template: entry.template,
            map: entry.map,
        },
        example: Example {
            raw: match entry.example {
                ExampleEntry::Text(text) if returns_text => Raw::Text(text),
                ExampleEntry::Numbers(numbers) if returns_numbers => Raw::Numbers(numbers),
                ExampleEntry::Number(number) if !returns_text && !returns_numbers => {
                    Raw::Number(number)
                }
                other => return Err(value(key, WRONG_KIND, &other.written())),
            },
            gives: entry.gives,
        },
    })
}

/// What an example is that is a number where a text is returned, or the other way round.
const WRONG_KIND: &str = "the function returns no such example:";

fn text(key: &str, entry: TextEntry) -> Result<TextSignal, KnowledgeError> {
    let reading = match entry.pattern {
        None => None,
        Some(pattern) => Some(Reading {
            form: form(key, entry.number)?,
            pattern: Some(Pattern::new(&pattern)),
            template: entry.template,
            map: entry.map,
        }),
    };
    Ok(TextSignal {
        contains: entry.contains,
        reading,
        example: Example {
            raw: Raw::Text(entry.example),
            gives: entry.gives,
        },
    })
}

fn name(key: &str, entry: NameEntry) -> Result<NameSignal, KnowledgeError> {
    Ok(NameSignal {
        reading: Reading {
            form: form(key, entry.number)?,
            pattern: Some(Pattern::new(&entry.pattern)),
            template: entry.template,
            map: entry.map,
        },
        example: Example {
            raw: Raw::Text(entry.example),
            gives: Some(entry.gives),
        },
    })
}

fn resource(entry: ResourceEntry) -> ResourceSignal {
    ResourceSignal {
        product: entry.product,
        string: entry.string,
        reading: Reading {
            form: None,
            pattern: Some(Pattern::new(&entry.pattern)),
            template: entry.template,
            map: BTreeMap::new(),
        },
        example: Example {
            raw: Raw::Text(entry.example),
            gives: Some(entry.gives),
        },
    }
}

fn form(key: &str, written: Option<String>) -> Result<Option<NumberForm>, KnowledgeError> {
    let Some(written) = written else {
        return Ok(None);
    };
    match NumberForm::parse(&written) {
        Some(form) => Ok(Some(form)),
        None => Err(value(key, "not a form of numbers:", &written)),
    }
}

fn value(library: &str, what: &'static str, value: &str) -> KnowledgeError {
    KnowledgeError::Value {
        library: library.to_owned(),
        what,
        value: value.to_owned(),
    }
}

/// What must hold of a table beside its form.
pub(super) fn check(libraries: &[Library]) -> Result<(), KnowledgeError> {
    check_names(libraries)?;
    for library in libraries {
        check_named(libraries, library)?;
        terms::check(library)?;
        for signal in &library.texts {
            check_text(library, signal)?;
        }
        let functions = library.functions.iter().map(|signal| &signal.reading);
        let texts = library
            .texts
            .iter()
            .filter_map(|signal| signal.reading.as_ref());
        let own = library.own.iter().chain(&library.names);
        let own = own.map(|signal| &signal.reading);
        let resources = library.resources.iter().map(|signal| &signal.reading);
        for reading in functions.chain(texts).chain(own).chain(resources) {
            check_pattern(library, reading)?;
        }
    }
    Ok(())
}

/// No stem and no function tells two libraries.
fn check_names(libraries: &[Library]) -> Result<(), KnowledgeError> {
    let mut owners: BTreeMap<(bool, &str), &str> = BTreeMap::new();
    for library in libraries {
        let stems = library.files.iter().map(|stem| (true, stem.as_str()));
        let presence = library.presence.iter().map(|name| (false, name.as_str()));
        for (is_stem, name) in stems.chain(presence) {
            if is_stem && name.chars().any(char::is_uppercase) {
                return Err(value(&library.key, "a stem not in lower case:", name));
            }
            if let Some(first) = owners.insert((is_stem, name), &library.key) {
                return Err(KnowledgeError::Duplicate {
                    name: name.to_owned(),
                    first: first.to_owned(),
                    second: library.key.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Libraries that are named are in the table.
fn check_named(libraries: &[Library], library: &Library) -> Result<(), KnowledgeError> {
    let siblings = library.sibling.iter().map(|named| ("siblings", named));
    let yields = library.yields_to.iter().map(|named| ("yields-to", named));
    for (key, named) in siblings.chain(yields) {
        if *named == library.key || !libraries.iter().any(|other| other.key == *named) {
            return Err(KnowledgeError::Absent {
                library: library.key.clone(),
                key,
                named: named.clone(),
            });
        }
    }
    Ok(())
}

fn check_text(library: &Library, signal: &TextSignal) -> Result<(), KnowledgeError> {
    if signal.contains.len() < anchors::SHORTEST || signal.contains.contains(['\0', '\n', '\r']) {
        return Err(value(
            &library.key,
            "a text too short, or of several lines:",
            &signal.contains,
        ));
    }
    match &signal.example.raw {
        Raw::Text(text) if text.contains(&signal.contains) => Ok(()),
        _ => Err(value(
            &library.key,
            "the example does not contain",
            &signal.contains,
        )),
    }
}

fn check_pattern(library: &Library, reading: &Reading) -> Result<(), KnowledgeError> {
    let Some(pattern) = &reading.pattern else {
        return Ok(());
    };
    match pattern.groups() {
        Ok(0 | 1) => Err(value(
            &library.key,
            "a pattern without a group:",
            pattern.text(),
        )),
        Ok(_) => Ok(()),
        Err(source) => Err(KnowledgeError::Pattern {
            library: library.key.clone(),
            pattern: pattern.text().to_owned(),
            source,
        }),
    }
}
