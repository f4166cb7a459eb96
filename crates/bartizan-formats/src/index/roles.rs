//! Who may publish a project, as far as an index tells: the key `ownership` of the JSON that Warehouse serves of a project.
//!
//! Of people only their number is kept, but where somebody asks who they are ([`holders`]): for a snapshot of access, which is private.

use std::collections::BTreeSet;

use bartizan_model::hosting::IndexRoles;
use serde::Deserialize;

use super::{MAX_BYTES, cut};

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    ownership: Option<Ownership>,
}

#[derive(Deserialize)]
struct Ownership {
    #[serde(default)]
    roles: Vec<Role>,
    #[serde(default)]
    organization: Option<String>,
}

#[derive(Deserialize)]
struct Role {
    role: String,
    user: String,
}

/// How many holders of one project are read.
const MOST_HOLDERS: usize = 1_000;

/// Who may publish a project, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holders {
    /// Accounts of the index, and whether each may do everything.
    pub people: BTreeSet<(String, bool)>,
    /// The organisation that owns it.
    pub organisation: Option<String>,
}

/// Who may publish a project; `None` where a page does not state it.
pub fn holders(bytes: &[u8]) -> Result<Option<Holders>, String> {
    Ok(ownership(bytes)?.map(|ownership| {
        let people = ownership.roles.iter().take(MOST_HOLDERS);
        Holders {
            people: people
                .map(|it| (cut(&it.user), it.role == "Owner"))
                .collect(),
            organisation: ownership.organization.as_deref().map(cut),
        }
    }))
}

/// The roles that a page states; `None` where it states none.
pub fn roles(bytes: &[u8]) -> Result<Option<IndexRoles>, String> {
    Ok(ownership(bytes)?.map(|ownership| {
        let count = |role: &str| {
            let of_role = ownership.roles.iter().filter(|it| it.role == role);
            of_role.map(|it| &it.user).collect::<BTreeSet<_>>().len()
        };
        IndexRoles {
            owners: count("Owner"),
            maintainers: count("Maintainer"),
            organisation: ownership.organization.as_deref().map(cut),
        }
    }))
}

fn ownership(bytes: &[u8]) -> Result<Option<Ownership>, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("the page is larger than {MAX_BYTES} bytes"));
    }
    let page: Page = serde_json::from_slice(bytes)
        .map_err(|_error| "the page of the project is not JSON of this form".to_owned())?;
    Ok(page.ownership)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let _ = holders(text.as_bytes());
        format!("{:?}", roles(text.as_bytes()))
    }

    #[test]
    fn people_are_counted() {
        insta::assert_snapshot!(check(r#"{"info": {}, "ownership": {"roles": [{"role": "Owner", "user": "a"}, {"role": "Owner", "user": "a"},
            {"role": "Maintainer", "user": "b"}, {"role": "New", "user": "c"}], "organization": "lab"}}"#), @r#"Ok(Some(IndexRoles { owners: 1, maintainers: 1, organisation: Some("lab") }))"#);
        insta::assert_snapshot!(check(r#"{"info": {}}"#), @"Ok(None)");
        insta::assert_snapshot!(check("<a>"), @r#"Err("the page of the project is not JSON of this form")"#);
    }

    proptest! {
        #[test]
        fn never_panics(text in r#"\{("ownership"|"roles"|"role"|[:\[\]{},"a1]){0,20}\}"#) {
            check(&text);
        }
    }
}
