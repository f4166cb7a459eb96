//! Requirements files as pip reads them
//! ([format](https://pip.pypa.io/en/stable/reference/requirements-file-format/)).
//!
//! A pin becomes a component. What is named without one version is listed as unpinned, never guessed.

mod file;
mod gather;
mod location;
mod origin;
mod statement;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, ComponentIndex, Inventory, Unpinned},
    marker::{Marker, MarkerContext},
    requirement::{Requirement, RequirementSource},
};

use self::{
    gather::{Entry, Gathered, What},
    origin::Origin,
    statement::Statement,
};
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{graph::Graph, python::Environment, tree::Tree};

/// The format.
pub(super) static FORMAT: RequirementsFile = RequirementsFile;

/// See the module.
pub(super) struct RequirementsFile;

impl TargetFormat for RequirementsFile {
    fn id(&self) -> &'static str {
        "requirements"
    }

    fn title(&self) -> &'static str {
        "requirements.txt"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        let folder = candidate.path().parent().and_then(Path::file_name);
        let is_text = candidate.name().strip_suffix(".txt").is_some();
        is_text
            && (candidate.name().contains("requirements")
                || folder.is_some_and(|name| name == "requirements"))
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let head = candidate.head();
        let is_wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
        if !candidate.is_file() || (head.contains(&0) && !is_wide) {
            return false;
        }
        // A usual name is enough: a damaged requirements file is a problem to report, not something else.
        self.is_usual_name(candidate) || reads_as_requirements(&text::decode(head.to_vec()).text)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let gathered = gather::gather(ctx.tree, path).map_err(|cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        })?;
        let environment = ctx.environment(None);
        let inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            ..Inventory::default()
        };
        let mut reader = Reader {
            tree: ctx.tree,
            environment,
            inventory,
            graph: Graph::default(),
            found: Vec::new(),
            excluded: BTreeSet::new(),
        };
        Ok(reader.read(gathered))
    }
}

/// Whether most lines of a text are requirements, and at least one could be nothing else.
fn reads_as_requirements(text: &str) -> bool {
    let (mut good, mut certain, mut bad) = (0, 0, 0);
    for piece in text::pieces(text) {
        let text::Piece::Statement { text, .. } = piece else {
            continue;
        };
        match statement::parse(&text) {
            None => bad += 1,
            Some(statement) => {
                good += 1;
                certain += usize::from(match statement {
                    Statement::Requirement(requirement) => {
                        requirement.specifiers().is_none_or(|set| !set.is_empty())
                    }
                    Statement::Location { .. } | Statement::Unresolved(_) => false,
                    Statement::Include(_)
                    | Statement::Constraint(_)
                    | Statement::Index { .. }
                    | Statement::Option => true,
                });
            }
        }
    }
    certain > 0 && good > bad
}

struct Reader<'a> {
    tree: &'a dyn Tree,
    environment: Environment,
    inventory: Inventory,
    graph: Graph,
    /// What each component is and for whose sake it is listed.
    found: Vec<(ComponentIndex, Package, Vec<Origin>)>,
    /// What another environment would have: it asks for nothing in this one.
    excluded: BTreeSet<Package>,
}

impl Reader<'_> {
    fn read(&mut self, gathered: Gathered) -> Inventory {
        let pins = self.pins(&gathered.constraints);
        for entry in gathered.entries {
            self.entry(entry, &pins);
        }
        self.connect();
        self.inventory.fetching.indexes = gathered.indexes;
        self.inventory.problems = gathered.problems;
        self.inventory.problems.sort();
        self.inventory.unpinned.sort();
        self.inventory.unpinned.dedup();
        std::mem::take(&mut self.graph).finish(std::mem::take(&mut self.inventory))
    }

    fn applies(&self, marker: Option<&Marker>) -> bool {
        self.environment.is_any() || self.environment.holds(marker, MarkerContext::default())
    }

    /// The versions that constraints fix, with their places.
    fn pins(&self, constraints: &[Entry]) -> BTreeMap<Package, (String, String)> {
        let mut pins = BTreeMap::new();
        for entry in constraints {
            if let What::Named(requirement) = &entry.what
                && self.applies(requirement.marker.as_ref())
                && let Some(version) = version(requirement)
            {
                let pin = (version, entry.locator());
                pins.entry(requirement.package.clone()).or_insert(pin);
            }
        }
        pins
    }

    fn entry(&mut self, entry: Entry, pins: &BTreeMap<Package, (String, String)>) {
        let marker = match &entry.what {
            What::Named(requirement) => requirement.marker.as_ref(),
            What::Location { marker, .. } => marker.as_ref(),
            What::Unresolved(_) => None,
        };
        if !self.applies(marker) {
            self.inventory.excluded_by_markers += 1;
            if let What::Named(requirement) = entry.what {
                self.excluded.insert(requirement.package);
            }
            return;
        }
        let locator = entry.locator();
        if !entry.is_hashed && entry.can_be_hashed() {
            self.inventory.fetching.unhashed.push(locator.clone());
        }
        let stated = match &entry.what {
            What::Named(requirement) => {
                let pin = version(requirement).map(|version| (version, locator.clone()));
                pin.or_else(|| pins.get(&requirement.package).cloned())
                    .map(|pin| (requirement.package.clone(), pin))
            }
            What::Unresolved(package) => {
                pins.get(package).map(|pin| (package.clone(), pin.clone()))
            }
            What::Location { text, .. } => location::release(text)
                .map(|(package, version)| (package, (version, locator.clone()))),
        };
        if let Some((package, (version, locator))) = stated {
            let component = Component::new(package.clone(), version, locator);
            self.found
                .push((self.graph.add(component), package, entry.origins));
            return;
        }
        let (package, reason) = match &entry.what {
            What::Named(requirement) => (requirement.package.clone(), reason(&requirement.source)),
            What::Unresolved(package) => (package.clone(), "an environment variable".to_owned()),
            What::Location {
                text, is_editable, ..
            } => (
                location::package(self.tree, &entry.file, text),
                location::reason(text, *is_editable).to_owned(),
            ),
        };
        self.inventory.unpinned.push(Unpinned {
            package,
            locator,
            reason,
        });
    }

    /// Edges by the comments that say for whose sake something is listed; where there are none, the file
    /// asks for everything itself.
    fn connect(&mut self) {
        let mut by_name: BTreeMap<&Package, Vec<ComponentIndex>> = BTreeMap::new();
        for (index, package, _) in &self.found {
            by_name.entry(package).or_default().push(*index);
        }
        for (index, package, origins) in &self.found {
            let mut is_root = origins.is_empty();
            for origin in origins.iter().collect::<BTreeSet<_>>() {
                let requirer = match origin {
                    Origin::Root => None,
                    Origin::Project(name) => Some(Package::pypi(name)),
                };
                let requirers = requirer.as_ref().and_then(|requirer| by_name.get(requirer));
                for from in requirers.into_iter().flatten() {
                    self.graph.require(*from, *index);
                }
                let is_absent = |name| name == package || self.excluded.contains(name);
                is_root |= requirers.is_none() && !requirer.as_ref().is_some_and(is_absent);
            }
            if is_root {
                self.graph.root(*index);
            }
        }
    }
}

fn version(requirement: &Requirement) -> Option<String> {
    match &requirement.source {
        RequirementSource::Specifiers(specifiers) => specifiers.pinned().map(str::to_owned),
        RequirementSource::Url(url) => location::version(&requirement.package, url),
    }
}

fn reason(source: &RequirementSource) -> String {
    match source {
        RequirementSource::Specifiers(specifiers) if specifiers.is_empty() => {
            "no version".to_owned()
        }
        RequirementSource::Specifiers(specifiers) => format!("a range ({specifiers})"),
        RequirementSource::Url(url) => location::reason(url, false).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::path::Path;

    use crate::{
        target::{
            discover,
            tests::{context, found},
        },
        tree::MemoryTree,
    };

    fn check(text: &str) -> String {
        found(&[("requirements.txt", text.as_bytes())], "requirements.txt")
    }

    #[test]
    fn indexes_and_missing_hashes_are_kept() {
        let text = "--extra-index-url https://me:secret@host/simple?key=secret\n\
                    -i https://other/simple\n\
                    a==1\n\
                    b==1 --hash=sha256:00\n\
                    c @ https://host/c-1.tar.gz#sha256=00\n\
                    d @ git+https://host/d@v1\n\
                    -e ./folder\n\
                    e==1 ; python_version < '3'\n\
                    f>=2\n";
        let tree = MemoryTree::new([("r.txt", text)]);
        let found = discover(&context(&tree), Path::new("r.txt")).unwrap();
        let fetching = &found.inventories[0].fetching;
        insta::assert_debug_snapshot!(fetching, @r#"
        Fetching {
            indexes: [
                StatedIndex {
                    address: "https://host/simple",
                    is_extra: true,
                    locator: "r.txt:1",
                },
                StatedIndex {
                    address: "https://other/simple",
                    is_extra: false,
                    locator: "r.txt:2",
                },
            ],
            unhashed: [
                "r.txt:3",
                "r.txt:9",
            ],
            is_declaration: false,
        }
        "#);
    }

    #[test]
    fn pins_are_components_and_the_rest_is_unpinned() {
        insta::assert_snapshot!(check(
            "# comment\n\
             --index-url https://host/simple\n\
             numpy==1.26.4 --hash=sha256:00 \\\n    --hash=sha256:11\n\
             Zope.Interface===5.0\n\
             a>=2,<3\n\
             b\n\
             c==1.*\n\
             d==${VERSION}\n\
             e==1 ; python_version < '3'\n\
             f==1 ; sys_platform == 'linux'\n\
             g[extra]==2\n\
             h @ https://host/h-3.0-py3-none-any.whl#sha256=00\n\
             i @ https://host/i-4.0.tar.gz\n\
             j @ git+https://host/j@v1\n\
             https://host/k-5.0-py3-none-any.whl\n\
             git+https://host/l.git@main#egg=m\n\
             -e ./folder\n\
             ./wheels/n-6.0-py3-none-any.whl\n\
             this is prose\n"
        ), @r"
        requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * f 1 (requirements.txt:11)
        * g 2 (requirements.txt:12)
        * h 3.0 (requirements.txt:13)
        * i 4.0 (requirements.txt:14)
        * k 5.0 (requirements.txt:16)
        * n 6.0 (requirements.txt:19)
        * numpy 1.26.4 (requirements.txt:3)
        * zope-interface 5.0 (requirements.txt:5)
        ? a: a range (<3,>=2) (requirements.txt:6)
        ? b: no version (requirements.txt:7)
        ? c: a range (==1.*) (requirements.txt:8)
        ? d: an environment variable (requirements.txt:9)
        ? folder: an editable path (requirements.txt:18)
        ? j: a version control reference (requirements.txt:15)
        ? m: a version control reference (requirements.txt:17)
        ! requirements.txt:20: the line is not a requirement
        ");
    }

    #[test]
    fn annotations_give_edges() {
        insta::assert_snapshot!(check(
            "a==1\n    # via -r requirements.in\n\
             b==2\n    # via\n    #   -c limits.txt\n    #   a\n    #   project\n\
             c==3  # via a, b\n\
             d==4 ; python_version < '3'\n    # via a\n\
             e==5\n    # via d\n\
             f==6\n    # via f\n"
        ), @r"
        requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        * a 1 (requirements.txt:1) -> b, c
        * b 2 (requirements.txt:3) -> c
          c 3 (requirements.txt:8)
        * e 5 (requirements.txt:11)
        * f 6 (requirements.txt:13)
        ");
    }

    #[test]
    fn includes_and_constraints_are_followed() {
        insta::assert_snapshot!(found(&[
            ("x/requirements.txt", b"-r base/core.txt\n-c limits.txt\na\nb>=1\n-r missing.txt\n-r https://host/x.txt\n"),
            ("x/base/core.txt", b"c==3\n-r ../requirements.txt\n-r core.txt\n-r other.txt\n-r ./other.txt\n"),
            ("x/base/other.txt", b"d==4\n"),
            ("x/limits.txt", b"a==1\nb==2 ; python_version < '3'\nunused==7\n"),
        ], "x/requirements.txt"), @r"
        x/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (x/limits.txt:1)
        * c 3 (x/base/core.txt:1)
        * d 4 (x/base/other.txt:1)
        ? b: a range (>=1) (x/requirements.txt:4)
        ! x/base/core.txt:2: `../requirements.txt` includes itself
        ! x/base/core.txt:3: `core.txt` includes itself
        ! x/requirements.txt:5: cannot read `missing.txt`: no such file or directory
        ! x/requirements.txt:6: `https://host/x.txt` is not on this machine and was not read
        ");
    }

    #[test]
    fn depth_and_number_of_included_files_are_bounded() {
        let names: Vec<_> = (0..60)
            .map(|index| {
                (
                    format!("requirements{index}.txt"),
                    format!("-r requirements{}.txt\np{index}==1\n", index + 1),
                )
            })
            .collect();
        let files: Vec<_> = names
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        let text = found(&files, "requirements0.txt");
        assert_eq!(text.matches("* p").count(), 32);
        assert!(
            text.contains(
                "! requirements31.txt:1: `requirements32.txt` was not read: more than 32 files deep"
            ),
            "{text}"
        );
    }

    #[test]
    fn bad_bytes_are_one_problem() {
        insta::assert_snapshot!(found(&[("requirements.txt", b"a==1\nb\xff==2\nc==3\n")], "requirements.txt"), @r"
        requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (requirements.txt:1)
        * c 3 (requirements.txt:3)
        ! requirements.txt: not UTF-8 from line 2 on; lines with such bytes were not read
        ");
        insta::assert_snapshot!(found(&[("requirements.txt", b"\xff\xfea\0=\0=\x00\x31\x00")], "requirements.txt"), @r"
        requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (requirements.txt:1)
        ");
        let prose = "not a requirement\n".repeat(100);
        assert_eq!(check(&prose).lines().count(), 22);
    }

    #[test]
    fn project_names_of_paths_are_looked_up() {
        insta::assert_snapshot!(found(&[
            ("w/requirements.txt", b"-e .\n-e ./lib[x]\n./plain\n"),
            ("w/pyproject.toml", b"[project]\nname = \"Station\"\n"),
            ("w/lib/pyproject.toml", b"[tool.x]\n"),
        ], "w/requirements.txt"), @r"
        w/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        ? lib: an editable path (w/requirements.txt:2)
        ? plain: a path (w/requirements.txt:3)
        ? station: an editable path (w/requirements.txt:1)
        ");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("requirements.txt", &bytes)], "requirements.txt");
        }

        #[test]
        fn never_panics_on_pieces(text in "((-r|-c|-e|a|b==1|\\./x|https:|git\\+|#|via|\\[x\\]|;|@|\\\\|'|\"|%4|\n| |é){0,12}\n){0,8}") {
            check(&text);
        }
    }
}
