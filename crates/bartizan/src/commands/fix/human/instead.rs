//! For people: what to do about libraries of which no release of the carrier is mended, and the plan that is not proposed.

use bartizan_sources::upstream::{CopyFit, FoundCommit, TouchedFile};
use bartizan_vulnerability::{
    backport::{Fit, MendedPackage, Reach},
    upgrade::Change,
};

use super::{
    super::{
        answer::Price,
        instead::{Candidate, Instead},
    },
    Page,
};
use crate::render::words;

/// How many vulnerabilities, commits and files are shown unless all are asked for.
const LISTED: usize = 8;
const COMMITS: usize = 3;
const FILES: usize = 6;

/// How many digits of a commit are shown.
const DIGITS: usize = 12;

impl Page {
    pub(super) fn instead(&mut self, instead: &[Instead]) {
        if instead.is_empty() {
            return;
        }
        self.sheet.heading("Instead of an upgrade");
        let most = |few: usize| if self.is_verbose { usize::MAX } else { few };
        let (listed, commits, files) = (most(LISTED), most(COMMITS), most(FILES));
        for one in instead.iter().take(listed) {
            let about = &one.about;
            let head = format!(
                "{} in {} {} of {} {}",
                about.group, about.library, about.version, about.package, about.from
            );
            self.sheet.wrapped(2, &head);
            if !one.system.is_empty() {
                let packages: Vec<String> = one.system.iter().map(package).collect();
                let packages = packages.join(", ");
                self.sheet.wrapped(
                    4,
                    &format!("build against a mended library of the system: {packages}"),
                );
            }
            for candidate in one.commits.iter().take(commits) {
                self.candidate(candidate, files);
            }
            if one.commits.len() > commits {
                let more = words::count(one.commits.len() - commits, "more commit", "more commits");
                self.sheet.wrapped(4, &format!("and {more} (--verbose)"));
            }
            for needed in &one.needed {
                self.sheet.wrapped(4, needed);
            }
        }
        if instead.len() > listed {
            let more = instead.len() - listed;
            self.sheet
                .wrapped(2, &format!("and {more} more (--verbose)"));
        }
    }

    /// The plan that is not proposed.
    pub(super) fn price(&mut self, price: Option<&Price>) {
        let Some(price) = price else { return };
        self.sheet
            .heading("Not proposed, as it brings something in");
        let changes: Vec<String> = price.changes.iter().map(change).collect();
        self.sheet
            .wrapped(2, &format!("changing {}", changes.join(", ")));
        self.sheet
            .wrapped(2, &format!("would remove {}", price.removes.join(", ")));
        for (package, version, group) in &price.brings_in {
            self.sheet
                .wrapped(2, &format!("{package} {version} brings in {group}"));
        }
        self.sheet.wrapped(
            2,
            "an ignore of it in the settings, with its reason, lets it in",
        );
    }

    fn candidate(&mut self, candidate: &Candidate, files: usize) {
        let fix = &candidate.fix;
        let records: Vec<&str> = fix.records.iter().map(String::as_str).collect();
        let records = records.join(", ");
        let commit = short(&fix.commit);
        let what = match &fix.reach {
            Reach::Stated => format!("commit {commit} mends it by {records}"),
            Reach::Referenced => format!("commit {commit} is among the references of {records}"),
            Reach::Since(after) => format!(
                "a commit after {} and up to {commit} mends it by {records}",
                short(after)
            ),
        };
        self.sheet.wrapped(4, &what);
        if let Some(address) = &fix.address {
            // Not wrapped: it is there to be followed.
            let address = self.sheet.terminal.clean(address);
            self.sheet.line(&format!("      {address}"));
        }
        let looked = &candidate.looked;
        if let Some(count) = looked.more_than {
            self.sheet.wrapped(
                6,
                &format!("more than {count} commits with source code lie between"),
            );
        }
        for found in &looked.commits {
            if !found.commit.starts_with(&fix.commit) || looked.commits.len() > 1 {
                self.sheet
                    .wrapped(6, &format!("commit {}", short(&found.commit)));
            }
            self.found(found, files);
        }
    }

    fn found(&mut self, found: &FoundCommit, files: usize) {
        for file in found.files.iter().take(files) {
            self.sheet.wrapped(6, &touched(file));
        }
        let others = found.others + found.files.len().saturating_sub(files);
        if others > 0 {
            let others = words::count(others, "other file", "other files");
            self.sheet.wrapped(6, &format!("and {others}"));
        }
    }
}

fn change(change: &Change) -> String {
    let name = change.package.name();
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => format!("{name} {from} to {to}"),
        (None, Some(to)) => format!("{name} {to} (new)"),
        _ => format!("{name} (removed)"),
    }
}

fn package(mended: &MendedPackage) -> String {
    let MendedPackage {
        distribution,
        package,
        version,
        ..
    } = mended;
    format!("{distribution} {package} {version}")
}

fn short(commit: &str) -> &str {
    commit.get(..DIGITS).unwrap_or(commit)
}

fn touched(file: &TouchedFile) -> String {
    let copies: Vec<String> = file
        .copies
        .iter()
        .map(|copy| fits(copy, &file.path))
        .collect();
    match copies.as_slice() {
        [] => file.path.clone(),
        copies => format!("{}: {}", file.path, copies.join("; ")),
    }
}

fn fits(copy: &CopyFit, path: &str) -> String {
    let Some(fit) = copy.fit else {
        return format!("not in {}", copy.of);
    };
    let place = match &copy.file {
        Some(file) if file != path => format!("{} of {}", file, copy.of),
        _ => copy.of.clone(),
    };
    match fit {
        Fit::Present => format!("is in {place} already"),
        Fit::Clean => format!("applies to {place}"),
        Fit::Moved { lines } => {
            let lines = words::count(
                usize::try_from(lines).unwrap_or(usize::MAX),
                "line",
                "lines",
            );
            format!("applies to {place}, moved by {lines}")
        }
        Fit::Conflicts { failing, parts } => {
            format!("conflicts with {place} in {failing} of {parts} places")
        }
        Fit::Unknown => format!("could not be held against {place}"),
    }
}
