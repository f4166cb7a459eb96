//! An environment as a target: each distribution in it, and what lies there that none of them accounts for.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use bartizan_formats::installed::{self, InstalledDistribution, Place};
use bartizan_model::{problem::Problem, severity::SeverityLevel};
use bartizan_provenance::{
    checks::{self, UNLISTED_MEMBER},
    content::{
        ContentFinding,
        installed::{InstalledContent, Site, distribution, leftover},
    },
};
use bartizan_sources::disk::DiskTree;

use super::{
    answer::{ArtifactAnswer, Asked},
    finding::Finding,
    pins::Pins,
};
use crate::error::Failure;

/// The most threads that read files.
const MOST_THREADS: usize = 8;

/// An environment.
pub(super) struct Environment {
    path: PathBuf,
    /// Its directories of packages, with how many folders above each are of the environment.
    sites: Vec<(PathBuf, usize)>,
    is_conda: bool,
}

/// What was seen of an environment as a whole.
pub(super) struct EnvironmentAnswer {
    pub(super) path: String,
    pub(super) distributions: usize,
    /// Files that have the digest which their RECORD states.
    pub(super) agreeing: usize,
    /// Compiled files that nobody vouches for.
    pub(super) compiled: usize,
    /// Files that lie outside of what was looked at.
    pub(super) outside: usize,
    /// Distributions of which nobody recorded the file that they were installed from.
    pub(super) unrecorded: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) problems: Vec<Problem>,
}

impl Environment {
    /// The environment at a path, where there is one.
    pub(super) fn at(path: &Path) -> Option<Self> {
        let place = installed::place(&DiskTree, path)?;
        let is_conda = place == Place::CondaPrefix;
        let sites = match place {
            Place::CondaPrefix => installed::sites_of_prefix(&DiskTree, path),
            Place::Sites(sites) => sites,
        };
        let above = |site: &Path| match site.strip_prefix(path) {
            Ok(inside) if site != path => inside.components().count(),
            _ => above_bare(site),
        };
        Some(Self {
            path: path.to_owned(),
            sites: sites
                .into_iter()
                .map(|it| (it.clone(), above(&it)))
                .collect(),
            is_conda,
        })
    }

    /// Looks at all of it; the distributions go to the artifacts.
    pub(super) fn answer(
        &self,
        asked: &Asked<'_>,
        pins: &Pins,
        artifacts: &mut Vec<ArtifactAnswer>,
    ) -> Result<EnvironmentAnswer, Failure> {
        let mut answer = EnvironmentAnswer::new(self);
        let mut listed = BTreeSet::new();
        let mut found = Vec::new();
        for (site, above) in &self.sites {
            let (distributions, problems) = installed::distributions(&DiskTree, site);
            answer.problems.extend(problems);
            found.extend(distributions.into_iter().map(|it| (*above, it)));
        }
        let contents = if asked.with_content {
            read(&found)?
        } else {
            let unread = found.iter().map(|_| InstalledContent::default());
            unread.collect()
        };
        for ((_, it), content) in found.iter().zip(contents) {
            answer.agreeing += content.agreeing;
            answer.outside += content.outside;
            let mut artifact = ArtifactAnswer::installed(it, asked, pins)?;
            artifact.is_looked_into = asked.with_content;
            let told = content.findings.iter().filter_map(told);
            artifact.findings.extend(told);
            answer.unrecorded += usize::from(artifact.digest.is_none());
            artifacts.push(artifact);
            listed.extend(content.listed);
        }
        answer.distributions = found.len();
        if asked.with_content {
            answer.look_for_leftovers(&self.sites, &listed);
        }
        Ok(answer)
    }
}

/// How many folders above a directory of packages belong to its environment, by the names of them.
fn above_bare(site: &Path) -> usize {
    let name = |levels: usize| {
        let folder = site.ancestors().nth(levels)?.file_name()?;
        Some(folder.to_string_lossy().into_owned())
    };
    match (name(1).as_deref(), name(2).as_deref()) {
        (Some(python), Some("lib" | "lib64")) if python.starts_with("py") => 3,
        (Some("Lib"), _) => 2,
        _ => 0,
    }
}

impl EnvironmentAnswer {
    fn new(environment: &Environment) -> Self {
        let mut problems = Vec::new();
        let path = environment.path.display().to_string();
        if environment.is_conda {
            let message = "packages of conda were not looked at, only Python distributions in it";
            problems.push(Problem::new(path.clone(), message));
        }
        Self {
            path,
            distributions: 0,
            agreeing: 0,
            compiled: 0,
            outside: 0,
            unrecorded: 0,
            findings: Vec::new(),
            problems,
        }
    }

    fn look_for_leftovers(&mut self, sites: &[(PathBuf, usize)], listed: &BTreeSet<PathBuf>) {
        for (folder, above) in sites {
            let left = leftover(
                Site {
                    tree: &DiskTree,
                    folder,
                    above: *above,
                },
                listed,
            );
            self.compiled += left.compiled;
            self.findings.extend(left.findings.iter().filter_map(told));
        }
    }
}

/// A finding about content. What nobody lists in an environment is often there by right.
fn told(it: &ContentFinding) -> Option<Finding> {
    let check = checks::find(it.check)?;
    let mut finding = Finding::of(check, format!("{}: {}", it.member, it.message));
    if check.id == UNLISTED_MEMBER.id {
        finding.severity = SeverityLevel::Medium;
    }
    Some(finding)
}

/// Holds every distribution against its RECORD, on several threads: it is reading and hashing.
fn read(found: &[(usize, InstalledDistribution)]) -> Result<Vec<InstalledContent>, Failure> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((above, it)) = found.get(index) else {
                return done;
            };
            let site = Site {
                tree: &DiskTree,
                folder: &it.site,
                above: *above,
            };
            done.push((index, distribution(site, it)));
        }
    };
    let count = thread::available_parallelism().map_or(1, usize::from);
    let mut contents = Vec::new();
    thread::scope(|scope| {
        let threads = (0..count.min(MOST_THREADS)).map(|_| scope.spawn(work));
        let threads: Vec<_> = threads.collect();
        for thread in threads {
            let broken = |_panic| Failure::internal("a thread that read an environment broke off");
            contents.extend(thread.join().map_err(broken)?);
        }
        Ok::<_, Failure>(())
    })?;
    contents.sort_by_key(|(index, _)| *index);
    Ok(contents.into_iter().map(|(_, content)| content).collect())
}
