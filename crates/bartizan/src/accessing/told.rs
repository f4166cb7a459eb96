//! Notices: what people are told before anything is taken from them, and who was told.

use std::collections::BTreeMap;

use bartizan_access::{
    log::{Event, Log},
    plan::{NOTICE_DAYS, Plan, Told},
    right::Account,
};

/// Who was told when, by organisation, and who asked to keep what they have.
pub(crate) fn told(log: &Log) -> BTreeMap<(String, Account), Told> {
    let mut told: BTreeMap<(String, Account), Told> = BTreeMap::new();
    for entry in log.entries() {
        let account = entry.about.as_deref().and_then(|it| it.parse().ok());
        let (Some(account), Some(place)) = (account, entry.place.clone()) else {
            continue;
        };
        let key = (place, account);
        match entry.event {
            Event::Noticed => {
                let at = entry.at;
                let has_objected = false;
                told.insert(key, Told { at, has_objected });
            }
            Event::Objected => {
                let at = entry.at;
                told.entry(key)
                    .or_insert(Told {
                        at,
                        has_objected: true,
                    })
                    .has_objected = true;
            }
            _ => {}
        }
    }
    told
}

/// The text of a notice, for an issue or a letter. It goes to whoever it is about and to nobody else.
pub(crate) fn notice(plan: &Plan, organisation: &str, account: &Account) -> String {
    format!(
        "Dear @{},\n\n\
         some of your rights in {organisation} were not used for a long time, or are wider than what you do with them. That says \
         nothing of your work, which stays named. Rights that nobody uses help only whoever takes an account over.\n\n\
         In {NOTICE_DAYS} days they are lowered, unless you say that you want to keep them: a word is enough, and no reason is \
         asked for. You can have them back later by asking.\n\n\
         {} ({})\n",
        account.login(),
        plan.title,
        plan.hash()
    )
}
