//! What is said again: what was undone since is taken, and what nothing undid is told.

use super::*;
use crate::{snapshot::Snapshot, webhook::again as rules};

/// The host with numbers of its own for what it delivers, and the log.
#[derive(Default)]
struct Service {
    log: Log,
    sent: usize,
}

impl Service {
    /// Delivers a body under a number, so many hours after the beginning, and says what became of it: `delivery`, `repeated`,
    /// or why it was refused, and whether that was told.
    fn deliver(&mut self, event: &str, number: &str, body: &str, hours: i64) -> String {
        let signature = sign(body.as_bytes());
        let delivery = Delivery {
            event,
            number,
            signature: &signature,
            body: body.as_bytes(),
        };
        let now = Timestamp::from_second(hours * 3_600).unwrap();
        let before = self.log.entries().len();
        let taken = take(&secret(), &delivery, &self.log, now);
        let is_taken = matches!(taken, Ok(Taken::Logged(_)));
        let said = shown(taken, &mut self.log);
        if is_taken {
            return self.log.entries().last().unwrap().event.id().to_owned();
        }
        let why = said.split(": {").next().unwrap();
        let told = if self.log.entries().len() > before {
            ", told"
        } else {
            ""
        };
        format!("{why}{told}")
    }

    /// The same under a number of its own.
    fn say(&mut self, event: &str, body: &str, hours: i64) -> String {
        self.sent += 1;
        self.deliver(event, &format!("n-{}", self.sent), body, hours)
    }
}

/// What becomes of words, one an hour, each `EVENT BODY`.
fn said(words: &[(&str, String)]) -> String {
    let mut service = Service::default();
    let words = (0..).zip(words);
    let said = words.map(|(hour, (event, body))| service.say(event, body, hour));
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_was_undone_is_said_again() {
    let added = || ("membership", membership("added", "dan", "gpu"));
    let removed = || ("membership", membership("removed", "dan", "gpu"));
    insta::assert_snapshot!(said(&[added(), removed(), added(), removed(), added(), added()]), @r"
    delivery
    delivery
    repeated
    repeated
    repeated
    this was said before, and nothing undid it, told
    ");
    // Somebody else, and another team, undo nothing.
    let others = [
        ("membership", membership("removed", "eve", "gpu")),
        ("membership", membership("removed", "dan", "ci")),
        ("organization", of_organisation("member_removed", "eve")),
    ];
    let [eve, ci, left] = others;
    insta::assert_snapshot!(said(&[added(), eve, ci, left, added()]), @r"
    delivery
    delivery
    delivery
    delivery
    this was said before, and nothing undid it, told
    ");
    // Whoever leaves the organisation leaves its teams.
    let left = ("organization", of_organisation("member_removed", "dan"));
    let back = ("organization", of_organisation("member_added", "dan"));
    insta::assert_snapshot!(said(&[added(), left, back, added(), added()]), @r"
    delivery
    delivery
    delivery
    repeated
    this was said before, and nothing undid it, told
    ");
    let given = || ("team", of_team("added_to_repository", "gpu", "array"));
    let taken = || ("team", of_team("removed_from_repository", "gpu", "array"));
    let other = ("team", of_team("removed_from_repository", "ci", "array"));
    insta::assert_snapshot!(said(&[given(), other, given(), taken(), given()]), @r"
    delivery
    delivery
    this was said before, and nothing undid it, told
    delivery
    repeated
    ");
}

#[test]
fn levels_go_up_and_down() {
    let edited = |from: &str| {
        let changes =
            format!(r#"{{"action": "edited", "changes": {{"permission": {{"from": "{from}"}}}},"#);
        ("member", BODY.replace(r#"{"action": "added","#, &changes))
    };
    insta::assert_snapshot!(said(&[edited("write"), edited("admin"), edited("write"), edited("write")]), @r"
    delivery
    delivery
    repeated
    this was said before, and nothing undid it, told
    ");
}

#[test]
fn what_has_a_number_or_a_time_is_said_once() {
    let key = |action: &str| {
        let body = format!(
            r#"{{"action": "{action}", "key": {{"id": 7}}, "repository": {{"full_name": "lab/array"}}, "sender": {{"login": "ann"}}}}"#
        );
        ("deploy_key", body)
    };
    insta::assert_snapshot!(said(&[key("created"), key("deleted"), key("created"), key("deleted")]), @r"
    delivery
    delivery
    this was said before, and nothing undid it, told
    this was said before, and nothing undid it, told
    ");
}

#[test]
fn a_delivery_that_came_late_can_be_sent_again() {
    let mut service = Service::default();
    let (added, removed) = (
        membership("added", "dan", "gpu"),
        membership("removed", "dan", "gpu"),
    );
    let event = "membership";
    assert_eq!(service.deliver(event, "1", &added, 0), "delivery");
    // The third came before the second: it is refused, which is told, and sent again by whoever looks after it.
    let early = service.deliver(event, "3", &added, 1);
    assert_eq!(early, "this was said before, and nothing undid it, told");
    assert_eq!(service.deliver(event, "2", &removed, 2), "delivery");
    assert_eq!(service.deliver(event, "3", &added, 3), "repeated");
    let again = service.deliver(event, "3", &added, 4);
    assert_eq!(again, "this delivery was taken before");
}

#[test]
fn two_captured_words_do_not_fill_the_log() {
    let mut service = Service::default();
    let bodies = ["added", "removed"].map(|it| membership(it, "dan", "gpu"));
    for round in 0..2_000_usize {
        let hours = i64::try_from(round / 100).unwrap();
        service.say("membership", &bodies[round % 2], hours);
    }
    let count = |event| {
        let entries = service.log.entries().iter();
        entries.filter(|it| it.event == event).count()
    };
    assert_eq!(
        (
            count(Event::Delivery),
            count(Event::Repeated),
            count(Event::Refused)
        ),
        (2, MOST_OF_ONE, 2)
    );
    // A day later it can be said again.
    let day = 50;
    assert_eq!(service.say("membership", &bodies[0], day), "repeated");
}

#[test]
fn refusals_are_told_so_often_a_day() {
    let mut service = Service::default();
    let bodies: Vec<String> = (0..MOST_REFUSED + 20)
        .map(|it| membership("added", &format!("p{it}"), "gpu"))
        .collect();
    let mut say = |hours| {
        let said = bodies.iter().map(|it| service.say("membership", it, hours));
        let said: Vec<String> = said.collect();
        said.iter().filter(|it| it.ends_with(", told")).count()
    };
    assert_eq!(
        [say(0), say(1), say(2), say(26)],
        [0, MOST_REFUSED, 0, MOST_REFUSED]
    );
    let last = service.log.entries().last().unwrap();
    insta::assert_snapshot!(last.detail, @"membership added; this was said before, and nothing undid it; what else is refused within a day is not told here");
}

#[test]
fn a_snapshot_settles_what_is_in_doubt() {
    let size = crate::laboratory::Size {
        people: 12,
        teams: 2,
        repositories: 2,
    };
    let mut snapshot = crate::laboratory::large(size).unwrap();
    let read = crate::right::of_snapshot::Read::of(&snapshot);
    let held = read.rights.all().find_map(|(right, _)| match right {
        crate::right::Right::TeamMembership { team, account } => {
            Some((team.clone(), account.login().to_owned()))
        }
        _ => None,
    });
    let (team, who) = held.unwrap();
    let team = team.strip_prefix("lab/").unwrap();
    let mut service = Service::default();
    let hours = snapshot.taken.as_second() / 3_600;
    let mut say = |action: &str, hour| {
        service.say(
            "membership",
            &membership(action, &who, team),
            hours - 20 + hour,
        )
    };
    say("added", 0);
    say("removed", 1);
    assert_eq!(say("added", 2), "repeated");
    let left = |snapshot: &Snapshot| {
        let doubts = Doubts::of(&service.log);
        assert_eq!(doubts.organisations(), ["lab"].into());
        let newest = [("lab".to_owned(), snapshot.clone())].into();
        let standing = |it: Vec<Doubt>| it.first().map(|it| it.standing);
        assert_eq!(standing(doubts.beside(&[].into())), Some(Standing::Waits));
        standing(doubts.beside(&newest))
    };
    assert_eq!(left(&snapshot), None);
    // One that is older shows nothing of it.
    let taken = snapshot.taken;
    snapshot.taken = Timestamp::from_second((hours - 19) * 3_600).unwrap();
    assert_eq!(left(&snapshot), Some(Standing::Waits));
    snapshot.taken = taken;
    let all = snapshot.assignments.clone();
    snapshot.assignments.clear();
    assert_eq!(left(&snapshot), Some(Standing::Contradicted));
    // What was not read says nothing.
    let unseen = bartizan_model::hosting::Unseen::new(
        bartizan_model::hosting::UnseenKind::NotAsked,
        "not asked",
    );
    let unread = crate::snapshot::Unread::new(crate::snapshot::Part::TeamMembers, "lab/x", &unseen);
    snapshot.unread.push(unread);
    assert_eq!(left(&snapshot), Some(Standing::Waits));
    snapshot.assignments = all;
    assert_eq!(left(&snapshot), None);
}

/// Who is in which team of three people and two teams.
const PLACES: [(&str, &str); 6] = [
    ("dan", "gpu"),
    ("dan", "ci"),
    ("eve", "gpu"),
    ("eve", "ci"),
    ("fay", "gpu"),
    ("fay", "ci"),
];

proptest! {
    /// Whatever is done and delivered is in the log, as often as it was done.
    #[test]
    fn every_act_is_logged(acts in proptest::collection::vec((0..PLACES.len(), 7_i64..100), 0..60)) {
        let (mut service, mut hours) = (Service::default(), 0);
        let mut times = [0_usize; PLACES.len()];
        for (place, wait) in acts {
            hours += wait;
            let action = ["added", "removed"][times[place] % 2];
            let expect = if times[place] < 2 { "delivery" } else { "repeated" };
            let (who, team) = PLACES[place];
            let said = service.say("membership", &membership(action, who, team), hours);
            prop_assert_eq!(said, expect);
            times[place] += 1;
        }
        prop_assert_eq!(service.log.entries().len(), times.iter().sum::<usize>());
    }

    /// Whoever captured every word and sends them as they like gets no further than the rules.
    #[test]
    fn replays_are_bounded_and_marked(
        words in proptest::collection::vec((0..PLACES.len(), 0..2_usize, 0..40_usize, 0_i64..9), 0..120)
    ) {
        let (mut service, mut hours) = (Service::default(), 0);
        for (place, action, number, wait) in words {
            hours += wait;
            let (who, team) = PLACES[place];
            let body = membership(["added", "removed"][action], who, team);
            // Some numbers are sent again.
            let number = if number < 5 { format!("old-{number}") } else { format!("new-{}", service.sent) };
            service.sent += 1;
            let said = service.deliver("membership", &number, &body, hours);
            // Nothing that is refused is lost: it was taken, or it is told, or was today.
            let is_told = |it: &Entry| {
                let is_today = hours * 3_600 - it.at.as_second() < 86_400;
                it.event == Event::Refused && is_today && it.content == Some(Digest::of(body.as_bytes()))
            };
            let is_known = ["delivery", "repeated", "this delivery was taken before"].contains(&said.as_str());
            prop_assert!(is_known || service.log.entries().iter().any(is_told), "{said}");
        }
        let entries = service.log.entries();
        let taken = || entries.iter().filter(|it| rules::is_taken(it));
        for entry in entries {
            let before = || taken().filter(|it| it.number < entry.number);
            let is_first = before().all(|it| it.content != entry.content);
            let last = before().rfind(|it| rules::is_of_same(it, entry));
            match entry.event {
                Event::Delivery => prop_assert!(is_first),
                Event::Repeated => {
                    prop_assert!(!is_first && last.is_some_and(|it| it.detail != entry.detail));
                }
                _ => prop_assert!(entry.detail.contains("; ")),
            }
            let day = |it: &&Entry| it.event == entry.event && it.number <= entry.number
                && entry.at.as_second() - it.at.as_second() < 86_400;
            let of_day: Vec<&Entry> = entries.iter().filter(day).collect();
            if entry.event == Event::Repeated {
                let of_one = of_day.iter().filter(|it| rules::is_of_same(it, entry)).count();
                prop_assert!(of_one <= MOST_OF_ONE);
            }
            prop_assert!(entry.event != Event::Refused || of_day.len() <= MOST_REFUSED);
            prop_assert!(!rules::is_taken(entry) || taken().filter(|it| it.reference == entry.reference).count() == 1);
        }
        // What is left in doubt is what was repeated or refused last, of each.
        let doubts = Doubts::of(&service.log).beside(&[].into());
        let doubtful = entries.iter().filter(|it| matches!(it.event, Event::Repeated | Event::Refused));
        prop_assert_eq!(doubts.is_empty(), doubtful.count() == 0);
        prop_assert!(doubts.len() <= PLACES.len());
    }
}
