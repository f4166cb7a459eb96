//! Software bills of materials in [CycloneDX](https://cyclonedx.org/specification/overview/) JSON, 1.2 to 1.7.
//!
//! Components lie within components, and a list beside them says what depends on what. What a bill says about
//! vulnerabilities, services, licences and pedigree is not read.

use std::path::Path;

use bartizan_model::inventory::Inventory;

use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{
    json::{Document, Json, read_text},
    sbom::{self, Bill, Element},
};

/// The format.
pub(super) static FORMAT: CycloneDx = CycloneDx;

/// See the module.
pub(super) struct CycloneDx;

/// The versions that are understood; JSON came with 1.2.
const KNOWN_VERSIONS: [&str; 6] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// How deep components are followed into each other. Real bills have two or three levels; each level is a pass over
/// the text of those below it.
const DEEPEST: usize = 32;

/// The types of components that are files or data and never a package.
const FILES: [&str; 3] = ["file", "data", "cryptographic-asset"];

impl TargetFormat for CycloneDx {
    fn id(&self) -> &'static str {
        "cyclonedx"
    }

    fn lies_beside_code(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "CycloneDX SBOMs (JSON)"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        sbom::is_usual_name(candidate)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        sbom::shows_early(candidate, &["\"bomFormat\"", "\"CycloneDX\""])
            || sbom::outermost(candidate, "bomFormat").is_some_and(|format| format == "CycloneDX")
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = read_text(ctx.tree, path)?;
        let document = Document::new(&text);
        let root = document.root().map_err(|cause| TargetError::Json {
            path: path.to_owned(),
            cause,
        })?;
        bill(path, &document, root).map(Bill::finish)
    }
}

/// Reads a bill.
pub(crate) fn bill<'a>(
    path: &'a Path,
    document: &Document<'a>,
    root: Json<'a>,
) -> Result<Bill<'a>, TargetError> {
    let [version, metadata, components, dependencies] =
        root.fields(["specVersion", "metadata", "components", "dependencies"]);
    let version = version.and_then(Json::text);
    if !version
        .as_deref()
        .is_some_and(|version| KNOWN_VERSIONS.contains(&version))
    {
        return Err(TargetError::unknown_version(
            path,
            version.as_deref(),
            "1.2 to 1.7",
        ));
    }
    let mut reading = Reading {
        bill: Bill::new(path, FORMAT.id()),
        document,
    };
    let subject = metadata.and_then(|metadata| metadata.field("component"));
    if let Some(subject) = subject {
        reading.subject(subject);
    }
    reading.nested(components, None);
    reading.dependencies(dependencies);
    Ok(reading.bill)
}

struct Reading<'a, 'd> {
    bill: Bill<'a>,
    document: &'d Document<'a>,
}

impl<'a> Reading<'a, '_> {
    fn element(&self, value: Json<'a>) -> (Element<'a>, Option<Json<'a>>) {
        let [id, kind, group, name, version, purl, components] = value.fields([
            "bom-ref",
            "type",
            "group",
            "name",
            "version",
            "purl",
            "components",
        ]);
        let text = |value: Option<Json<'a>>| value.and_then(Json::text);
        let name = match (text(group), text(name)) {
            (Some(group), Some(name)) => Some(format!("{group}/{name}").into()),
            (_, name) => name,
        };
        let element = Element {
            id: text(id),
            name,
            version: text(version),
            purl: text(purl),
            kind: text(kind).filter(|kind| kind != "library"),
            line: self.document.line(value),
        };
        (element, components)
    }

    /// What the bill is about, and what lies within it.
    fn subject(&mut self, value: Json<'a>) {
        let (element, inner) = self.element(value);
        if let Some(name) = &element.name {
            let version = element
                .version
                .as_ref()
                .map(|version| format!(" {version}"));
            self.bill
                .set_label(&format!("{name}{}", version.unwrap_or_default()));
        }
        let index = self.bill.add_subject(element);
        self.nested(inner, Some(index));
    }

    /// The components of a list and those within them, each linked to the one around it.
    fn nested(&mut self, list: Option<Json<'a>>, parent: Option<usize>) {
        let mut pending: Vec<_> = list.map(|list| (list, parent, 0)).into_iter().collect();
        while let Some((list, parent, depth)) = pending.pop() {
            let line = self.document.line(list);
            if depth > DEEPEST {
                let message = format!("components within more than {DEEPEST} others are not read");
                self.bill.notes.add(line, message);
                continue;
            }
            for value in self.bill.entries(list, line) {
                let (element, inner) = self.element(value);
                let index = self.component(element);
                if let (Some(parent), Some(index)) = (parent, index) {
                    self.bill.link_places(parent, index);
                }
                pending.extend(inner.map(|inner| (inner, index, depth + 1)));
            }
        }
    }

    fn component(&mut self, element: Element<'a>) -> Option<usize> {
        let is_file = element
            .kind
            .as_deref()
            .is_some_and(|kind| FILES.contains(&kind));
        if is_file && element.purl.is_none() {
            self.bill.add_file();
            return None;
        }
        if element.name.is_none() && element.purl.is_none() {
            let message = "a component without a name and a package URL";
            self.bill.notes.add(element.line, message);
            return None;
        }
        Some(self.bill.add(element))
    }

    fn dependencies(&mut self, list: Option<Json<'a>>) {
        let Some(list) = list else {
            return;
        };
        for entry in self.bill.entries(list, self.document.line(list)) {
            let [from, depends_on] = entry.fields(["ref", "dependsOn"]);
            let line = self.document.line(entry);
            let Some(from) = from.and_then(Json::text) else {
                self.bill.notes.add(line, "a dependency without `ref`");
                continue;
            };
            let targets = depends_on.map(|list| self.bill.entries(list, line));
            for to in targets
                .unwrap_or_default()
                .into_iter()
                .filter_map(Json::text)
            {
                self.bill.link(&from, &to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::{
        target::{
            discover,
            tests::{context, found},
        },
        tree::MemoryTree,
    };

    fn check(text: &str) -> String {
        found(&[("bom.json", text.as_bytes())], "bom.json")
    }

    const BILL: &str = r#"{
 "components": [
  {"bom-ref": "a", "type": "library", "name": "A", "version": "1.0", "purl": "pkg:pypi/a@1.0",
   "components": [
    {"bom-ref": "z", "type": "library", "name": "zlib", "version": "1.2.11", "purl": "pkg:generic/zlib@1.2.11"}]},
  {"bom-ref": "b", "type": "library", "name": "b", "version": "2", "purl": "pkg:pypi/b"},
  {"bom-ref": "own", "type": "application", "name": "own", "version": "0.1"},
  {"bom-ref": "n", "type": "library", "name": "n", "purl": "pkg:pypi/n"},
  {"bom-ref": "bad", "type": "library", "name": "bad", "purl": "pkg:pypi"},
  {"bom-ref": "s", "type": "library", "group": "@x", "name": "s", "version": "3", "purl": "pkg:npm/%40x/s@3"},
  {"type": "library", "name": "libssl3", "version": "3.0.11-1", "purl": "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl"},
  {"type": "file", "name": "/etc/passwd"},
  {"type": "operating-system", "name": "debian", "version": "12"},
  {"type": "library"}, 7
 ],
 "dependencies": [
  {"ref": "root", "dependsOn": ["own"]},
  {"ref": "own", "dependsOn": ["b", "nowhere"]},
  {"ref": "b", "dependsOn": ["a"]},
  {"dependsOn": ["a"]}
 ],
 "metadata": {"component": {"bom-ref": "root", "type": "application", "name": "lab", "version": "9"}},
 "bomFormat": "CycloneDX", "specVersion": "1.6"
}"#;

    #[test]
    fn components_are_read_with_what_they_depend_on() {
        insta::assert_snapshot!(check(BILL), @r"
        lab 9 [cyclonedx] -, 0 excluded
        * openssl 3.0.11-1 (bom.json:11)
          a 1.0 (bom.json:3) -> zlib
        * b 2 (bom.json:6) -> a
          zlib 1.2.11 (bom.json:5)
        * @x/s 3 (bom.json:10)
        ? n: no version (bom.json:8)
        ? bad: its package URL cannot be read: `pypi` is not a type of packages (bom.json:9)
        ? debian: no package URL (operating-system), version 12 (bom.json:13)
        ? own: no package URL (application), version 0.1 (bom.json:7)
        ! bom.json:14: a component without a name and a package URL
        ! bom.json:14: a component without a name and a package URL
        ! bom.json:20: a dependency without `ref`
        ! bom.json: single files (1) are listed; files name no package and were not looked up
        ");
    }

    #[test]
    fn a_package_that_a_bill_is_about_is_looked_up() {
        insta::assert_snapshot!(check(r#"{"bomFormat": "CycloneDX", "specVersion": "1.4", "metadata": {"component":
            {"type": "library", "name": "w", "version": "1", "purl": "pkg:pypi/w@1", "bom-ref": "w"}},
            "components": [{"type": "library", "name": "x", "purl": "pkg:generic/x@2", "bom-ref": "x"}],
            "dependencies": [{"ref": "w", "dependsOn": ["x"]}]}"#), @r"
        w 1 [cyclonedx] -, 0 excluded
        * w 1 (bom.json:2) -> x
          x 2 (bom.json:3)
        ");
    }

    #[test]
    fn packages_of_conda_are_looked_up_as_in_its_environments() {
        let bill = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {"type": "library", "name": "pillow", "purl": "pkg:conda/pillow@9.3.0?build=py311_0&channel=conda-forge&subdir=linux-64"},
            {"type": "library", "name": "zlib", "purl": "pkg:conda/zlib@1.2.13"}]}"#;
        let tree = MemoryTree::new([("bom.json", bill)]);
        let found = discover(&context(&tree), Path::new("bom.json")).unwrap();
        let components = found.inventories[0].components.iter();
        let shown: Vec<_> = components
            .map(|it| format!("{} {} as {}", it.package.ecosystem(), it.package, it.purl()))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        PyPI pillow as pkg:conda/pillow@9.3.0?build=py311_0&channel=conda-forge&subdir=linux-64
        conda zlib as pkg:conda/zlib@1.2.13
        ");
    }

    #[test]
    fn other_versions_and_other_files_are_refused() {
        insta::assert_snapshot!(check(r#"{"bomFormat": "CycloneDX", "specVersion": "2.0"}"#), @r"!! bom.json: `bom.json` states version `2.0` of its format; only 1.2 to 1.7 is known");
        insta::assert_snapshot!(check(r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": 7, "dependencies": {}}"#), @r"
        bom.json [cyclonedx] -, 0 excluded
        ! bom.json:1: something else where a list belongs
        ! bom.json:1: something else where a list belongs
        ");
        assert!(check(r#"{"bomFormat": "Other"}"#).contains("in no format"));
        assert!(check(r#"{"bomFormat": "CycloneDX", "#).contains("not valid JSON"));
    }

    #[test]
    fn depth_is_bounded() {
        let text = format!(
            "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":{}[]{}}}",
            "[{\"name\":\"a\",\"components\":".repeat(100_000),
            "}]".repeat(100_000)
        );
        let text = check(&text);
        assert!(
            text.ends_with("components within more than 32 others are not read\n"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(from in 0_usize..1800, length in 0_usize..60, text in "[\\[\\]{}:\"a-z ,\n]{0,6}") {
            let end = (from + length).min(BILL.len());
            let (head, tail) = (BILL.get(..from.min(end)).unwrap_or_default(), BILL.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"));
        }
    }
}
