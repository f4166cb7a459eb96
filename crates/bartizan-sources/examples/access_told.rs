//! Begins an access log in which people were told some days ago, for `scripts/access_real.py`: a plan takes nothing from anybody who was
//! not told thirty days before, and a test cannot wait so long.
//!
//!     cargo run -p bartizan-sources --example access_told -- FOLDER ORGANISATION DAYS LOGIN...
#![allow(
    clippy::allow_attributes,
    clippy::disallowed_methods,
    reason = "an example has a clock"
)]

use std::{env, error::Error, path::Path};

use bartizan_access::{
    log::{Entry, Event},
    right::Account,
};
use bartizan_model::Timestamp;
use bartizan_sources::access_log::AccessLog;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, organisation, days, logins @ ..] = arguments.as_slice() else {
        return Err("write a folder, an organisation, how many days ago, and whom".into());
    };
    let days: i64 = days.parse()?;
    let then = Timestamp::now().as_second() - days * 24 * 60 * 60;
    let mut log = AccessLog::open(Path::new(folder))?;
    for login in logins {
        log.add(Entry {
            number: 0,
            at: Timestamp::from_second(then)?,
            event: Event::Noticed,
            by: "github:test".to_owned(),
            about: Some(Account::hosted(login)?.to_string()),
            place: Some(organisation.clone()),
            reference: None,
            content: None,
            detail: String::new(),
        })?;
    }
    Ok(())
}
