//! Which versions of which packages a product status means.

use std::{cmp::Ordering, collections::BTreeMap};

use bartizan_model::{
    advisory::{Affected, Event, Range, RangeKind},
    ecosystem::{Ecosystem, Package},
    purl::Purl,
};

use super::super::field::{Object, Place, Reader};
use crate::csaf::{Product, ProductTree};

/// What is said of one package.
#[derive(Default)]
struct Said {
    versions: Vec<String>,
    ranges: Vec<Vec<Event>>,
    /// Whether it is affected without a word about versions.
    is_whole: bool,
    fixed: Vec<String>,
}

/// The packages that a vulnerability's product status names, sorted.
pub(super) fn affected(
    vulnerability: &Object,
    place: Place<'_>,
    tree: &ProductTree,
    reader: &mut Reader<'_>,
) -> Vec<Affected> {
    let Some(status) = reader.object(vulnerability, "product_status", place) else {
        return Vec::new();
    };
    let at = place.field("product_status");
    let mut said: BTreeMap<Package, Said> = BTreeMap::new();
    let mut unnamed = 0_usize;
    for (key, is_fix) in [
        ("known_affected", false),
        ("first_affected", false),
        ("last_affected", false),
        ("fixed", true),
        ("first_fixed", true),
    ] {
        for id in reader.words(status, key, at) {
            let packages = tree.get(&id).map(|product| packages(product, tree));
            let packages = packages.unwrap_or_default();
            unnamed = unnamed.saturating_add(usize::from(packages.is_empty()));
            for (package, version, range) in packages {
                // That all of a product is fixed says nothing of what was before.
                if is_fix && version.is_none() {
                    continue;
                }
                let said = said.entry(package).or_default();
                match (is_fix, version, range) {
                    (true, Some(version), _) => said.fixed.push(version),
                    (false, Some(version), _) => said.versions.push(version),
                    (_, None, Some(range)) => said.range(&range, reader),
                    (_, None, None) => said.is_whole = true,
                }
            }
        }
    }
    if unnamed > 0 {
        reader.note(format_args!(
            "products without a package URL of an ecosystem that is known here: {unnamed}"
        ));
    }
    let parts = said.into_iter();
    parts
        .map(|(package, said)| said.into_affected(package))
        .collect()
}

/// The product, or the part within a product that has no package URL of its own.
fn resolved<'t>(product: &'t Product, tree: &'t ProductTree) -> &'t Product {
    let part = product
        .relation
        .as_ref()
        .filter(|_| product.purls.is_empty());
    part.and_then(|(_, part)| tree.get(part)).unwrap_or(product)
}

fn packages(
    product: &Product,
    tree: &ProductTree,
) -> Vec<(Package, Option<String>, Option<String>)> {
    let part = resolved(product, tree);
    let whole = product.relation.as_ref().map(|(whole, _)| whole);
    let platform = whole.and_then(|whole| tree.get(whole)?.cpe.as_deref());
    let named = part.purls.iter().filter_map(|purl| {
        let known = purl.package().or_else(|| of_stream(purl, platform));
        known.or_else(|| of_no_ecosystem(purl))
    });
    named
        .map(|(package, version)| (package, version, part.range.clone()))
        .collect()
}

/// A package of Red Hat in the stream that it is part of, as the ecosystems of Red Hat are named.
fn of_stream(purl: &Purl, platform: Option<&str>) -> Option<(Package, Option<String>)> {
    let is_of_red_hat = purl.kind() == "rpm" && purl.namespace() == ["redhat"];
    let platform = platform?;
    let mut prefixes = ["cpe:/a:redhat:", "cpe:/o:redhat:"].into_iter();
    let stream = prefixes.find_map(|prefix| platform.strip_prefix(prefix));
    let stream = stream.filter(|stream| is_of_red_hat && !stream.is_empty())?;
    let epoch = purl.qualifier("epoch");
    let epoch = epoch.filter(|epoch| epoch.bytes().all(|it| it.is_ascii_digit()) && *epoch != "0");
    let version = purl.version().map(|version| match epoch {
        Some(epoch) => format!("{epoch}:{version}"),
        None => version.to_owned(),
    });
    let ecosystem = Ecosystem::new(format!("Red Hat:{stream}"));
    Some((Package::new(ecosystem, purl.name()), version))
}

/// Software of no ecosystem, under the name that a bill of materials has it under. Its versions have no order.
fn of_no_ecosystem(purl: &Purl) -> Option<(Package, Option<String>)> {
    if purl.kind() != "generic" {
        return None;
    }
    let levels = purl.namespace().iter().map(String::as_str);
    let name: Vec<_> = levels.chain([purl.name()]).collect();
    let package = Package::new(Ecosystem::new("generic"), &name.join("/"));
    Some((package, purl.version().map(str::to_owned)))
}

impl Said {
    fn range(&mut self, text: &str, reader: &mut Reader<'_>) {
        if let Some((versions, events)) = vers(text) {
            self.versions.extend(versions);
            self.ranges.extend((!events.is_empty()).then_some(events));
        } else {
            // What cannot be read must not look like "not affected".
            reader.note(format_args!(
                "`{text}` is no range of versions: all are taken"
            ));
            self.is_whole = true;
        }
    }

    fn into_affected(mut self, package: Package) -> Affected {
        self.versions.sort();
        self.versions.dedup();
        let says_nothing_else = self.versions.is_empty() && self.ranges.is_empty();
        if self.is_whole || says_nothing_else {
            let fix = highest(&package, self.fixed);
            let mut events = vec![Event::Introduced("0".to_owned())];
            events.extend(fix.map(Event::Fixed));
            self.ranges.push(events);
        }
        let ranges = self.ranges.into_iter().map(|events| Range {
            kind: RangeKind::Ecosystem,
            repository: None,
            events,
        });
        Affected {
            versions: self.versions.into_iter().collect(),
            ranges: ranges.collect(),
            package: Some(package),
            severities: Vec::new(),
        }
    }
}

/// The last of several fixes: several lines of a package are fixed one by one, and which is meant is not said.
fn highest(package: &Package, mut fixed: Vec<String>) -> Option<String> {
    fixed.sort();
    fixed.dedup();
    if let [only] = fixed.as_slice() {
        return Some(only.clone());
    }
    let order = package.ecosystem().version_order()?;
    let compare = |a: &String, b: &String| {
        let compared = order.parse(a).zip(order.parse(b));
        let compared = compared.and_then(|(a, b)| a.compare(&b));
        compared.unwrap_or(Ordering::Equal)
    };
    let are_read = fixed.iter().all(|fix| order.parse(fix).is_some());
    fixed.into_iter().filter(|_| are_read).max_by(compare)
}

/// The versions and events of a [`vers`](https://github.com/package-url/vers-spec) range, whose constraints stand in
/// ascending order. What it excludes by `!=` or `>` is kept: the schema of advisories has no word for it.
fn vers(text: &str) -> Option<(Vec<String>, Vec<Event>)> {
    let (_, constraints) = text.strip_prefix("vers:")?.split_once('/')?;
    let (mut versions, mut events) = (Vec::new(), Vec::new());
    let mut is_open = false;
    for constraint in constraints.split('|').map(str::trim) {
        let sign_length = constraint.find(|sign| !"<>=!".contains(sign))?;
        let (sign, version) = constraint.split_at_checked(sign_length)?;
        let version = version.trim().to_owned();
        if version.is_empty() || version.contains('%') {
            return None;
        }
        match sign {
            "" if version == "*" => events.push(Event::Introduced("0".to_owned())),
            "" | "=" => versions.push(version),
            "!=" => {}
            ">=" | ">" => {
                events.push(Event::Introduced(version));
                is_open = true;
            }
            "<" | "<=" => {
                if !is_open {
                    events.push(Event::Introduced("0".to_owned()));
                }
                is_open = false;
                events.push(match sign {
                    "<" => Event::Fixed(version),
                    _ => Event::LastAffected(version),
                });
            }
            _ => return None,
        }
    }
    Some((versions, events))
}
