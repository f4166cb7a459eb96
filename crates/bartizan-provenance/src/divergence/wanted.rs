//! Which bytes a comparison needs: those of files that are not the same, of what they may be made of, and of what says how
//! the artifact is built.

use std::collections::BTreeSet;

use bartizan_formats::contents::{Contents, TextOf};

use super::{
    Relation, Side,
    references::is_known_name,
    rules::{TEMPLATE_ENDINGS, is_autotools},
    side::{Source, file_name},
};

/// The most files that are asked for of one side.
const MOST: usize = 20_000;

/// Names of files, the bytes of which are needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Of the artifact.
    pub artifact: BTreeSet<String>,
    /// Of the source.
    pub source: BTreeSet<String>,
}

/// What a comparison of these needs.
pub fn wanted(relation: Relation, artifact: &Contents, source: &Contents) -> Wanted {
    let none = TextOf::new();
    let side = |contents| Side {
        contents,
        texts: &none,
    };
    let source = Source::new(relation, side(artifact), side(source));
    let mut wanted = Wanted::default();
    for name in ["pyproject.toml", "setup.cfg", "setup.py", "PKG-INFO"] {
        wanted.source.insert(source.at_top(name));
    }
    for path in source.below() {
        let is_metadata = path
            .rsplit('/')
            .nth(1)
            .is_some_and(|it| it.ends_with(".egg-info"));
        if is_metadata || file_name(path) == ".gitattributes" || path.strip_suffix(".m4").is_some()
        {
            wanted.source.insert(path.to_owned());
        }
    }
    wanted.source.insert(".gitattributes".to_owned());
    for (path, facts) in artifact.files.iter().take(MOST) {
        let places = source.places(path);
        let counterpart = source.counterpart(path, facts);
        let is_same = counterpart
            .and_then(|it| source.facts(it))
            .is_some_and(|it| super::is_same(it, facts));
        let is_metadata = path.contains(".dist-info/") || path.contains(".egg-info/");
        if is_same && !is_metadata && file_name(path) != "PKG-INFO" {
            continue;
        }
        wanted.artifact.insert(path.clone());
        if let Some(scripted) = counterpart {
            wanted
                .source
                .extend(source.behind(scripted).map(str::to_owned));
        }
        wanted
            .source
            .extend(places.into_iter().take(4).map(str::to_owned));
        for ending in TEMPLATE_ENDINGS {
            let template = format!("{path}{ending}");
            wanted.source.extend(
                source
                    .places(&template)
                    .into_iter()
                    .take(2)
                    .map(str::to_owned),
            );
        }
    }
    let here = &source.side.contents.files;
    wanted.source.retain(|path| here.contains_key(path));
    wanted
}

/// The names of files that build tools ship and that a comparison of these may need; `*.m4` stands for every macro.
pub fn wanted_references(artifact: &Contents, source: &Contents) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if !is_autotools(source) {
        return names;
    }
    for path in artifact.files.keys() {
        let name = file_name(path);
        if name == "aclocal.m4" {
            names.insert("*.m4".to_owned());
        }
        if name.strip_suffix(".m4").is_some() || is_known_name(name) {
            names.insert(name.to_owned());
        }
    }
    names
}
