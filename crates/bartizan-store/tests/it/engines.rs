//! Runs one test on each engine.

use std::{future::Future, time::Duration};

use bartizan_store::{Address, Store};
use tempfile::TempDir;

use crate::{cluster, sample};

/// A store of one test, and what must live as long.
pub(crate) struct Place {
    pub(crate) address: Address,
    /// The address as it is written, its password with it.
    pub(crate) text: String,
    pub(crate) store: Store,
    _folder: Option<TempDir>,
}

impl Place {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("store.db").display());
        Self::at(&address, Some(folder)).await
    }

    pub(crate) async fn postgres() -> Result<Self, String> {
        let address = cluster::database().await?;
        Ok(Self::at(&address, None).await)
    }

    async fn at(text: &str, folder: Option<TempDir>) -> Self {
        let address: Address = text.parse().unwrap();
        let store = Store::open(&address).await.unwrap();
        store.migrate(sample::at(0)).await.unwrap();
        Self {
            address,
            text: text.to_owned(),
            store,
            _folder: folder,
        }
    }

    /// The same kind of place without a schema.
    pub(crate) async fn emptied(self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = match self.address {
            Address::Postgres(_) => cluster::database().await.unwrap(),
            _ => format!("sqlite:{}", folder.path().join("store.db").display()),
        };
        let address: Address = text.parse().unwrap();
        let store = Store::open(&address).await.unwrap();
        Self {
            address,
            text,
            store,
            _folder: Some(folder),
        }
    }

    /// Another process, as far as the store can tell.
    pub(crate) async fn again(&self) -> Store {
        Store::open(&self.address).await.unwrap()
    }
}

/// Longest time of one test: what waits for ever fails.
const MOST: Duration = Duration::from_mins(4);

pub(crate) fn run<T: Future<Output = ()>>(test: T) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            tokio::time::timeout(MOST, test)
                .await
                .expect("the test takes too long");
        });
}

pub(crate) fn on_sqlite<F: Future<Output = ()>>(test: impl Fn(Place) -> F) {
    run(async { test(Place::sqlite().await).await });
}

pub(crate) fn on_postgres<F: Future<Output = ()>>(test: impl Fn(Place) -> F) {
    run(async {
        match Place::postgres().await {
            Ok(place) => test(place).await,
            Err(why) => println!("skipped: {why}"),
        }
    });
}

/// One test for each engine out of each function.
macro_rules! on_each_engine {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { $crate::engines::on_sqlite(super::$name); })*
        }
        mod postgres {
            $(#[test] fn $name() { $crate::engines::on_postgres(super::$name); })*
        }
    };
}
pub(crate) use on_each_engine;
