//! From what was looked at to a bill: packages and their links from an inventory, others' code from the contents.

use std::collections::BTreeMap;

use bartizan_model::{
    ecosystem::Package,
    inventory::Inventory,
    native::{
        Confidence, Contents, EvidenceKind, Linkage, NativeComponent, NativeEvidence, Origin,
    },
};

use super::{Agent, Bill, Context, Hash, Licence, Part, PartFile, PartKind, Proof};

/// What is known of packages and files besides.
#[derive(Debug, Default)]
pub struct Details {
    /// What the metadata of packages say, by package and version.
    pub packages: BTreeMap<(Package, String), PackageDetails>,
    /// Digests of files within the artifact, by path.
    pub files: BTreeMap<String, Vec<Hash>>,
    /// What is known of libraries, by their keys in the table of libraries and their versions.
    pub libraries: BTreeMap<(String, Option<String>), LibraryDetails>,
}

/// What is known of a library, whoever carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryDetails {
    /// The licence that its makers state.
    pub licence: Licence,
    /// Who makes it and hands it out.
    pub supplier: String,
    /// Where that was read.
    pub read_at: String,
}

/// What the metadata of a package say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageDetails {
    /// The licence.
    pub licence: Option<Licence>,
    /// Who made it.
    pub maker: Option<Agent>,
    /// What it is.
    pub summary: Option<String>,
    /// Where people read of it.
    pub homepage: Option<String>,
    /// Where its source code is.
    pub source: Option<String>,
}

/// What a bill is made from.
#[derive(Debug)]
pub struct Gathered<'a> {
    /// The packages of the target.
    pub inventory: &'a Inventory,
    /// What is in the target of others' code.
    pub contents: &'a [Contents],
    /// What is known besides.
    pub details: &'a Details,
    /// When in the life of the software.
    pub context: Context,
}

/// The most pieces of evidence of one component that a bill tells.
const MOST_PROOFS: usize = 12;

/// Makes a bill. It is about the one package of an artifact, or about the target as a whole.
pub fn gather(gathered: &Gathered<'_>) -> Bill {
    let Gathered {
        inventory,
        contents,
        details,
        context,
    } = gathered;
    let packages: Vec<Part> = inventory
        .components
        .iter()
        .map(|component| {
            let purl = component.purl();
            let known = details
                .packages
                .get(&(component.package.clone(), component.version.clone()));
            package(component.package.name(), &component.version, purl, known)
        })
        .collect();
    // One package, with all others in it: they are reached from it.
    let is_root = inventory.roots == [0] && packages.len() > 1;
    let is_one = *context == Context::PostBuild && (packages.len() == 1 || is_root);
    let mut bill = Bill {
        context: *context,
        ..Bill::default()
    };
    // Place of each component of the inventory in the bill.
    let offset = if is_one {
        let mut packages = packages.into_iter();
        bill.subject = packages.next().unwrap_or_default();
        bill.parts = packages.collect();
        0
    } else {
        bill.subject = whole(inventory);
        bill.parts = packages;
        1
    };
    for edge in &inventory.edges {
        bill.links.insert((edge.from + offset, edge.to + offset));
    }
    if !is_one {
        let roots = inventory.roots.iter().map(|root| (0, root + 1));
        bill.links.extend(roots);
        // What nothing requires is there all the same.
        let required: Vec<usize> = bill.links.iter().map(|(_, to)| *to).collect();
        let loose = (1..=bill.parts.len()).filter(|place| !required.contains(place));
        bill.links
            .extend(loose.map(|place| (0, place)).collect::<Vec<_>>());
    }
    for content in *contents {
        let carrier = content.carrier.as_ref().and_then(|carrier| {
            let is_it = |it: &bartizan_model::inventory::Component| it.package == carrier.package;
            inventory.components.iter().position(is_it)
        });
        let carrier = carrier.map_or(0, |place| place + offset);
        for component in &content.components {
            bill.parts.push(native(component, details));
            bill.links.insert((carrier, bill.parts.len()));
        }
    }
    bill.name_parts();
    bill
}

/// A target that is no package.
fn whole(inventory: &Inventory) -> Part {
    let label = inventory.label.trim_end_matches(['/', '\\']);
    let name = label.rsplit(['/', '\\']).next().unwrap_or(label);
    Part {
        kind: PartKind::Application,
        name: if name.is_empty() || name == "." {
            "target"
        } else {
            name
        }
        .to_owned(),
        ..Part::default()
    }
}

fn package(
    name: &str,
    version: &str,
    purl: bartizan_model::purl::Purl,
    known: Option<&PackageDetails>,
) -> Part {
    let known = known.cloned().unwrap_or_default();
    Part {
        name: name.to_owned(),
        version: (!version.is_empty()).then(|| version.to_owned()),
        purl: Some(purl),
        licence: known.licence,
        maker: known.maker,
        summary: known.summary,
        homepage: known.homepage,
        source: known.source,
        ..Part::default()
    }
}

/// Others' code as a part.
pub(crate) fn native(component: &NativeComponent, details: &Details) -> Part {
    let files: Vec<PartFile> = component
        .files
        .iter()
        .map(|path| PartFile {
            path: path.clone(),
            hashes: details.files.get(path).cloned().unwrap_or_default(),
        })
        .collect();
    // A library that is linked into a file is not that file.
    let own = match (component.linkage, files.as_slice()) {
        (Linkage::Vendored, [only]) => Some(only.clone()),
        _ => None,
    };
    let note = match (component.linkage, &component.reason) {
        (Linkage::Stated, _) => {
            Some("stated by a bill in the artifact; no file shows it".to_owned())
        }
        (_, Some(reason)) if component.version.is_none() => {
            Some(format!("version unknown: {reason}"))
        }
        _ => None,
    };
    let wanted = component.version.as_deref();
    let library = component.library.as_ref();
    let known = library.and_then(|key| {
        let version = component.version.clone();
        details.libraries.get(&(key.clone(), version))
    });
    // What a distribution built it hands out itself.
    let supplier = known.filter(|_| component.origin != Origin::DistributionBuilt);
    Part {
        licence: known.map(|it| it.licence.clone()),
        licence_at: known.map(|it| it.read_at.clone()),
        supplier: supplier.map(|it| it.supplier.clone()),
        name: component.name.clone(),
        version: component.version.clone(),
        purl: component.purl.clone(),
        cpe: component.cpe.as_deref().and_then(|it| cpe(it, wanted)),
        file_name: own.as_ref().map(|it| base(&it.path).to_owned()),
        hashes: own.map(|it| it.hashes).unwrap_or_default(),
        files,
        linkage: Some(component.linkage),
        proofs: component
            .evidence
            .iter()
            .take(MOST_PROOFS)
            .map(|it| proof(it, component))
            .collect(),
        note,
        ..Part::default()
    }
}

fn proof(evidence: &NativeEvidence, component: &NativeComponent) -> Proof {
    let is_of_version = evidence.version.is_some() && component.version.is_some();
    let confidence = match component.confidence {
        Confidence::High if is_of_version => 90,
        Confidence::Medium if is_of_version => 60,
        _ => 30,
    };
    let confidence = if evidence.kind >= EvidenceKind::FileName {
        30
    } else {
        confidence
    };
    let at = evidence
        .offset
        .map(|it| format!(" at {it:#x}"))
        .or_else(|| evidence.line.map(|it| format!(":{it}")));
    Proof {
        kind: evidence.kind,
        confidence,
        detail: format!(
            "{} in {}{}",
            evidence.detail,
            evidence.file,
            at.unwrap_or_default()
        ),
    }
}

/// `openssl:openssl` → a CPE 2.3 name. Only characters that need no quoting are taken.
fn cpe(product: &str, version: Option<&str>) -> Option<String> {
    let is_plain = |text: &str| {
        text.bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"._-:".contains(&it))
    };
    let version = version.unwrap_or("*");
    let is_version = version == "*" || (is_plain(version) && !version.contains(':'));
    (is_plain(product) && product.matches(':').count() == 1 && is_version)
        .then(|| format!("cpe:2.3:a:{product}:{version}:*:*:*:*:*:*:*").to_lowercase())
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
