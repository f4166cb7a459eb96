//! Everything that tells of use, from wherever the command line says that it is.

use bartizan_access::{
    host,
    ledger::{Act, Coverage, Evidence, Policy},
    name::RepositoryName,
    right::of_snapshot::Read,
    snapshot::Snapshot,
};
use bartizan_model::{Timestamp, hosting::Seen};
use bartizan_sources::hosting::HostClient;
use serde::Deserialize;

use super::{EvidenceArguments, LARGEST_EVIDENCE, history, text, unreadable, uploads};
use crate::{code_host, context::Context, error::Failure};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceFile {
    #[serde(default)]
    acts: Vec<Act>,
    #[serde(default)]
    coverage: Vec<Coverage>,
}

pub(super) fn read(
    ctx: &Context,
    arguments: &EvidenceArguments,
    (snapshot, read, policy): (&Snapshot, &Read, &Policy),
    now: Timestamp,
) -> Result<Evidence, Failure> {
    let mut evidence = Evidence::default();
    evidence.put_places(snapshot);
    history::put(ctx, arguments, &read.rights, &mut evidence)?;
    for path in &arguments.evidence {
        let text = text(path, LARGEST_EVIDENCE)?;
        let file: EvidenceFile =
            serde_json::from_str(&text).map_err(|error| unreadable(path, &error.to_string()))?;
        evidence.acts.extend(file.acts);
        evidence.coverage.extend(file.coverage);
    }
    if arguments.activity {
        let what = ("`--activity` asks the code host", "who pushed to");
        ask(ctx, what, snapshot, &mut evidence, |client, repository| {
            let (acts, coverage) = host::activity(client, repository, now)?;
            Ok((acts, vec![coverage]))
        })?;
    }
    if arguments.pull_requests {
        let what = ("`--pull-requests` asks the code host", "who reviewed in");
        let days = policy.longest().saturating_mul(24 * 60 * 60);
        let since = Timestamp::from_second(now.as_second().saturating_sub(days));
        let time = (since.unwrap_or(now), now);
        ask(ctx, what, snapshot, &mut evidence, |client, repository| {
            host::pull_requests(client, repository, time)
        })?;
    }
    if arguments.uploads {
        uploads::put(ctx, snapshot, &mut evidence, now)?;
    }
    Ok(evidence)
}

/// Asks something of each repository; what is not shown stays unknown.
fn ask(
    ctx: &Context,
    (asks, about): (&str, &str),
    snapshot: &Snapshot,
    evidence: &mut Evidence,
    read: impl Fn(&HostClient, &RepositoryName) -> Seen<(Vec<Act>, Vec<Coverage>)>,
) -> Result<(), Failure> {
    let (client, address) = code_host::client(ctx, asks)?;
    for repository in &snapshot.repositories {
        ctx.note(&format!("asking {address} {about} {}", repository.name));
        match read(&client, &repository.name) {
            Ok((acts, coverage)) => {
                evidence.acts.extend(acts);
                evidence.coverage.extend(coverage);
            }
            Err(unseen) => ctx.note(&format!(
                "not read: {}: {}",
                repository.name,
                unseen.needs()
            )),
        }
    }
    Ok(())
}
