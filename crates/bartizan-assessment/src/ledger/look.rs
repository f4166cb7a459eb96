//! One look at a package: what the index lists of it, what lies in the user's directory, and what of that is new.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use bartizan_formats::{
    attestation::{ENDINGS, LARGEST_EVIDENCE},
    digest::Digest,
    file_name,
    index::{ListedFile, Provenance},
    ledger::{Ledger, LedgerFile, Seen, Sighting},
    tree::Tree,
    wheel_bills,
};
use bartizan_model::{
    Timestamp,
    ecosystem::Package,
    problem::{Problem, chain},
};
use bartizan_sources::{
    disk::{self, DiskTree},
    index::releases::Project,
};

use super::{
    Keeper, Looked, parallel,
    verify::{self, About},
};

/// The place of evidence in the user's directory.
const BESIDE: &str = "beside the file";

/// How many reasons are told of what could not be had.
const MOST_REASONS: usize = 5;

/// A file that is looked at, and what was seen of it just now.
struct Observation {
    file: LedgerFile,
    sights: Vec<(String, Heard)>,
    sboms: Option<u32>,
    problems: Vec<String>,
    /// How many things were not asked for, since the look had made its requests.
    left: usize,
}

/// What a place said.
enum Heard {
    /// This.
    New(Seen),
    /// What it said before.
    Again,
}

impl Keeper<'_> {
    /// Looks at the files of a package and takes note of what is new. An error where nothing of it can be had or kept.
    pub fn look(&self, package: &Package) -> Result<Looked, String> {
        let known = self.book.read(package).map_err(|error| chain(&error))?;
        let listed = self.universe.listed(package);
        let project = match listed.as_ref() {
            Ok(project) => project.as_ref(),
            Err(_) => None,
        };
        let mut observations = match project {
            Some(project) => self.listed(project, &known),
            None => Vec::new(),
        };
        self.local(package, &known, &mut observations);
        let why = match listed.as_ref() {
            Ok(Some(_)) => None,
            Ok(None) => Some("no index has it".to_owned()),
            Err(why) => Some(why.clone()),
        };
        if observations.is_empty() && known.files.is_empty() {
            return Err(why.unwrap_or_else(|| "no file of it was released since".to_owned()));
        }
        let mut problems = problems(package, &observations);
        problems.extend(why.map(|why| Problem::new(package.name(), why)));
        let left = observations.iter().map(|it| it.left).sum();
        let current = project.map(|project| current(project));
        let ledger = self.book.update(package, |ledger| {
            fold(ledger, observations, current, self.now);
        });
        Ok(Looked {
            ledger: ledger.map_err(|error| chain(&error))?,
            is_listed: project.is_some(),
            left,
            problems,
        })
    }

    /// What the index says of the files of the newest releases, those of the newest first.
    fn listed(&self, project: &Project, known: &Ledger) -> Vec<Observation> {
        let names: Vec<&str> = project.facts.iter().map(|it| it.index.as_str()).collect();
        let place = names.join(", ");
        let releases = project.listing.releases.values().rev();
        let is_wanted = |files: &[ListedFile]| {
            let uploaded = files.iter().filter_map(|it| it.uploaded).min();
            uploaded.is_none_or(|it| it >= self.limits.since)
        };
        let wanted: Vec<(&str, &ListedFile)> = releases
            .filter(|(_, files)| is_wanted(files))
            .take(self.limits.releases)
            .flat_map(|(version, files)| once_each(files).map(|it| (version.as_str(), it)))
            .collect();
        let budget = AtomicUsize::new(self.limits.requests);
        let mut made = parallel::each(&wanted, self.limits.at_a_time, |(version, file)| {
            self.served(version, file, (known, &place, &budget))
        });
        if self.limits.with_sboms {
            let wheels: Vec<(usize, &ListedFile)> = wanted
                .iter()
                .enumerate()
                .filter(|(_, (_, file))| file.is_wheel())
                .filter(|(_, (_, file))| {
                    let kept = known.file(&file.name, file.sha256);
                    kept.is_none_or(|kept| kept.sboms.is_none())
                })
                .map(|(place, (_, file))| (place, *file))
                .collect();
            let found = parallel::each(&wheels, self.limits.at_a_time, |(_, file)| {
                spend(&budget).then(|| self.universe.sboms(file))
            });
            for ((place, _), found) in wheels.iter().zip(found) {
                let Some(observation) = made.get_mut(*place) else {
                    continue;
                };
                match found {
                    None => observation.left += 1,
                    Some(Ok(count)) => observation.sboms = Some(count),
                    Some(Err(why)) => observation
                        .problems
                        .push(format!("whether it carries a bill of materials: {why}")),
                }
            }
        }
        made
    }

    /// What the index says of one file.
    fn served(
        &self,
        version: &str,
        file: &ListedFile,
        (known, place, budget): (&Ledger, &str, &AtomicUsize),
    ) -> Observation {
        let mut observation = Observation::of(LedgerFile {
            name: file.name.clone(),
            sha256: file.sha256,
            version: version.to_owned(),
            uploaded: file.uploaded,
            is_yanked: file.is_yanked,
            listed: self.now,
            sboms: None,
            sightings: Vec::new(),
        });
        let before = known.file(&file.name, file.sha256);
        let before = before.and_then(|kept| kept.last_of(place));
        let heard = match (&file.provenance, file.sha256) {
            (Provenance::NotServed, _) => Heard::New(Seen::NotServed),
            (Provenance::None, _) => Heard::New(Seen::None),
            (Provenance::Served(_), None) => {
                let why = "its evidence is not verified: the index states no digest";
                observation.problems.push(why.to_owned());
                return observation;
            }
            (Provenance::Served(_), Some(_)) if self.is_settled(before) => Heard::Again,
            (Provenance::Served(_), Some(digest)) => {
                if !spend(budget) {
                    observation.left += 1;
                    return observation;
                }
                match self.universe.evidence(file) {
                    Ok(bytes) => Heard::New(verify::seen(&[bytes], self.about(&file.name, digest))),
                    Err(why) => {
                        let why = format!("its evidence cannot be had: {why}");
                        observation.problems.push(why);
                        return observation;
                    }
                }
            }
        };
        observation.sights.push((place.to_owned(), heard));
        observation
    }

    /// Whether nothing is left to verify: evidence that did not hold may hold by a newer root of trust.
    fn is_settled(&self, before: Option<&Sighting>) -> bool {
        let attestations = before.map_or(&[][..], Sighting::attestations);
        !self.limits.is_again
            && !attestations.is_empty()
            && attestations.iter().all(|it| it.is_verified)
    }

    fn about<'f>(&'f self, name: &'f str, digest: Digest) -> About<'f> {
        About {
            name,
            digest,
            root: self.root,
        }
    }

    /// The user's own files: what lies beside them speaks for the bytes that they are.
    fn local(&self, package: &Package, known: &Ledger, observations: &mut Vec<Observation>) {
        for (name, path) in self.artifacts.local_files(package) {
            let digest = match self.artifacts.digest(path) {
                Ok(digest) => digest,
                Err(why) => {
                    let mut observation = Observation::of(self.own_file(name, None));
                    observation.problems.push(why);
                    observations.push(observation);
                    continue;
                }
            };
            let is_it = |it: &&mut Observation| {
                it.file.name == *name && it.file.sha256.is_none_or(|stated| stated == digest)
            };
            if let Some(observation) = observations.iter_mut().find(is_it) {
                self.beside((name, path), digest, known, observation);
                continue;
            }
            let mut observation = Observation::of(self.own_file(name, Some(digest)));
            self.beside((name, path), digest, known, &mut observation);
            observations.push(observation);
        }
    }

    fn own_file(&self, name: &str, sha256: Option<Digest>) -> LedgerFile {
        let named = file_name::wheel(name).or_else(|| file_name::source(name));
        LedgerFile {
            name: name.to_owned(),
            sha256,
            version: named.map(|(_, version)| version).unwrap_or_default(),
            uploaded: None,
            is_yanked: false,
            listed: self.now,
            sboms: None,
            sightings: Vec::new(),
        }
    }

    fn beside(
        &self,
        (name, path): (&str, &Path),
        digest: Digest,
        known: &Ledger,
        observation: &mut Observation,
    ) {
        if observation.file.is_wheel() && observation.sboms.is_none() {
            let opened = DiskTree.open(path).map_err(|error| error.to_string());
            let count =
                opened.and_then(|file| wheel_bills::count(file).map_err(|it| it.to_string()));
            match count {
                Ok(count) => observation.sboms = Some(count),
                Err(why) => observation.problems.push(why),
            }
        }
        let mut pieces = Vec::new();
        for ending in ENDINGS {
            let mut file = path.as_os_str().to_owned();
            file.push(ending);
            let file = Path::new(&file);
            if !file.exists() {
                continue;
            }
            match disk::read_small(file, LARGEST_EVIDENCE) {
                Ok(bytes) => pieces.push(bytes),
                Err(error) => observation
                    .problems
                    .push(format!("cannot read `{}`: {error}", file.display())),
            }
        }
        if pieces.is_empty() {
            return;
        }
        let before = known.file(name, observation.file.sha256);
        let before = before.and_then(|kept| kept.last_of(BESIDE));
        let is_same = before.is_some_and(|it| {
            matches!(&it.seen, Seen::Served { evidence, .. } if *evidence == verify::together(&pieces))
        });
        let heard = if is_same && self.is_settled(before) {
            Heard::Again
        } else {
            Heard::New(verify::seen(&pieces, self.about(name, digest)))
        };
        observation.sights.push((BESIDE.to_owned(), heard));
    }
}

impl Observation {
    fn of(file: LedgerFile) -> Self {
        Self {
            file,
            sights: Vec::new(),
            sboms: None,
            problems: Vec::new(),
            left: 0,
        }
    }
}

/// The files of a release, each name and digest once: of several indexes the one that says the most of it.
fn once_each(files: &[ListedFile]) -> impl Iterator<Item = &ListedFile> {
    let mut best: BTreeMap<(&str, Option<Digest>), &ListedFile> = BTreeMap::new();
    for file in files {
        let entry = best.entry((&file.name, file.sha256)).or_insert(file);
        // The order of what an index may say is that of how much it says.
        if file.provenance > entry.provenance {
            *entry = file;
        }
    }
    best.into_values()
}

/// Every file that an index lists now, whether it is looked at or not.
fn current(project: &Project) -> Vec<(&str, Option<Digest>)> {
    let files = project.listing.releases.values();
    let files = files.flat_map(|(_, files)| files);
    let mut all: Vec<_> = files.map(|it| (it.name.as_str(), it.sha256)).collect();
    all.sort_unstable();
    all
}

/// Takes one of the requests that are left; not where none is.
fn spend(budget: &AtomicUsize) -> bool {
    let take = |left: usize| left.checked_sub(1);
    budget
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
        .is_ok()
}

fn fold(
    ledger: &mut Ledger,
    observations: Vec<Observation>,
    current: Option<Vec<(&str, Option<Digest>)>>,
    now: Timestamp,
) {
    if let Some(current) = current {
        ledger.listed = Some(now);
        for file in &mut ledger.files {
            let key = (file.name.as_str(), file.sha256);
            if current.binary_search(&key).is_ok() {
                file.listed = now;
            }
        }
    }
    for observation in observations {
        let facts = observation.file.clone();
        let Some(entry) = ledger.entry(observation.file) else {
            continue;
        };
        entry.version = facts.version;
        entry.uploaded = facts.uploaded.or(entry.uploaded);
        entry.is_yanked = facts.is_yanked;
        entry.listed = facts.listed;
        entry.sboms = observation.sboms.or(entry.sboms);
        for (place, heard) in observation.sights {
            match heard {
                Heard::New(seen) => entry.see(&place, seen, now),
                Heard::Again => entry.see_again(&place, now),
            }
        }
    }
}

/// What could not be had, each reason once with how many files it is about.
fn problems(package: &Package, observations: &[Observation]) -> Vec<Problem> {
    let mut reasons: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for observation in observations {
        for why in &observation.problems {
            let entry = reasons.entry(why).or_insert((0, &observation.file.name));
            entry.0 += 1;
        }
    }
    let more = reasons.len().saturating_sub(MOST_REASONS);
    let told = reasons.into_iter().take(MOST_REASONS);
    let mut problems: Vec<Problem> = told
        .map(|(why, (count, name))| match count {
            1 => Problem::new(name, why),
            count => Problem::new(package.name(), format!("{count} files: {why}")),
        })
        .collect();
    if more > 0 {
        let message = format!("{more} more reasons for which files could not be looked at");
        problems.push(Problem::new(package.name(), message));
    }
    problems
}
