//! Any sequence of imports gives what a plain model of the rules gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::sync::gather::Extent;

/// A record of the model: when it was changed, which import its text is from, and who states it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    modified: u8,
    text: usize,
    origins: BTreeSet<u8>,
}

type Model = BTreeMap<u8, Known>;

/// One import: an origin, and records as id and time of change.
type Import = (u8, Vec<(u8, u8)>);

/// The rules, as plainly as they can be said.
fn import_into(model: &Model, number: usize, (origin, records): &Import) -> Model {
    let mut stated: BTreeMap<u8, (u8, usize)> = BTreeMap::new();
    for (place, (id, modified)) in records.iter().enumerate() {
        let text = number * 100 + place;
        let best = stated.entry(*id).or_insert((*modified, text));
        if *modified >= best.0 {
            *best = (*modified, text);
        }
    }
    let mut next = Model::new();
    for (id, known) in model {
        let mut origins = known.origins.clone();
        origins.remove(origin);
        if !origins.is_empty() {
            next.insert(
                *id,
                Known {
                    origins,
                    ..known.clone()
                },
            );
        }
    }
    for (id, (modified, text)) in stated {
        let entry = next.entry(id).or_insert(Known {
            modified,
            text,
            origins: BTreeSet::new(),
        });
        entry.origins.insert(*origin);
        if modified >= entry.modified {
            (entry.modified, entry.text) = (modified, text);
        }
    }
    next
}

fn build_import(
    old: Option<&Snapshot<Vec<u8>>>,
    number: usize,
    (origin, records): &Import,
) -> Built<Vec<u8>> {
    let mut gather = Gather::new(Cursor::new(Vec::new()), Authority::default());
    let input = gather.input(&format!("origin-{origin}"), Extent::Whole);
    for (place, (id, modified)) in records.iter().enumerate() {
        let time = format!("2024-01-0{}T00:00:00Z", modified + 1);
        let text = record(
            &format!("PYSEC-2024-{id}"),
            &time,
            &format!("text-{}", number * 100 + place),
        );
        let reading = bartizan_formats::advisory::read("x", text.as_bytes());
        gather.add(input, reading).unwrap();
    }
    let ingredients = Ingredients {
        old,
        gather,
        spool: Cursor::new(Vec::new()),
        now: Timestamp::UNIX_EPOCH,
        starter_date: None,
    };
    build(ingredients, Vec::new(), &mut Silent).unwrap()
}

/// What a snapshot holds, in the words of the model.
fn told(snapshot: &Snapshot<Vec<u8>>, model: &Model) -> Model {
    let origins = &snapshot.manifest().origins;
    let mut told = Model::new();
    for record in snapshot.records().unwrap().map(Result::unwrap) {
        let id: u8 = record.key.id.rsplit('-').next().unwrap().parse().unwrap();
        let text = record.raw.split("text-").nth(1).unwrap();
        let text: usize = text.split('"').next().unwrap().parse().unwrap();
        let package = snapshot
            .package(&Package::pypi(&format!("text-{text}")))
            .unwrap()
            .unwrap();
        assert_eq!(package.entries.len(), 1);
        assert_eq!(package.entries[0].id, record.key.id);
        let names = record
            .origins
            .iter()
            .map(|number| &origins[*number as usize].address);
        let known = Known {
            modified: model.get(&id).map_or(0, |known| known.modified),
            text,
            origins: names
                .map(|name| name.rsplit('-').next().unwrap().parse().unwrap())
                .collect(),
        };
        told.insert(id, known);
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn imports_follow_the_rules(
        imports in proptest::collection::vec(
            (0_u8..3, proptest::collection::vec((0_u8..5, 0_u8..3), 0..5)),
            1..6,
        )
    ) {
        let (mut model, mut snapshot) = (Model::new(), None::<Snapshot<Vec<u8>>>);
        for (number, import) in imports.iter().enumerate() {
            let next = import_into(&model, number, import);
            let built = build_import(snapshot.as_ref(), number, import);
            let counts = built.sources.first().map_or((0, 0, 0), |source| (source.new, source.changed, source.removed));
            let added = next.keys().filter(|id| !model.contains_key(id)).count() as u64;
            let gone = model.keys().filter(|id| !next.contains_key(id)).count() as u64;
            let changed = next.iter().filter(|(id, known)| model.get(id).is_some_and(|old| old.text != known.text)).count() as u64;
            let opened = Snapshot::open(built.target).unwrap();
            opened.verify().unwrap();
            prop_assert_eq!(told(&opened, &next), next.clone());
            prop_assert_eq!(counts, (added, changed, gone));
            prop_assert_eq!(opened.manifest().counts.records, next.len() as u64);
            (model, snapshot) = (next, Some(opened));
        }
    }
}
