//! Second factors by number, signed: what owners can hand in who share neither a token nor a name.

use std::path::Path;

use bartizan_access::snapshot::{Holder, Level, Resource, SecondFactor, Snapshot};
use serde_json::json;

use crate::{commands::signing_key, error::Failure, vouching::signed};

/// The statement in one line of JSON, with the signature of `ssh-keygen -Y sign -n bartizan` beside it, where there is a key.
pub(super) fn text(snapshot: &Snapshot, key: Option<&Path>) -> Result<String, Failure> {
    let statement = statement(snapshot);
    let Some(key) = key else {
        return Ok(statement + "\n");
    };
    let signature = signed(&signing_key(key)?, &statement)?;
    Ok(json!({"statement": statement, "ssh": signature}).to_string() + "\n")
}

/// What is stated of each organisation: no name of a person, and no digest that would tell which names were read.
fn statement(snapshot: &Snapshot) -> String {
    let organisations = snapshot.organisations.iter().map(|organisation| {
        let of_it = Resource::Organisation(organisation.name.clone());
        let count = |level: Option<Level>, factor: Option<SecondFactor>| {
            let given = snapshot.assignments.iter();
            let given = given.filter(|it| it.resource == of_it && it.role.is_none());
            let given = given.filter(|it| level.is_none_or(|level| it.level == level));
            let people = given.filter_map(|it| match &it.holder {
                Holder::Person(login) => snapshot.person(login),
                Holder::Team(_) => None,
            });
            people
                .filter(|it| factor.is_none_or(|factor| it.second_factor == factor))
                .count()
        };
        let of = |level: Option<Level>| {
            json!({
                "all": count(level, None),
                "missing": count(level, Some(SecondFactor::Missing)),
                "insecure": count(level, Some(SecondFactor::Insecure)),
                "unknown": count(level, Some(SecondFactor::Unknown)),
            })
        };
        let outside = organisation.outside_collaborators.iter();
        let outside: Vec<SecondFactor> = outside
            .filter_map(|it| snapshot.person(it))
            .map(|it| it.second_factor)
            .collect();
        let among = |factor| outside.iter().filter(|it| **it == factor).count();
        json!({
            "organisation": organisation.name,
            "required": organisation.requires_second_factor,
            "members": of(None),
            "owners": of(Some(Level::Owner)),
            "outside": {
                "all": outside.len(),
                "missing": among(SecondFactor::Missing),
                "insecure": among(SecondFactor::Insecure),
                "unknown": among(SecondFactor::Unknown),
            },
        })
    });
    let organisations: Vec<_> = organisations.collect();
    let taken = snapshot.taken.to_string();
    json!({"bartizan": "second-factors/1", "taken": taken, "organisations": organisations})
        .to_string()
}
