//! Numbers of access are for everybody; whom they mean is shown to whoever sits at this machine, and stands in nothing else.

use std::collections::BTreeSet;

use bartizan_access::{
    approval::{Approval, Way},
    audit::{Audit, Question},
    counts::Counts,
    dossier::Dossier,
    ledger::{Evidence as Acts, Policy, ledger},
    log::{Entry, Event},
    plan::{Plan, Rung, Step},
    right::{Account, Held, Right, of_snapshot::Read},
    snapshot::Snapshot,
};
use bartizan_assessment::access::{Surveys, tell};
use bartizan_model::{assessment::ProjectAssessment, profile};
use bartizan_sources::{access::AccessStore, access_log::AccessLog, home::Home};

use super::*;
use crate::access::Drawer;

const PAGES: [&str; 5] = [
    "/access/people",
    "/access/ledger",
    "/access/second-factors",
    "/access/plans",
    "/access/log",
];

fn listening() -> Settings {
    Settings {
        is_listening_near: true,
        ..Settings::default()
    }
}

async fn desk(drawer: Drawer) -> Router {
    let app = review::near_app(listening()).await;
    app.open_drawer(drawer);
    router(app)
}

/// Whoever must stand in nothing public: as an account, as a name, as an address.
const PLANTED: [&str; 4] = ["planted-ann", "planted-ben", "Planted Person", "planted@"];

/// An organisation of planted people, one of whom has no second factor.
fn planted() -> Snapshot {
    let people: Vec<serde_json::Value> = (0..8)
        .map(|it| match it {
            0 => serde_json::json!({"login": "planted-ann", "name": "Planted Person planted@example.org", "second_factor": "missing"}),
            1 => serde_json::json!({"login": "planted-ben", "second_factor": "secure"}),
            it => serde_json::json!({"login": format!("planted-{it}"), "second_factor": "secure"}),
        })
        .collect();
    let logins = people.iter().map(|it| it["login"].clone());
    let given: Vec<serde_json::Value> = logins
        .map(|it| serde_json::json!({"resource": {"organisation": "lab"}, "holder": {"person": it}, "level": "member"}))
        .collect();
    let text = serde_json::json!({
        "version": 1, "taken": "2026-11-20T00:00:00Z", "origin": {"form": "test", "name": "test", "reader": "planted-ann"},
        "organisations": [{"name": "lab", "requires_second_factor": false}],
        "people": people, "repositories": [{"name": "lab/array"}], "assignments": given,
        "unread": [{"part": "tokens", "of": "lab", "why": "forbidden", "words": "planted-ann may not", "permission": null}],
    });
    let (snapshot, problems) = Snapshot::read(text.to_string().as_bytes()).unwrap();
    assert_eq!(problems, []);
    snapshot
}

fn plan(snapshot: &Snapshot) -> Plan {
    let account: Account = "github:planted-ann".parse().unwrap();
    let notice = Right::Notice {
        organisation: "lab".to_owned(),
        account,
    };
    let plan = Plan {
        title: "for planted-ann".to_owned(),
        proposer: "github:planted-ben".parse().unwrap(),
        actor: "github:planted-ben".parse().unwrap(),
        made: "2026-11-24T00:00:00Z".parse().unwrap(),
        expires: "2026-11-30T00:00:00Z".parse().unwrap(),
        snapshot: snapshot.digest(),
        steps: vec![Step::new(
            Rung::Notice,
            notice,
            (None, Some(Held::Given)),
            "not used",
        )],
    };
    plan.check().unwrap();
    plan
}

/// All that a survey, a plan, an approval and a log leave at home; and the numbers.
fn kept(place: &std::path::Path) -> (Drawer, Vec<Counts>) {
    let home = Home::new(place.join("home"));
    let (store, snapshot) = (AccessStore::new(&home), planted());
    store.put(&snapshot).unwrap();
    let (policy, read) = (Policy::default(), Read::of(&snapshot));
    let acts = Acts::default();
    let ledger = ledger(&read.rights, &acts, &policy.exempt, &policy, clock());
    let question = Question {
        snapshot: &snapshot,
        read: &read,
        ledger: &ledger,
        evidence: &acts,
        exempt: &policy.exempt,
        most_owners: policy.most_owners,
        days: 180,
        now: clock(),
    };
    store
        .put_dossier(&Dossier::of(&question, &Audit::of(&question)))
        .unwrap();
    let log = home.access_log();
    planned(&store, &snapshot, &log);
    let mut counts = Counts::of(&snapshot, &ledger);
    // Whoever states numbers is a person too.
    counts[0].stated_by = Some("github:planted-ben".parse().unwrap());
    (Drawer::Home { store, log }, counts)
}

/// A plan, an approval and an entry of the log.
fn planned(store: &AccessStore, snapshot: &Snapshot, log: &std::path::Path) {
    let plan = plan(snapshot);
    store.put_plan(&plan).unwrap();
    let approval = Approval {
        plan: plan.hash(),
        by: "github:planted-ben".parse().unwrap(),
        at: plan.made,
        way: Way::Ordinary,
        reason: "planted-ann agrees".to_owned(),
    };
    let line = serde_json::json!({"statement": approval.text(), "ssh": "none"}).to_string() + "\n";
    store.put_approval(plan.hash(), &line).unwrap();
    let entry = Entry {
        number: 0,
        at: plan.made,
        event: Event::Planned,
        by: "github:planted-ben".to_owned(),
        about: Some("github:planted-ann".to_owned()),
        place: Some("lab".to_owned()),
        reference: None,
        content: Some(plan.hash()),
        detail: "for planted-ann".to_owned(),
    };
    AccessLog::open(log).unwrap().add(entry).unwrap();
}

#[tokio::test]
async fn the_desk_is_whole_for_whoever_sits_here() {
    let router = desk(demo::drawer(clock()).unwrap()).await;
    let (_, _, public) = review::near(&router, "/access").await;
    let mut addresses: BTreeSet<String> = PAGES.map(str::to_owned).into();
    for address in &addresses {
        assert!(public.contains(&format!("href=\"{address}\"")), "{address}");
    }
    let (_, _, plans) = review::near(&router, "/access/plans").await;
    let plan = links(&plans)
        .into_iter()
        .find(|it| it.starts_with("/access/plans/"));
    addresses.insert(plan.expect("a plan has a page"));
    addresses.insert("/access/people?text=person-00003&page=1".to_owned());
    addresses.insert("/access/ledger?verdict=inactive".to_owned());
    addresses.insert("/access/ledger?page=9999".to_owned());
    for address in &addresses {
        let (status, headers, document) = review::near(&router, address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        nested(address, &document);
        assert_eq!(count(&document, "<h1"), 1, "{address}");
        assert!(
            document.len() < 100_000,
            "{address}: {} bytes",
            document.len()
        );
        assert!(document.contains("shown on this machine only"), "{address}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{address}");
        let mark = if address.contains('?') { '&' } else { '?' };
        let (status, headers, _) =
            review::near(&router, &format!("{address}{mark}format=json")).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    }
    let (status, ..) = review::near(&router, "/access/plans/0123").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_lies_at_home_is_shown_as_it_is_now() {
    let place = tempfile::tempdir().unwrap();
    let (drawer, _) = kept(place.path());
    let router = desk(drawer).await;
    for (address, present) in [
        ("/access/people", "planted-ann"),
        ("/access/ledger", "github:planted-ben"),
        ("/access/second-factors", "1 account would lose access"),
        ("/access/plans", "for planted-ann"),
        ("/access/log", "github:planted-ann"),
    ] {
        let (_, _, document) = review::near(&router, address).await;
        assert!(document.contains(present), "{address}: {present}");
    }
    // A log that somebody changed is not shown.
    let log = Home::new(place.path().join("home"))
        .access_log()
        .join("log.jsonl");
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::write(&log, text.replace("planned", "approved")).unwrap();
    let (status, _, document) = review::near(&router, "/access/log").await;
    assert_eq!(status, StatusCode::OK);
    assert!(document.contains("It cannot be read") && document.contains("the log was changed"));
    assert!(!document.contains("planted-ann"));
}

#[tokio::test]
async fn a_desk_with_nothing_in_it_says_so() {
    let place = tempfile::tempdir().unwrap();
    let home = Home::new(place.path());
    let drawer = Drawer::Home {
        store: AccessStore::new(&home),
        log: home.access_log(),
    };
    let router = desk(drawer).await;
    for (address, present) in [
        ("/access/people", "Nothing is here yet"),
        ("/access/ledger", "Nothing is here yet"),
        ("/access/second-factors", "Nothing is here yet"),
        ("/access/plans", "No plan was made here yet"),
        ("/access/log", "Nothing has happened to rights yet"),
    ] {
        let (status, _, document) = review::near(&router, address).await;
        assert_eq!(status, StatusCode::OK);
        assert!(document.contains(present), "{address}: {present}");
    }
    assert!(!home.access_log().exists(), "looking makes nothing");
}

#[tokio::test]
async fn a_page_behind_the_last_says_so_and_not_that_nothing_is_there() {
    let place = tempfile::tempdir().unwrap();
    let router = desk(kept(place.path()).0).await;
    for address in [
        "/access/people",
        "/access/ledger",
        "/access/plans",
        "/access/log",
    ] {
        let (_, _, first) = review::near(&router, address).await;
        assert!(
            !first.contains("The list ends before this page"),
            "{address}"
        );
        let (_, _, behind) = review::near(&router, &format!("{address}?page=9")).await;
        assert!(
            behind.contains("The list ends before this page"),
            "{address}"
        );
    }
}

/// Every address of the interface, with values that are there in the place of its parameters.
fn of_interface() -> Vec<String> {
    let document: serde_json::Value = serde_json::from_str(&crate::api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let reads = paths.filter(|(_, methods)| methods.get("get").is_some());
    let mut addresses = Vec::new();
    for (path, _) in reads {
        let path = path
            .replace("{name}", "tidewave")
            .replace("{package}", "tidewave")
            .replace("{version}", "1.0.0")
            .replace("{id}", "1");
        addresses.push(path.clone());
        addresses.push(format!("{path}?project=tidewave"));
        addresses.push(format!("{path}?cohort=core"));
    }
    addresses.push("/api/v1/history?measure=stale-grants&project=tidewave".to_owned());
    addresses.push("/api/v1/openapi.json".to_owned());
    addresses
}

/// Puts the numbers of a survey into the store, as an assessment does.
async fn surveyed(app: &App, counts: Vec<Counts>) {
    let mut said = ProjectAssessment {
        project: "tidewave".to_owned(),
        ..ProjectAssessment::default()
    };
    let project = profile::Project {
        name: "tidewave".to_owned(),
        repositories: vec![profile::Repository {
            url: "https://github.com/lab/array".to_owned(),
            is_release: false,
        }],
        ..profile::Project::default()
    };
    tell(&Surveys::of(counts), &project, clock(), &mut said);
    assert!(!said.figures.is_empty());
    let begun = bartizan_store::NewAssessment {
        inputs_digest: "surveyed".to_owned(),
        now: clock(),
    };
    let store = app.store().clone();
    let id = store.begin_assessment(&begun).await.unwrap().id;
    store.put_project(id, &said, clock()).await.unwrap();
    store.finish_assessment(id, clock()).await.unwrap();
    app.refresh().await;
}

/// Everything that everybody may see of a server: each kind of page in each format, and the interface.
async fn everything(router: &Router) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (address, document) in every_kind(router).await {
        let mark = if address.contains('?') { '&' } else { '?' };
        for format in ["json", "csv", "atom", "svg"] {
            let address = format!("{address}{mark}format={format}");
            texts.push((address.clone(), get_page(router, &address).await.2));
        }
        texts.push((address, document));
    }
    for address in of_interface().into_iter().chain(PAGES.map(str::to_owned)) {
        texts.push((address.clone(), get_page(router, &address).await.2));
    }
    texts
}

/// Every file of a static site.
fn files(site: std::path::PathBuf) -> Vec<(String, String)> {
    let (mut open, mut texts) = (vec![site], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                texts.push((path.display().to_string(), text));
            }
        }
    }
    texts
}

/// The numbers are in what everybody may see, and nobody is.
#[tokio::test]
async fn nothing_public_names_anybody() {
    let place = tempfile::tempdir().unwrap();
    let (drawer, counts) = kept(place.path());
    let app = review::near_app(listening()).await;
    app.open_drawer(drawer);
    surveyed(&app, counts).await;
    let context = app.context();
    let router = router(app);
    // Somebody who sits here has just looked: what was made for them is sent to nobody else.
    for address in PAGES {
        assert_eq!(review::near(&router, address).await.0, StatusCode::OK);
        assert_eq!(get_page(&router, address).await.0, StatusCode::NOT_FOUND);
    }
    let mut texts = everything(&router).await;
    let site = place.path().join("site");
    crate::site::write_site(&context, &site).await.unwrap();
    texts.extend(files(site));
    assert!(texts.len() > 200, "{} texts", texts.len());
    let mut own = texts.iter();
    let own = own.find(|(address, _)| address == "/api/v1/access?project=tidewave");
    let own = &own.unwrap().1;
    assert!(
        own.contains("\"without\":1.0"),
        "the number is there: {own}"
    );
    // Whoever knows all of a snapshot but one fact could try that fact by its digest.
    let digest = planted().digest().to_string();
    let private = PLANTED.into_iter().chain([&digest[..12]]);
    let private: Vec<&str> = private.collect();
    for (address, text) in texts {
        for private in &private {
            assert!(!text.contains(private), "{address}: {private}");
        }
        // A page that is not there names itself, and no other leads to it.
        let is_of_desk = PAGES.contains(&address.as_str());
        assert!(is_of_desk || !text.contains("href=\"/access/"), "{address}");
    }
}
