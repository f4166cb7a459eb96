use bartizan_model::Timestamp;
use proptest::prelude::*;

use super::*;

/// A log of some deliveries, a day apart, with its text.
pub(crate) fn log(details: &[&str]) -> (Log, String) {
    let (mut log, mut text) = (Log::default(), String::new());
    for (day, detail) in (1..).zip(details) {
        let entry = Entry {
            number: 0,
            at: Timestamp::from_second(day * 86_400).unwrap(),
            event: Event::Delivery,
            by: "github".to_owned(),
            about: Some("github:ann".to_owned()),
            place: None,
            reference: Some(format!("d{day}")),
            content: Some(Digest::of(detail.as_bytes())),
            detail: (*detail).to_owned(),
        };
        text += &log.add(entry).unwrap();
    }
    (log, text)
}

fn some() -> (Log, String) {
    log(&[
        "member added",
        "team edited",
        "key created",
        "member removed",
    ])
}

fn check(text: &str) -> String {
    Log::read(text.as_bytes()).map_or_else(
        |error| error.to_string(),
        |it| format!("{} entries", it.entries().len()),
    )
}

#[test]
fn it_is_read_again_and_holds_its_checkpoints() {
    let (log, text) = some();
    assert_eq!(Log::read(text.as_bytes()), Ok(log.clone()));
    for count in 1..=4 {
        let (shorter, _) = self::log(
            &[
                "member added",
                "team edited",
                "key created",
                "member removed",
            ][..count],
        );
        let checkpoint = shorter.checkpoint().unwrap();
        assert_eq!(log.holds(&checkpoint), Ok(()));
        assert_eq!(Checkpoint::read(&checkpoint.text()), Ok(checkpoint));
    }
    assert!(log.has_reference(Event::Delivery, "d2"));
    assert!(!log.has_reference(Event::Planned, "d2"));
    // What a checkpoint is today it must stay, or no published one is believed any more.
    insta::assert_snapshot!(log.checkpoint().unwrap().text(), @r"
    bartizan access checkpoint 1
    entries: 4
    root: 924027ab18da83781f38d3b0da5ea546d515371d91769cefc0e5fe33c50b2ac7
    at: 1970-01-05T00:00:00Z
    ");
}

#[test]
fn checkpoints_of_a_note_are_read_one_by_one() {
    let (log, _) = some();
    let last = log.checkpoint().unwrap();
    let (first, _) = self::log(&["member added"]);
    let first = first.checkpoint().unwrap();
    for between in ["", "\n", "\n\n"] {
        let text = format!("{}{between}{}\n", first.text(), last.text());
        assert_eq!(Checkpoint::read_all(&text), Ok(vec![first, last]), "{text}");
    }
    for wrong in [
        String::new(),
        "a note".to_owned(),
        format!("a note\n{}", first.text()),
        format!("{}and more\n", first.text()),
        first.text().replace("entries: 1", "entries: 01"),
    ] {
        assert_eq!(
            Checkpoint::read_all(&wrong),
            Err(CheckpointError),
            "{wrong}"
        );
    }
}

#[test]
fn what_is_changed_is_seen() {
    let (log, text) = some();
    let checkpoint = log.checkpoint().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let put = |lines: &[&str]| lines.join("\n") + "\n";
    for (changed, expect) in [
        (text.clone(), "4 entries"),
        (put(&lines[..2]), "2 entries"),
        (String::new(), "0 entries"),
        (
            put(&lines[1..]),
            "line 1 of the access log does not follow from the line before: the log was changed",
        ),
        (
            put(&[lines[0], lines[2]]),
            "line 2 of the access log does not follow from the line before: the log was changed",
        ),
        (
            put(&[lines[1], lines[0]]),
            "line 1 of the access log does not follow from the line before: the log was changed",
        ),
        (
            text.replace("team edited", "team deleted"),
            "line 2 of the access log does not follow from the line before: the log was changed",
        ),
        (
            text.trim_end().to_owned(),
            "the access log was cut off in its last line",
        ),
        (
            text.replace("\"by\"", "\"from\""),
            "line 1 of the access log cannot be read",
        ),
    ] {
        assert_eq!(check(&changed), expect, "{changed}");
    }
    // What is cut off at its end, or written anew, is told by the checkpoint alone.
    let (shorter, _) = self::log(&["member added"]);
    let (other, _) = self::log(&["member added", "team edited", "key created", "nothing"]);
    insta::assert_snapshot!(shorter.holds(&checkpoint).unwrap_err(), @"the access log has 1 entries, and had 4 at the checkpoint: it was shortened");
    insta::assert_snapshot!(other.holds(&checkpoint).unwrap_err(), @"the first 4 entries of the access log are not those of the checkpoint: it was written anew");
}

#[test]
fn an_entry_is_a_line() {
    let (mut log, _) = some();
    let mut entry = log.entries()[0].clone();
    entry.detail = "two\nlines".to_owned();
    assert_eq!(log.add(entry.clone()), Err(LogError::Unmeant));
    entry.detail = "x".repeat(LONGEST_LINE);
    assert_eq!(log.add(entry), Err(LogError::Unmeant));
    assert_eq!(log.entries().len(), 4);
}

proptest! {
    /// No byte can be another one, in the log or in a checkpoint.
    #[test]
    fn every_byte_counts(place in 0..10_000_usize, byte in any::<u8>()) {
        let (log, text) = some();
        let mut bytes = text.into_bytes();
        let place = place % bytes.len();
        if bytes[place] != byte {
            bytes[place] = byte;
            // A new end of a line can only cut off.
            prop_assert!(Log::read(&bytes).is_err());
        }
        let checkpoint = log.checkpoint().unwrap();
        let mut bytes = checkpoint.text().into_bytes();
        let place = place % bytes.len();
        if bytes[place] != byte {
            bytes[place] = byte;
            let text = String::from_utf8_lossy(&bytes);
            let holds = Checkpoint::read(&text).is_ok_and(|it| log.holds(&it).is_ok());
            prop_assert!(!holds);
        }
    }

    #[test]
    fn never_panics(text in ".{0,200}") {
        check(&text);
        let _ = Checkpoint::read(&text);
    }

    /// Of a log that was cut, reordered or put together anew nothing holds.
    #[test]
    fn a_checkpoint_tells_truncation_and_reordering(order in Just([0, 1, 2, 3]).prop_shuffle(), keep in 0..4_usize) {
        let (log, text) = some();
        let checkpoint = log.checkpoint().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let cut = lines[..keep].join("\n") + if keep == 0 { "" } else { "\n" };
        let cut = Log::read(cut.as_bytes()).unwrap();
        prop_assert!(cut.holds(&checkpoint).is_err());
        let shuffled: String = order.iter().map(|it| lines[*it].to_owned() + "\n").collect();
        let believed = Log::read(shuffled.as_bytes());
        prop_assert_eq!(believed.is_ok(), order == [0, 1, 2, 3]);
    }
}
