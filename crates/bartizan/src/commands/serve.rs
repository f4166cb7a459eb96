//! `bartizan serve`: the dashboard, the interface for programs and the OSV service over HTTP.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bartizan_access::webhook::Secret;
use bartizan_model::Timestamp;
use bartizan_server::{
    access::Drawer,
    demo,
    http::{self, App, Network, Settings},
};
use bartizan_sources::{database, home::Home};
use clap::{ArgMatches, Args};
use tokio::net::TcpListener;

use super::{
    Command, read,
    worker::{self, WorkArguments},
};
use crate::{
    access,
    accessing::{self, LogArguments},
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    jobs, platform,
};

pub(super) static COMMAND: Serve = Serve;

pub(super) struct Serve;

/// The largest file of a secret.
const LARGEST_SECRET: usize = 4 << 10;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct Arguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// The store: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in Bartizan's directory]
    #[arg(long, value_name = "URL", conflicts_with = "demo")]
    database: Option<String>,

    /// Serve an example ecosystem with invented projects; to this machine only, without a network
    #[arg(long)]
    demo: bool,

    /// Leave what the profile schedules to other workers
    #[arg(long)]
    without_worker: bool,

    /// What stands before every path, for a server behind another, such as `/dashboard`
    #[arg(long, value_name = "PATH", default_value = "", value_parser = prefix)]
    prefix: String,

    /// Requests a minute that one client may make on average
    #[arg(long, value_name = "COUNT", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,

    /// Count clients of this machine too, such as a server in front of this one
    #[arg(long)]
    limit_loopback: bool,

    /// A proxy, or a network of them, that is believed for whom it asks: `Forwarded` and `X-Forwarded-For` are read from no other
    #[arg(long, value_name = "ADDRESS[/BITS]", num_args = 1..)]
    trusted_proxy: Vec<Network>,

    /// Answer `/metrics` to others than this machine
    #[arg(long)]
    public_metrics: bool,

    /// Take what the hosting service delivers, at `/hooks/hosting`, into the access log: the file of the secret, for its owner only
    #[arg(long, value_name = "FILE")]
    hook_secret: Option<PathBuf>,

    #[command(flatten)]
    log: LogArguments,

    #[command(flatten)]
    work: WorkArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan serve --demo
  bartizan serve --listen 0.0.0.0:8080 --database postgres://bartizan@db/bartizan
  bartizan serve --trusted-proxy 127.0.0.1 --prefix /dashboard      behind a proxy of this machine

Tools that ask the OSV service can ask here: `pip-audit --vulnerability-service osv --osv-url http://ADDRESS:PORT/v1/query`,
`uv audit --service-url http://ADDRESS:PORT`. Logs are JSON lines on standard error; BARTIZAN_LOG sets what is logged (`debug`).";

impl Command for Serve {
    fn path(&self) -> &'static [&'static str] {
        &["serve"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("serve"))
            .about(
                "Serve the dashboard of an assessed ecosystem, its interface, and the OSV service",
            )
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        if arguments.demo && !arguments.listen.ip().is_loopback() {
            return Err(Failure::usage("the example is served to this machine only")
                .hint("leave out `--listen`, or name an address of 127.0.0.1"));
        }
        start_log(ctx);
        platform::run(serve(ctx, arguments))
    }
}

/// Where deliveries go, where that was asked for.
fn intake(ctx: &Context, arguments: &Arguments) -> Result<Option<http::Intake>, Failure> {
    let Some(path) = &arguments.hook_secret else {
        return Ok(None);
    };
    let name = path.display();
    if is_open(path) {
        return Err(Failure::usage(format!("`{name}` can be read by others"))
            .hint("take the rights of others away: `chmod 600`"));
    }
    let text = accessing::text(path, LARGEST_SECRET)?;
    let secret = Secret::new(text.trim().as_bytes());
    let secret = secret.map_err(|error| Failure::usage(format!("cannot use `{name}`: {error}")))?;
    Ok(Some(http::Intake {
        secret,
        folder: accessing::log_folder(ctx, &arguments.log)?,
    }))
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_path: &Path) -> bool {
    false
}

async fn serve(ctx: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    let settings = Settings {
        prefix: arguments.prefix.clone(),
        requests_a_minute: arguments.rate,
        is_loopback_exempt: !arguments.limit_loopback,
        trusted_proxies: arguments.trusted_proxy.clone(),
        are_metrics_public: arguments.public_metrics,
        is_listening_near: arguments.listen.ip().is_loopback(),
    };
    let listen = arguments.listen;
    let intake = intake(ctx, &arguments)?;
    let drawer = if arguments.demo {
        demo::drawer(Timestamp::now())
    } else {
        Some(Drawer::Home {
            store: access::store(ctx)?,
            log: accessing::log_folder(ctx, &arguments.log)?,
        })
    };
    let is_stopped = Arc::new(AtomicBool::new(false));
    let app = if arguments.demo {
        example(settings).await?
    } else {
        stored(ctx, arguments, settings, &is_stopped).await?
    };
    if let Some(drawer) = drawer {
        app.open_drawer(drawer);
    }
    if let Some(intake) = intake {
        app.take_deliveries(intake);
    }
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| {
        Failure::usage(format!("cannot listen on {listen}: {error}"))
            .hint("another program may have the port; `--listen` names another")
    })?;
    let bound = listener.local_addr().unwrap_or(listen);
    ctx.note(&format!("serving on http://{bound}"));
    let served = http::serve(app, listener, stopped()).await;
    is_stopped.store(true, Ordering::Relaxed);
    served.map_err(|error| Failure::internal(format!("the server ended: {error}")))?;
    Ok(Exit::Clean)
}

async fn example(settings: Settings) -> Result<App, Failure> {
    let sample = database::starter().map_err(|error| Failure::internal(chain(&error)))?;
    let sample = Arc::new(sample);
    let store = demo::store(&sample, Timestamp::now()).await;
    let store = store.map_err(|error| platform::failed(&error))?;
    let catalogues = platform::catalogues(Some(demo::NOTICE));
    Ok(App::new(
        store,
        Some(sample),
        catalogues,
        settings,
        Timestamp::now,
    ))
}

/// The store with a worker inside, and the advisories as they are synced.
async fn stored(
    ctx: &Context,
    arguments: Arguments,
    settings: Settings,
    is_stopped: &Arc<AtomicBool>,
) -> Result<App, Failure> {
    let address = platform::address(ctx, arguments.database.as_deref())?;
    let store = platform::open(&address, Timestamp::now()).await?;
    if !arguments.without_worker {
        let surroundings = worker::surroundings(ctx, arguments.database, &arguments.work)?;
        let (store, is_stopped) = (store.clone(), Arc::clone(is_stopped));
        tokio::spawn(async move {
            let stop = || is_stopped.load(Ordering::Relaxed);
            jobs::keep_working(&store, &worker::name(), &surroundings, stop).await;
        });
    }
    let app = App::new(
        store,
        platform::advisories(ctx)?,
        platform::catalogues(None),
        settings,
        Timestamp::now,
    );
    tokio::spawn(follow_snapshot(app.clone(), Home::new(ctx.home()?)));
    Ok(app)
}

/// How often the advisory snapshot is looked at.
const FRESHNESS: Duration = Duration::from_secs(30);

/// Answers from the newest snapshot: a sync writes a new file in place of the old one.
async fn follow_snapshot(app: App, home: Home) {
    let path = home.snapshot();
    let changed = || {
        std::fs::metadata(&path)
            .and_then(|facts| facts.modified())
            .ok()
    };
    let mut known = changed();
    loop {
        tokio::time::sleep(FRESHNESS).await;
        let now = changed();
        if now.is_none() || now == known {
            continue;
        }
        match database::open(&home) {
            Ok(database) => {
                known = now;
                app.replace_advisories(Arc::new(database));
                tracing::info!("answering from a new advisory snapshot");
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "the new advisory snapshot cannot be opened; the old one answers");
            }
        }
    }
}

/// Ends when the user or the system asks the program to stop.
pub(super) async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            },
            Err(_) => drop(tokio::signal::ctrl_c().await),
        }
    }
    #[cfg(not(unix))]
    {
        drop(tokio::signal::ctrl_c().await);
    }
}

/// Logs as JSON lines on standard error.
pub(super) fn start_log(ctx: &Context) {
    let wanted = ctx
        .environment
        .text("BARTIZAN_LOG")
        .unwrap_or(if ctx.is_quiet { "error" } else { "info" });
    let filter = tracing_subscriber::EnvFilter::try_new(wanted)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // Where a test has a subscriber already, that one stays.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

fn prefix(text: &str) -> Result<String, String> {
    let is_path = text.is_empty() || (text.starts_with('/') && !text.ends_with('/'));
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    if is_path && is_plain {
        Ok(text.to_owned())
    } else {
        Err("a path such as `/dashboard` is expected".to_owned())
    }
}
