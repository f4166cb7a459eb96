//! A PostgreSQL cluster of this test process: on loopback, in a temporary folder, as an unprivileged user. It ends when this
//! process does, however that ends: a shell beside it waits for the other end of a pipe, and for ten minutes at most.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

const PASSWORD: &str = "only-for-tests";
const USER: &str = "bartizan";

/// The shell that ends the server: after its input is closed, or in time.
const KEEPER: &str = r#""$0" -D "$1/data" -p "$2" -k "" -h 127.0.0.1 -c fsync=off -c max_connections=300 -c shared_buffers=32MB </dev/null &
server=$!
timeout 600 cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$1""#;

pub(crate) struct Cluster {
    port: u16,
    /// Its input is the pipe that keeps the server alive.
    _keeper: Child,
}

/// The address of a new, empty database; why not, where PostgreSQL cannot be started.
pub(crate) async fn database() -> Result<String, String> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(start).as_ref().map_err(Clone::clone)?;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = cluster.connect().await;
    // Another language than the one of our columns, so that nothing leans on the order of the server.
    let text = format!("CREATE DATABASE {name} TEMPLATE template0");
    connection.execute(AssertSqlSafe(text)).await.unwrap();
    Ok(cluster.address(&name))
}

impl Cluster {
    fn address(&self, database: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    async fn connect(&self) -> PgConnection {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match PgConnection::connect(&self.address("postgres")).await {
                Ok(connection) => return connection,
                Err(error) if Instant::now() > deadline => {
                    panic!("PostgreSQL does not answer: {error}")
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

fn start() -> Result<Cluster, String> {
    let programs = programs().ok_or("PostgreSQL is not installed")?;
    let folder = tempfile::Builder::new()
        .prefix("bartizan-postgres-")
        .tempdir()
        .unwrap()
        .keep();
    let account = account()?;
    let run = |program: &Path| match &account {
        Some(account) => {
            let mut command = Command::new("setpriv");
            command
                .args(["--clear-groups", "--reuid"])
                .arg(account.user.to_string())
                .arg("--regid")
                .arg(account.group.to_string())
                .arg(program);
            command
        }
        None => Command::new(program),
    };
    let password = folder.join("password");
    fs::write(&password, PASSWORD).unwrap();
    if let Some(account) = &account {
        for path in [&folder, &password] {
            chown(path, Some(account.user), Some(account.group)).unwrap();
        }
    }
    let made = run(&programs.join("initdb"))
        .args([
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
            "--username",
            USER,
        ])
        .arg("--pwfile")
        .arg(&password)
        .arg("-D")
        .arg(folder.join("data"))
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let log = || Stdio::from(fs::File::create(folder.join("log")).unwrap());
    let keeper = run(Path::new("/bin/sh"))
        .arg("-c")
        .arg(KEEPER)
        .arg(programs.join("postgres"))
        .arg(&folder)
        .arg(port.to_string())
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(log())
        .stderr(log())
        .spawn()
        .unwrap();
    Ok(Cluster {
        port,
        _keeper: keeper,
    })
}

/// The newest server that the system has.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .collect();
    found.sort();
    found.pop()
}

struct Account {
    user: u32,
    group: u32,
}

/// PostgreSQL refuses to run as root: then an account of the system that may do nothing does.
fn account() -> Result<Option<Account>, String> {
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if !is_root {
        return Ok(None);
    }
    if Command::new("setpriv").arg("--version").output().is_err() {
        return Err("there is no `setpriv` to leave the rights of root with".to_owned());
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| {
            let line = accounts
                .lines()
                .find(|line| line.starts_with(&format!("{name}:")))?;
            let mut fields = line.split(':').skip(2);
            let (user, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            Some(Some(Account { user, group }))
        })
        .ok_or_else(|| "there is no account to run PostgreSQL as".to_owned())
}
