//! Grouping records batch by batch: half a million of them at once would take a gigabyte.
//!
//! Records that share no id, neither their own nor an alias, cannot meet in a group. So they are parted by
//! shared ids first, which needs little memory, and each batch holds whole parts.

use std::collections::HashMap;

use bartizan_model::advisory::AliasGroup;
use bartizan_vulnerability::group::{RecordLinks, group_records};

/// How many records are grouped at once, save where more of them hang together.
const BATCH: usize = 16_384;

/// The groups of all records, sorted by key, as `group_records` gives them for all at once.
pub(super) fn group_in_batches(links: Vec<RecordLinks>) -> Vec<AliasGroup> {
    group_by(links, BATCH)
}

fn group_by(links: Vec<RecordLinks>, size: usize) -> Vec<AliasGroup> {
    let mut parted: Vec<(u32, RecordLinks)> = parts(&links).into_iter().zip(links).collect();
    parted.sort_unstable_by_key(|(part, _)| *part);
    let mut groups = Vec::new();
    let mut batch: Vec<RecordLinks> = Vec::new();
    let mut last = None;
    for (part, record) in parted {
        if batch.len() >= size && last != Some(part) {
            groups.append(&mut group_records(std::mem::take(&mut batch)));
        }
        last = Some(part);
        batch.push(record);
    }
    groups.append(&mut group_records(batch));
    groups.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    groups
}

/// A number for each record; records that share an id, or are connected by others that do, have the same.
fn parts(links: &[RecordLinks]) -> Vec<u32> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut parents: Vec<u32> = Vec::new();
    let mut owns = Vec::with_capacity(links.len());
    for record in links {
        let mut number = |id| {
            *numbers.entry(id).or_insert_with(|| {
                // There are fewer ids than bytes in a temporary file of less than 2^32 records.
                let next = u32::try_from(parents.len()).unwrap_or(u32::MAX);
                parents.push(next);
                next
            })
        };
        let own = number(record.key.id.as_str());
        let others: Vec<u32> = record.aliases.iter().map(|alias| number(alias)).collect();
        for other in others {
            let (a, b) = (root(&mut parents, own), root(&mut parents, other));
            if let Some(parent) = parents.get_mut(a.max(b) as usize) {
                *parent = a.min(b);
            }
        }
        owns.push(own);
    }
    owns.into_iter()
        .map(|own| root(&mut parents, own))
        .collect()
}

/// The least number of a part, halving the way to it.
fn root(parents: &mut [u32], mut number: u32) -> u32 {
    loop {
        let parent = parents.get(number as usize).copied().unwrap_or(number);
        if parent == number {
            return number;
        }
        let above = parents.get(parent as usize).copied().unwrap_or(parent);
        if let Some(slot) = parents.get_mut(number as usize) {
            *slot = above;
        }
        number = above;
    }
}

#[cfg(test)]
mod tests {
    use bartizan_model::advisory::{RecordKey, Standing};
    use proptest::prelude::*;

    use super::*;

    fn id() -> impl Strategy<Value = String> {
        prop_oneof![
            (0..12).prop_map(|number| format!("CVE-2024-{number}")),
            (0..12).prop_map(|number| format!("PYSEC-2024-{number}")),
            (0..12).prop_map(|number| format!("GHSA-{number}")),
        ]
    }

    fn links() -> impl Strategy<Value = RecordLinks> {
        let ids = |most| proptest::collection::vec(id(), 0..most);
        let source = prop_oneof![Just("a"), Just("b")];
        (
            id(),
            source,
            ids(8),
            ids(3),
            ids(3),
            proptest::bool::weighted(0.2),
            proptest::sample::select(&Standing::ALL[..]),
        )
            .prop_map(
                |(id, source, aliases, related, upstream, is_withdrawn, standing)| RecordLinks {
                    key: RecordKey {
                        id,
                        source: source.to_owned(),
                    },
                    aliases,
                    related,
                    upstream,
                    is_withdrawn,
                    standing,
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn batches_give_the_groups_of_all_at_once(
            records in proptest::collection::vec(links(), 0..25),
            size in 1_usize..5,
        ) {
            let whole = group_records(records.clone());
            prop_assert_eq!(group_by(records, size), whole);
        }
    }
}
