//! Answers questions about versions, specifiers, markers, requirements and package URLs, one a line, so that a script
//! can compare the answers with those of a reference implementation (`scripts/oracle_pep440.py`).
//!
//! A question is a line of fields separated by tabs; in fields `%09`, `%0A`, `%0D` and `%25` stand for a tab, a line
//! end, a carriage return and `%`. Each gets one line: the answer, `invalid` where the text cannot be read or decided,
//! or `unknown question`.
//!
//! | question | answer |
//! |---|---|
//! | `cmp A B` (PEP 440), `cmp-pypi A B` (any text), `cmp-ORDER A B` (`semver`, `julia`, `debian`, `alpine`, `rpm`, `conda`) | `<`, `=`, `>` |
//! | `norm V`, `norm-semver V`, `norm-julia V`, `specifier SPEC`, `requirement TEXT`, `marker-norm MARKER`, `purl PURL` | normal form |
//! | `contains SPEC V`, `contains-default SPEC V` | `true`, `false` |
//! | `select SPEC V;V…` | the versions taken |
//! | `marker MARKER key=value;key=value…` (`extras=a,b`, `dependency_groups=a,b`) | `true`, `false` |
//! | `purl-build TYPE NAMESPACE NAME VERSION SUBPATH KEY=VALUE…` | normal form |
//! | `purl-package PURL` | ecosystem, name and version, with blanks between them |

use std::{
    io::{self, BufRead, Write},
    str::FromStr,
};

use bartizan_model::{
    environment::{MarkerEnvironment, Platform},
    marker::{Marker, MarkerContext},
    purl::{Purl, PurlParts},
    requirement::{Requirement, SpecifierSet},
    version::{alpine, conda, debian, julia, pep440, rpm, semver},
};

fn main() -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let answer = answer(&fields).unwrap_or_else(|| "invalid".to_owned());
        writeln!(output, "{}", escape(&answer))?;
    }
    output.flush()
}

/// `None` where a text is invalid.
fn answer(fields: &[&str]) -> Option<String> {
    match *fields {
        ["cmp", a, b] => compare::<pep440::Version>(a, b),
        ["cmp-pypi", a, b] => Some(sign(
            &pep440::IndexVersion::new(a),
            &pep440::IndexVersion::new(b),
        )),
        [question, a, b] if question.starts_with("cmp-") => compare_in_order(question, a, b),
        ["norm", text] => normal::<pep440::Version>(text),
        ["norm-semver", text] => normal::<semver::Version>(text),
        ["norm-julia", text] => normal::<julia::Version>(text),
        ["specifier", text] => normal::<SpecifierSet>(text),
        ["requirement", text] => normal::<Requirement>(text),
        ["marker-norm", text] => normal::<Marker>(text),
        ["purl", text] => normal::<Purl>(text),
        ["contains", specifiers, version] => Some(
            specifiers
                .parse::<SpecifierSet>()
                .ok()?
                .contains(version)
                .to_string(),
        ),
        ["contains-default", specifiers, version] => Some(
            specifiers
                .parse::<SpecifierSet>()
                .ok()?
                .contains_by_default(version)
                .to_string(),
        ),
        ["select", specifiers, versions] => {
            let versions: Vec<&str> = versions.split(';').collect();
            Some(
                specifiers
                    .parse::<SpecifierSet>()
                    .ok()?
                    .select(&versions)
                    .join(";"),
            )
        }
        ["marker", marker, environment] => evaluate(marker, environment),
        [
            "purl-build",
            kind,
            namespace,
            name,
            version,
            subpath,
            ref qualifiers @ ..,
        ] => build_purl([kind, namespace, name, version, subpath], qualifiers),
        ["purl-package", text] => {
            let (package, version) = text.parse::<Purl>().ok()?.package()?;
            Some(format!(
                "{} {} {}",
                package.ecosystem(),
                package.name(),
                version.unwrap_or_default()
            ))
        }
        _ => Some("unknown question".to_owned()),
    }
}

fn compare<T: FromStr + Ord>(a: &str, b: &str) -> Option<String> {
    Some(sign(&a.parse::<T>().ok()?, &b.parse().ok()?))
}

fn compare_in_order(question: &str, a: &str, b: &str) -> Option<String> {
    match question {
        "cmp-semver" => compare::<semver::Version>(a, b),
        "cmp-julia" => compare::<julia::Version>(a, b),
        "cmp-debian" => compare::<debian::Version>(a, b),
        "cmp-alpine" => compare::<alpine::Version>(a, b),
        "cmp-rpm" => compare::<rpm::Version>(a, b),
        "cmp-conda" => compare::<conda::Version>(a, b),
        _ => Some("unknown question".to_owned()),
    }
}

fn sign<T: Ord>(a: &T, b: &T) -> String {
    match a.cmp(b) {
        std::cmp::Ordering::Less => "<",
        std::cmp::Ordering::Equal => "=",
        std::cmp::Ordering::Greater => ">",
    }
    .to_owned()
}

fn normal<T: FromStr + ToString>(text: &str) -> Option<String> {
    text.parse::<T>().ok().map(|value| value.to_string())
}

fn evaluate(marker: &str, values: &str) -> Option<String> {
    let mut environment = MarkerEnvironment::cpython("3.12.4", &Platform::parse("linux")?);
    let (mut extras, mut groups) = (Vec::new(), Vec::new());
    for (key, value) in values.split(';').filter_map(|pair| pair.split_once('=')) {
        let names = || {
            value
                .split(',')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let field = match key {
            "extras" => {
                extras = names();
                continue;
            }
            "dependency_groups" => {
                groups = names();
                continue;
            }
            "os_name" => &mut environment.os_name,
            "sys_platform" => &mut environment.sys_platform,
            "platform_machine" => &mut environment.platform_machine,
            "platform_python_implementation" => &mut environment.platform_python_implementation,
            "platform_release" => &mut environment.platform_release,
            "platform_system" => &mut environment.platform_system,
            "platform_version" => &mut environment.platform_version,
            "python_version" => &mut environment.python_version,
            "python_full_version" => &mut environment.python_full_version,
            "implementation_name" => &mut environment.implementation_name,
            "implementation_version" => &mut environment.implementation_version,
            _ => return None,
        };
        value.clone_into(field);
    }
    let context = MarkerContext {
        extras: &extras,
        groups: &groups,
    };
    let holds = marker
        .parse::<Marker>()
        .ok()?
        .try_evaluate(&environment, context)
        .ok()?;
    Some(holds.to_string())
}

fn build_purl(
    [kind, namespace, name, version, subpath]: [&str; 5],
    qualifiers: &[&str],
) -> Option<String> {
    let levels = |path: &str| path.split('/').map(str::to_owned).collect();
    let pairs = qualifiers.iter().filter_map(|pair| pair.split_once('='));
    let parts = PurlParts {
        kind: kind.to_owned(),
        namespace: levels(namespace),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        qualifiers: pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        subpath: levels(subpath),
    };
    Purl::new(parts).ok().map(|purl| purl.to_string())
}

fn unescape(field: &str) -> String {
    field
        .replace("%09", "\t")
        .replace("%0A", "\n")
        .replace("%0D", "\r")
        .replace("%25", "%")
}

fn escape(answer: &str) -> String {
    answer
        .replace('%', "%25")
        .replace('\t', "%09")
        .replace('\n', "%0A")
        .replace('\r', "%0D")
}
