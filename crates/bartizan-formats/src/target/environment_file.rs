//! What an environment of conda is to be made of: `environment.yml`.
//!
//! Mostly it states ranges, of which nothing can be decided. A version is known where one is pinned: `name==1.2.3`,
//! `name=1.2.3=build`. `name=1.2` is a range to conda. Where a lock lies beside it, that is read instead.

use std::path::Path;

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Inventory, Unpinned},
    marker::MarkerContext,
    requirement::{Requirement, RequirementSource},
};
use serde_json::Value;

use super::{
    Candidate, TargetContext, TargetError, TargetFormat,
    conda::{CondaPackage, texts, version_in_address},
};
use crate::{
    document::{DocumentError, read_text},
    graph::Graph,
    notes::Notes,
    python::Environment,
    yaml::{self, Part},
};

/// The format.
pub(super) static FORMAT: EnvironmentFile = EnvironmentFile;

/// See the module.
pub(super) struct EnvironmentFile;

/// Locks of what such a file asks for.
const LOCKS: [&str; 3] = ["conda-lock.yml", "conda-lock.yaml", "pixi.lock"];

/// How many requirements are read; an exported environment has some hundred.
const MOST_STATED: usize = 50_000;

impl TargetFormat for EnvironmentFile {
    fn id(&self) -> &'static str {
        "environment-yml"
    }

    fn title(&self) -> &'static str {
        "environment.yml"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        let name = candidate.name();
        let stem = name.strip_suffix(".yml").or(name.strip_suffix(".yaml"));
        let is_named = stem.is_some_and(|stem| stem.contains("environment") || stem == "env");
        is_named && !candidate.has_beside(&LOCKS)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let is_named = matches!(candidate.name(), "environment.yml" | "environment.yaml");
        let is_file = |text: &str| {
            let has = |start| text.lines().any(|line: &str| line.starts_with(start));
            has("dependencies:") && (is_named || has("channels:") || has("name:") || has("prefix:"))
        };
        candidate.is_file() && candidate.head_text().is_some_and(is_file)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let source = read_text(ctx.tree, path)?;
        let mut reader = Reader {
            path,
            stated: 0,
            graph: Graph::default(),
            notes: Notes::default(),
            inventory: Inventory {
                label: path.display().to_string(),
                format: self.id().to_owned(),
                path: path.display().to_string(),
                ..Inventory::default()
            },
        };
        let environment = ctx.environment(None);
        yaml::gather(&source, &["dependencies"], &mut |part| {
            reader.take(&part, &environment);
        })
        .map_err(|cause| TargetError::Document {
            path: path.to_owned(),
            cause: DocumentError::Yaml(cause),
        })?;
        reader.inventory.environment = Some(environment.describe());
        reader.inventory.problems = reader.notes.problems(path);
        reader.inventory.unpinned.sort();
        Ok(reader.graph.finish(reader.inventory))
    }
}

struct Reader<'a> {
    path: &'a Path,
    stated: usize,
    graph: Graph,
    notes: Notes,
    inventory: Inventory,
}

impl Reader<'_> {
    fn take(&mut self, part: &Part<'_>, environment: &Environment) {
        if part.key != "dependencies" {
            return;
        }
        match &part.value {
            Value::String(text) => self.conda(part.line, text),
            Value::Object(_) if part.value.get("pip").is_some_and(Value::is_array) => {
                for text in texts(&part.value, "pip") {
                    self.pip(part.line, text.trim(), environment);
                }
            }
            Value::Null => {}
            _ => self.notes.add(part.line, "an entry that is no requirement"),
        }
    }

    fn has_room(&mut self, line: usize) -> bool {
        self.stated += 1;
        if self.stated == MOST_STATED {
            self.notes.add(line, "too many requirements; not read");
        }
        self.stated < MOST_STATED
    }

    fn conda(&mut self, line: usize, text: &str) {
        if !self.has_room(line) {
            return;
        }
        let Some(spec) = Spec::parse(text) else {
            self.notes.add(line, "the entry names no package");
            return;
        };
        let locator = self.locator(line);
        let package = spec.package.identity_of_name();
        if spec.package.version.is_empty() {
            let reason = match spec.range.as_str() {
                "" => "no version".to_owned(),
                range => format!("a range ({range})"),
            };
            self.unpinned(package, line, reason);
        } else {
            let version = spec.package.version.clone();
            let component = spec.package.component_as(package, &version, &locator);
            self.graph.add(component);
        }
    }

    fn pip(&mut self, line: usize, text: &str, environment: &Environment) {
        if !self.has_room(line) {
            return;
        }
        if text.starts_with('-') {
            self.pip_option(line, text);
            return;
        }
        let requirement = match text.parse::<Requirement>() {
            Ok(requirement) => requirement,
            Err(_path_or_address) => {
                self.notes.add(line, "an entry of pip is not a requirement");
                return;
            }
        };
        let marker = requirement.marker.as_ref();
        if !environment.is_any() && !environment.holds(marker, MarkerContext::default()) {
            self.inventory.excluded_by_markers += 1;
            return;
        }
        let (version, reason) = match &requirement.source {
            RequirementSource::Specifiers(specifiers) if specifiers.is_empty() => {
                (None, "no version".to_owned())
            }
            RequirementSource::Specifiers(specifiers) => {
                let pinned = specifiers.pinned().map(str::to_owned);
                (pinned, format!("a range ({specifiers})"))
            }
            RequirementSource::Url(address) => (
                version_in_address(&requirement.package, address),
                "a URL".to_owned(),
            ),
        };
        match version {
            Some(version) => {
                let locator = self.locator(line);
                let component = Component::new(requirement.package, version, locator);
                self.graph.add(component);
            }
            None => self.unpinned(requirement.package, line, reason),
        }
    }

    /// Other files are named, but not read: they are targets of their own.
    fn pip_option(&mut self, line: usize, text: &str) {
        let option = text.split([' ', '=']).next().unwrap_or_default();
        if matches!(option, "-r" | "--requirement" | "-e" | "--editable") {
            let message = format!("what `{option}` names was not read; scan it by itself");
            self.notes.add(line, message);
        }
    }

    fn unpinned(&mut self, package: Package, line: usize, reason: String) {
        let locator = self.locator(line);
        self.inventory.unpinned.push(Unpinned {
            package,
            locator,
            reason,
        });
    }

    fn locator(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }
}

/// A requirement as conda writes it.
struct Spec {
    /// The package, without a version where none is pinned.
    package: CondaPackage,
    range: String,
}

impl Spec {
    /// `channel::name`, then `==1.2.3`, `=1.2=build`, `>=1,<2` or ` 1.2.* build`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.split('#').next()?.trim();
        let (channel, text) = match text.rsplit_once("::") {
            Some((channel, text)) => (Some(channel), text),
            None => (None, text),
        };
        let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '!' | '~' | '[');
        let (name, rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let range = rest.trim();
        let (version, build) = pinned(range).unwrap_or_default();
        let package = CondaPackage {
            name: name.to_ascii_lowercase(),
            version: version.to_owned(),
            build: build.map(str::to_owned),
            channel: channel.and_then(super::conda::channel_name),
            ..CondaPackage::default()
        };
        Some(Self {
            package,
            range: range.to_owned(),
        })
    }
}

/// Version and build of a pin.
fn pinned(range: &str) -> Option<(&str, Option<&str>)> {
    let (version, build) = if let Some(version) = range.strip_prefix("==") {
        let version = version.trim_start();
        match version.split_once(['=', ' ']) {
            Some((version, build)) => (version, Some(build)),
            None => (version, None),
        }
    } else {
        // With a build, even the single sign names one version.
        let (version, build) = range.strip_prefix('=')?.split_once('=')?;
        (version, Some(build))
    };
    let is_version =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '!' | '+' | '_' | '-');
    let is_exact = !version.is_empty() && version.chars().all(is_version);
    let build = build.filter(|build| !build.is_empty() && !build.contains('*'));
    is_exact.then_some((version, build))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(text: &str) -> String {
        found(&[("environment.yml", text.as_bytes())], "environment.yml")
    }

    const FILE: &str = "name: lab\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - numpy==1.26.4\n  - conda-forge::pytorch>=2.0,<3\n\
        \x20 - scipy=1.11.4=py311h64a7726_0\n  - openssl=3.3.0=h4ab18f5_2\n  - zlib==1.2.13\n  - xz\n  - pandas 2.*\n  - scikit-learn == 1.4.0 py311_0\n  - matplotlib=3.8.*=py*\n\
        \x20 - foo bar/baz\n  - '@odd'\n  - [list]\n  - pip\n  - pip:\n    - web==2.1\n    - loose>=1\n    - win==4 ; sys_platform == 'win32'\n\
        \x20   - loop @ https://host/loop-3.0-py3-none-any.whl\n    - -r more.txt\n    - --pre\n    - ./here\nprefix: /opt/x\n";

    #[test]
    fn pins_are_components_and_ranges_are_told() {
        insta::assert_snapshot!(check(FILE), @r"
        environment.yml [environment-yml] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * loop 3.0 (environment.yml:19)
        * numpy 1.26.4 (environment.yml:6)
        * scikit-learn 1.4.0 (environment.yml:13)
        * scipy 1.11.4 (environment.yml:8)
        * web 2.1 (environment.yml:19)
        * openssl 3.3.0 (environment.yml:9)
        * zlib 1.2.13 (environment.yml:10)
        ? cpython: a range (=3.11) (environment.yml:5)
        ? loose: a range (>=1) (environment.yml:19)
        ? matplotlib: a range (=3.8.*=py*) (environment.yml:14)
        ? pandas: a range (2.*) (environment.yml:12)
        ? pip: no version (environment.yml:18)
        ? torch: a range (>=2.0,<3) (environment.yml:7)
        ? foo: a range (bar/baz) (environment.yml:15)
        ? xz: no version (environment.yml:11)
        ! environment.yml:16: the entry names no package
        ! environment.yml:17: an entry that is no requirement
        ! environment.yml:19: what `-r` names was not read; scan it by itself
        ! environment.yml:19: an entry of pip is not a requirement
        ");
        insta::assert_snapshot!(check("dependencies: {a: 1}\n"), @r"
        environment.yml [environment-yml] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        ! environment.yml:1: an entry that is no requirement
        ");
        insta::assert_snapshot!(check("dependencies: [\n"), @r"!! environment.yml: cannot read `environment.yml`: line 2: while parsing a node, did not find expected node content");
    }

    #[test]
    fn a_lock_beside_it_is_read_instead() {
        let lock: &[u8] = b"version: 1\npackage: []\n";
        insta::assert_snapshot!(found(&[("p/environment.yml", FILE.as_bytes()), ("p/conda-lock.yml", lock)], "p"), @r"p/conda-lock.yml [conda-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a-z0-9:=<>*\\[\\] '#\n-]{0,80}") {
            check(&text);
            check(&format!("dependencies:\n- {text}\n"));
        }
    }
}
