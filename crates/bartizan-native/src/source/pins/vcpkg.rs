//! vcpkg's manifests: what they name is fetched by vcpkg when the project is built.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Pin, numbered};

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    dependencies: Vec<Dependency>,
    #[serde(default)]
    overrides: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Name(String),
    Detailed { name: String },
}

#[derive(Deserialize)]
struct Override {
    name: String,
    version: Option<String>,
}

pub(super) fn read(_file: &str, text: &str) -> Vec<Pin> {
    let Ok(manifest) = serde_json::from_str::<Manifest>(text) else {
        return Vec::new();
    };
    let overrides: BTreeMap<String, Option<String>> = manifest
        .overrides
        .into_iter()
        .map(|it| (it.name, it.version))
        .collect();
    let names = manifest
        .dependencies
        .into_iter()
        .map(|dependency| match dependency {
            Dependency::Name(name) | Dependency::Detailed { name } => name,
        });
    let pin = |name: String| Pin {
        revision: overrides.get(&name).cloned().flatten(),
        line: line(text, &name),
        is_expected: true,
        name,
        ..Pin::default()
    };
    names.map(pin).collect()
}

fn line(text: &str, name: &str) -> u32 {
    let quoted = format!("\"{name}\"");
    numbered(text)
        .find(|(_, line)| line.contains(&quoted))
        .map_or(1, |(line, _)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_what_is_fetched() {
        let text = "{\"dependencies\": [\"zlib\",\n {\"name\": \"hdf5\", \"features\": []}],\n \"overrides\": [{\"name\": \"hdf5\", \"version\": \"1.14.4\"}]}";
        insta::assert_snapshot!(super::super::shown(&read("vcpkg.json", text)), @"
        1 zlib - - in `` expected
        2 hdf5 - 1.14.4 in `` expected
        ");
        assert_eq!(read("vcpkg.json", "[]"), []);
    }
}
