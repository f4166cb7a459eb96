//! What lies beyond the code host: owners of packages, read from the index, and what somebody attests.

use std::path::Path;

use bartizan_access::{
    host,
    name::{Login, RepositoryName, Text},
    snapshot::{Basis, Entry, EntryHolder, EntryKind, Level, Part, Publisher, Snapshot, Unread},
};
use bartizan_formats::hosting::graph::GraphHost;
use bartizan_model::{
    Timestamp,
    ecosystem::Package,
    hosting::{self, Unseen, UnseenKind},
};
use bartizan_sources::{disk, home::Home, http::HttpClient, index::IndexClient};
use serde::Deserialize;

use crate::{context::Context, error::Failure, indexes};

/// The largest file of what is attested.
const LARGEST: usize = 4 << 20;

/// A file of what is attested: by whom, when, and entries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attested {
    by: Text,
    date: String,
    #[serde(default)]
    entry: Vec<AttestedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestedEntry {
    kind: EntryKind,
    name: Text,
    #[serde(default)]
    holders: Vec<EntryHolder>,
}

/// What is asked beyond the organisations.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    /// Packages of the index.
    pub(super) packages: Vec<String>,
    /// Packages of conda-forge.
    pub(super) feedstocks: Vec<String>,
}

/// Who maintains a feedstock, as its recipe says at the code host.
fn feedstock(host: &dyn GraphHost, snapshot: &mut Snapshot, package: &str) {
    match host::feedstock(host, package) {
        Ok(maintainers) => snapshot.entries.push(Entry {
            kind: EntryKind::Feedstock,
            name: Text::new(package),
            basis: Basis::Read { at: snapshot.taken },
            holders: maintainers
                .into_iter()
                .map(|account| EntryHolder {
                    // A team has a name with its organisation and is nobody's account.
                    login: Login::new(account.as_str()).ok(),
                    account,
                    level: Level::Maintainer,
                })
                .collect(),
            organisation: None,
            publishers: Vec::new(),
        }),
        Err(unseen) => {
            let unread = Unread::new(Part::Entries, &format!("feedstock {package}"), &unseen);
            snapshot.unread.push(unread);
        }
    }
}

/// Puts to a snapshot what is known beyond the host.
pub(super) fn add(
    ctx: &Context,
    snapshot: &mut Snapshot,
    (host, beyond): (&dyn GraphHost, &Beyond),
    attested: Option<&Path>,
) -> Result<(), Failure> {
    if !beyond.packages.is_empty() {
        owners(ctx, snapshot, &beyond.packages)?;
    }
    for package in &beyond.feedstocks {
        feedstock(host, snapshot, package);
    }
    if let Some(path) = attested {
        attest(snapshot, path)?;
    }
    Ok(())
}

fn owners(ctx: &Context, snapshot: &mut Snapshot, packages: &[String]) -> Result<(), Failure> {
    let indexes = match indexes::configured(&ctx.environment) {
        Ok(indexes) => indexes,
        // Who has no index configured is not kept from reading the host.
        Err(failure) => {
            let unseen = Unseen::new(UnseenKind::NotAsked, failure.message);
            let unread = packages
                .iter()
                .map(|it| Unread::new(Part::IndexOwners, it, &unseen));
            snapshot.unread.extend(unread);
            return Ok(());
        }
    };
    let cache = Home::new(ctx.home()?).index_cache();
    let client = IndexClient::new(HttpClient::default(), indexes, cache);
    for name in packages {
        let package = Package::pypi(name);
        let publishers = match client.published(&package).release {
            Ok(release) => release.publishers.iter().filter_map(publisher).collect(),
            Err(unseen) => {
                let unread = Unread::new(Part::Entries, name, &unseen);
                snapshot.unread.push(unread);
                Vec::new()
            }
        };
        match client.holders(&package) {
            Ok(found) => snapshot.entries.push(Entry {
                kind: EntryKind::Package,
                name: Text::new(name),
                basis: Basis::Read { at: snapshot.taken },
                holders: found
                    .people
                    .iter()
                    .map(|(account, is_owner)| EntryHolder {
                        account: Text::new(account),
                        login: None,
                        level: if *is_owner {
                            Level::Owner
                        } else {
                            Level::Maintainer
                        },
                    })
                    .collect(),
                organisation: found.organisation.as_deref().map(Text::new),
                publishers,
            }),
            Err(unseen) => snapshot
                .unread
                .push(Unread::new(Part::IndexOwners, name, &unseen)),
        }
    }
    Ok(())
}

/// A workflow that published the newest release; what else may publish, an index does not tell.
fn publisher(of: &hosting::Publisher) -> Option<Publisher> {
    if of.kind != "GitHub" {
        return None;
    }
    Some(Publisher {
        repository: RepositoryName::new(&of.repository).ok()?,
        workflow: Text::new(&of.workflow),
        environment: of.environment.as_deref().map(Text::new),
    })
}

fn attest(snapshot: &mut Snapshot, path: &Path) -> Result<(), Failure> {
    let unreadable = |why: String| {
        Failure::usage(format!(
            "cannot read what is attested in `{}`: {why}",
            path.display()
        ))
        .hint("write `by`, `date` and tables `[[entry]]` with `kind`, `name` and `holders`")
    };
    let bytes = disk::read_small(path, LARGEST).map_err(|error| unreadable(error.to_string()))?;
    let file: Attested = toml::from_str(&String::from_utf8_lossy(&bytes))
        .map_err(|error| unreadable(error.message().to_owned()))?;
    let at = format!("{}T00:00:00Z", file.date);
    let at: Timestamp = at
        .parse()
        .map_err(|_error| unreadable(format!("`{}` is no date", file.date)))?;
    let basis = Basis::Attested { at, by: file.by };
    for entry in file.entry {
        if entry
            .holders
            .iter()
            .any(|it| !matches!(it.level, Level::Maintainer | Level::Owner))
        {
            return Err(unreadable(format!(
                "holders of `{}` are `owner` or `maintainer`",
                entry.name
            )));
        }
        snapshot.entries.push(Entry {
            kind: entry.kind,
            name: entry.name,
            basis: basis.clone(),
            holders: entry.holders,
            organisation: None,
            publishers: Vec::new(),
        });
    }
    Ok(())
}
