//! What conda's formats have in common: packages with the names that conda has for them, in environments that may
//! hold packages of pip beside them.
//!
//! Nobody publishes advisories about conda packages. One that is a Python distribution is looked up as that
//! distribution; what conda calls it stays its name to the reader. See `docs/decisions/0009-conda-names.md`.

mod names;

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    environment::{Platform, System},
    inventory::{Component, ComponentIndex, Inventory, Unpinned},
    problem::Problem,
    purl::{Purl, PurlParts},
    requirement::{Requirement, RequirementSource},
};
use serde_json::Value;

use super::{PlatformChoice, TargetContext};
use crate::{
    file_name,
    graph::Graph,
    links::{self, Linked},
    notes::Notes,
    python::Environment,
};

/// How many packages a file may list; an environment of 2,000 for six platforms has 12,000.
const MOST_ITEMS: usize = 200_000;

/// How many dependencies are followed.
const MOST_DEPENDENCIES: usize = 2_000_000;

/// A package of conda.
#[derive(Debug, Default, Clone)]
pub(super) struct CondaPackage {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) build: Option<String>,
    /// The platform it was made for: `linux-64`, `noarch`.
    pub(super) subdir: Option<String>,
    /// The name of the channel, without an address.
    pub(super) channel: Option<String>,
    /// The names of what it depends on.
    pub(super) depends: Vec<String>,
    /// What the tool that wrote the file knows it as; `None` where it says nothing about that.
    pub(super) purls: Option<Vec<String>>,
}

impl CondaPackage {
    /// Reads the address or path of a package: `…/CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda`.
    pub(super) fn of_location(location: &str) -> Option<Self> {
        let place = location.split(['#', '?']).next()?;
        let mut parts = place.rsplit(['/', '\\']);
        let file = parts.next()?;
        let stem = [".conda", ".tar.bz2"]
            .iter()
            .find_map(|ending| file.strip_suffix(ending))?;
        let [build, version, name] = stem.rsplitn(3, '-').collect::<Vec<_>>().try_into().ok()?;
        let is_text = |text: &str| !text.is_empty();
        (is_text(name) && is_text(version)).then(|| Self {
            name: name.to_owned(),
            version: version.to_owned(),
            build: Some(build.to_owned()),
            subdir: parts.next().filter(|part| is_text(part)).map(str::to_owned),
            channel: parts.next().and_then(channel_name),
            ..Self::default()
        })
    }

    /// Takes the names of requirements of the form `name >=1,<2 build`.
    pub(super) fn depends_on<'a>(&mut self, requirements: impl Iterator<Item = &'a str>) {
        let end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '!' | '~' | '[');
        let names = requirements.filter_map(|text| text.trim().split(end).next());
        // What begins with two underscores is a property of the machine.
        let names = names.filter(|name| !name.is_empty() && !name.starts_with("__"));
        self.depends = names.map(str::to_owned).collect();
    }

    /// The package URL by conda's own name.
    pub(super) fn purl(&self) -> Option<Purl> {
        let qualifier = |key: &str, value: &Option<String>| Some((key.to_owned(), value.clone()?));
        let qualifiers = [
            qualifier("build", &self.build),
            qualifier("channel", &self.channel),
            qualifier("subdir", &self.subdir),
        ];
        let parts = PurlParts {
            kind: "conda".to_owned(),
            name: self.name.clone(),
            version: Some(self.version.clone()),
            qualifiers: qualifiers.into_iter().flatten().collect(),
            ..PurlParts::default()
        };
        Purl::new(parts).ok()
    }

    /// The component under another identity, shown by conda's name.
    pub(super) fn component_as(&self, package: Package, version: &str, locator: &str) -> Component {
        let component = Component::new(package, version, locator);
        match self.purl() {
            Some(purl) => component.stated_as(purl),
            None => component,
        }
    }

    /// What it is looked up as, by its name and what the file says about it.
    pub(super) fn component(&self, locator: &str) -> Component {
        self.component_as(names::identity(self), &self.version, locator)
    }

    /// The same where the files of the package were seen and no distribution is among them.
    pub(super) fn native_component(&self, locator: &str) -> Component {
        self.component_as(names::native(self), &self.version, locator)
    }
}

/// The last part of a channel's address, which is its name.
pub(super) fn channel_name(address: &str) -> Option<String> {
    let name = address.trim_end_matches('/').rsplit('/').next()?;
    (!name.is_empty() && !name.contains(':')).then(|| name.to_owned())
}

/// A text of an object.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The texts in an array of an object.
pub(super) fn texts<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    let array = value.get(key).and_then(Value::as_array);
    array.into_iter().flatten().filter_map(Value::as_str)
}

/// The platform as conda names it.
pub(super) fn subdir_of(platform: &Platform) -> &'static str {
    match (platform.system, platform.machine.as_str()) {
        (System::Linux, "aarch64") => "linux-aarch64",
        (System::Linux, _) => "linux-64",
        (System::MacOs, "x86_64") => "osx-64",
        (System::MacOs, _) => "osx-arm64",
        (System::Windows, "ARM64") => "win-arm64",
        (System::Windows, _) => "win-64",
    }
}

/// Which of the platforms of a file are looked at. One that it does not have cannot be left out of it: all that
/// it has are looked at then, and this is said.
pub(super) fn choose_platforms(
    ctx: &TargetContext<'_>,
    path: &Path,
    locked: &[String],
) -> (Vec<String>, Option<Problem>) {
    let asked = subdir_of(&ctx.platform.platform());
    if ctx.platform == PlatformChoice::Any {
        return (locked.to_vec(), None);
    }
    if locked.is_empty() || locked.iter().any(|platform| platform == asked) {
        return (vec![asked.to_owned()], None);
    }
    let message = format!(
        "the file is not made for {asked}; what it holds for {} was read",
        locked.join(", ")
    );
    let problem = Problem::new(path.display().to_string(), message)
        .with_hint("name one that it is made for by `--platform`");
    (locked.to_vec(), Some(problem))
}

/// Something that is listed.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) line: usize,
    pub(super) what: What,
}

/// What is listed.
#[derive(Debug)]
pub(super) enum What {
    Conda(CondaPackage),
    Python {
        package: Package,
        version: Option<String>,
        /// Why there is no version.
        reason: &'static str,
        requirements: Vec<Requirement>,
    },
}

impl What {
    /// What a requirement of pip names: a pinned release, or something of which the version is not known.
    pub(super) fn requirement(requirement: &Requirement) -> Self {
        let (version, reason) = match &requirement.source {
            RequirementSource::Specifiers(specifiers) => {
                (specifiers.pinned().map(str::to_owned), "no version")
            }
            RequirementSource::Url(address) => {
                (version_in_address(&requirement.package, address), "a URL")
            }
        };
        Self::Python {
            package: requirement.package.clone(),
            version,
            reason,
            requirements: Vec::new(),
        }
    }
}

/// The version, where the last part of an address is the name of a file of the package.
pub(super) fn version_in_address(package: &Package, address: &str) -> Option<String> {
    let file = address.split(['#', '?']).next()?.rsplit('/').next()?;
    let (named, version) = file_name::wheel(file).or_else(|| file_name::source(file))?;
    (named == *package).then_some(version)
}

/// What a file lists, and which of it makes up each environment.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) items: Vec<Item>,
    /// The places in `items` of what is installed together.
    pub(super) together: Vec<Vec<usize>>,
    pub(super) notes: Notes,
}

impl Listing {
    /// Adds what is listed; `None` where there is no room.
    pub(super) fn add(&mut self, line: usize, what: What) -> Option<usize> {
        if self.items.len() >= MOST_ITEMS {
            self.notes.add(line, "too many packages; not read");
            return None;
        }
        self.items.push(Item { line, what });
        Some(self.items.len() - 1)
    }

    /// The environment of the Python that is listed, else the one that is asked for.
    fn environment(&self, ctx: &TargetContext<'_>) -> Environment {
        let listed = self.together.iter().flatten();
        let mut items = listed.filter_map(|&place| self.items.get(place));
        let python = items.find_map(|item| match &item.what {
            What::Conda(package) if package.name == "python" => Some(&package.version),
            _ => None,
        });
        match python {
            Some(version) => ctx.environment_of(version, &ctx.platform.platform()),
            None => ctx.environment(None),
        }
    }

    /// Puts together what belongs to some environment; the rest counts as excluded.
    pub(super) fn inventory(
        mut self,
        ctx: &TargetContext<'_>,
        path: &Path,
        format: &str,
    ) -> Inventory {
        let environment = self.environment(ctx);
        let own = path.display().to_string();
        let mut inventory = Inventory {
            label: own.clone(),
            format: format.to_owned(),
            path: own.clone(),
            environment: Some(environment.describe()),
            ..Inventory::default()
        };
        let mut graph = Graph::default();
        let mut places: Vec<Option<ComponentIndex>> = vec![None; self.items.len()];
        let mut is_listed = vec![false; self.items.len()];
        for &place in self.together.iter().flatten() {
            if let (Some(mark @ false), Some(item)) =
                (is_listed.get_mut(place), self.items.get(place))
            {
                *mark = true;
                let locator = format!("{own}:{}", item.line);
                if let Some(known) = places.get_mut(place) {
                    *known = add_item(item, &locator, &mut graph, &mut inventory);
                }
            }
        }
        inventory.excluded_by_markers = is_listed.iter().filter(|is_listed| !**is_listed).count();
        let stopped = self.connect(&places, &environment, &mut graph);
        self.notes
            .problems(path)
            .into_iter()
            .chain(stopped.map(|message| Problem::new(own, message)))
            .for_each(|problem| inventory.problems.push(problem));
        self.together.clear();
        inventory.unpinned.sort();
        inventory.unpinned.dedup();
        graph.finish(inventory)
    }

    /// Packages of conda name one another as conda does; those of pip name what is installed as pip does.
    fn connect(
        &self,
        places: &[Option<ComponentIndex>],
        environment: &Environment,
        graph: &mut Graph,
    ) -> Option<String> {
        let mut steps = 0;
        let mut stopped = None;
        for together in &self.together {
            let mut by_name: BTreeMap<&str, ComponentIndex> = BTreeMap::new();
            let mut linked = Vec::new();
            let mut indices = Vec::new();
            let found = together
                .iter()
                .filter_map(|&place| Some((self.items.get(place)?, places.get(place).copied()??)));
            let found: Vec<_> = found.collect();
            let identities: Vec<_> = found
                .iter()
                .map(|(item, _)| match &item.what {
                    What::Conda(package) => (names::identity(package), &[][..]),
                    What::Python {
                        package,
                        requirements,
                        ..
                    } => (package.clone(), requirements.as_slice()),
                })
                .collect();
            for ((item, index), (package, requirements)) in found.iter().zip(&identities) {
                if let What::Conda(conda) = &item.what {
                    by_name.insert(&conda.name, *index);
                }
                linked.push(Linked {
                    package,
                    requirements,
                });
                indices.push(*index);
            }
            for (item, index) in &found {
                let What::Conda(conda) = &item.what else {
                    continue;
                };
                for to in conda
                    .depends
                    .iter()
                    .filter_map(|name| by_name.get(name.as_str()))
                {
                    steps += 1;
                    graph.require(*index, *to);
                }
            }
            let (edges, message) = links::connect(&linked, environment);
            steps += edges.len();
            stopped = stopped.or(message);
            for (from, to) in edges {
                if let (Some(from), Some(to)) = (indices.get(from), indices.get(to)) {
                    graph.require(*from, *to);
                }
            }
            if steps > MOST_DEPENDENCIES {
                let message = "the dependencies are too many to follow; some paths are missing";
                return Some(message.to_owned());
            }
        }
        stopped
    }
}

fn add_item(
    item: &Item,
    locator: &str,
    graph: &mut Graph,
    inventory: &mut Inventory,
) -> Option<ComponentIndex> {
    match &item.what {
        What::Conda(package) => Some(graph.add(package.component(locator))),
        What::Python {
            package,
            version: Some(version),
            ..
        } => Some(graph.add(Component::new(package.clone(), version, locator))),
        What::Python {
            package, reason, ..
        } => {
            inventory.unpinned.push(Unpinned {
                package: package.clone(),
                locator: locator.to_owned(),
                reason: (*reason).to_owned(),
            });
            None
        }
    }
}

/// The ecosystem of packages that only conda has.
pub(super) fn ecosystem() -> Ecosystem {
    Ecosystem::new("conda")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(location: &str, expect: &str) {
        let found = CondaPackage::of_location(location).and_then(|package| package.purl());
        let found = found.map_or("-".to_owned(), |purl| purl.to_string());
        assert_eq!(found, expect);
    }

    #[test]
    fn a_location_names_a_package() {
        check(
            "https://host/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda#00",
            "pkg:conda/numpy@1.26.4?build=py311h64a7726_0&channel=conda-forge&subdir=linux-64",
        );
        check(
            "/opt/pkgs/noarch/a-b-1.0-0.tar.bz2",
            "pkg:conda/a-b@1.0?build=0&channel=pkgs&subdir=noarch",
        );
        check("a-1-0.conda", "pkg:conda/a@1?build=0");
        check("https://host/a-1.0.tar.gz", "-");
        check("a-1.conda", "-");
        check("--.conda", "-");
        check("", "-");
    }
}
