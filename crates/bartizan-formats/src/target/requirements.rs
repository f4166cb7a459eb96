//! Requirements files as pip reads them
//! ([format](https://pip.pypa.io/en/stable/reference/requirements-file-format/)).
//!
//! A pin becomes a component. What is named without one version is listed as unpinned, never guessed.

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
        self.is_usual_name(candidate) || reads_as_requirements(&text::decode(head).text)
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
                    Statement::Location { .. } => false,
                    Statement::Include(_) | Statement::Constraint(_) | Statement::Option => true,
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
        };
        if !self.applies(marker) {
            self.inventory.excluded_by_markers += 1;
            if let What::Named(requirement) = entry.what {
                self.excluded.insert(requirement.package);
            }
            return;
        }
        let locator = entry.locator();
        let stated = match &entry.what {
            What::Named(requirement) => {
                let pin = version(requirement).map(|version| (version, locator.clone()));
                pin.or_else(|| pins.get(&requirement.package).cloned())
                    .map(|pin| (requirement.package.clone(), pin))
            }
            What::Location { text, .. } => location::release(text)
                .map(|(package, version)| (package, (version, locator.clone()))),
        };
        if let Some((package, (version, locator))) = stated {
            let component = Component {
                package: package.clone(),
                version,
                locator,
            };
            self.found
                .push((self.graph.add(component), package, entry.origins));
            return;
        }
        let (package, reason) = match &entry.what {
            What::Named(requirement) => (requirement.package.clone(), reason(&requirement.source)),
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
