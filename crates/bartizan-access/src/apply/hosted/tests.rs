use std::sync::Mutex;

use bartizan_formats::hosting::{
    Host as Asking,
    act::{Action, Done},
    graph::{Graph, Query},
};
use serde_json::Value;

use super::{super::fake::snapshot, *};
use crate::{
    laboratory::{Laboratory, Living},
    name::Text,
    plan::{
        Rung,
        tests::{collaboration, in_team, lab, membership, step, team_access},
    },
    snapshot::{Holder, Resource, Snapshot},
};

/// A host that remembers what it was asked to do.
struct Watched {
    host: Living,
    done: Mutex<Vec<String>>,
}

impl Asking for Watched {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        self.host.ask(question)
    }
}

impl GraphHost for Watched {
    fn query(&self, query: &Query) -> Seen<Graph> {
        self.host.query(query)
    }
}

impl ActingHost for Watched {
    fn act(&self, action: &Action) -> Seen<Done> {
        let body = action.body.as_ref().map(ToString::to_string);
        let (method, path) = (action.method.word(), action.path.join("/"));
        let line = format!("{method} {path} {}", body.unwrap_or_default());
        self.done.lock().unwrap().push(line.trim().to_owned());
        self.host.act(action)
    }
}

fn watched() -> Watched {
    Watched {
        host: Living::new(Laboratory::new(snapshot(&lab()))),
        done: Mutex::default(),
    }
}

fn check(right: &Right, change: impl FnOnce(&mut Snapshot)) -> String {
    let host = watched().host;
    host.drift(change);
    match (Hosted { host: &host }).observe(right) {
        Ok(seen) => {
            let level = |it: Option<Held>| it.map_or("none", Held::id);
            format!("{}, offered {}", level(seen.level), level(seen.offered))
        }
        Err(unseen) => unseen.why,
    }
}

/// Gives everything on a resource another role of the organisation's own.
fn own_role(resource: &str) -> impl FnOnce(&mut Snapshot) {
    move |state| {
        let given = state.assignments.iter_mut();
        for it in given.filter(|it| it.resource.name() == resource) {
            it.role = Some(Text::new("cleaner"));
        }
    }
}

#[test]
fn what_is_seen() {
    let nothing = |_: &mut Snapshot| ();
    insta::assert_snapshot!(check(&membership("zoe"), nothing), @"none, offered none");
    insta::assert_snapshot!(check(&membership("ann"), nothing), @"owner, offered none");
    insta::assert_snapshot!(check(&in_team("core", "cy"), nothing), @"maintainer, offered none");
    insta::assert_snapshot!(check(&in_team("gpu", "dan"), nothing), @"member, offered none");
    insta::assert_snapshot!(check(&in_team("nowhere", "dan"), nothing), @"none, offered none");
    insta::assert_snapshot!(check(&team_access("gpu", "array"), nothing), @"write, offered none");
    insta::assert_snapshot!(check(&team_access("gpu", "array"), own_role("lab/array")), @"it is a role of the organisation's own now");
    insta::assert_snapshot!(check(&collaboration("array", "fay"), nothing), @"triage, offered none");
    insta::assert_snapshot!(check(&collaboration("array", "fay"), own_role("lab/array")), @"it is a role of the organisation's own now");
}

/// Two things that the host's other interface says otherwise: a level by all ways for one by name, and members of teams within.
#[test]
fn what_others_give_is_not_what_was_given() {
    let nothing = |_: &mut Snapshot| ();
    // By their team they may write; by name they were given nothing.
    insta::assert_snapshot!(check(&collaboration("array", "dan"), nothing), @"none, offered none");
    // Whoever is in a team within it is no member of it; an owner who is a member is not its maintainer.
    insta::assert_snapshot!(check(&in_team("all", "dan"), nothing), @"none, offered none");
    let also = |state: &mut Snapshot| {
        let all = Resource::Team(TeamName::new("lab/all").unwrap());
        for login in ["ann", "dan"] {
            state.assignments.push(crate::snapshot::Assignment {
                resource: all.clone(),
                holder: Holder::Person(Login::new(login).unwrap()),
                level: Level::Member,
                role: None,
            });
        }
    };
    insta::assert_snapshot!(check(&in_team("all", "dan"), also), @"member, offered none");
    insta::assert_snapshot!(check(&in_team("all", "ann"), also), @"member, offered none");
}

#[test]
fn what_is_done() {
    let host = watched();
    let mut hosted = Hosted { host: &host };
    let mut perform = |right: Right, to: Option<Held>| {
        let step = step(Rung::Downgrade, right, Some(Held::Write), to);
        let done = hosted.perform(&step, to).map_err(|it| it.why);
        done.and_then(|()| hosted.observe(&step.right).map_err(|it| it.why))
            .map(|it| (it.level, it.offered))
    };
    let key = || Right::DeployKey {
        repository: "lab/site".to_owned(),
        key: 7,
    };
    let held = |level: Held| Ok((Some(level), None));
    let offered = |level: Held| Ok((None, Some(level)));
    let gone = || Ok((None, None));
    assert_eq!(perform(membership("cy"), Some(Held::Member)), held(Held::Member));
    assert_eq!(perform(membership("dan"), None), gone());
    // Leaving takes the teams along; whoever comes back is only invited.
    assert_eq!(perform(in_team("gpu", "dan"), None), gone());
    assert_eq!(perform(in_team("gpu", "dan"), Some(Held::Member)), offered(Held::Member));
    assert_eq!(perform(membership("dan"), Some(Held::Member)), offered(Held::Member));
    assert_eq!(perform(team_access("gpu", "array"), Some(Held::Read)), held(Held::Read));
    assert_eq!(perform(collaboration("array", "fay"), Some(Held::Read)), held(Held::Read));
    assert_eq!(perform(collaboration("site", "zoe"), Some(Held::Write)), offered(Held::Write));
    assert_eq!(perform(key(), None), gone());
    assert_eq!(perform(key(), None), gone());
    insta::assert_snapshot!(perform(collaboration("array", "fay"), None).unwrap_err(), @"a collaborator is never removed");
    insta::assert_snapshot!(perform(key(), Some(Held::Read)).unwrap_err(), @"it cannot be given back by a program");
    insta::assert_snapshot!(perform(in_team("nowhere", "eve"), Some(Held::Member)).unwrap_err(), @"there is no such thing");
    insta::assert_snapshot!(host.done.lock().unwrap().join("\n"), @r#"
    PUT orgs/lab/memberships/cy {"role":"member"}
    DELETE orgs/lab/memberships/dan
    DELETE orgs/lab/teams/gpu/memberships/dan
    PUT orgs/lab/teams/gpu/memberships/dan {"role":"member"}
    PUT orgs/lab/memberships/dan {"role":"member"}
    PUT orgs/lab/teams/gpu/repos/lab/array {"permission":"pull"}
    PUT repos/lab/array/collaborators/fay {"permission":"pull"}
    PUT repos/lab/site/collaborators/zoe {"permission":"push"}
    DELETE repos/lab/site/keys/7
    DELETE repos/lab/site/keys/7
    PUT orgs/lab/teams/nowhere/memberships/eve {"role":"member"}
    "#);
}
