//! Forged files from bytes to components.

mod decoys;
mod origins;
mod table;

use super::*;
use crate::{
    binary::forge::{Answer, Description, Target},
    sighting::look_at,
};

/// The components of an artifact made of forged files, and what bills of it state, a line each.
fn check(files: &[(&str, Vec<u8>)], stated: &[&str]) -> String {
    check_with(Knowledge::embedded(), files, stated)
}

fn check_with(knowledge: &Knowledge, files: &[(&str, Vec<u8>)], stated: &[&str]) -> String {
    let conclusion = conclusion(knowledge, files, stated);
    let components = conclusion.components.iter().map(line);
    let problems = conclusion
        .problems
        .iter()
        .map(|it| format!("problem: {}: {}", it.subject, it.message));
    components.chain(problems).collect::<Vec<_>>().join("\n")
}

fn conclusion(knowledge: &Knowledge, files: &[(&str, Vec<u8>)], stated: &[&str]) -> Conclusion {
    let look = |(path, bytes): &(&str, Vec<u8>)| look_at(knowledge, path, bytes).unwrap();
    let stated = stated.iter().map(|purl| {
        let (name, version) = purl.rsplit_once('/').unwrap().1.split_once('@').unwrap();
        Stated {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            purl: Some(purl.parse().unwrap()),
            file: "sboms/a.json".to_owned(),
        }
    });
    conclude(
        knowledge,
        files.iter().filter_map(look).collect(),
        stated.collect(),
    )
}

fn line(component: &NativeComponent) -> String {
    let files: Vec<&str> = component
        .files
        .iter()
        .map(|path| name::file_name(path))
        .collect();
    format!(
        "{} {} | {} {} {} | {} | {} | {}",
        component.name,
        component.version.as_deref().unwrap_or("?"),
        component.linkage.id(),
        component.origin.id(),
        component.confidence.id(),
        files.join(" "),
        component
            .evidence
            .iter()
            .map(|it| it.kind.id())
            .collect::<Vec<_>>()
            .join(" "),
        component.reason.as_deref().unwrap_or("-"),
    )
}

/// A Linux library.
fn elf(description: &Description) -> Vec<u8> {
    description.build(Target::ElfX86_64)
}

fn texts(texts: &[&str]) -> Description {
    Description {
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
        comment: Some("GCC: (GNU) 99.1.0".to_owned()),
        ..Description::default()
    }
}

fn function(name: &str, answer: Answer) -> Description {
    Description {
        functions: vec![(name.to_owned(), answer)],
        comment: Some("GCC: (GNU) 99.1.0".to_owned()),
        ..Description::default()
    }
}
