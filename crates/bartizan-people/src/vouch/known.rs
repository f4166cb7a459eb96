//! Vouches between accounts as vouches between persons of a corpus.

use bartizan_model::team::Member;

use super::weigh::Vouch;
use crate::{accounts::Accounts, corpus::PersonNumber, trust};

/// The platform whose accounts histories know.
const PLATFORM: &str = "github";

/// Those of the vouches whose giver and receiver are persons of a corpus, as the graph of trust takes them. A name alone is
/// nobody: an account is known by what the code host says of it.
pub fn known(vouches: &[Vouch], accounts: &Accounts) -> Vec<trust::Vouch> {
    let person = |handle: &super::Handle| -> Option<PersonNumber> {
        let platform = handle.platform.as_deref().unwrap_or_default();
        let member = Member {
            login: Some(handle.login.to_lowercase()),
            ..Member::default()
        };
        accounts
            .person(&member)
            .filter(|_| platform.eq_ignore_ascii_case(PLATFORM))
    };
    let known = vouches.iter().filter_map(|it| {
        let (by, of) = (person(&it.by)?, person(&it.whom)?);
        Some(trust::Vouch {
            project: it.project.clone(),
            by,
            of,
            time: Some(it.at),
            weight: it.weight,
        })
    });
    known.filter(|it| it.by != it.of).collect()
}
