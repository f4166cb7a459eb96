//! Who may publish a project, as far as an index tells: the key `ownership` of the JSON that Warehouse serves of a project.
//!
//! Of people only their number is read.

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

/// The roles that a page states; `None` where it states none.
pub fn roles(bytes: &[u8]) -> Result<Option<IndexRoles>, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("the page is larger than {MAX_BYTES} bytes"));
    }
    let page: Page = serde_json::from_slice(bytes)
        .map_err(|_error| "the page of the project is not JSON of this form".to_owned())?;
    Ok(page.ownership.map(|ownership| {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
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
