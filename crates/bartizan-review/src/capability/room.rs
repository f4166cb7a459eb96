//! How much is kept of what functions do, so that no change can be padded until it costs what it likes, and so that padding
//! hides nothing: of each capability the first new use of each file is kept and told before any second one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Gained,
    uses::{Outline, Use},
};
use crate::{kind::Role, rule::Capability};

/// How many uses of one capability are kept of one function.
const MOST_OF_FUNCTION: usize = 200;

/// How many uses of one capability are kept of all files of one side, beside the first of each file.
const MOST_OF_CAPABILITY: usize = 10_000;

/// How many names of what functions call are kept.
const MOST_NAMES: usize = 500_000;

/// What is left of the room of one side.
#[derive(Debug, Default)]
pub(super) struct Room {
    uses: BTreeMap<Capability, usize>,
    names: usize,
}

impl Room {
    /// Leaves of an outline what there is room for. Whether that left functions out.
    pub(super) fn fit(&mut self, outline: &mut Outline) -> bool {
        let mut of_function: BTreeMap<(Capability, String), usize> = BTreeMap::new();
        let mut of_file = BTreeSet::new();
        let mut is_cut = false;
        outline.uses.retain(|it| {
            let holder = (it.capability, it.within.clone());
            let seen = of_function.entry(holder).or_default();
            *seen += 1;
            if *seen > MOST_OF_FUNCTION {
                return false;
            }
            let is_first = of_file.insert(it.capability);
            let kept = self.uses.entry(it.capability).or_default();
            if *kept >= MOST_OF_CAPABILITY && !is_first {
                is_cut = true;
                return false;
            }
            *kept += 1;
            true
        });
        outline.uses.shrink_to_fit();
        for names in outline.calls.values_mut() {
            let room = MOST_NAMES.saturating_sub(self.names);
            if names.len() > room {
                *names = std::mem::take(names).into_iter().take(room).collect();
            }
            self.names += names.len();
        }
        outline.calls.retain(|_, names| !names.is_empty());
        is_cut
    }
}

/// Of both sides of a file: what a function does on both is nothing new, and need not be known use by use.
pub(super) fn settle(before: &mut Outline, after: &mut Outline) {
    if before.path != after.path {
        return;
    }
    let holder = |it: &Use| (it.capability, it.within.clone());
    let held: BTreeSet<(Capability, String)> = before.uses.iter().map(holder).collect();
    let mut both = BTreeSet::new();
    after.uses.retain(|it| {
        let holder = holder(it);
        let is_held = held.contains(&holder);
        if is_held {
            both.insert(holder);
        }
        !is_held
    });
    let mut told = BTreeSet::new();
    before.uses.retain_mut(|it| {
        let holder = holder(it);
        if !both.contains(&holder) {
            return true;
        }
        it.text = String::new();
        it.stays = true;
        told.insert(holder)
    });
}

/// The most telling of what was gained, at most so many: the first of each file before any second, each capability in turn, and
/// what runs at installation or a build before what is shipped. Whether there were more.
pub(super) fn most_telling(gained: &mut Vec<Gained>, most: usize) -> bool {
    if gained.len() <= most {
        return false;
    }
    let mut files: BTreeMap<(Capability, String), usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, Role, Gained)> = std::mem::take(gained)
        .into_iter()
        .map(|it| {
            let round = files.entry((it.capability, it.file.clone())).or_default();
            *round += 1;
            (*round, it.role, it)
        })
        .collect();
    ranked.sort_by_key(|(round, role, _)| (*round, *role));
    let mut seats: BTreeMap<(usize, Capability), usize> = BTreeMap::new();
    let mut seated: Vec<(usize, usize, Gained)> = ranked
        .into_iter()
        .map(|(round, _, it)| {
            let seat = seats.entry((round, it.capability)).or_default();
            *seat += 1;
            (round, *seat, it)
        })
        .collect();
    seated.sort_by_key(|(round, seat, it)| (*round, *seat, it.capability));
    gained.extend(seated.into_iter().take(most).map(|(_, _, it)| it));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Review,
        change::{File, FileChange},
        rule::Rules,
    };

    fn check(files: &[(String, String)]) -> (BTreeMap<(&'static str, String), usize>, bool) {
        let mut review = Review::new(Rules::built_in());
        for (name, text) in files {
            review.look(&FileChange {
                before: None,
                after: Some(File::new(name, text.clone())),
            });
        }
        let report = review.finish();
        let mut told = BTreeMap::new();
        for it in &report.capabilities {
            *told
                .entry((it.capability.name(), it.file.clone()))
                .or_default() += 1;
        }
        (told, report.has_more_capabilities)
    }

    /// A file of so many functions that run programs.
    fn padding(name: &str, count: usize) -> (String, String) {
        let functions = (0..count).map(|it| format!("def f{it}():\n    os.system(x)\n"));
        (
            name.to_owned(),
            format!("import os\n{}", functions.collect::<String>()),
        )
    }

    #[test]
    fn padding_hides_nothing_and_is_told() {
        let planted = "import os, socket\ndef g():\n    socket.socket()\n    os.system(x)\n";
        let mut files: Vec<(String, String)> = (0..12)
            .map(|it| padding(&format!("a{it:02}.py"), 1_000))
            .collect();
        files.push(("z.py".to_owned(), planted.to_owned()));
        files.push(("setup.py".to_owned(), planted.to_owned()));
        let (told, has_more) = check(&files);
        assert!(has_more);
        assert_eq!(told.values().sum::<usize>(), super::super::MOST_GAINED);
        for name in ["z.py", "setup.py"] {
            assert_eq!(told.get(&("network", name.to_owned())), Some(&1));
            assert_eq!(told.get(&("exec", name.to_owned())), Some(&1));
        }
    }

    #[test]
    fn one_function_of_many_calls_is_one() {
        let text = format!("import os\n{}", "os.system(x)\n".repeat(5_000));
        let (told, has_more) = check(&[("a.py".to_owned(), text)]);
        assert_eq!(told, BTreeMap::from([(("exec", "a.py".to_owned()), 1)]));
        assert!(!has_more);
    }
}
