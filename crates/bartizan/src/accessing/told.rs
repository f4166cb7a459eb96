//! Notices: what people are told before anything is taken from them, and who was told.

use std::collections::BTreeMap;

use bartizan_access::{
    log::{Event, Log},
    plan::{NOTICE_DAYS, Plan, REMINDER_DAYS, Told},
    right::Account,
};
use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;

const DAY: i64 = 24 * 60 * 60;

/// Somebody who was told, did not answer, and was not told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    /// When they were told.
    pub(crate) told: Timestamp,
    /// Before when nothing is taken away.
    pub(crate) until: Timestamp,
    /// The plan of the notice.
    pub(crate) plan: Option<Digest>,
}

/// Who has to be reminded by now, by organisation: a notice is half over, and they neither asked to keep what they have nor were
/// told again.
pub(crate) fn due(log: &Log, now: Timestamp) -> BTreeMap<(String, Account), Due> {
    let mut due: BTreeMap<(String, Account), Due> = BTreeMap::new();
    for entry in log.entries().iter().filter(|it| it.at <= now) {
        let account = entry.about.as_deref().and_then(|it| it.parse().ok());
        let (Some(account), Some(place)) = (account, entry.place.clone()) else {
            continue;
        };
        let key = (place, account);
        match entry.event {
            Event::Noticed => {
                let until = entry.at.as_second().saturating_add(NOTICE_DAYS * DAY);
                let it = Due {
                    told: entry.at,
                    until: Timestamp::from_second(until).unwrap_or(Timestamp::MAX),
                    plan: entry.content,
                };
                due.insert(key, it);
            }
            Event::Objected | Event::Reminded => {
                due.remove(&key);
            }
            _ => {}
        }
    }
    let age = |it: &Due| now.as_second().saturating_sub(it.told.as_second());
    due.retain(|_, it| age(it) >= REMINDER_DAYS * DAY && now < it.until);
    due
}

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

/// The text of a reminder, for an issue or a letter. It goes to whoever it is about and to nobody else.
pub(crate) fn reminder(organisation: &str, account: &Account, due: &Due) -> String {
    let day = |at: Timestamp| at.to_string().chars().take(10).collect::<String>();
    format!(
        "Dear @{},\n\n\
         on {} you were told that some of your rights in {organisation} are not used. Nobody has heard from you since, which is \
         fine: nothing is asked of you.\n\n\
         After {} they are lowered, unless you say that you want to keep them: a word is enough, and no reason is asked for. You \
         can have them back later by asking.\n",
        account.login(),
        day(due.told),
        day(due.until),
    )
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

#[cfg(test)]
mod tests {
    use bartizan_access::log::Entry;

    use super::*;

    /// Who is due after so many days, of a log of events `DAY WHAT WHO`.
    fn check(events: &[(i64, Event, &str)], now: i64) -> String {
        let at = |days: i64| Timestamp::from_second(days * DAY).unwrap();
        let mut log = Log::default();
        for (day, event, who) in events {
            let entry = Entry {
                number: 0,
                at: at(*day),
                event: *event,
                by: "github:ann".to_owned(),
                about: Some(format!("github:{who}")),
                place: Some("lab".to_owned()),
                reference: None,
                content: None,
                detail: String::new(),
            };
            log.add(entry).unwrap();
        }
        let due = due(&log, at(now));
        let lines = due
            .iter()
            .map(|((place, who), it)| format!("{place} {who} until {}", it.until));
        lines.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn who_is_due() {
        use Event::{Noticed, Objected, Reminded};
        let told = (0, Noticed, "dan");
        assert_eq!(check(&[told], 13), "");
        insta::assert_snapshot!(check(&[told], 14), @"lab github:dan until 1970-01-31T00:00:00Z");
        assert_eq!(check(&[told], 30), "");
        assert_eq!(check(&[told, (14, Reminded, "dan")], 15), "");
        assert_eq!(check(&[told, (3, Objected, "dan")], 15), "");
        insta::assert_snapshot!(check(&[told, (3, Objected, "eve")], 15), @"lab github:dan until 1970-01-31T00:00:00Z");
        // A second notice is a time of its own.
        insta::assert_snapshot!(check(&[told, (14, Reminded, "dan"), (200, Noticed, "dan")], 220), @"lab github:dan until 1970-08-19T00:00:00Z");
    }

    #[test]
    fn what_a_reminder_says() {
        let due = Due {
            told: Timestamp::UNIX_EPOCH,
            until: Timestamp::from_second(NOTICE_DAYS * DAY).unwrap(),
            plan: None,
        };
        let text = reminder("lab", &"github:dan".parse().unwrap(), &due);
        assert_eq!(
            text,
            "Dear @dan,\n\n\
             on 1970-01-01 you were told that some of your rights in lab are not used. Nobody has heard from you since, which is \
             fine: nothing is asked of you.\n\n\
             After 1970-01-31 they are lowered, unless you say that you want to keep them: a word is enough, and no reason is \
             asked for. You can have them back later by asking.\n"
        );
    }
}
