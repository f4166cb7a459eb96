//! Answers of a code host about organisations and pull requests: whatever it answers, what is read is a snapshot that is read again.
#![no_main]

use std::collections::BTreeMap;

use bartizan_access::{
    host::{Wanted, feedstock, pull_requests, read},
    name::{Login, RepositoryName},
    snapshot::Snapshot,
};
use bartizan_formats::hosting::{
    Host, MemoryHost, Question,
    graph::{Graph, GraphHost, Query},
};
use bartizan_model::hosting::Seen;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A host with one answer to questions and one to queries.
struct Parrot(String, String);

impl Host for Parrot {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let answers = BTreeMap::from([(question.shown(), self.0.clone())]);
        MemoryHost { answers }.ask(question)
    }
}

impl GraphHost for Parrot {
    fn query(&self, _: &Query) -> Seen<Graph> {
        Graph::read(self.1.as_bytes())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (questions, queries) = text.split_once('\n').unwrap_or((&text, ""));
    // A list that says it goes on for ever is asked a thousand times; that is not what is looked for here.
    if queries.contains("hasNextPage") && queries.contains("true") {
        return;
    }
    let wanted = Wanted {
        organisations: vec![Login::new("lab").unwrap()],
        now: jiff::Timestamp::UNIX_EPOCH,
        host: "host.example".to_owned(),
    };
    let host = Parrot(questions.to_owned(), queries.to_owned());
    let _ = feedstock(&host, "array");
    let repository = RepositoryName::new("lab/array").unwrap();
    let time = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::UNIX_EPOCH);
    if let Ok((acts, coverage)) = pull_requests(&host, &repository, time) {
        assert!(acts.is_sorted() && coverage.len() == 2);
    }
    let snapshot = read(&host, &wanted, &|_| ());
    let text = snapshot.to_text();
    let (again, _) = Snapshot::read(text.as_bytes()).unwrap();
    assert!(again.to_text() == text);
});
