//! A host in memory that is changed, and that can be told to die at a change: what a plan leaves behind then is what it must be
//! able to go on with.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bartizan_formats::hosting::{
    Host, Question,
    act::{ActingHost, Action, Done},
    graph::{Graph, GraphHost, Query},
};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde_json::Value;

use super::{Answer, Laboratory};
use crate::snapshot::Snapshot;

/// When a host dies: it makes so many further changes, and from then on answers none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before the effect of the next one.
    Before(usize),
    /// After its effect, before anybody is told.
    After(usize),
}

/// A host that is changed.
#[derive(Debug)]
pub struct Living {
    inner: Mutex<(Laboratory, Option<Death>)>,
}

impl Living {
    /// A host that has this now.
    pub fn new(laboratory: Laboratory) -> Self {
        Self {
            inner: Mutex::new((laboratory, None)),
        }
    }

    fn inner(&self) -> MutexGuard<'_, (Laboratory, Option<Death>)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it has now.
    pub fn state(&self) -> Snapshot {
        self.inner().0.state.clone()
    }

    /// Has it be otherwise, as by somebody else.
    pub fn drift(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut inner = self.inner();
        change(&mut inner.0.state);
        inner.0.state.sort();
    }

    /// Has it be as it was once.
    pub fn reset(&self, state: Snapshot) {
        let mut inner = self.inner();
        *inner = (Laboratory::new(state), None);
    }

    /// Says when it dies.
    pub fn die(&self, death: Option<Death>) {
        self.inner().1 = death;
    }

    /// Everybody takes what they are offered.
    pub fn accept(&self) {
        self.inner().0.accept();
    }

    /// The answer to a question.
    pub fn answer(&self, path: &[&str], query: &str) -> Answer {
        self.inner().0.answer(path, query)
    }

    /// The answer to a query.
    pub fn graph(&self, text: &str, variables: &Value) -> Value {
        self.inner().0.graph(text, variables)
    }

    /// What it was asked, and how often.
    pub fn asked(&self) -> std::collections::BTreeMap<String, usize> {
        self.inner().0.asked()
    }

    /// Makes a change; no answer where it dies by it.
    pub fn change(&self, action: &Action) -> Option<Answer> {
        let (laboratory, death) = &mut *self.inner();
        match death {
            Some(Death::Before(0)) => return None,
            Some(Death::After(0)) => {
                laboratory.change(action);
                return None;
            }
            Some(Death::Before(left) | Death::After(left)) => *left -= 1,
            None => {}
        }
        Some(laboratory.change(action))
    }
}

impl Host for Living {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        self.inner().0.ask(question)
    }
}

impl GraphHost for Living {
    fn query(&self, query: &Query) -> Seen<Graph> {
        self.inner().0.query(query)
    }
}

impl ActingHost for Living {
    fn act(&self, action: &Action) -> Seen<Done> {
        let Some(answer) = self.change(action) else {
            return Err(Unseen::new(UnseenKind::Unreachable, "the host died"));
        };
        match answer.status {
            200..=299 => Ok(Done {
                status: answer.status,
                answer: answer.body,
            }),
            404 => Err(Unseen::new(UnseenKind::Absent, "there is no such thing")),
            other => {
                let why = format!("the host answered {other}");
                Err(Unseen::new(UnseenKind::Refused, why))
            }
        }
    }
}
