//! Workers and servers as processes of the program, with assessments as processes of theirs: what is scheduled is done, and done once,
//! whoever is killed in the middle of it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bartizan_store::{
    Address, FindingFilter, FindingSort, NewJob, Page, Store, StoreError, Viewer,
};
use jiff::Timestamp;

use super::{
    assess::wheel,
    laboratory::{NOON, laboratory},
    workspace::Workspace,
};

/// Projects that stand on what is affected, so that an assessment takes a moment and finds something.
const PROJECTS: usize = 4;
const LEASE: Duration = Duration::from_mins(2);
/// Nothing here takes so long.
const MOST: Duration = Duration::from_mins(3);

/// How often something is killed; more where somebody has the time.
fn rounds() -> u64 {
    let asked = std::env::var("BARTIZAN_TEST_ROUNDS");
    let asked = asked.ok().and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(3)
}

/// The laboratory with a profile that is assessed every day, its wheels, and the store at an address.
struct Scene {
    workspace: Workspace,
    database: String,
    runtime: tokio::runtime::Runtime,
}

impl Scene {
    fn new(database: Option<String>) -> Self {
        let workspace = laboratory();
        let mut profile = String::from("[ecosystem]\ntitle = \"Laboratory\"\n");
        for number in 0..PROJECTS {
            let name = format!("lab{number}");
            profile += &format!("\n[[project]]\nname = \"{name}\"\nrepositories = []\n");
            let requires = "Requires-Dist: imager==1.1\nRequires-Dist: solver==3.4";
            workspace.file(
                &format!("wheels/{name}-1.0-py3-none-any.whl"),
                wheel(&name, "1.0", requires),
            );
        }
        profile += "\n[[schedule]]\njob = \"assess\"\nevery = \"daily\"\n";
        workspace
            .file("project/lab.toml", profile)
            .file(
                "wheels/imager-1.1-py3-none-any.whl",
                wheel("imager", "1.1", ""),
            )
            .file(
                "wheels/solver-3.4-py3-none-any.whl",
                wheel("solver", "3.4", ""),
            );
        let store = workspace.path("home/ecosystem.sqlite");
        Self {
            workspace,
            database: database.unwrap_or_else(|| format!("sqlite:{}", store.display())),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    /// The program with what its jobs read.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.workspace.command(arguments);
        command
            .args([
                "--offline",
                "--repositories=../clones",
                "--artifacts=../wheels",
            ])
            .env("BARTIZAN_DATABASE", &self.database)
            .env("BARTIZAN_MAX_AGE", "100000")
            .env("PIP_INDEX_URL", "https://index.example/simple");
        command
    }

    /// The first assessment, which puts the profile with its schedules into the store.
    fn assessed(self) -> Self {
        std::fs::create_dir_all(self.workspace.path("clones")).unwrap();
        let ended = self
            .command(&["assess", "lab.toml", NOON])
            .output()
            .unwrap();
        let ended = self.workspace.ended(&ended);
        assert_eq!(ended.code, 0, "{}", ended.shown());
        self
    }

    fn with<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        let address: Address = self.database.parse().unwrap();
        self.runtime.block_on(async {
            let store = Store::open(&address).await.unwrap();
            let done = work(&store).await;
            store.close().await;
            done
        })
    }

    /// What is open, and in how many projects: what every assessment must come to.
    fn findings(&self) -> Vec<String> {
        self.with(async |store| {
            assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
            let open = FindingFilter {
                is_open: Some(true),
                ..FindingFilter::default()
            };
            let sort = FindingSort::Project;
            let found = store
                .findings(&Viewer::SecurityTeam, &open, sort, Page::whole())
                .await;
            let rows = found.unwrap().rows.into_iter();
            rows.map(|row| format!("{} {} {}", row.project, row.finding.check, row.finding.key))
                .collect()
        })
    }

    /// How many assessments were finished, and how many were not.
    fn assessments(&self) -> (usize, usize) {
        self.with(async |store| {
            let rows = store.assessments(Page::whole()).await.unwrap().rows;
            let finished = rows.iter().filter(|row| row.finished.is_some()).count();
            (finished, rows.len() - finished)
        })
    }

    fn enqueue(&self) {
        let job = NewJob {
            most_attempts: Some(1_000),
            ..NewJob::new("assess", "")
        };
        self.with(async |store| store.enqueue(&job, Timestamp::now()).await.unwrap());
    }

    /// Jobs that are not finished: waiting or at work, and dead.
    fn open_jobs(&self) -> (u64, u64) {
        self.with(async |store| {
            let counts = store.job_counts(Timestamp::now()).await.unwrap();
            let open = counts.iter().map(|count| count.waiting + count.leased);
            (open.sum(), counts.iter().map(|count| count.dead).sum())
        })
    }

    /// What two minutes do to the lease of a worker that was killed: another one may take the job.
    fn let_leases_end(&self) {
        let now = Timestamp::now();
        self.with(async |store| {
            let later = now.checked_add(LEASE * 2).unwrap();
            let earlier = now.checked_sub(LEASE * 100).unwrap();
            let kinds = ["assess"];
            let found = store.lease("nobody", &kinds, Duration::from_secs(1), later);
            let Some(job) = found.await.unwrap() else {
                return;
            };
            let failed = store.fail(&job, "its worker was killed", earlier).await;
            assert!(
                matches!(failed, Ok(_) | Err(StoreError::LeaseLost { .. })),
                "{failed:?}"
            );
        });
    }

    /// A worker that does what is due, to its end.
    fn work(&self) -> String {
        let worker = ["worker", "--once", "--profile=lab.toml"];
        let ended = self.command(&worker).output().unwrap();
        let ended = self.workspace.ended(&ended);
        assert_eq!(ended.code, 0, "{}", ended.shown());
        ended.stderr
    }
}

#[test]
fn a_worker_does_what_is_scheduled_with_a_process_of_its_own_and_once() {
    let scene = Scene::new(None).assessed();
    let findings = scene.findings();
    assert_eq!(findings.len() % PROJECTS, 0, "{findings:?}");
    assert!(findings.contains(&"lab0 known-vulnerability CVE-2026-1001".to_owned()));
    assert_eq!(scene.assessments(), (1, 0));
    let said = scene.work();
    assert!(said.contains("1 job taken"), "{said}");
    assert_eq!(scene.assessments(), (2, 0));
    assert_eq!(scene.findings(), findings);
    let said = scene.work();
    assert!(said.contains("0 jobs taken"), "once a day: {said}");
    assert_eq!((scene.assessments(), scene.open_jobs()), ((2, 0), (0, 0)));
}

#[test]
fn a_job_whose_worker_is_told_to_stop_is_left_to_the_next() {
    let scene = Scene::new(None).assessed();
    let mut worker = spawned(scene.command(&["worker", "--profile=lab.toml"]));
    until("the job is at work", || {
        scene.with(async |store| {
            let counts = store.job_counts(Timestamp::now()).await.unwrap();
            counts.iter().any(|count| count.leased > 0)
        })
    });
    let told = Command::new("kill").arg(worker.id().to_string()).status();
    assert!(told.unwrap().success());
    assert_eq!(worker.wait().unwrap().code(), Some(0));
    scene.let_leases_end();
    scene.work();
    assert_eq!((scene.assessments(), scene.open_jobs()), ((2, 0), (0, 0)));
}

/// Waits for something that comes soon.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + MOST;
    while !holds() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn spawned(mut command: Command) -> Child {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

pub(crate) fn kill(mut process: Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Some milliseconds, other ones in each round: from before the process has begun until after its job is done.
fn pause(round: u64, most: u64) {
    std::thread::sleep(Duration::from_millis(20 + round * 7_919 % most.max(1)));
}

/// How long a worker takes for a job, so that kills are spread over it.
fn usual(scene: &Scene) -> u64 {
    let started = Instant::now();
    scene.enqueue();
    scene.work();
    u64::try_from(started.elapsed().as_millis()).unwrap()
}

/// After each kill the job is done by somebody else: one assessment more was finished, none is left open, and it says the same.
fn killed_again_and_again(scene: &Scene, kill: impl Fn(&Scene, u64, u64)) {
    let findings = scene.findings();
    scene.work();
    let most = usual(scene);
    let (before, _) = scene.assessments();
    for round in 1..=rounds() {
        scene.enqueue();
        kill(scene, round, most);
        scene.let_leases_end();
        scene.work();
        let finished = before + usize::try_from(round).unwrap();
        assert_eq!(scene.open_jobs(), (0, 0), "round {round}");
        assert_eq!(scene.assessments(), (finished, 0), "round {round}");
        assert_eq!(scene.findings(), findings, "round {round}");
    }
}

#[test]
fn a_killed_worker_loses_and_doubles_nothing() {
    let scene = Scene::new(None).assessed();
    killed_again_and_again(&scene, |scene, round, most| {
        let worker = spawned(scene.command(&["worker", "--profile=lab.toml"]));
        pause(round, most);
        kill(worker);
    });
}

/// A server that serves and works, and who asks it again and again.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    fn start(scene: &Scene) -> Self {
        Self::of(scene.command(&["serve", "--listen=127.0.0.1:0", "--profile=lab.toml"]))
    }

    /// The server that a command starts, when it serves.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("serving on http://") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "the server ended");
        }
        let address = line.trim().rsplit('/').next().unwrap().parse().unwrap();
        // Its log must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { process, address }
    }
}

/// The status of a reply and its body; none where there is no whole one.
pub(crate) fn get(server: SocketAddr, path: &str) -> Option<(u16, String)> {
    let mut connection = TcpStream::connect(server).ok()?;
    connection.set_read_timeout(Some(MOST)).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).ok()?;
    let mut reply = String::new();
    connection.read_to_string(&mut reply).ok()?;
    let status = reply.split(' ').nth(1)?.parse().ok()?;
    Some((status, reply))
}

#[test]
fn a_killed_server_loses_and_doubles_nothing() {
    let scene = Scene::new(None).assessed();
    killed_again_and_again(&scene, |scene, round, most| {
        let server = Server::start(scene);
        let (is_over, answers) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let asking = std::thread::spawn({
            let (is_over, answers, address) =
                (Arc::clone(&is_over), Arc::clone(&answers), server.address);
            move || {
                while !is_over.load(Ordering::Relaxed) {
                    for path in ["/", "/projects/lab0", "/findings?format=json"] {
                        if let Some((status, reply)) = get(address, path) {
                            assert_eq!(status, 200, "{path}: {reply}");
                            answers.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            }
        });
        until("an answer", || answers.load(Ordering::Relaxed) > 0);
        pause(round, most);
        kill(server.process);
        is_over.store(true, Ordering::Relaxed);
        asking.join().unwrap();
    });
    let server = Server::start(&scene);
    let (status, _) = get(server.address, "/readyz").unwrap();
    assert_eq!(status, 200);
    kill(server.process);
}

#[test]
fn a_killed_database_server_loses_and_doubles_nothing() {
    let cluster = match super::cluster::Cluster::start() {
        Ok(cluster) => cluster,
        Err(why) => return println!("skipped: {why}"),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(super::cluster::new_database(&cluster));
    let scene = Scene::new(Some(database)).assessed();
    killed_again_and_again(&scene, |scene, round, most| {
        let worker = spawned(scene.command(&["worker", "--profile=lab.toml"]));
        pause(round, most);
        cluster.kill();
        drop(runtime.block_on(cluster.connect()));
        // The worker waits for the server; then it is killed as well.
        pause(round, 500);
        kill(worker);
    });
}
