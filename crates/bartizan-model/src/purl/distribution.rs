//! Packages of Linux distributions. Advisories name the release too (`Debian:12`), which a package URL states in its
//! qualifier `distro`; without one it cannot be looked up.

use super::Purl;
use crate::ecosystem::{Ecosystem, Package};

struct Distribution {
    /// As advisories name it.
    ecosystem: &'static str,
    kind: &'static str,
    namespace: &'static str,
    release: Release,
    /// Whether its advisories are about source packages.
    names_sources: bool,
}

/// How advisories write a release.
#[derive(Clone, Copy)]
enum Release {
    /// `Debian:12`, of `debian-12.5` or the code name.
    Debian,
    /// `Ubuntu:22.04:LTS`, `Ubuntu:23.10`.
    Ubuntu,
    /// `Alpine:v3.18`, of `alpine-3.18.4`.
    Branch,
    /// `AlmaLinux:9`, of `almalinux-9.4`.
    Major,
    /// `Photon OS:4.0`, of `photon-4.0`.
    Minor,
    /// `openSUSE:Leap 15.6`, `openSUSE:Tumbleweed`, as the system calls itself.
    OpenSuse,
    /// `openEuler:22.03-LTS-SP3`; the number alone leaves the service pack open.
    OpenEuler,
    /// There is only one.
    Rolling,
}

const fn distribution(
    ecosystem: &'static str,
    kind: &'static str,
    namespace: &'static str,
    release: Release,
) -> Distribution {
    Distribution {
        ecosystem,
        kind,
        namespace,
        release,
        names_sources: true,
    }
}

impl Distribution {
    /// Its advisories name what is installed.
    const fn by_binary(self) -> Self {
        Self {
            names_sources: false,
            ..self
        }
    }
}

/// Whether advisories name sources, the OSV schema says of each ecosystem.
const DISTRIBUTIONS: [Distribution; 11] = [
    distribution("AlmaLinux", "rpm", "almalinux", Release::Major).by_binary(),
    distribution("Alpine", "apk", "alpine", Release::Branch),
    distribution("Chainguard", "apk", "chainguard", Release::Rolling),
    distribution("Debian", "deb", "debian", Release::Debian),
    distribution("Mageia", "rpm", "mageia", Release::Major),
    distribution("Photon OS", "rpm", "photon", Release::Minor).by_binary(),
    distribution("Rocky Linux", "rpm", "rocky", Release::Major),
    distribution("Ubuntu", "deb", "ubuntu", Release::Ubuntu),
    distribution("Wolfi", "apk", "wolfi", Release::Rolling),
    distribution("openEuler", "rpm", "openeuler", Release::OpenEuler),
    distribution("openSUSE", "rpm", "opensuse", Release::OpenSuse),
];

/// Distributions with advisories that package URLs do not lead to, and why.
const WITHOUT_WAY: [(&str, &str); 4] = [
    (
        "redhat",
        "advisories of Red Hat name the stream that a package is from (appstream, baseos, extended support), which package URLs do not state",
    ),
    (
        "rhel",
        "advisories of Red Hat name the stream that a package is from (appstream, baseos, extended support), which package URLs do not state",
    ),
    (
        "sles",
        "advisories of SUSE name the product or module that a package is from, which package URLs do not state",
    ),
    (
        "suse",
        "advisories of SUSE name the product or module that a package is from, which package URLs do not state",
    ),
];

/// Why a package of a distribution cannot be looked up; `None` for everything else.
pub(super) fn why_not(purl: &Purl) -> Option<&'static str> {
    let is_of_distribution = matches!(purl.kind.as_str(), "apk" | "deb" | "rpm");
    if !is_of_distribution || package_of(purl).is_some() {
        return None;
    }
    let namespace = purl.namespace.first().map_or("", String::as_str);
    if let Some((_, why)) = WITHOUT_WAY.iter().find(|(name, _)| *name == namespace) {
        return Some(*why);
    }
    let mut known = DISTRIBUTIONS.iter();
    if !known.any(|it| it.kind == purl.kind && it.namespace == namespace) {
        return Some("no advisories of this distribution are known here");
    }
    Some(match purl.qualifier("distro") {
        None => "their package URLs do not state the release (`distro`)",
        Some(_) => "the release that their package URLs state is none that advisories name",
    })
}

/// Debian's code names, which some tools write instead of the number.
const CODE_NAMES: [(&str, &str); 7] = [
    ("stretch", "9"),
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("duke", "15"),
];

/// The package that advisories of its distribution know, with its version.
pub(super) fn package_of(purl: &Purl) -> Option<(Package, Option<String>)> {
    let [namespace] = purl.namespace.as_slice() else {
        return None;
    };
    let distribution = DISTRIBUTIONS
        .iter()
        .find(|it| it.kind == purl.kind && it.namespace == namespace)?;
    let ecosystem = distribution.ecosystem_of(purl.qualifier("distro")?)?;
    let mut name = purl.name.as_str();
    let mut version = purl.version.clone();
    if let Some(upstream) = purl
        .qualifier("upstream")
        .filter(|_| distribution.names_sources)
    {
        let (source, source_version) = source(upstream);
        name = source;
        version = source_version.map(str::to_owned).or(version);
    }
    if let Some(epoch) = purl.qualifier("epoch").filter(|epoch| is_epoch(epoch)) {
        version = version.map(|version| format!("{epoch}:{version}"));
    }
    Some((Package::new(Ecosystem::new(ecosystem), name), version))
}

/// Name and version of a source: `gcc-12@12.2.0-14` where it has another version than the package, or a file,
/// `openssl-3.0.7-24.el9.src.rpm`.
fn source(upstream: &str) -> (&str, Option<&str>) {
    if let Some((name, version)) = upstream.split_once('@') {
        return (name, Some(version));
    }
    let file = upstream
        .strip_suffix(".rpm")
        .and_then(|stem| stem.rsplit_once('.'))
        .filter(|(_, kind)| matches!(*kind, "src" | "nosrc"));
    let Some((stem, _)) = file else {
        return (upstream, None);
    };
    let mut hyphens = stem.rmatch_indices('-').map(|(place, _)| place);
    let split = hyphens
        .nth(1)
        .and_then(|place| stem.split_at_checked(place));
    split.map_or((stem, None), |(name, version)| {
        (name, version.strip_prefix('-'))
    })
}

/// The type and namespace of a distribution's packages.
pub(super) fn type_of(family: &str) -> Option<(&'static str, &'static str)> {
    let found = DISTRIBUTIONS.iter().find(|it| it.ecosystem == family)?;
    Some((found.kind, found.namespace))
}

/// An epoch that is worth writing: 0 is none.
fn is_epoch(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte != b'0')
}

impl Distribution {
    /// The ecosystem of `debian-12`, `bookworm`, `alpine-3.18.4`.
    fn ecosystem_of(&self, distro: &str) -> Option<String> {
        let named = distro.split_at_checked(self.namespace.len());
        let release = named
            .filter(|(name, _)| name.eq_ignore_ascii_case(self.namespace))
            .map(|(_, rest)| rest.trim_start_matches('-'));
        let family = self.ecosystem;
        let numbers = |count: usize| {
            let parts: Vec<_> = release?.split('.').take(count).collect();
            let is_number =
                |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            (parts.len() == count && parts.iter().all(is_number)).then(|| parts.join("."))
        };
        match self.release {
            Release::Debian => {
                let word = release.unwrap_or(distro);
                let named = CODE_NAMES.iter().find(|(name, _)| *name == word);
                let number =
                    named.map_or_else(|| numbers(1), |(_, number)| Some((*number).to_owned()));
                number.map(|number| format!("{family}:{number}"))
            }
            Release::Ubuntu => {
                let number = numbers(2)?;
                let (year, month) = number.split_once('.')?;
                // Every second April is supported for long, and advisories say so in the name.
                let is_even = year.parse::<u32>().ok()? % 2 == 0;
                let suffix = if month == "04" && is_even { ":LTS" } else { "" };
                Some(format!("{family}:{number}{suffix}"))
            }
            Release::Branch => numbers(2).map(|number| format!("{family}:v{number}")),
            Release::Major => numbers(1).map(|number| format!("{family}:{number}")),
            Release::Minor => numbers(2).map(|number| format!("{family}:{number}")),
            Release::OpenEuler => {
                let (number, support) = release?.split_once('-')?;
                let is_known = support == "LTS" || support.starts_with("LTS-SP");
                let is_number = number.split('.').all(|part| part.parse::<u32>().is_ok());
                (is_known && is_number).then(|| format!("{family}:{number}-{support}"))
            }
            Release::OpenSuse => match release?.split_once('-') {
                Some(("leap", number)) if number.split('.').all(|it| it.parse::<u32>().is_ok()) => {
                    Some(format!("{family}:Leap {number}"))
                }
                Some(("tumbleweed", _)) => Some(format!("{family}:Tumbleweed")),
                None if release? == "tumbleweed" => Some(format!("{family}:Tumbleweed")),
                _ => None,
            },
            Release::Rolling => release.map(|_| family.to_owned()),
        }
    }
}
