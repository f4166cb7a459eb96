//! Second factors by number, signed: what owners can hand in who share neither a token nor a name.

use std::path::Path;

use bartizan_access::{counts::Summary, snapshot::Snapshot};
use bartizan_people::vouch::{Proof, Record};

use crate::{accessing::record, commands::signing_key, error::Failure, vouching::signed};

/// The statement in one line of JSON, with the signature of `ssh-keygen -Y sign -n bartizan` beside it, where there is a key.
pub(super) fn text(snapshot: &Snapshot, key: Option<&Path>) -> Result<String, Failure> {
    let statement = Summary::of(snapshot).text();
    let Some(key) = key else {
        return Ok(statement + "\n");
    };
    let proof = Proof::Ssh(signed(&signing_key(key)?, &statement)?);
    record(&Record { statement, proof })
}
