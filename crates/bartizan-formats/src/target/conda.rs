//! What conda's formats have in common: packages with the names that conda has for them, in environments that may
//! hold packages of pip beside them.
//!
//! Nobody publishes advisories about conda packages. One that is a Python distribution is looked up as that
//! distribution; what conda calls it stays its name to the reader. See `docs/decisions/0009-conda-names.md`.

mod listing;
mod names;

use std::path::Path;

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    environment::{Platform, System},
    inventory::Component,
    problem::Problem,
    purl::{Purl, PurlParts},
};
use serde_json::Value;

pub(super) use self::listing::{Listing, What};
use super::{PlatformChoice, TargetContext};
use crate::file_name;

/// A package of conda.
#[derive(Debug, Default, Clone)]
pub(crate) struct CondaPackage {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) build: Option<String>,
    /// The platform it was made for: `linux-64`, `noarch`.
    pub(crate) subdir: Option<String>,
    /// The name of the channel, without an address.
    pub(crate) channel: Option<String>,
    /// The names of what it depends on.
    pub(crate) depends: Vec<String>,
    /// What the tool that wrote the file knows it as; `None` where it says nothing about that.
    pub(crate) purls: Option<Vec<String>>,
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

    /// Takes what a package URL of conda says.
    pub(super) fn of_purl(purl: &Purl, version: &str) -> Self {
        let qualifier = |key| purl.qualifier(key).map(str::to_owned);
        Self {
            name: purl.name().to_owned(),
            version: version.to_owned(),
            build: qualifier("build"),
            subdir: qualifier("subdir"),
            channel: qualifier("channel").as_deref().and_then(channel_name),
            ..Self::default()
        }
    }

    /// Takes the names of requirements of the form `name >=1,<2 build`.
    pub(super) fn depends_on<'a>(&mut self, requirements: impl Iterator<Item = &'a str>) {
        self.depends = requirement_names(requirements).map(str::to_owned).collect();
    }

    /// The package URL by conda's own name.
    pub(crate) fn purl(&self) -> Option<Purl> {
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
    pub(crate) fn component(&self, locator: &str) -> Component {
        self.component_as(names::identity(self), &self.version, locator)
    }

    /// What a name alone is looked up as.
    pub(super) fn identity_of_name(&self) -> Package {
        names::identity_of_name(self)
    }

    /// The same where the files of the package were seen and no distribution is among them.
    pub(super) fn native_component(&self, locator: &str) -> Component {
        self.component_as(names::native(self), &self.version, locator)
    }
}

/// The names in requirements of the form `name >=1,<2 build`, without those of properties of the machine, which begin with two
/// underscores.
pub(crate) fn requirement_names<'a>(
    requirements: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = &'a str> {
    let end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '!' | '~' | '[');
    let names = requirements.filter_map(move |text| text.trim().split(end).next());
    names.filter(|name| !name.is_empty() && !name.starts_with("__"))
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

/// The version, where the last part of an address is the name of a file of the package.
pub(super) fn version_in_address(package: &Package, address: &str) -> Option<String> {
    let file = address.split(['#', '?']).next()?.rsplit('/').next()?;
    let (named, version) = file_name::wheel(file).or_else(|| file_name::source(file))?;
    (named == *package).then_some(version)
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
