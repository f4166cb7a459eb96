//! What the package index tells of uploads, for the packages of a snapshot.

use bartizan_access::{
    ledger::{Evidence, uploads},
    snapshot::{EntryKind, Snapshot},
};
use bartizan_model::{Timestamp, ecosystem::Package};
use bartizan_sources::{home::Home, http::HttpClient, index::IndexClient};

use crate::{context::Context, error::Failure, indexes};

pub(super) fn put(
    ctx: &Context,
    snapshot: &Snapshot,
    evidence: &mut Evidence,
    now: Timestamp,
) -> Result<(), Failure> {
    if ctx.settings.is_offline {
        let message = "`--uploads` asks the package index, and `--offline` forbids it";
        return Err(Failure::usage(message).hint("leave out one of the two"));
    }
    let indexes = indexes::configured(&ctx.environment)?;
    let cache = Home::new(ctx.home()?).index_cache();
    let client = IndexClient::new(HttpClient::default(), indexes, cache);
    let entries = snapshot.entries.iter();
    for entry in entries.filter(|it| it.kind == EntryKind::Package) {
        let name = entry.name.as_str();
        match client.uploads(&Package::pypi(name)) {
            Ok(files) => {
                let files = files.iter().map(|it| (it.at, it.is_attested));
                evidence.coverage.push(uploads(name, files, now));
            }
            Err(unseen) => ctx.note(&format!("not read: uploads of {name}: {}", unseen.needs())),
        }
    }
    Ok(())
}
