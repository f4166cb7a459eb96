//! Groups of actors that are joined step by step, and what must stay apart.

use std::collections::BTreeSet;

use super::{Known, Merge, Reason};

/// A side of a split: the number of the split, and the side in it.
pub(crate) type Side = (usize, usize);

#[derive(Clone)]
pub(super) struct Clusters {
    /// The actor that each was joined to; itself where it is the first.
    up: Vec<usize>,
    /// Of the first of each group: its accounts, and the sides that it is on.
    accounts: Vec<BTreeSet<u64>>,
    sides: Vec<BTreeSet<Side>>,
    pub(super) merges: Vec<Merge>,
    pub(super) kept_apart: usize,
}

impl Clusters {
    pub(super) fn new(known: &[Known], apart: &[(Side, Vec<usize>)]) -> Self {
        let account = |it: &Known| it.account.as_ref().and_then(|it| it.number);
        let mut sides = vec![BTreeSet::new(); known.len()];
        for (side, actors) in apart {
            for actor in actors {
                if let Some(sides) = sides.get_mut(*actor) {
                    sides.insert(*side);
                }
            }
        }
        Self {
            up: (0..known.len()).collect(),
            accounts: known
                .iter()
                .map(|it| account(it).into_iter().collect())
                .collect(),
            sides,
            merges: Vec::new(),
            kept_apart: 0,
        }
    }

    /// The first of somebody's group.
    pub(super) fn root(&mut self, actor: usize) -> usize {
        let mut root = actor;
        while let Some(up) = self.up.get(root).copied().filter(|up| *up != root) {
            root = up;
        }
        let mut at = actor;
        while let Some(up) = self.up.get_mut(at).filter(|up| **up != root) {
            at = std::mem::replace(up, root);
        }
        root
    }

    pub(super) fn host_numbers(&mut self, actor: usize) -> BTreeSet<u64> {
        let root = self.root(actor);
        self.accounts.get(root).cloned().unwrap_or_default()
    }

    /// Joins the groups of all of them, but for what must stay apart.
    pub(super) fn join(&mut self, group: &[usize], reason: Reason) {
        // Each with the first that it may be joined to: what is apart from one of a group may belong to another.
        let mut firsts: Vec<usize> = Vec::new();
        for other in group {
            let joined = firsts
                .clone()
                .into_iter()
                .any(|one| self.join_two(one, *other, reason));
            if !joined {
                self.kept_apart += usize::from(!firsts.is_empty());
                firsts.push(*other);
            }
        }
    }

    fn join_two(&mut self, one: usize, other: usize, reason: Reason) -> bool {
        let (first, second) = (self.root(one), self.root(other));
        if first == second {
            return true;
        }
        if self.is_apart(first, second) {
            return false;
        }
        let (root, below) = (first.min(second), first.max(second));
        if let Some(up) = self.up.get_mut(below) {
            *up = root;
        }
        move_up(&mut self.accounts, below, root);
        move_up(&mut self.sides, below, root);
        self.merges.push(Merge { one, other, reason });
        true
    }

    /// Whether the groups are on different sides of a split.
    fn is_apart(&self, first: usize, second: usize) -> bool {
        let (Some(first), Some(second)) = (self.sides.get(first), self.sides.get(second)) else {
            return false;
        };
        let differs = |(split, side): &Side| {
            second
                .iter()
                .any(|(other_split, other_side)| split == other_split && side != other_side)
        };
        first.iter().any(differs)
    }
}

/// Gives one set what another one holds.
fn move_up<T: Ord>(sets: &mut [BTreeSet<T>], from: usize, to: usize) {
    let taken = sets.get_mut(from).map(std::mem::take);
    if let (Some(taken), Some(to)) = (taken, sets.get_mut(to)) {
        to.extend(taken);
    }
}
