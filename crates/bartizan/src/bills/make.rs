//! A bill of what a user names: what `scan` and `inspect` see of it, with what metadata and files add.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    ops::ControlFlow,
    path::Path,
};

use bartizan_formats::{
    archive::{ArchiveError, Limits, Packing, conda as package, tar, zip},
    core_metadata::{self, Description},
    tree::{EntryKind, Tree},
};
use bartizan_model::{
    inventory::Inventory,
    native::{Contents, Linkage},
};
use bartizan_native::{
    artifact::{self, Counted},
    knowledge::Knowledge,
};
use bartizan_sbom::{
    create::{
        Agent, Bill, Context as Phase, Details, Gathered, Hash, LibraryDetails, Licence,
        PackageDetails, gather,
    },
    hashes,
};
use bartizan_sources::disk::DiskTree;

use super::conda::{self, CondaTarget};
use crate::{
    context::Context,
    error::Failure,
    natives::holds_files,
    targets::{self, Wanted},
};

/// The largest metadata that are read.
const LARGEST_METADATA: usize = 16 << 20;

/// A bill, with what could not be read on the way.
pub(crate) struct Made {
    pub(crate) bill: Bill,
    pub(crate) problems: Vec<String>,
}

/// Looks at a target and makes a bill of it.
pub(crate) fn make(ctx: &Context, path: &Path, bills: &Counted) -> Result<Made, Failure> {
    let conda = CondaTarget::at(path);
    let inventory = match &conda {
        Some(conda) => conda.inventory(),
        None => inventory(ctx, path)?,
    };
    let mut contents = contents(&inventory, path, bills)?;
    if matches!(bills, Counted::Without(_)) {
        leave_to_others(&mut contents);
    }
    if inventory.components.is_empty() && contents.iter().all(|it| it.components.is_empty()) {
        let message = format!("`{}` holds nothing that a bill could list", path.display());
        return Err(Failure {
            exit: crate::exit::Exit::NothingToLookAt,
            ..Failure::usage(message)
        }
        .hint("name a wheel, an environment, a lock file or an image"));
    }
    let details = Details {
        packages: conda.map_or_else(|| packages(&inventory), |it| it.details()),
        files: file_hashes(path, &contents),
        libraries: libraries(&contents),
    };
    let context = context_of(&inventory);
    let mut bill = gather(&Gathered {
        inventory: &inventory,
        contents: &contents,
        details: &details,
        context,
    });
    if context == Phase::PostBuild
        && DiskTree
            .entry(path)
            .is_ok_and(|it| it.kind == EntryKind::File)
    {
        bill.subject.file_name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        bill.subject.hashes = DiskTree
            .open(path)
            .ok()
            .and_then(|mut file| hashes::of(&mut file).ok())
            .unwrap_or_default();
    }
    let of_contents = contents.iter().flat_map(|it| &it.problems);
    let all = inventory.problems.iter().chain(of_contents);
    let problems: BTreeSet<String> = all
        .map(|it| format!("{}: {}", it.subject, it.message))
        .collect();
    Ok(Made {
        bill,
        problems: problems.into_iter().collect(),
    })
}

/// What no file shows is left to the bills that state it: they stay beside the one that is made, and may be wrong.
fn leave_to_others(contents: &mut [Contents]) {
    for it in contents {
        it.components.retain(|it| it.linkage != Linkage::Stated);
    }
}

/// The packages of a target. A tree of source code has none and is looked into all the same.
fn inventory(ctx: &Context, path: &Path) -> Result<Inventory, Failure> {
    let wanted = Wanted {
        python: None,
        platform: None,
    };
    let seen = targets::look_at(ctx, &[path.to_owned()], wanted)?;
    let mut inventories = seen.inventories.into_iter();
    match (inventories.next(), inventories.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Ok(artifact_at(path)),
        (Some(first), Some(second)) => {
            let message = format!(
                "`{}` holds several targets: `{}`, `{}`",
                path.display(),
                first.label,
                second.label
            );
            Err(Failure::usage(message).hint("a bill is about one thing: name one of them"))
        }
    }
}

fn artifact_at(path: &Path) -> Inventory {
    Inventory {
        label: path.display().to_string(),
        path: path.display().to_string(),
        format: "artifact".to_owned(),
        ..Inventory::default()
    }
}

fn contents(inventory: &Inventory, path: &Path, bills: &Counted) -> Result<Vec<Contents>, Failure> {
    if !holds_files(inventory) {
        return Ok(Vec::new());
    }
    look_into(path, bills)
}

/// What is in an artifact or directory of others' code.
pub(crate) fn look_into(path: &Path, bills: &Counted) -> Result<Vec<Contents>, Failure> {
    let failed = |error: &artifact::InspectError| {
        Failure::usage(error.describe())
            .hint("name a wheel, a conda package, an environment or a directory")
    };
    let knowledge = Knowledge::embedded();
    let mut contents = Vec::new();
    for target in artifact::find(&DiskTree, path).map_err(|error| failed(&error))? {
        contents.extend(
            target
                .with_bills(bills.clone())
                .inspect(&DiskTree, knowledge)
                .map_err(|error| failed(&error))?,
        );
    }
    Ok(contents)
}

fn context_of(inventory: &Inventory) -> Phase {
    match inventory.format.as_str() {
        "artifact" => Phase::PostBuild,
        "container-image" | "sif" => Phase::Installed,
        _ if holds_files(inventory) => Phase::Installed,
        _ => Phase::PreBuild,
    }
}

/// What the metadata of packages say: of one in a wheel, of those that are installed by the files that record them.
fn packages(
    inventory: &Inventory,
) -> BTreeMap<(bartizan_model::ecosystem::Package, String), PackageDetails> {
    let described = inventory.components.iter().filter_map(|component| {
        let path = Path::new(&component.locator);
        let bytes = match path.file_name()?.to_str()? {
            "METADATA" | "PKG-INFO" => {
                bartizan_sources::disk::read_small(path, LARGEST_METADATA).ok()?
            }
            _ => metadata_of(path)?,
        };
        let key = (component.package.clone(), component.version.clone());
        Some((key, details_of(&core_metadata::describe(&bytes))))
    });
    described.collect()
}

/// What the table of libraries says of those that were seen, in their versions.
fn libraries(contents: &[Contents]) -> BTreeMap<(String, Option<String>), LibraryDetails> {
    let components = contents.iter().flat_map(|it| &it.components);
    let known = components.filter_map(|it| {
        let key = it.library.as_ref()?;
        let library = Knowledge::embedded().library(key)?;
        let terms = library.terms_of(it.version.as_deref())?;
        let licence = Licence::of_metadata(Some(&terms.licence), None, &[])?;
        let details = LibraryDetails {
            licence,
            supplier: terms.supplier.clone(),
            read_at: terms.read_at.clone(),
        };
        Some(((key.clone(), it.version.clone()), details))
    });
    known.collect()
}

/// The metadata at the top of a wheel or source distribution.
pub(crate) fn metadata_of(path: &Path) -> Option<Vec<u8>> {
    let mut found = None;
    walk(path, &mut |name, read| {
        let (folder, file) = name.rsplit_once('/')?;
        let is_top = !folder.contains('/');
        let is_it = (file == "METADATA" && folder.ends_with(".dist-info")) || file == "PKG-INFO";
        if is_top && is_it && found.is_none() {
            found = Some(read().ok()?);
        }
        Some(())
    });
    found
}

pub(super) fn details_of(description: &Description) -> PackageDetails {
    let licence = Licence::of_metadata(
        description.licence_expression.as_deref(),
        description.licence.as_deref(),
        &description.classifiers,
    );
    let is_url = |it: &&str| it.starts_with("https://") || it.starts_with("http://");
    let homepage = description.url(&["homepage", "home", "home-page"]);
    let homepage = homepage.or(description.home_page.as_deref()).filter(is_url);
    let source = description.url(&[
        "source",
        "source code",
        "repository",
        "code",
        "github",
        "source-code",
    ]);
    let name = description
        .author
        .clone()
        .or_else(|| description.author_email.clone());
    PackageDetails {
        licence,
        maker: name.map(|name| Agent {
            name,
            email: description.author_email.clone(),
        }),
        summary: description.summary.clone(),
        homepage: homepage.map(str::to_owned),
        source: source.filter(is_url).map(str::to_owned),
    }
}

/// Digests of the files that components are in, by their paths within the target.
fn file_hashes(path: &Path, contents: &[Contents]) -> BTreeMap<String, Vec<Hash>> {
    let components = contents.iter().flat_map(|it| &it.components);
    let wanted: BTreeSet<&str> = components
        .flat_map(|it| it.files.iter().map(String::as_str))
        .collect();
    let mut found = BTreeMap::new();
    if DiskTree
        .entry(path)
        .is_ok_and(|it| it.kind == EntryKind::Directory)
    {
        for file in wanted {
            let of_file = DiskTree.open(&path.join(file)).ok();
            if let Some(it) = of_file.and_then(|mut file| hashes::of(&mut file).ok()) {
                found.insert(file.to_owned(), it);
            }
        }
        return found;
    }
    walk(path, &mut |name, read| {
        if wanted.contains(name) {
            let bytes = read().ok()?;
            found.insert(name.to_owned(), hashes::of(&mut Cursor::new(bytes)).ok()?);
        }
        Some(())
    });
    found
}

/// What looks at a member: its name, and its content on demand.
type Look<'l> =
    dyn FnMut(&str, &mut dyn FnMut() -> Result<Vec<u8>, ArchiveError>) -> Option<()> + 'l;

/// Goes through the members of an archive; one that cannot be read is passed over, and `inspect` has told why.
fn walk(path: &Path, look: &mut Look<'_>) {
    let Ok(mut file) = DiskTree.open(path) else {
        return;
    };
    let mut head = [0; 300];
    let count = std::io::Read::read(&mut file, &mut head).unwrap_or_default();
    let head = head.get(..count).unwrap_or_default();
    if std::io::Seek::rewind(&mut file).is_err() {
        return;
    }
    let mut member = |member: &mut bartizan_formats::archive::Member<'_>| {
        let name = member
            .name()
            .strip_prefix("./")
            .unwrap_or(member.name())
            .to_owned();
        // What a member has to say it says through its own closure.
        let _ = look(&name, &mut || member.read());
        Ok::<_, ArchiveError>(ControlFlow::Continue(()))
    };
    let _ = if conda::is_package(path) {
        package::visit(file, &Limits::NATIVE, &mut member)
    } else if head.starts_with(b"PK\x03\x04") {
        zip::visit(file, &Limits::NATIVE, &mut member)
    } else {
        tar::visit_packed(
            file,
            Packing::of_content(head),
            &Limits::NATIVE,
            &mut member,
        )
    };
}
