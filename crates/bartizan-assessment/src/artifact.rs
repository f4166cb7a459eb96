//! What the files of releases carry of native code: looked into once for each digest, and kept.
//!
//! A file in the user's directory of artifacts is read from there where it is what the index says it is; any other is
//! read from the index in parts, or where there is no network told to be unknown. Nothing is unpacked to a disk.

mod bills;
mod kept;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use bartizan_formats::{digest::Digest, file_name, index::ListedFile, tree::Tree, wheel_bills};
use bartizan_model::{
    ecosystem::Package,
    native::{Carrier, Contents},
};
use bartizan_native::{artifact, knowledge::Knowledge};
use bartizan_sources::{disk::DiskTree, index::releases::IndexUniverse};

pub(crate) use self::bills::{KeptBill, KeptBills};

/// The largest file that is read from an index; wheels of whole toolkits for graphics processors are larger, and carry
/// what their maker's own advisories are about.
pub(crate) const LARGEST_REMOTE: u64 = 120 << 20;

/// The largest file of the user's directory.
const LARGEST_LOCAL: u64 = 1 << 30;

/// How many files of the directory are taken note of.
const MOST_FILES: usize = 100_000;

/// Artifacts, by name and by digest.
pub struct Artifacts<'a> {
    universe: &'a IndexUniverse<'a>,
    local: BTreeMap<String, PathBuf>,
    seen: Mutex<BTreeMap<Digest, Arc<OnceLock<Answer>>>>,
    digests: Mutex<BTreeMap<PathBuf, Digest>>,
}

/// What a file carries, or why that is not known.
pub type Answer = Result<Contents, String>;

/// A file of a release, and where its digest was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedInto {
    /// The name of the file.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
}

impl<'a> Artifacts<'a> {
    /// The artifacts of a directory, and those of the indexes.
    pub fn new(universe: &'a IndexUniverse<'a>, directory: Option<&Path>) -> Self {
        let entries = directory.and_then(|directory| DiskTree.list(directory).ok());
        let files = entries.unwrap_or_default().into_iter().take(MOST_FILES);
        let local = files.filter_map(|entry| {
            let name = entry.path.file_name()?.to_str()?.to_owned();
            file_name::is_archive(&name).then_some((name, entry.path))
        });
        Self {
            universe,
            local: local.collect(),
            seen: Mutex::default(),
            digests: Mutex::default(),
        }
    }

    /// The versions of a package whose files are in the directory.
    pub fn local_versions(&self, package: &Package) -> Vec<String> {
        let named = self.local.keys();
        let named = named.filter_map(|name| file_name::wheel(name).or(file_name::source(name)));
        let of_package = named.filter(|(named, _)| named == package);
        of_package.map(|(_, version)| version).collect()
    }

    /// The files of a package that are in the directory.
    pub(crate) fn local_files<'s>(
        &'s self,
        package: &'s Package,
    ) -> impl Iterator<Item = (&'s String, &'s PathBuf)> {
        self.local.iter().filter(move |(name, _)| {
            let named = file_name::wheel(name).or_else(|| file_name::source(name));
            named.is_some_and(|(named, _)| named == *package)
        })
    }

    /// What the file of a release carries that would be installed.
    pub fn of_release(
        &self,
        package: &Package,
        version: &str,
    ) -> Result<(LookedInto, Contents), String> {
        let file = self.universe.file(package, version);
        let local = match &file {
            Some(file) => self.local.get(&file.name),
            None => self.local_file(package, version),
        };
        let found = match (local, file) {
            (Some(path), file) => self.at_hand(path, file.and_then(|file| file.sha256))?,
            (None, Some(file)) => remote(file)?,
            (None, None) => return Err("it has no file for this environment".to_owned()),
        };
        let contents = self.contents(&found, package, version)?;
        let Found { name, digest, .. } = found;
        Ok((LookedInto { name, digest }, contents))
    }

    /// A file of the directory that is what an index says it is, where one does.
    fn at_hand<'s>(&'s self, path: &'s Path, stated: Option<Digest>) -> Result<Found<'s>, String> {
        let digest = self.digest(path)?;
        if stated.is_some_and(|stated| stated != digest) {
            return Err(format!("`{}` is not what its digest says", path.display()));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Found {
            name: name.into_owned(),
            digest,
            look: Look::Local(path),
        })
    }

    /// The wheel of a release that stands for it: the one that would be installed where it is at hand, else another one that
    /// is, else the one of the index. None where it has none for this environment.
    pub(crate) fn wheel(
        &self,
        package: &Package,
        version: &str,
    ) -> Result<Option<Found<'_>>, String> {
        let listed = self.universe.files(package, version);
        let chosen = self.universe.file(package, version);
        let chosen = chosen.filter(ListedFile::is_wheel);
        let stated = |name: &str| listed.iter().find(|file| file.name == name)?.sha256;
        let own = chosen.as_ref();
        let own = own.and_then(|file| self.local.get_key_value(&file.name));
        let own = own.or_else(|| {
            let mut files = self.local.iter();
            files.find(|(name, _)| {
                let named = file_name::wheel(name);
                named.is_some_and(|(named, of)| named == *package && of == version)
            })
        });
        match (own, chosen) {
            (Some((name, path)), _) => self.at_hand(path, stated(name)).map(Some),
            (None, Some(file)) => remote(file).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Whether a file can be looked into without asking an index for all of it.
    pub(crate) fn is_known(&self, found: &Found<'_>) -> bool {
        matches!(found.look, Look::Local(_))
            || self.universe.kept_of(&found.digest, &kind()).is_some()
    }

    /// What a file carries.
    pub(crate) fn contents(&self, found: &Found<'_>, package: &Package, version: &str) -> Answer {
        let carrier = Carrier {
            package: package.clone(),
            version: version.to_owned(),
        };
        let slot = self.slot(found.digest);
        let answer = slot.get_or_init(|| self.look(found, &carrier));
        answer.clone()
    }

    /// The bills of materials of a wheel, each up to a number of bytes; kept by its digest.
    pub(crate) fn bills(&self, found: &Found<'_>, largest: u64) -> Result<KeptBills, String> {
        let kept = self.universe.kept_of(&found.digest, KEPT_BILLS);
        if let Some(bills) = kept.and_then(|bytes| KeptBills::restore(&bytes)) {
            return Ok(bills);
        }
        let read = match &found.look {
            Look::Local(path) => {
                let failed = |why: String| format!("cannot read `{}`: {why}", path.display());
                let file = DiskTree.open(path).map_err(|it| failed(it.to_string()))?;
                wheel_bills::read(file, largest).map_err(|it| failed(it.to_string()))?
            }
            Look::Remote(file) => self.universe.bills(file, largest)?,
        };
        let bills = KeptBills::of(read);
        if let Some(bytes) = bills.bytes() {
            self.universe.keep_of(&found.digest, KEPT_BILLS, &bytes);
        }
        Ok(bills)
    }

    pub(crate) fn local_file(&self, package: &Package, version: &str) -> Option<&PathBuf> {
        let is_it = |name: &str| {
            let named = file_name::wheel(name).or_else(|| file_name::source(name));
            named.is_some_and(|(named, of)| named == *package && of == version)
        };
        let mut files = self.local.iter();
        files.find(|(name, _)| is_it(name)).map(|(_, path)| path)
    }

    fn slot(&self, digest: Digest) -> Arc<OnceLock<Answer>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(seen.entry(digest).or_default())
    }

    /// The digest of a file, computed once.
    pub(crate) fn digest(&self, path: &Path) -> Result<Digest, String> {
        let known = || self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = known().get(path) {
            return Ok(*digest);
        }
        let failed = |why: String| format!("cannot read `{}`: {why}", path.display());
        let mut file = DiskTree
            .open(path)
            .map_err(|error| failed(error.to_string()))?;
        let size = DiskTree.entry(path).map_or(0, |entry| entry.size);
        if size > LARGEST_LOCAL {
            return Err(format!(
                "`{}` is larger than {} MB",
                path.display(),
                LARGEST_LOCAL >> 20
            ));
        }
        let digest = Digest::of_reader(&mut file).map_err(|error| failed(error.to_string()))?;
        known().insert(path.to_owned(), digest);
        Ok(digest)
    }

    fn look(&self, found: &Found<'_>, carrier: &Carrier) -> Answer {
        let kept = self.universe.kept_of(&found.digest, &kind());
        let kept = kept.and_then(|bytes| kept::restore(&bytes));
        let mut contents = if let Some(contents) = kept {
            contents
        } else {
            let contents = match &found.look {
                Look::Local(path) => inspect(&DiskTree, path),
                Look::Remote(file) => self.inspect_remote(file),
            }?;
            if let Some(bytes) = kept::bytes(&contents) {
                self.universe.keep_of(&found.digest, &kind(), &bytes);
            }
            contents
        };
        found.name.clone_into(&mut contents.file);
        contents.carrier = Some(carrier.clone());
        Ok(contents)
    }

    fn inspect_remote(&self, file: &ListedFile) -> Answer {
        if let Some(size) = file.size.filter(|size| *size > LARGEST_REMOTE) {
            let (size, limit) = (size >> 20, LARGEST_REMOTE >> 20);
            return Err(format!(
                "its file of {size} MB is larger than the limit of {limit} MB"
            ));
        }
        let tree = self.universe.open(file)?;
        inspect(&tree, tree.path())
    }
}

/// What contents are kept as: what was concluded with another table of libraries is looked into again.
fn kind() -> String {
    format!("contents-{:08x}", Knowledge::embedded_fingerprint())
}

/// What bills of wheels are kept as.
const KEPT_BILLS: &str = "bills-1";

/// A file that was found, and where it is read from.
pub(crate) struct Found<'a> {
    pub(crate) name: String,
    pub(crate) digest: Digest,
    look: Look<'a>,
}

impl Found<'_> {
    /// How large it is, where an index says so and it is still to be had from there.
    pub(crate) fn size(&self) -> Option<u64> {
        match &self.look {
            Look::Local(_) => None,
            Look::Remote(file) => file.size,
        }
    }
}

/// Where a file is read from.
enum Look<'a> {
    Local(&'a Path),
    Remote(ListedFile),
}

fn remote(file: ListedFile) -> Result<Found<'static>, String> {
    let digest = file
        .sha256
        .ok_or("the index states no digest of its file")?;
    Ok(Found {
        name: file.name.clone(),
        digest,
        look: Look::Remote(file),
    })
}

/// One artifact has one entry; whatever else a file may be, its entries become one.
fn inspect(tree: &dyn Tree, path: &Path) -> Answer {
    let found = artifact::inspect(tree, path, Knowledge::embedded());
    let mut found = found.map_err(|error| error.describe())?.into_iter();
    let mut contents = found.next().unwrap_or_default();
    for more in found {
        contents.components.extend(more.components);
        contents.natives.extend(more.natives);
        contents.problems.extend(more.problems);
    }
    for problem in &mut contents.problems {
        // The path in front of a member is this machine's.
        let shown = path.display().to_string();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        problem.subject = problem.subject.replace(&shown, &name);
        problem.message = problem.message.replace(&shown, &name);
    }
    Ok(contents)
}
