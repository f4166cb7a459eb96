//! What is kept beside snapshots: the public numbers of each survey, what was judged of people, plans with their approvals.
//!
//! The numbers only grow. All of it lies in the folder of the snapshots, for its owner alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use bartizan_access::{
    counts::Counts,
    dossier::{Dossier, LARGEST_DOSSIER},
    plan::{self, LARGEST_PLAN, Plan},
};
use bartizan_formats::digest::Digest;
use bartizan_model::problem::Problem;
use bartizan_people::vouch::{LARGEST_RECORDS, read_records};

use super::{AccessStore, AccessStoreError, LARGEST_LIST, unusable};
use crate::{
    disk,
    private::{append, make_folder, replace},
};

/// How many plans are read: a program that makes more has something wrong with it.
const MOST_PLANS: usize = 1_000;

/// A plan that was made here, with the approvals that were given here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPlan {
    /// The plan.
    pub plan: Plan,
    /// The texts that were signed. Whether a signature counts is not said here.
    pub approvals: Vec<String>,
}

impl AccessStore {
    /// Adds the numbers of a survey.
    pub fn put_counts(&self, counts: &[Counts]) -> Result<(), AccessStoreError> {
        let lines = counts.iter().map(|it| it.line() + "\n");
        let lines: String = lines.collect();
        let path = self.folder.join("counts.jsonl");
        make_folder(&self.folder).map_err(|cause| unusable(&path, cause))?;
        append(&path, &lines).map_err(|cause| unusable(&path, cause))
    }

    /// The numbers of all surveys, in the order in which they came; and what could not be read of them.
    pub fn counts(&self) -> Result<(Vec<Counts>, Vec<Problem>), AccessStoreError> {
        let path = self.folder.join("counts.jsonl");
        let (mut counts, mut problems) = (Vec::new(), Vec::new());
        if !path.exists() {
            return Ok((counts, problems));
        }
        let bytes = disk::read_small(&path, LARGEST_LIST);
        let bytes = bytes.map_err(|error| unusable(&path, io::Error::other(error)))?;
        let lines = bytes.split(|byte| *byte == b'\n');
        for (number, line) in (1..).zip(lines).filter(|(_, line)| !line.is_empty()) {
            match Counts::read(line) {
                Some(it) => counts.push(it),
                None => problems.push(Problem::new(
                    // It becomes public, and where somebody's home lies does not.
                    format!("numbers of access, line {number}"),
                    "no survey says this",
                )),
            }
        }
        Ok((counts, problems))
    }

    /// Keeps what was judged.
    pub fn put_dossier(&self, dossier: &Dossier) -> Result<(), AccessStoreError> {
        let text = dossier.text();
        let digest = Digest::of(text.as_bytes()).to_string();
        let name = format!("{:012}-{digest}.json", dossier.as_of.as_second().max(0));
        self.replace("judged", &name, &text)
    }

    /// What was judged last; none where nothing was.
    pub fn newest_dossier(&self) -> Result<Option<Dossier>, AccessStoreError> {
        let names = names(&self.folder.join("judged"), ".json")?;
        let Some(path) = names.last() else {
            return Ok(None);
        };
        let bytes = disk::read_small(path, LARGEST_DOSSIER);
        let bytes = bytes.map_err(|error| unusable(path, io::Error::other(error)))?;
        let read = Dossier::read(&bytes);
        read.map(Some)
            .map_err(|error| unusable(path, io::Error::other(error)))
    }

    /// Keeps a plan that was made.
    pub fn put_plan(&self, plan: &Plan) -> Result<(), AccessStoreError> {
        let name = format!("{}.json", plan.hash());
        self.replace("plans", &name, &plan::text(plan))
    }

    /// Keeps an approval of a plan that was made here; of another one nothing is kept.
    pub fn put_approval(&self, plan: Digest, line: &str) -> Result<(), AccessStoreError> {
        let folder = self.folder.join("plans");
        if !folder.join(format!("{plan}.json")).exists() {
            return Ok(());
        }
        let path = folder.join(format!("{plan}.approvals.jsonl"));
        append(&path, line).map_err(|cause| unusable(&path, cause))
    }

    /// The plans that were made here, the newest first; and what could not be read of them.
    pub fn plans(&self) -> Result<(Vec<KeptPlan>, Vec<Problem>), AccessStoreError> {
        let (mut plans, mut problems) = (Vec::new(), Vec::new());
        let paths = names(&self.folder.join("plans"), ".json")?;
        for path in paths.iter().take(MOST_PLANS) {
            let name = path.display().to_string();
            let bytes = disk::read_small(path, LARGEST_PLAN);
            let bytes = bytes.map_err(|error| unusable(path, io::Error::other(error)))?;
            let plan = match plan::read(&bytes) {
                Ok(plan) => plan,
                Err(error) => {
                    problems.push(Problem::new(&name, error.to_string()));
                    continue;
                }
            };
            let beside = path.with_extension("approvals.jsonl");
            let approvals = if beside.exists() {
                let bytes = disk::read_small(&beside, LARGEST_RECORDS);
                bytes.map_err(|error| unusable(&beside, io::Error::other(error)))?
            } else {
                Vec::new()
            };
            let (approvals, more) = read_records(&beside.display().to_string(), &approvals);
            problems.extend(more);
            let approvals = approvals.into_iter().map(|it| it.statement).collect();
            plans.push(KeptPlan { plan, approvals });
        }
        plans.sort_by_key(|it| (std::cmp::Reverse(it.plan.made), it.plan.hash()));
        Ok((plans, problems))
    }

    fn replace(&self, folder: &str, name: &str, text: &str) -> Result<(), AccessStoreError> {
        let folder = self.folder.join(folder);
        let path = folder.join(name);
        make_folder(&folder).map_err(|cause| unusable(&folder, cause))?;
        replace(&path, text).map_err(|cause| unusable(&path, cause))
    }
}

/// The files of a folder with an end of their names, by name; none where there is no folder.
fn names(folder: &Path, end: &str) -> Result<Vec<PathBuf>, AccessStoreError> {
    let mut names = Vec::new();
    if !folder.exists() {
        return Ok(names);
    }
    let entries = fs::read_dir(folder).map_err(|cause| unusable(folder, cause))?;
    for entry in entries {
        let path = entry.map_err(|cause| unusable(folder, cause))?.path();
        let name = path.file_name().and_then(|it| it.to_str());
        if name.is_some_and(|it| it.ends_with(end) && !it.starts_with('.')) {
            names.push(path);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use bartizan_access::counts::Summary;
    use bartizan_access::laboratory::{Size, large};
    use bartizan_model::Timestamp;

    use super::*;
    use crate::home::Home;

    fn store(place: &tempfile::TempDir) -> AccessStore {
        AccessStore::new(&Home::new(place.path().join("home")))
    }

    #[test]
    fn numbers_grow_and_what_is_none_is_told() {
        let place = tempfile::tempdir().unwrap();
        let store = store(&place);
        assert_eq!(store.counts().unwrap(), (Vec::new(), Vec::new()));
        let size = Size {
            people: 9,
            teams: 1,
            repositories: 1,
        };
        let summary = Summary::of(&large(size).unwrap());
        let counts = Counts::of_summary(&summary, &"github:ann".parse().unwrap());
        store.put_counts(&counts).unwrap();
        store.put_counts(&counts).unwrap();
        let path = store.folder.join("counts.jsonl");
        fs::write(&path, fs::read_to_string(&path).unwrap() + "{}\n").unwrap();
        let (read, problems) = store.counts().unwrap();
        assert_eq!(read, [counts.clone(), counts].concat());
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].subject, "numbers of access, line 3");
    }

    #[test]
    fn what_was_judged_last_is_found() {
        let place = tempfile::tempdir().unwrap();
        let store = store(&place);
        assert_eq!(store.newest_dossier().unwrap(), None);
        let at = |seconds| Dossier {
            version: 1,
            as_of: Timestamp::from_second(seconds).unwrap(),
            ..Dossier::default()
        };
        for seconds in [1_790_000_000, 1_800_000_000, 900_000_000] {
            store.put_dossier(&at(seconds)).unwrap();
        }
        let newest = store.newest_dossier().unwrap();
        assert_eq!(newest, Some(at(1_800_000_000)));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let store = store(&place);
        store.put_counts(&[]).unwrap();
        store.put_dossier(&Dossier::default()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.folder.join("counts.jsonl")), 0o600);
        assert_eq!(mode(&store.folder.join("judged")), 0o700);
        let kept = names(&store.folder.join("judged"), ".json").unwrap();
        assert_eq!(mode(&kept[0]), 0o600);
    }
}
