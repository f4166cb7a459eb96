//! What setuptools and its plugins write beside the metadata.

use std::collections::BTreeSet;

use bartizan_formats::core_metadata;
use bartizan_model::requirement::Requirement;

use super::{Case, Rank, Rule, Verdict};
use crate::divergence::side::installed_path;

pub(super) static RULE: Rule = Rule {
    id: "egg-info",
    title: "files that setuptools and its plugins write beside the metadata, by what is in them",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let folder = case.path.rsplit('/').nth(1)?;
    if !folder.ends_with(".dist-info") && !folder.ends_with(".egg-info") {
        return None;
    }
    let text = case.utf8()?;
    let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    match case.name() {
        "top_level.txt" => {
            let odd = lines.find(|it| folder.ends_with(".dist-info") && !is_there(case, it));
            match odd {
                Some(name) => Verdict::unexplained(format!("names `{name}`, which is not there")),
                None => Verdict::explained("names the packages"),
            }
        }
        "dependency_links.txt" => match lines.next() {
            None => Verdict::explained("is empty"),
            Some(link) => Some(Verdict::Unexplained {
                rank: Some(Rank::BuildScript),
                message: format!("names `{link}` as a place to get packages from"),
            }),
        },
        "zip-safe" | "not-zip-safe" => match lines.next() {
            None => Verdict::explained("is empty"),
            Some(_) => Verdict::unexplained("is not empty"),
        },
        "requires.txt" => requirements(case, text),
        "SOURCES.txt" => Verdict::explained("lists files"),
        "namespace_packages.txt" | "native_libs.txt" | "eager_resources.txt" => {
            Verdict::explained("names packages or files")
        }
        name if name.starts_with("scm_") && name.strip_suffix(".json").is_some() => {
            let is_json = text.trim_start().starts_with(['{', '[']);
            is_json.then(|| Verdict::Explained("what the history says of the version".to_owned()))
        }
        _ => None,
    }
}

/// Whether the artifact has a module or package of that name.
fn is_there(case: &Case<'_>, name: &str) -> bool {
    let mut files = case.world.question.artifact.contents.files.keys();
    files.any(|path| {
        let first = installed_path(path).split('/').next().unwrap_or_default();
        first == name || first.split('.').next() == Some(name)
    }) || name.contains('/')
}

/// Requirements beside the metadata name the same as those in it. Conditions are written in two ways and left out.
fn requirements(case: &Case<'_>, text: &str) -> Option<Verdict> {
    let folder = case.path.strip_suffix("requires.txt")?;
    let texts = case.world.question.artifact.texts;
    let metadata = texts.get(&format!("{folder}PKG-INFO"));
    let Some(metadata) = metadata.and_then(|it| it.as_ref().ok()) else {
        return Verdict::uncompared("there are no metadata beside it");
    };
    let (fields, _) = core_metadata::header_and_body(metadata);
    let stated = fields.iter().filter(|(key, _)| key == "requires-dist");
    let stated: BTreeSet<String> = stated.map(|(_, value)| unconditional(value)).collect();
    let own = core_metadata::requires_txt(text.as_bytes());
    let own: BTreeSet<String> = own.iter().map(|it| unconditional(it)).collect();
    // Older tools state none in the metadata.
    match own
        .iter()
        .find(|it| !stated.is_empty() && !stated.contains(*it))
    {
        None => Verdict::explained("the requirements of the metadata"),
        Some(new) => Some(Verdict::Unexplained {
            rank: Some(Rank::BuildScript),
            message: format!("asks for `{new}`, which the metadata beside it do not"),
        }),
    }
}

/// A requirement without its condition.
fn unconditional(text: &str) -> String {
    let bare = text.split(';').next().unwrap_or_default().trim();
    bare.parse::<Requirement>()
        .map_or_else(|_| bare.to_owned(), |it| it.to_string())
}
