//! Queries: one request each, without a cache, since the host tells nothing of what has changed.

use bartizan_formats::hosting::{
    Question,
    graph::{Graph, GraphHost, Query},
};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde_json::json;

use super::{HostClient, Refused, Sending, limit::Limit, now};
use crate::http::Address;

impl HostClient {
    /// Where queries are taken: beside the other interface, or, where that is below a folder `v3`, beside that folder.
    fn graph_address(&self) -> Seen<Address> {
        let base = self.base.to_string();
        let Some(parent) = base.strip_suffix("/v3") else {
            return Ok(self.base.join(&["graphql"]));
        };
        let address = format!("{parent}/graphql").parse();
        address.map_err(|_error| {
            let why = "there is no address for queries";
            Unseen::new(UnseenKind::Refused, why)
        })
    }

    fn graph(&self, query: &Query, question: &Question) -> Seen<Graph> {
        let address = self.graph_address()?;
        let body = json!({"query": query.text, "variables": query.variables}).to_string();
        loop {
            let sending = Sending::Body("POST", Some(body.as_bytes()));
            let reply = self.answer(address.clone(), sending, question)?;
            let graph = Graph::read(&reply.body)?;
            if graph.is_limited() {
                self.wait_for(Limit::stated(&reply, now()))?;
                continue;
            }
            if graph.data.is_null() {
                let why = graph.faults.first().map(|it| it.unseen());
                let why = why.unwrap_or_else(|| {
                    Unseen::new(UnseenKind::Unreadable, "the query has no answer")
                });
                return Err(permitted(why, query));
            }
            return Ok(graph);
        }
    }
}

/// The reason with the permission that is known to be needed.
fn permitted(unseen: Unseen, query: &Query) -> Unseen {
    let permission = query.permission.map(|it| format!("`{it}`"));
    let helps = matches!(unseen.kind, UnseenKind::Forbidden | UnseenKind::Absent);
    Unseen {
        permission: permission.filter(|_| helps),
        ..unseen
    }
}

impl GraphHost for HostClient {
    fn query(&self, query: &Query) -> Seen<Graph> {
        let question = Question {
            permission: query.permission,
            ..Question::new(query.about, &["graphql"])
        };
        let answer = self.graph(query, &question);
        if let Err(unseen) = &answer {
            self.state().refused.push(Refused {
                about: query.about,
                path: question.shown(),
                unseen: unseen.clone(),
            });
        }
        answer
    }
}
