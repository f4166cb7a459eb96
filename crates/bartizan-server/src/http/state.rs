//! What every request is answered from.

use std::{
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use bartizan_model::Timestamp;
use bartizan_sources::database::Database;
use bartizan_store::{Store, Viewer};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::Semaphore;

use super::{cache::Cache, hook::Intake, limit::Limiter, proxy::Network};
use crate::{
    access::Drawer,
    context::{Catalogues, Context, Desk},
};

/// How a server behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What stands before every path, for a server behind another (`/dashboard`).
    pub prefix: String,
    /// Requests a minute that one client may make on average.
    pub requests_a_minute: u32,
    /// Whether clients of this machine are not limited.
    pub is_loopback_exempt: bool,
    /// The proxies that are believed for whom they ask.
    pub trusted_proxies: Vec<Network>,
    /// Whether `/metrics` answers to others than this machine.
    pub are_metrics_public: bool,
    /// Whether the server listens on loopback only, so that what is for maintainers may be answered to whoever sits there.
    pub is_listening_near: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            requests_a_minute: 600,
            is_loopback_exempt: true,
            trusted_proxies: Vec::new(),
            are_metrics_public: false,
            is_listening_near: false,
        }
    }
}

/// What every request is answered from. Cheap to copy.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    store: Store,
    database: RwLock<Option<Arc<Database>>>,
    catalogues: Arc<Catalogues>,
    settings: Settings,
    now: fn() -> Timestamp,
    generation: AtomicI64,
    is_ready: AtomicBool,
    cache: Cache,
    limiter: Limiter,
    makers: Semaphore,
    prometheus: PrometheusHandle,
    /// For forms; empty where the system gives no random numbers, and then none is taken.
    token: String,
    intake: OnceLock<Intake>,
    drawer: OnceLock<Arc<Drawer>>,
}

/// Pages that are made at the same time; others wait, so that a crowd cannot take every connection of the store.
const MAKERS: usize = 4;
/// How often the store is asked whether it changed.
const FRESHNESS: Duration = Duration::from_secs(1);

impl App {
    /// A server over a store. The clock is passed in, since this crate reads none.
    pub fn new(
        store: Store,
        database: Option<Arc<Database>>,
        catalogues: Arc<Catalogues>,
        settings: Settings,
        now: fn() -> Timestamp,
    ) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let prometheus = recorder.handle();
        // A second server in one process (a test) counts into the first.
        let _ = metrics::set_global_recorder(recorder);
        let limiter = Limiter::new(settings.requests_a_minute);
        Self(Arc::new(Inner {
            store,
            database: RwLock::new(database),
            catalogues,
            settings,
            now,
            generation: AtomicI64::new(-1),
            is_ready: AtomicBool::new(false),
            cache: Cache::default(),
            limiter,
            makers: Semaphore::new(MAKERS),
            prometheus,
            token: super::page::nonce().unwrap_or_default(),
            intake: OnceLock::new(),
            drawer: OnceLock::new(),
        }))
    }

    /// Takes what the hosting service delivers, from now on.
    pub fn take_deliveries(&self, intake: Intake) {
        // Whoever says so twice is heard the first time.
        let _ = self.0.intake.set(intake);
    }

    /// Shows what is kept of access to whoever sits at this machine, from now on.
    pub fn open_drawer(&self, drawer: Drawer) {
        // Whoever says so twice is heard the first time.
        let _ = self.0.drawer.set(Arc::new(drawer));
    }

    pub(super) fn intake(&self) -> Option<&Intake> {
        self.0.intake.get()
    }

    /// What pages are made from, for a public viewer.
    pub(crate) fn context(&self) -> Context {
        Context {
            store: self.0.store.clone(),
            viewer: Viewer::Public,
            database: self.database(),
            now: (self.0.now)(),
            catalogues: self.0.catalogues.clone(),
            desk: None,
        }
    }

    /// What pages are made from, for whoever sits at this machine.
    pub(super) fn near_context(&self) -> Context {
        Context {
            desk: Some(Desk {
                token: self.0.token.clone(),
                drawer: self.0.drawer.get().cloned(),
            }),
            ..self.context()
        }
    }

    /// What stands in every form.
    pub(super) fn token(&self) -> &str {
        &self.0.token
    }

    /// The time that counts as now.
    pub(super) fn now(&self) -> Timestamp {
        (self.0.now)()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The advisories, where there are any.
    pub(crate) fn database(&self) -> Option<Arc<Database>> {
        self.0
            .database
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Answers from another advisory snapshot from now on.
    pub fn replace_advisories(&self, database: Arc<Database>) {
        *self
            .0
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(database);
        self.0.cache.clear();
    }

    pub(crate) fn catalogues(&self) -> &Catalogues {
        &self.0.catalogues
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn cache(&self) -> &Cache {
        &self.0.cache
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    pub(super) fn makers(&self) -> &Semaphore {
        &self.0.makers
    }

    pub(super) fn prometheus(&self) -> &PrometheusHandle {
        &self.0.prometheus
    }

    /// The generation of the store, at most a second old; asked for now where it was never asked.
    pub(crate) async fn generation(&self) -> i64 {
        let known = self.0.generation.load(Ordering::Relaxed);
        if known >= 0 {
            known
        } else {
            self.refresh().await
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.0.is_ready.load(Ordering::Relaxed)
    }

    pub(super) async fn refresh(&self) -> i64 {
        match self.0.store.generation().await {
            Ok(generation) => {
                let before = self.0.generation.swap(generation, Ordering::Relaxed);
                self.0.is_ready.store(true, Ordering::Relaxed);
                if before != generation {
                    self.0.cache.clear();
                }
                generation
            }
            Err(error) => {
                if self.0.is_ready.swap(false, Ordering::Relaxed) {
                    tracing::error!(error = %error, "the store does not answer");
                }
                self.0.generation.load(Ordering::Relaxed)
            }
        }
    }
}

/// Asks the store again and again whether it changed, and forgets clients that are gone. Pages that tell an age are made
/// again now and then.
pub(super) async fn keep_fresh(app: App) {
    const AGES: u32 = 300;
    let mut turn: u32 = 0;
    loop {
        app.refresh().await;
        turn = turn.wrapping_add(1);
        if turn.is_multiple_of(AGES) {
            app.cache().clear();
        }
        app.limiter().forget();
        tokio::time::sleep(FRESHNESS).await;
    }
}
