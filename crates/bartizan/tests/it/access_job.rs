//! The survey of access as a job of the worker within a server: each quarter by the profile, told where it was not done, numbers on the
//! public page when it was.

use std::time::Duration;

use bartizan_access::laboratory::Size;
use bartizan_store::{Address, JobState, Page, ScheduleRow, Store};
use jiff::Timestamp;

use super::{
    access::{Hosted, TOKEN, hosted_of},
    assess::wheel,
    laboratory::laboratory,
    worker::{Server, get, kill, until},
    workspace::Workspace,
};

const PROFILE: &str = r#"
[ecosystem]
title = "Laboratory"

[[project]]
name = "array"
repositories = ["https://github.com/lab/repository-0001"]

[[schedule]]
job = "access"
every = "quarterly"
"#;

const SIZE: Size = Size {
    people: 14,
    teams: 2,
    repositories: 3,
};

struct Scene {
    workspace: Workspace,
    runtime: tokio::runtime::Runtime,
}

impl Scene {
    /// A home whose store knows the profile with its schedules.
    fn new() -> Self {
        let workspace = laboratory();
        workspace.file("project/lab.toml", PROFILE);
        std::fs::create_dir_all(workspace.path("clones")).unwrap();
        workspace.file(
            "wheels/array-1.0-py3-none-any.whl",
            wheel("array", "1.0", ""),
        );
        let runtime = tokio::runtime::Builder::new_multi_thread();
        let scene = Self {
            workspace,
            runtime: { runtime }.enable_all().build().unwrap(),
        };
        scene.assess();
        scene
    }

    fn assess(&self) {
        let mut command = self.workspace.command(&["assess", "lab.toml", "--offline"]);
        command
            .args(["--repositories=../clones", "--artifacts=../wheels"])
            .env("BARTIZAN_MAX_AGE", "100000")
            .env("PIP_INDEX_URL", "https://index.example/simple");
        let ended = self.workspace.ended(&command.output().unwrap());
        assert_eq!(ended.code, 0, "{}", ended.shown());
    }

    fn with<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        let path = self.workspace.path("home/ecosystem.sqlite");
        let address: Address = format!("sqlite:{}", path.display()).parse().unwrap();
        self.runtime.block_on(async {
            let store = Store::open(&address).await.unwrap();
            let done = work(&store).await;
            store.close().await;
            done
        })
    }

    /// How the only schedule stands.
    fn schedule(&self) -> ScheduleRow {
        let rows = self.with(async |store| store.schedules(Timestamp::now()).await.unwrap());
        let mut rows = rows.into_iter();
        rows.next().unwrap()
    }

    /// What a day does to a job that was given up.
    fn let_a_day_pass(&self) {
        self.with(async |store| {
            let dead = store.dead_letters(Page::whole()).await.unwrap().rows;
            let id = dead.first().unwrap().id;
            assert!(store.requeue(id, Timestamp::now()).await.unwrap());
        });
    }

    /// A worker that does what is due, to its end, with a host or without one.
    fn work(&self, hosted: Option<&Hosted>) -> String {
        let worker = ["worker", "--once", "--profile=lab.toml"];
        let mut command = self.workspace.command(&worker);
        if let Some(hosted) = hosted {
            command.env("GITHUB_API_URL", &hosted.address);
            command.env("GITHUB_TOKEN", TOKEN);
        }
        let ended = command.env("PIP_NO_INDEX", "1").output().unwrap();
        let ended = self.workspace.ended(&ended);
        assert_eq!(ended.code, 0, "{}", ended.shown());
        ended.stderr
    }

    fn is_surveyed(&self) -> bool {
        self.workspace.path("home/access/counts.jsonl").exists()
    }

    fn server(&self, hosted: &Hosted) -> Server {
        let mut command = self.workspace.command(&["serve", "--listen=127.0.0.1:0"]);
        command
            .args(["--profile=lab.toml", "--repositories=../clones"])
            .env("GITHUB_API_URL", &hosted.address)
            .env("GITHUB_TOKEN", TOKEN)
            .env("BARTIZAN_MAX_AGE", "100000")
            .env("PIP_NO_INDEX", "1");
        Server::of(command)
    }
}

#[test]
fn a_survey_without_a_token_is_told_and_never_clean() {
    let scene = Scene::new();
    assert_eq!(scene.schedule().newest, None);
    let said = scene.work(None);
    assert!(said.contains("there is no token"), "{said}");
    let newest = scene.schedule().newest.unwrap();
    assert!(matches!(newest.state, JobState::GivenUp(_)), "{newest:?}");
    assert!(
        newest.failure.contains("nothing was surveyed"),
        "{newest:?}"
    );
    assert!(!scene.is_surveyed());
    // Nor is it tried again and again.
    assert!(scene.work(None).contains("0 jobs taken"));
}

#[test]
fn a_survey_of_a_host_that_is_out_of_reach_is_tried_again() {
    let scene = Scene::new();
    let mut nobody = hosted_of(SIZE, &[]);
    "http://127.0.0.1:9".clone_into(&mut nobody.address);
    scene.work(Some(&nobody));
    let newest = scene.schedule().newest.unwrap();
    let JobState::Waits(again) = newest.state else {
        panic!("{newest:?}");
    };
    assert!(again > Timestamp::now() - Duration::from_mins(5));
    assert_eq!(
        newest.failure,
        "a data source is missing, unreachable or too old (exit code 4)"
    );
    assert!(!scene.is_surveyed());
}

#[test]
fn a_server_surveys_each_quarter_and_shows_numbers() {
    let scene = Scene::new();
    scene.work(None);
    scene.let_a_day_pass();
    let hosted = hosted_of(SIZE, &[]);
    let server = scene.server(&hosted);
    until("the survey is done", || {
        let newest = scene.schedule().newest.unwrap();
        assert!(!matches!(newest.state, JobState::GivenUp(_)), "{newest:?}");
        matches!(newest.state, JobState::Done(_))
    });
    assert!(scene.is_surveyed());
    // The interval is that of the profile: it fired once for this quarter.
    let row = scene.schedule();
    assert_eq!(format!("{:?}", row.every), "Quarterly");
    let fired = scene.with(async |store| store.fire_schedules(Timestamp::now()).await.unwrap());
    assert_eq!(fired, Vec::<String>::new());
    let page = || get(server.address, "/data/jobs").map_or(String::new(), |it| it.1);
    assert_eq!(get(server.address, "/data/jobs").map(|it| it.0), Some(200));
    assert!(
        page().contains("each quarter") && page().contains("done"),
        "{}",
        page()
    );
    // The next assessment makes figures of the numbers, and names nobody.
    scene.assess();
    let numbers = || get(server.address, "/api/v1/access?project=array").map(|it| it.1);
    until("the numbers are public", || {
        numbers().is_some_and(|it| it.contains("\"without\""))
    });
    for path in ["/access", "/api/v1/access?project=array", "/data/jobs"] {
        let (status, text) = get(server.address, path).unwrap();
        assert!(
            status == 200 && !text.contains("person-0"),
            "{path}: {text}"
        );
    }
    kill(server.process);
}
