//! Who people are, and where they live, decides nothing: a property of everything that is said of projects and changes.
//!
//! Histories are made from the texts of commits, with names, addresses and time zones in them, and read as any other. Another
//! choice of names and addresses that keeps who is equal to whom and the code host's numbers, and any other time zones, must
//! leave every word the same.

use std::fmt::Write as _;

use bartizan_model::Timestamp;
use proptest::prelude::*;

use crate::{
    corpus::{Corpus, Source, sample::day},
    corrections::Corrections,
    history::{
        Change, Commit, CommitGaps, Content, ContentKind, Hash, History, Lines, Merged, Proposed,
        Pull, Signature, SignedTag,
    },
    keyed::Key,
    object::{self, Actor, Stamp},
    review::{Acquaintance, advise, pressure, proposals, survey},
    structure::{ALL_SIGNALS, Known, Timeline},
};

/// A name for each number, and an address for each number, of two worlds.
struct World {
    names: [&'static str; 6],
    addresses: [&'static str; 6],
    zones: [&'static str; 3],
}

const ONE: World = World {
    names: [
        "Anna Brown",
        "Ben Cole",
        "cy",
        "Dee Fox",
        "Eve G Hill",
        "GitHub",
    ],
    addresses: [
        "anna@university.example.net",
        "7+ben@users.noreply.github.com",
        "cy@example.net",
        "ben@users.noreply.github.com",
        "8+eve@users.noreply.github.com",
        "noreply@github.com",
    ],
    zones: ["+0000", "-0700", "+0100"],
};

const OTHER: World = World {
    names: [
        "Zhao Lihua",
        "Aamina Bello",
        "xi",
        "B\u{e4}rbel \u{d6}z",
        "Abe Q Ruiz",
        "GitHub",
    ],
    addresses: [
        "z@mail.example.cn",
        "7+aamina@users.noreply.github.com",
        "xi@mail.example.cn",
        "aamina@users.noreply.github.com",
        "8+abe@users.noreply.github.com",
        "noreply@github.com",
    ],
    zones: ["+0800", "+0300", "-1100"],
};

const FILES: [&str; 5] = [
    "src/a.py",
    "setup.py",
    "doc/b.rst",
    ".github/workflows/w.yml",
    "t/x.xz",
];

/// One commit: author and committer by their names and addresses, zone, file, days since the one before, whether it names a
/// pull request, whether it is one that was never taken in.
type Deed = (
    (usize, usize),
    (usize, usize),
    usize,
    usize,
    i64,
    bool,
    bool,
);

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let somebody = || (0..6_usize, 0..6_usize);
    let deed = (
        somebody(),
        somebody(),
        0..3_usize,
        0..5_usize,
        0..60_i64,
        any::<bool>(),
        any::<bool>(),
    );
    prop::collection::vec(deed, 2..60)
}

/// Who is named in the text of a commit, and when, as it is read from a repository.
fn stamps(world: &World, deed: &Deed, seconds: i64) -> (Stamp, Stamp) {
    let who = |(name, address): (usize, usize)| {
        format!("{} <{}>", world.names[name], world.addresses[address])
    };
    let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    let text = format!(
        "tree {tree}\nauthor {} {seconds} {zone}\ncommitter {} {seconds} {zone}\n\nx\n",
        who(deed.0),
        who(deed.1),
        zone = world.zones[deed.2]
    );
    let read = object::read(text.as_bytes()).unwrap();
    (read.author.unwrap(), read.committer.unwrap())
}

fn history(world: &World, deeds: &[Deed]) -> History {
    let mut history = History {
        paths: FILES.map(str::to_owned).to_vec(),
        ..History::default()
    };
    let number = |actor: Actor, actors: &mut Vec<Actor>| {
        let place = actors
            .iter()
            .position(|it| *it == actor)
            .unwrap_or_else(|| {
                actors.push(actor);
                actors.len() - 1
            });
        u32::try_from(place).unwrap()
    };
    let mut seconds = day("2012-01-01").as_second();
    let mut last: Option<Hash> = None;
    for (place, deed) in deeds.iter().enumerate() {
        seconds += deed.4 * 86_400 + 1;
        let (author, committer) = stamps(world, deed, seconds);
        let mut id = Hash::default();
        id[..8].copy_from_slice(&(place as u64 + 1).to_be_bytes());
        let content = Some(Content {
            id,
            kind: ContentKind::File,
        });
        let pull = u32::try_from(place + 1).unwrap();
        let commit = Commit {
            id,
            tree: id,
            parents: last.into_iter().collect(),
            author: (number(author.actor, &mut history.actors), author.time),
            committer: (number(committer.actor, &mut history.actors), committer.time),
            signature: Signature::None,
            pull: deed.5.then_some(crate::history::PullMention {
                number: pull,
                login: None,
            }),
            credits: Vec::new(),
            changes: vec![Change {
                path: u32::try_from(deed.3).unwrap(),
                old: content,
                new: content,
                renamed_from: None,
                lines: Lines::NotCounted,
            }],
            gaps: CommitGaps::default(),
        };
        if deed.5 || deed.6 {
            let merged = if deed.6 {
                Merged::Unseen
            } else {
                Merged::BySubject
            };
            history.pulls.push(Pull {
                number: pull,
                head: id,
                merged,
            });
        }
        if deed.6 {
            history.proposed.push(Proposed {
                pull: Some(pull),
                head: id,
                commits: vec![commit],
                is_cut: false,
            });
            continue;
        }
        history.tags.push(SignedTag {
            name: format!("v{place}"),
            target: id,
            tagger: Some(commit.committer),
            signature: Signature::None,
        });
        last = Some(id);
        history.commits.insert(0, commit);
    }
    sorted(history)
}

/// Numbers follow the alphabet, as they do where a repository is read: so names do decide numbers.
fn sorted(mut history: History) -> History {
    let before = history.actors.clone();
    history.actors.sort();
    let number = |old: u32| {
        let place = history
            .actors
            .iter()
            .position(|it| *it == before[old as usize]);
        u32::try_from(place.unwrap()).unwrap()
    };
    let proposed = history.proposed.iter_mut().flat_map(|it| &mut it.commits);
    for commit in history.commits.iter_mut().chain(proposed) {
        commit.author.0 = number(commit.author.0);
        commit.committer.0 = number(commit.committer.0);
    }
    for tag in &mut history.tags {
        tag.tagger = tag.tagger.map(|(actor, time)| (number(actor), time));
    }
    history
}

/// Every word that is said of a project and of what is proposed to it.
fn told(world: &World, first: &[Deed], second: &[Deed]) -> String {
    let sources = [("one", first), ("two", second)].map(|(name, deeds)| Source {
        name: name.to_owned(),
        history: history(world, deeds),
    });
    let corpus = Corpus::of(sources.into(), &Corrections::default(), &Key::new([1; 32]));
    let known = Known::of(&corpus);
    let mut text = format!("{}\n", corpus.persons.persons.len());
    for project in &corpus.projects {
        let mut timeline = Timeline::new(&corpus, project, &known);
        let days: Vec<Timestamp> = (2013..2020).map(|it| day(&format!("{it}-01-01"))).collect();
        for day in &days {
            let it = timeline.at(*day);
            writeln!(
                text,
                "{} {:?} {} {}",
                it.level().as_str(),
                it.truck.factor,
                it.contributors,
                it.releases.by.by.len()
            )
            .unwrap();
            for signal in ALL_SIGNALS {
                writeln!(
                    text,
                    "{:?} {} {:?}",
                    it.state(signal),
                    it.because(signal),
                    it.against(signal)
                )
                .unwrap();
            }
        }
        let proposals = proposals(&corpus, project);
        let what = (&corpus, project, &known);
        writeln!(
            text,
            "{:?}",
            pressure(what, &proposals, &days, day("2019-01-01"))
        )
        .unwrap();
        writeln!(text, "{:?}", survey(what, &proposals, &days)).unwrap();
        let mut acquaintance = Acquaintance::new(&corpus, project);
        for proposal in &proposals {
            acquaintance.read_before(proposal.last);
            for part in &proposal.parts {
                let advice = advise(&acquaintance, (proposal, part), true, proposal.last);
                writeln!(text, "{:?} {:?}", advice.standing, advice.points).unwrap();
            }
        }
    }
    text
}

proptest! {
    #[test]
    fn names_addresses_and_time_zones_decide_nothing(first in deeds(), second in deeds()) {
        prop_assert_eq!(told(&ONE, &first, &second), told(&OTHER, &first, &second));
    }
}
