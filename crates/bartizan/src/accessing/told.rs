//! Notices: what people are told before anything is taken from them, and who was told.

use std::collections::BTreeMap;

use bartizan_access::{
    log::{Entry, Event, Log},
    plan::{NOTICE_DAYS, Plan, REMINDER_DAYS, Told},
    right::{Account, Right},
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
        if let Some(undone) = undone(entry) {
            due.retain(|_, it| it.plan != Some(undone));
            continue;
        }
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

/// The plan that is taken back by what an entry tells. Its notices do not count: nobody knows whether they were sent.
fn undone(entry: &Entry) -> Option<Digest> {
    let is_undone = matches!(entry.event, Event::UndoBegun | Event::UndoDone);
    entry.content.filter(|_| is_undone)
}

/// Who was told when, by organisation, and who asked to keep what they have.
pub(crate) fn told(log: &Log) -> BTreeMap<(String, Account), Told> {
    let mut told: BTreeMap<(String, Account), Told> = BTreeMap::new();
    let mut plans: BTreeMap<(String, Account), Digest> = BTreeMap::new();
    for entry in log.entries() {
        if let Some(undone) = undone(entry) {
            told.retain(|key, it| it.has_objected || plans.get(key) != Some(&undone));
            continue;
        }
        let account = entry.about.as_deref().and_then(|it| it.parse().ok());
        let (Some(account), Some(place)) = (account, entry.place.clone()) else {
            continue;
        };
        let key = (place, account);
        match entry.event {
            Event::Noticed => {
                let at = entry.at;
                let has_objected = false;
                if let Some(plan) = entry.content {
                    plans.insert(key.clone(), plan);
                }
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

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// The text of a reminder, for an issue or a letter. It goes to whoever it is about and to nobody else.
pub(crate) fn reminder(organisation: &str, account: &Account, due: &Due) -> String {
    format!(
        "Dear @{},\n\n\
         on {} you were told that some of your rights in {organisation} are not used, or are more than is needed. Nobody has heard \
         from you since, which is fine: nothing is asked of you.\n\n\
         After {} they are lowered, unless you say that you want to keep them: a word is enough, and no reason is asked for. You \
         can have them back later by asking.\n",
        account.login(),
        day(due.told),
        day(due.until),
    )
}

/// The text of a notice that is given now, for an issue or a letter. It goes to whoever it is about and to nobody else.
pub(crate) fn notice(
    plan: &Plan,
    (organisation, account): (&str, &Account),
    now: Timestamp,
) -> String {
    let is_of_it = |right: &Right| matches!(right, Right::Notice { .. });
    let mut steps = plan.steps.iter().filter(|it| is_of_it(&it.right));
    let step =
        steps.find(|it| it.right.place() == organisation && it.right.holder() == Some(account));
    let about = step.into_iter().flat_map(|it| &it.evidence);
    let about: Vec<String> = about.map(|it| format!("- {it}\n")).collect();
    let about = about.concat();
    let until = now.as_second().saturating_add(NOTICE_DAYS * DAY);
    let until = Timestamp::from_second(until).unwrap_or(Timestamp::MAX);
    format!(
        "Dear @{},\n\n\
         some of your rights in {organisation} were not used for a long time, or are more than is needed there now:\n\n\
         {about}\n\
         That says nothing of your work, which stays named. Rights that nobody needs help only whoever takes an account over.\n\n\
         After {} they are lowered, unless you say that you want to keep them: a word is enough, and no reason is asked for. You \
         can have them back later by asking.\n\n\
         {} ({})\n",
        account.login(),
        day(until),
        plan.title,
        plan.hash()
    )
}

#[cfg(test)]
mod tests {
    use bartizan_access::{
        plan::{Rung, Step},
        right::{Held, Right},
    };

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
    fn what_is_taken_back_was_not_told() {
        let plan = Digest::of(b"plan");
        let log = |events: &[Event]| {
            let mut log = Log::default();
            for event in events {
                let is_about = matches!(event, Event::Noticed | Event::Objected);
                let entry = Entry {
                    number: 0,
                    at: Timestamp::UNIX_EPOCH,
                    event: *event,
                    by: "github:ann".to_owned(),
                    about: is_about.then(|| "github:dan".to_owned()),
                    place: is_about.then(|| "lab".to_owned()),
                    reference: None,
                    content: Some(plan),
                    detail: String::new(),
                };
                log.add(entry).unwrap();
            }
            log
        };
        let count = |events: &[Event]| told(&log(events)).len();
        assert_eq!(count(&[Event::Noticed]), 1);
        assert_eq!(count(&[Event::Noticed, Event::UndoBegun]), 0);
        assert_eq!(count(&[Event::Noticed, Event::UndoDone, Event::Noticed]), 1);
        // Whoever asked to keep what they have has asked, whatever became of the plan.
        assert_eq!(
            count(&[Event::Noticed, Event::Objected, Event::UndoDone]),
            1
        );
        let now = Timestamp::from_second(20 * DAY).unwrap();
        assert_eq!(due(&log(&[Event::Noticed]), now).len(), 1);
        assert_eq!(due(&log(&[Event::Noticed, Event::UndoDone]), now).len(), 0);
    }

    #[test]
    fn what_a_notice_says() {
        let dan: Account = "github:dan".parse().unwrap();
        let right = Right::Notice {
            organisation: "lab".to_owned(),
            account: dan.clone(),
        };
        let mut step = Step::new(Rung::Notice, right, (None, Some(Held::Given)), "told");
        step.evidence = vec!["github:dan in the team lab/core: member to nothing".to_owned()];
        let plan = Plan {
            title: "as it is wanted".to_owned(),
            proposer: "github:ben".parse().unwrap(),
            actor: "github:ann".parse().unwrap(),
            made: Timestamp::UNIX_EPOCH,
            expires: Timestamp::UNIX_EPOCH,
            snapshot: Digest::of(b"snapshot"),
            steps: vec![step],
        };
        let text = notice(&plan, ("lab", &dan), Timestamp::UNIX_EPOCH);
        assert_eq!(
            text.replace(&plan.hash().to_string(), "HASH"),
            "Dear @dan,\n\n\
             some of your rights in lab were not used for a long time, or are more than is needed there now:\n\n\
             - github:dan in the team lab/core: member to nothing\n\n\
             That says nothing of your work, which stays named. Rights that nobody needs help only whoever takes an account \
             over.\n\n\
             After 1970-01-31 they are lowered, unless you say that you want to keep them: a word is enough, and no reason is \
             asked for. You can have them back later by asking.\n\n\
             as it is wanted (HASH)\n"
        );
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
             on 1970-01-01 you were told that some of your rights in lab are not used, or are more than is needed. Nobody has \
             heard from you since, which is fine: nothing is asked of you.\n\n\
             After 1970-01-31 they are lowered, unless you say that you want to keep them: a word is enough, and no reason is \
             asked for. You can have them back later by asking.\n"
        );
    }
}
