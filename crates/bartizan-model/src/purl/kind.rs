//! What the specification says about single types, and which ecosystems of advisories they are.

use super::{Purl, PurlError, distribution};
use crate::ecosystem::{Ecosystem, Package};

/// A type whose parts are folded to lower case, or that says something about namespaces.
struct Rule {
    kind: &'static str,
    folds: Fold,
    namespace: Namespace,
}

/// Which parts are case-insensitive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fold {
    Nothing,
    Name,
    Namespace,
    NamespaceAndName,
    NamespaceNameAndVersion,
    NameAndVersion,
    Version,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Namespace {
    Optional,
    Required,
    Prohibited,
}

const fn rule(kind: &'static str, folds: Fold, namespace: Namespace) -> Rule {
    Rule {
        kind,
        folds,
        namespace,
    }
}

/// Types that are not here (`generic`, `docker`, `conan`, `npm`, those of tomorrow) fold nothing and ask for nothing.
/// Versions of `pypi` stay as written, though the type calls them case-insensitive: advisories list them as texts.
const RULES: [Rule; 34] = [
    rule("alpm", Fold::NamespaceAndName, Namespace::Required),
    rule("apk", Fold::NamespaceAndName, Namespace::Required),
    rule("bazel", Fold::Nothing, Namespace::Prohibited),
    rule("bitbucket", Fold::NamespaceAndName, Namespace::Required),
    rule("bitnami", Fold::Name, Namespace::Prohibited),
    rule("brew", Fold::NamespaceAndName, Namespace::Optional),
    rule("cargo", Fold::Nothing, Namespace::Prohibited),
    rule("chrome-extension", Fold::Name, Namespace::Prohibited),
    rule("cocoapods", Fold::Nothing, Namespace::Prohibited),
    rule("composer", Fold::NamespaceAndName, Namespace::Required),
    rule("conda", Fold::Nothing, Namespace::Prohibited),
    rule("cran", Fold::Nothing, Namespace::Prohibited),
    rule("deb", Fold::NamespaceAndName, Namespace::Required),
    rule("gem", Fold::Nothing, Namespace::Prohibited),
    rule("git", Fold::Nothing, Namespace::Required),
    rule("github", Fold::NamespaceAndName, Namespace::Required),
    rule("hackage", Fold::Nothing, Namespace::Prohibited),
    rule("hex", Fold::NamespaceAndName, Namespace::Optional),
    rule("huggingface", Fold::Version, Namespace::Required),
    rule("julia", Fold::Nothing, Namespace::Prohibited),
    rule("luarocks", Fold::NamespaceAndName, Namespace::Optional),
    rule("maven", Fold::Nothing, Namespace::Required),
    rule("mlflow", Fold::Nothing, Namespace::Prohibited),
    rule("nuget", Fold::Nothing, Namespace::Prohibited),
    rule("oci", Fold::NameAndVersion, Namespace::Prohibited),
    rule("opam", Fold::Nothing, Namespace::Prohibited),
    rule("otp", Fold::Name, Namespace::Prohibited),
    rule("pub", Fold::Name, Namespace::Prohibited),
    rule("pypi", Fold::Name, Namespace::Prohibited),
    rule("qpkg", Fold::Namespace, Namespace::Required),
    rule("rpm", Fold::Namespace, Namespace::Required),
    rule("swift", Fold::Nothing, Namespace::Required),
    rule("vcpkg", Fold::Nothing, Namespace::Prohibited),
    rule(
        "vscode-extension",
        Fold::NamespaceNameAndVersion,
        Namespace::Required,
    ),
];

/// Folds what the type folds; an error where a part is against its rule.
pub(super) fn apply_rule(purl: &mut Purl) -> Result<(), PurlError> {
    let rule = RULES.iter().find(|rule| rule.kind == purl.kind);
    let (folds, namespace) = rule.map_or((Fold::Nothing, Namespace::Optional), |rule| {
        (rule.folds, rule.namespace)
    });
    match namespace {
        Namespace::Prohibited if !purl.namespace.is_empty() => {
            return Err(PurlError::NamespaceNotAllowed(purl.kind.clone()));
        }
        Namespace::Required if purl.namespace.is_empty() => {
            return Err(PurlError::NamespaceMissing(purl.kind.clone()));
        }
        _ => {}
    }
    if folds.takes_namespace() {
        purl.namespace.iter_mut().for_each(fold);
    }
    if folds.takes_name() {
        fold(&mut purl.name);
    }
    if folds.takes_version() {
        purl.version.iter_mut().for_each(fold);
    }
    apply_special_rule(purl)
}

impl Fold {
    fn takes_namespace(self) -> bool {
        matches!(
            self,
            Self::Namespace | Self::NamespaceAndName | Self::NamespaceNameAndVersion
        )
    }

    fn takes_name(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::NamespaceAndName
                | Self::NameAndVersion
                | Self::NamespaceNameAndVersion
        )
    }

    fn takes_version(self) -> bool {
        matches!(
            self,
            Self::Version | Self::NameAndVersion | Self::NamespaceNameAndVersion
        )
    }
}

fn fold(text: &mut String) {
    *text = text.to_lowercase();
}

fn apply_special_rule(purl: &mut Purl) -> Result<(), PurlError> {
    let against = |rule| {
        Err(PurlError::AgainstType {
            kind: purl.kind.clone(),
            rule,
        })
    };
    match purl.kind.as_str() {
        "chrome-extension" if !is_extension_id(&purl.name) => {
            against("is named by 32 letters from `a` to `p`")
        }
        "chrome-extension" if !purl.version.as_deref().is_none_or(is_extension_version) => {
            against("has a version of up to four numbers")
        }
        "cpan" if purl.name.contains("::") => {
            against("names a distribution, with `-` where its module has `::`")
        }
        // Databricks takes names in any case, other registries do not.
        "mlflow"
            if purl
                .qualifier("repository_url")
                .is_some_and(|address| address.contains("databricks")) =>
        {
            fold(&mut purl.name);
            Ok(())
        }
        "pub" => {
            purl.name = purl
                .name
                .replace(|character: char| !character.is_ascii_alphanumeric(), "_");
            Ok(())
        }
        "pypi" => {
            purl.name = purl.name.replace('_', "-");
            Ok(())
        }
        _ => Ok(()),
    }
}

fn is_extension_id(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| matches!(byte, b'a'..=b'p'))
}

fn is_extension_version(version: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.split('.').all(is_number) && version.split('.').count() <= 4
}

/// Types and ecosystems of advisories that are one, and what stands between namespace and name in the ecosystem's
/// names, where they have a namespace.
const ECOSYSTEMS: [(&str, &str, Option<char>); 14] = [
    ("cargo", "crates.io", None),
    ("composer", "Packagist", Some('/')),
    ("conda", "conda", None),
    ("cran", "CRAN", None),
    ("gem", "RubyGems", None),
    ("golang", "Go", Some('/')),
    ("hackage", "Hackage", None),
    ("hex", "Hex", Some('/')),
    ("julia", "Julia", None),
    ("maven", "Maven", Some(':')),
    ("npm", "npm", Some('/')),
    ("nuget", "NuGet", None),
    ("pub", "Pub", None),
    ("pypi", "PyPI", None),
];

/// The package and version that a name of a type is to advisories.
pub(super) fn package_of(purl: &Purl) -> Option<(Package, Option<String>)> {
    let Some((_, ecosystem, separator)) = ECOSYSTEMS.iter().find(|(kind, _, _)| *kind == purl.kind)
    else {
        return distribution::package_of(purl);
    };
    let mut name = purl.namespace.join("/");
    if !name.is_empty() {
        name.extend(separator);
    }
    name.push_str(&purl.name);
    let package = Package::new(Ecosystem::new(*ecosystem), &name);
    Some((package, purl.version.clone()))
}

/// The type, namespace and name of a package.
pub(super) fn type_of(package: &Package) -> (&'static str, Vec<String>, String) {
    let (family, name) = (package.ecosystem().family(), package.name());
    if let Some((kind, _, separator)) = ECOSYSTEMS
        .iter()
        .find(|(_, ecosystem, _)| *ecosystem == family)
    {
        let (namespace, name) = separator
            .and_then(|separator| name.rsplit_once(separator))
            .unwrap_or(("", name));
        let levels = namespace.split('/').filter(|level| !level.is_empty());
        return (kind, levels.map(str::to_owned).collect(), name.to_owned());
    }
    match distribution::type_of(family) {
        Some((kind, namespace)) => (kind, vec![namespace.to_owned()], name.to_owned()),
        None => ("generic", Vec::new(), name.to_owned()),
    }
}
