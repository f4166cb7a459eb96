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
        names_sources: !matches!(release, Release::Major),
    }
}

const DISTRIBUTIONS: [Distribution; 8] = [
    distribution("AlmaLinux", "rpm", "almalinux", Release::Major),
    distribution("Alpine", "apk", "alpine", Release::Branch),
    distribution("Chainguard", "apk", "chainguard", Release::Rolling),
    distribution("Debian", "deb", "debian", Release::Debian),
    distribution("Mageia", "rpm", "mageia", Release::Major),
    distribution("Rocky Linux", "rpm", "rocky", Release::Major),
    distribution("Ubuntu", "deb", "ubuntu", Release::Ubuntu),
    distribution("Wolfi", "apk", "wolfi", Release::Rolling),
];

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
        // `gcc-12@12.2.0-14` where the source has another version than the package.
        let (source, source_version) = upstream
            .split_once('@')
            .map_or((upstream, None), |(name, version)| (name, Some(version)));
        name = source;
        version = source_version.map(str::to_owned).or(version);
    }
    if let Some(epoch) = purl.qualifier("epoch").filter(|epoch| is_epoch(epoch)) {
        version = version.map(|version| format!("{epoch}:{version}"));
    }
    Some((Package::new(Ecosystem::new(ecosystem), name), version))
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
        let release = distro
            .strip_prefix(self.namespace)
            .map(|rest| rest.trim_start_matches('-'));
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
            Release::Rolling => release.map(|_| family.to_owned()),
        }
    }
}
