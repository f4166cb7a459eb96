//! What the commands of the platform share: where the store is, an asynchronous runtime when one is needed, and what the
//! pages are told of the capabilities.

use std::{future::Future, path::PathBuf, sync::Arc};

use bartizan_server::context::{Catalogues, CheckText};
use bartizan_sources::{
    database::{self, Database, DatabaseError},
    home::Home,
};
use bartizan_store::{Address, Store, StoreError};
use bartizan_vulnerability::checks;

use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The name of the store in Bartizan's directory, where no other is named.
const DEFAULT_STORE: &str = "ecosystem.sqlite";

/// The address of the store: as named, or the file in Bartizan's directory.
pub(crate) fn address(ctx: &Context, named: Option<&str>) -> Result<Address, Failure> {
    let named = named.or_else(|| ctx.environment.text("BARTIZAN_DATABASE"));
    match named {
        Some(text) => text.parse().map_err(|error: bartizan_store::AddressError| {
            Failure::usage(error.to_string()).hint(error.hint())
        }),
        None => Ok(Address::File(default_file(ctx)?)),
    }
}

fn default_file(ctx: &Context) -> Result<PathBuf, Failure> {
    let home = ctx.home()?;
    std::fs::create_dir_all(&home)
        .map_err(|error| Failure::data(format!("cannot make `{}`: {error}", home.display())))?;
    Ok(home.join(DEFAULT_STORE))
}

/// Runs something asynchronous to its end. Commands that do without never pay for a runtime.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|error| Failure::internal(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(work)
}

/// Opens a store whose schema is that of this program.
pub(crate) async fn open(
    address: &Address,
    now: bartizan_model::Timestamp,
) -> Result<Store, Failure> {
    let store = Store::open(address).await.map_err(|error| failed(&error))?;
    store.migrate(now).await.map_err(|error| failed(&error))?;
    Ok(store)
}

/// A store that does not answer.
pub(crate) fn failed(error: &StoreError) -> Failure {
    let failure = Failure::data(chain(error));
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The advisory snapshot, where there is one. One that cannot be read is told and does without: pages of the store still stand.
pub(crate) fn advisories(ctx: &Context) -> Result<Option<Arc<Database>>, Failure> {
    match database::open(&Home::new(ctx.home()?)) {
        Ok(database) => Ok(Some(Arc::new(database))),
        Err(DatabaseError::Missing { .. }) => {
            ctx.warn("there is no advisory snapshot: the OSV service and the pages of advisories do without", "`bartizan db sync` fetches advisories");
            Ok(None)
        }
        Err(error) => Err(Failure::data(chain(&error)).hint(error.hint())),
    }
}

/// What the capabilities of this program can say.
pub(crate) fn catalogues(notice: Option<&str>) -> Arc<Catalogues> {
    let of_inventories = checks::ALL
        .iter()
        .map(|check| CheckText::new(check.id(), check.title(), check.explanation()));
    let of_repositories = bartizan_posture::checks::ALL;
    let of_repositories = of_repositories.iter().map(|check| CheckText::from(*check));
    let of_artifacts = bartizan_provenance::checks::ALL
        .iter()
        .map(|check| CheckText::new(check.id, check.title, check.explanation));
    let of_bills = bartizan_sbom::checks::ALL
        .iter()
        .map(|check| CheckText::new(check.id, check.title, check.explanation));
    let all = of_inventories.chain(of_repositories);
    let all = all.chain(of_artifacts).chain(of_bills);
    let mut texts: Vec<CheckText> = all.collect();
    texts.sort_by_key(|text| text.id);
    Arc::new(Catalogues {
        measures: bartizan_assessment::measures::all().collect(),
        checks: texts,
        repository: env!("CARGO_PKG_REPOSITORY"),
        notice: notice.map(str::to_owned),
    })
}
