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

/// The shell that keeps the server: it starts one, and another when that was killed, until its input is closed, and for ten
/// minutes at most. Then it ends the server and removes the folder.
const KEEPER: &str = r#"
while [ ! -e ended ]; do
    "$0" -D data -p "$2" -k "" -h 127.0.0.1 -c fsync=off -c max_connections=300 -c shared_buffers=32MB
    sleep 0.1
done </dev/null &
timeout 600 cat >/dev/null
touch ended
while kill -0 "$!" 2>/dev/null; do
    kill -QUIT "$(head -n 1 data/postmaster.pid)"
    sleep 0.1
done
rm -rf "$1"
"#;

pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
    account: Option<Account>,
    programs: PathBuf,
    /// Its input is the pipe that keeps the server alive.
    keeper: Option<Child>,
}

/// The address of a new, empty database of the cluster that the tests of this process share; why not, where PostgreSQL
/// cannot be started.
pub(crate) async fn database() -> Result<String, String> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let cluster = CLUSTER
        .get_or_init(Cluster::start)
        .as_ref()
        .map_err(Clone::clone)?;
    Ok(new_database(cluster).await)
}

/// The address of a new, empty database of a cluster.
pub(crate) async fn new_database(cluster: &Cluster) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = cluster.connect().await;
    let text = format!("CREATE DATABASE {name} TEMPLATE template0");
    connection.execute(AssertSqlSafe(text)).await.unwrap();
    cluster.address(&name)
}

impl Cluster {
    /// Makes a cluster and starts its server; why not, where that cannot be done here.
    pub(crate) fn start() -> Result<Self, String> {
        Self::start_in(&std::env::temp_dir())
    }

    /// The same below a folder.
    pub(crate) fn start_in(place: &Path) -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL is not installed")?;
        let account = account()?;
        let folder = tempfile::Builder::new()
            .prefix("bartizan-postgres-")
            .tempdir_in(place)
            .unwrap()
            .keep();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut cluster = Self {
            folder,
            port,
            account,
            programs,
            keeper: None,
        };
        cluster.make();
        cluster.keeper = Some(cluster.keep());
        Ok(cluster)
    }

    fn make(&self) {
        let password = self.folder.join("password");
        fs::write(&password, PASSWORD).unwrap();
        if let Some(account) = &self.account {
            for path in [&self.folder, &password] {
                chown(path, Some(account.user), Some(account.group)).unwrap();
            }
        }
        let made = self
            .run(&self.programs.join("initdb"))
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
            .arg(self.folder.join("data"))
            .output()
            .unwrap();
        if !made.status.success() {
            fs::remove_dir_all(&self.folder).unwrap();
        }
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
    }

    fn keep(&self) -> Child {
        let log = || Stdio::from(fs::File::create(self.folder.join("log")).unwrap());
        self.run(Path::new("/bin/sh"))
            .arg("-c")
            .arg(KEEPER)
            .arg(self.programs.join("postgres"))
            .arg(&self.folder)
            .arg(self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(log())
            .stderr(log())
            .spawn()
            .unwrap()
    }

    /// Kills the server at once; its keeper starts another one.
    pub(crate) fn kill(&self) {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let id = file.lines().next().unwrap();
        let killed = Command::new("kill").args(["-KILL", id]).status().unwrap();
        assert!(killed.success());
    }

    /// Ends the server, and waits until it is gone.
    pub(crate) fn end(mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }

    /// A program as the account that the server runs as.
    fn run(&self, program: &Path) -> Command {
        let mut command = match &self.account {
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
        command.current_dir(&self.folder);
        command
    }

    fn address(&self, database: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    /// A connection, as soon as the server answers.
    pub(crate) async fn connect(&self) -> PgConnection {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            match PgConnection::connect(&self.address("postgres")).await {
                Ok(connection) => return connection,
                Err(error) if Instant::now() > deadline => {
                    let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    panic!("PostgreSQL does not answer: {error}\n{log}")
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
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
