use std::{collections::BTreeMap, sync::Mutex};

use bartizan_formats::hosting::{
    Host, MemoryHost,
    graph::{Graph, Query},
};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{
    laboratory::{Laboratory, Size, large},
    snapshot::tests::sample,
};

fn wanted(snapshot: &Snapshot) -> Wanted {
    Wanted {
        organisations: snapshot
            .organisations
            .iter()
            .map(|it| it.name.clone())
            .collect(),
        now: snapshot.taken,
        host: snapshot.origin.name.to_string(),
    }
}

/// What is read of a host that tells the sample, but for some paths.
fn check(hidden: &[&str]) -> (Snapshot, String) {
    let mut laboratory = Laboratory::new(sample());
    laboratory.hidden = hidden.iter().map(|it| (*it).to_owned()).collect();
    let read = read(&laboratory, &wanted(&laboratory.state), &|_| ());
    let unread = read.unread.iter().map(|it| {
        let permission = it.permission.as_ref().map_or("", |it| it.as_str());
        format!("{} of {}: {:?} {permission}", it.part.word(), it.of, it.why)
    });
    let unread: Vec<String> = unread.collect();
    (read, unread.join("\n"))
}

#[test]
fn what_a_host_tells_is_what_it_has() {
    let (read, unread) = check(&[]);
    insta::assert_snapshot!(unread, @"");
    let expected = Snapshot {
        entries: Vec::new(),
        unread: Vec::new(),
        ..sample()
    };
    assert_eq!(read.to_text(), expected.to_text());
}

#[test]
fn what_is_hidden_is_listed_with_what_would_show_it() {
    let (read, unread) = check(&["keys", "personal-access-tokens", "environments", "outside"]);
    insta::assert_snapshot!(unread, @r"
    second-factors of lab: Forbidden `members=read`
    outside-collaborators of lab: Forbidden `members=read`
    deploy-keys of lab/array: Forbidden `administration=read`
    deploy-keys of lab/site: Forbidden `administration=read`
    tokens of lab: Forbidden `organization_personal_access_tokens=read`
    environments of lab/array: Forbidden `actions=read`
    ");
    assert!(read.deploy_keys.is_empty() && !read.has_read(Part::DeployKeys, "lab/site"));
}

#[test]
fn an_organisation_that_cannot_be_seen_has_nothing_that_counts_as_none() {
    let (read, _) = check(&["orgs/lab"]);
    assert!(
        Part::ALL
            .iter()
            .all(|part| !read.has_read(*part, "lab/array"))
    );
    assert_eq!(read.people.len(), 0);
}

#[test]
fn a_large_organisation_is_read_whole() {
    let size = Size {
        people: 350,
        teams: 45,
        repositories: 60,
    };
    let laboratory = Laboratory::new(large(size).unwrap());
    let read = read(&laboratory, &wanted(&laboratory.state), &|_| ());
    assert_eq!(read.to_text(), laboratory.state.to_text());
    let asked = laboratory.asked();
    let of = |what: &str| asked.get(what).copied().unwrap_or_default();
    assert_eq!(
        (
            of("query teams"),
            of("query repositories"),
            of("repos/keys")
        ),
        (3, 3, 60)
    );
    assert_eq!(of("query team_members"), 2);
}

/// A host that answers everything with one text.
struct Parrot(String, Mutex<usize>);

impl Host for Parrot {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let mut answers = BTreeMap::new();
        answers.insert(question.shown(), self.0.clone());
        MemoryHost { answers }.ask(question)
    }
}

impl GraphHost for Parrot {
    fn query(&self, _: &Query) -> Seen<Graph> {
        let mut count = self.1.lock().unwrap();
        *count += 1;
        assert!(*count <= 4 * MOST_QUERIES);
        Graph::read(self.0.as_bytes())
    }
}

#[test]
fn a_list_that_never_ends_ends() {
    let text = r#"{"data": {"organization": {"teams": {"nodes": [], "pageInfo": {"hasNextPage": true, "endCursor": "x"}}}}}"#;
    let parrot = Parrot(text.to_owned(), Mutex::default());
    let read = read(&parrot, &wanted(&sample()), &|_| ());
    assert!(!read.has_read(Part::Teams, "lab"));
}

const WORDS: [&str; 12] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"login\"",
    "\"data\"",
    "\"nodes\"",
    "null",
    "1",
    "\"organization\"",
];

proptest! {
    #[test]
    fn never_panics(words in prop::collection::vec(0..WORDS.len(), 0..30)) {
        let text: String = words.iter().map(|it| WORDS[*it]).collect();
        read(&Parrot(text, Mutex::default()), &wanted(&sample()), &|_| ());
    }

    #[test]
    fn lists_of_anything_cost_themselves_only(key in "(login|id|slug|name|roles|role|secrets)", value in "(null|1|\"x\"|\"a b\"|\\[\\]|\\{\\})") {
        let text = format!("[{{\"{key}\": {value}}}]");
        let read = read(&Parrot(text, Mutex::default()), &wanted(&sample()), &|_| ());
        prop_assert!(!read.has_read(Part::Teams, "lab"));
    }
}
