//! What the commands about access have in common: which snapshot is meant, and how it is told in numbers.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_access::{
    desired::{Desired, LARGEST},
    name::Login,
    snapshot::{Level, Resource, SecondFactor, Snapshot, Unread},
};
use bartizan_model::problem::Problem;
use bartizan_sources::{
    access::{self, AccessStore, AccessStoreError},
    disk,
    home::Home,
};
use serde::Serialize;

use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The snapshots at home.
pub(crate) fn store(ctx: &Context) -> Result<AccessStore, Failure> {
    Ok(AccessStore::new(&Home::new(ctx.home()?)))
}

/// The snapshot that a text means: a file, the beginning of a digest, or an organisation, of which the newest is meant.
pub(crate) fn snapshot(ctx: &Context, named: &str) -> Result<Snapshot, Failure> {
    let path = Path::new(named);
    if path.is_file() {
        return of_file(ctx, path);
    }
    let store = store(ctx)?;
    let is_digest = named.len() >= 6 && named.bytes().all(|it| it.is_ascii_hexdigit());
    if is_digest && let Ok(found) = store.get(named) {
        return Ok(found);
    }
    let lower = named.to_ascii_lowercase();
    store.newest(&lower).map_err(|error| failed(&error))
}

/// The snapshot in a file; what in it does not fit together is told.
pub(crate) fn of_file(ctx: &Context, path: &Path) -> Result<Snapshot, Failure> {
    let (snapshot, problems) = access::read(path).map_err(|error| failed(&error))?;
    warn(ctx, &problems);
    Ok(snapshot)
}

/// Refuses a snapshot that says nothing of an organisation: what was not looked at is neither missing nor there.
pub(crate) fn covers(snapshot: &Snapshot, organisation: &str) -> Result<(), Failure> {
    if snapshot.organisation(organisation).is_some() {
        return Ok(());
    }
    let names = snapshot.organisations.iter().map(|it| it.name.as_str());
    let names = match names.collect::<Vec<_>>() {
        none if none.is_empty() => "no organisation".to_owned(),
        names => names.join(", "),
    };
    Err(Failure::usage(format!(
        "the snapshot is of {names}, and says nothing of `{organisation}`"
    ))
    .hint(format!(
        "name another snapshot; `bartizan access snapshot {organisation}` takes one"
    )))
}

/// Reads what is wanted, for whoever takes something from people by it. Where something in it does not fit together nothing follows
/// from the rest: what a misspelt role would have given would look as if nobody wanted it.
pub(crate) fn whole_desired(ctx: &Context, path: &Path) -> Result<Desired, Failure> {
    let (desired, problems) = read_desired(ctx, path)?;
    match problems.len() {
        0 => Ok(desired),
        count => Err(Failure::usage(format!(
            "what is wanted in `{}` does not fit together in {count} {}",
            path.display(),
            if count == 1 { "place" } else { "places" }
        ))
        .hint("mend that first: nobody loses anything by a mistake in a file")),
    }
}

/// Reads what is wanted; what in it does not fit together is told.
pub(crate) fn desired(ctx: &Context, path: &Path) -> Result<Desired, Failure> {
    read_desired(ctx, path).map(|it| it.0)
}

fn read_desired(ctx: &Context, path: &Path) -> Result<(Desired, Vec<Problem>), Failure> {
    let shown = path.display();
    let unreadable =
        |why: String| Failure::usage(format!("cannot read what is wanted in `{shown}`: {why}"));
    let bytes = disk::read_small(path, LARGEST).map_err(|error| unreadable(error.to_string()))?;
    let (desired, problems) =
        Desired::read(&shown.to_string(), &bytes).map_err(|error| unreadable(error.to_string()))?;
    warn(ctx, &problems);
    Ok((desired, problems))
}

/// Tells what could not be read of files.
pub(crate) fn warn(ctx: &Context, problems: &[Problem]) {
    for problem in problems {
        ctx.note(&format!("{}: {}", problem.subject, problem.message));
    }
}

/// Why a snapshot cannot be had.
pub(crate) fn failed(error: &AccessStoreError) -> Failure {
    let failure = Failure::data(chain(error));
    match error {
        AccessStoreError::Absent { .. } => {
            failure.hint("`bartizan access snapshot ORGANISATION` takes one")
        }
        AccessStoreError::Ambiguous { .. } => failure.hint("write more of the digest"),
        AccessStoreError::Changed { .. } => failure.hint("take another; this one proves nothing"),
        AccessStoreError::Broken { .. } => {
            failure.hint("`bartizan access import` reads the files of other tools")
        }
        AccessStoreError::Unusable { .. } => failure,
    }
}

/// Reads the name of an organisation, as an argument.
pub(crate) fn organisation(text: &str) -> Result<Login, String> {
    Login::new(text).map_err(|error| error.to_string())
}

/// A snapshot in numbers. No name of anybody is in it.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'a> {
    schema_version: u32,
    snapshot: String,
    taken: String,
    origin: &'a str,
    organisations: Vec<&'a str>,
    pub(crate) people: usize,
    pub(crate) teams: usize,
    pub(crate) repositories: usize,
    pub(crate) grants: usize,
    assignments: usize,
    outside_collaborators: usize,
    invitations: usize,
    deploy_keys: usize,
    apps: usize,
    tokens: usize,
    environments: usize,
    rules: usize,
    secrets: usize,
    entries: usize,
    second_factors: BTreeMap<&'static str, usize>,
    second_factor_required: BTreeMap<&'a str, Option<bool>>,
    owners: usize,
    pub(crate) unread: &'a [Unread],
    pub(crate) calls: Option<Calls>,
}

/// What reading cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Calls {
    /// Requests that were sent.
    pub(crate) requests: usize,
    /// Those that were answered with "not changed", which hosts do not count.
    pub(crate) unchanged: usize,
    /// Answers of an earlier run that was not finished.
    pub(crate) recalled: usize,
}

impl<'a> Summary<'a> {
    /// The numbers of a snapshot.
    pub(crate) fn of(snapshot: &'a Snapshot, calls: Option<Calls>) -> Self {
        let outside = snapshot.organisations.iter();
        Self {
            schema_version: 1,
            snapshot: snapshot.digest().to_string(),
            taken: snapshot.taken.to_string(),
            origin: snapshot.origin.form.as_str(),
            organisations: snapshot
                .organisations
                .iter()
                .map(|it| it.name.as_str())
                .collect(),
            people: snapshot.people.len(),
            teams: snapshot.teams.len(),
            repositories: snapshot.repositories.len(),
            grants: snapshot.grants().len(),
            assignments: snapshot.assignments.len(),
            outside_collaborators: outside.map(|it| it.outside_collaborators.len()).sum(),
            invitations: snapshot.invitations.len(),
            deploy_keys: snapshot.deploy_keys.len(),
            apps: snapshot.apps.len(),
            tokens: snapshot.tokens.len(),
            environments: snapshot.environments.len(),
            rules: snapshot.rules.len(),
            secrets: snapshot.secrets.len(),
            entries: snapshot.entries.len(),
            second_factors: second_factors(snapshot),
            second_factor_required: snapshot
                .organisations
                .iter()
                .map(|it| (it.name.as_str(), it.requires_second_factor))
                .collect(),
            owners: owners(snapshot),
            unread: &snapshot.unread,
            calls,
        }
    }

    /// The numbers as JSON.
    pub(crate) fn json(&self) -> Result<String, Failure> {
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|error| Failure::internal(error.to_string()))?;
        Ok(text + "\n")
    }

    /// The numbers in words.
    pub(crate) fn human(&self) -> String {
        let mut text = format!("{}, {}\n", self.organisations.join(", "), self.taken);
        let lines = [
            ("people", self.people),
            ("owners", self.owners),
            ("teams", self.teams),
            ("repositories", self.repositories),
            ("grants", self.grants),
            ("outside collaborators", self.outside_collaborators),
            ("invitations", self.invitations),
            ("deploy keys", self.deploy_keys),
            ("apps", self.apps),
            ("tokens", self.tokens),
            ("environments", self.environments),
            ("rules", self.rules),
            ("secrets", self.secrets),
            ("entries beyond the host", self.entries),
        ];
        for (what, count) in lines {
            text += &format!("{count:>8} {what}\n");
        }
        let factors = self.second_factors.iter();
        let factors: Vec<String> = factors
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        text += &format!("second factors: {}\n", factors.join(", "));
        for (name, is_required) in &self.second_factor_required {
            match is_required {
                Some(true) => text += &format!("{name} requires a second factor\n"),
                Some(false) => text += &format!("{name} does not require a second factor\n"),
                None => {}
            }
        }
        if let Some(calls) = self.calls {
            text += &format!(
                "{} requests, {} of them unchanged, {} answers of an earlier run\n",
                calls.requests, calls.unchanged, calls.recalled
            );
        }
        text += &unread(self.unread);
        text += &format!("snapshot {}\n", self.snapshot);
        text
    }
}

/// How many accounts own an organisation, each counted once.
fn owners(snapshot: &Snapshot) -> usize {
    let given = snapshot.assignments.iter();
    let owners = given.filter(|it| {
        matches!(it.resource, Resource::Organisation(_))
            && it.level == Level::Owner
            && it.role.is_none()
    });
    owners.map(|it| &it.holder).collect::<BTreeSet<_>>().len()
}

/// How many people have which second factor.
pub(crate) fn second_factors(snapshot: &Snapshot) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for person in &snapshot.people {
        let word = match person.second_factor {
            SecondFactor::Unknown => "unknown",
            SecondFactor::Enabled => "enabled",
            SecondFactor::Secure => "secure",
            SecondFactor::Insecure => "insecure",
            SecondFactor::Missing => "missing",
        };
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// What was not read, gathered by place and reason: a line each, with what would have been needed.
pub(crate) fn unread(unread: &[Unread]) -> String {
    let mut gathered: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for it in unread {
        let needs = it.permission.as_ref().map_or("", |it| it.as_str());
        let key = (it.part.word(), it.words.as_str(), needs);
        gathered.entry(key).or_default().push(it.of.as_str());
    }
    let mut lines: BTreeMap<(String, &str, &str), Vec<&str>> = BTreeMap::new();
    for ((part, words, needs), of) in gathered {
        let of = match of.as_slice() {
            [one] => (*one).to_owned(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            [] => String::new(),
        };
        lines.entry((of, words, needs)).or_default().push(part);
    }
    let lines = lines.into_iter().map(|((of, words, needs), parts)| {
        let needs = if needs.is_empty() {
            String::new()
        } else {
            format!(" (needs {needs})")
        };
        format!("not read: {} of {of}: {words}{needs}\n", parts.join(", "))
    });
    lines.collect()
}
