//! exploration
use std::{collections::BTreeMap, path::PathBuf};

use bartizan_model::Timestamp;
use bartizan_people::{
    anomaly::{self, Act, Acts, Conduct, Episode},
    corpus::{Corpus, Source},
    corrections::Corrections,
};
use bartizan_sources::{
    home::Home,
    past::{self, Kept, Wanted},
};

struct Dice(u64);
impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn tell(kind: &str, project: &str, who: usize, e: &Episode<'_>, c: &Conduct, extra: &str) {
    println!(
        "{kind}\t{project}\t{who}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{extra}",
        e.usual.acts,
        e.usual.busiest,
        e.silence,
        (e.usual.last.as_second() - e.usual.first.as_second()) / 86400,
        e.usual.rights.len(),
        e.usual.sensitive.len(),
        e.usual.keys.len(),
        e.usual.areas.len(),
        c.acts,
        format!("{:?}", c.rights),
        format!("{:?}", c.sensitive),
        c.has_new_key,
        c.has_known_key,
        c.touches,
        c.new_touches,
        e.acts.first().unwrap().time,
    );
}

fn main() {
    let home = Home::new(std::env::args().nth(1).unwrap());
    let key = past::key(&home).unwrap();
    let mut sources = Vec::new();
    for word in std::env::args().skip(2) {
        let (name, path) = word.split_once('=').unwrap();
        let path = PathBuf::from(path);
        let wanted = Wanted { lines: false, kept: Some(Kept::new(&home, &key, &path)) };
        let reading = past::read(&path, &wanted, &mut ()).unwrap();
        eprintln!("{name} {}", reading.history.commits.len());
        sources.push(Source { name: name.to_owned(), history: reading.history });
    }
    let corpus = Corpus::of(sources, &Corrections::default(), &key);
    let mut dice = Dice(20261126);
    for project in &corpus.projects {
        let acts = Acts::of(project, &|it| corpus.is_program(it));
        let authors: std::collections::BTreeSet<u32> =
            project.works.iter().map(|it| it.author).filter(|it| !corpus.is_program(*it)).collect();
        eprintln!("{} authors {}", project.name, authors.len());
        println!("P\t{}\t{}", project.name, authors.len());
        for (person, list) in &acts.of_person {
            if list.len() < 3 { continue; }
            print!("A\t{}\t{person}", project.name);
            for a in list {
                let r = match a.right { None => 0, Some(anomaly::Right::Write) => 1, Some(anomaly::Right::Release) => 2 };
                let s: Vec<String> = a.sensitive.iter().map(|it| format!("{}", *it as u8)).collect();
                let ar: Vec<String> = a.areas.iter().map(u32::to_string).collect();
                print!("\t{};{r};{};{};{}", a.time.as_second(), a.key.map_or(0, |it| it.0), s.join(","), ar.join(","));
            }
            println!();
        }
        for (person, list) in &acts.of_person {
            for e in anomaly::episodes(list) {
                tell("R", &project.name, *person as usize, &e, &e.conduct(), "");
            }
        }
        let end = acts.of_person.values().filter_map(|it| it.last()).map(|it| it.time.as_second()).max().unwrap();
        let day = 86400i64;
        let victims: Vec<(&u32, &Vec<Act>)> = acts.of_person.iter().filter(|(_, l)| l.len() >= anomaly::FEWEST_ACTS
            && l.last().unwrap().time.as_second() + (anomaly::SILENCE_DAYS + 90) * day < end).collect();
        if victims.is_empty() { continue; }
        let mut made = 0;
        for _ in 0..2000 {
            if made >= 100 { break; }
            let (v, list) = victims[dice.below(victims.len())];
            let from = list.last().unwrap().time.as_second() + anomaly::SILENCE_DAYS * day;
            let to = end - 90 * day;
            let at = from + (dice.next() % ((to - from).max(1) as u64)) as i64;
            let donors: Vec<(&u32, &[Act])> = acts.of_person.iter().filter(|(p, _)| *p != v).filter_map(|(p, l)| {
                let a = l.partition_point(|it| it.time.as_second() < at);
                let b = l.partition_point(|it| it.time.as_second() < at + 90 * day);
                let mid = &l[a..b];
                (mid.len() >= 5).then_some((p, mid))
            }).collect();
            if donors.is_empty() { continue; }
            let (d, work) = donors[dice.below(donors.len())];
            let before = acts.of_person[d].iter().filter(|it| it.time.as_second() < at).count();
            let mut spliced: Vec<Act> = list.clone();
            spliced.extend(work.iter().cloned());
            let found = anomaly::episodes(&spliced);
            let e = found.last().unwrap();
            made += 1;
            let rights = work.iter().filter(|it| it.right.is_some()).count();
            tell("S", &project.name, *v as usize, e, &e.conduct(), &format!("{before}\t{rights}"));
        }
    }
    let _ = (Timestamp::UNIX_EPOCH, BTreeMap::<u8, u8>::new());
}
