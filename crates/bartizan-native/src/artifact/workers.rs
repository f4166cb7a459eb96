//! Two threads that work off a list of jobs while the memory that their jobs take together stays bounded.

use std::{
    cmp::Reverse,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// How many threads work. Inflating and looking is bound by the processor, and two are there nearly everywhere.
const THREADS: usize = 2;

/// How many bytes the jobs at hand may take together. A larger one runs alone.
const ROOM: u64 = 128 << 20;

/// The largest buffer that is kept from one job to the next.
const KEPT: usize = 32 << 20;

/// What a job is to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    /// Jobs of a lower group begin before those of a higher one.
    pub(super) group: usize,
    /// The memory that it takes.
    pub(super) size: u64,
}

/// Works off the jobs; what comes out is in their order. In each group those that take the most memory begin, so that no
/// thread is left alone with one in the end. Each thread has a state of its own and a buffer.
pub(super) fn work<J: Sync, S, O: Send>(
    jobs: &[J],
    load: impl Fn(&J) -> Load,
    state: impl Fn() -> S + Sync,
    step: impl Fn(&mut S, &mut Vec<u8>, &J) -> O + Sync,
) -> Vec<O> {
    let order = order(jobs.iter().map(load));
    let (next, room) = (AtomicUsize::new(0), Room::new());
    let run = || {
        let (mut state, mut buffer, mut done) = (state(), Vec::new(), Vec::new());
        while let Some(&(Load { size, .. }, index)) =
            order.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let Some(job) = jobs.get(index) else { break };
            let taken = room.take(size);
            done.push((index, step(&mut state, &mut buffer, job)));
            if buffer.capacity() > KEPT {
                buffer = Vec::new();
            }
            room.give_back(taken);
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..THREADS.min(jobs.len()))
            .map(|_| scope.spawn(run))
            .collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|&(index, _)| index);
    done.into_iter().map(|(_, output)| output).collect()
}

/// The jobs by their places, as they begin.
fn order(loads: impl Iterator<Item = Load>) -> Vec<(Load, usize)> {
    let mut order: Vec<(Load, usize)> = loads.zip(0..).collect();
    order.sort_by_key(|&(Load { group, size }, index)| (group, Reverse(size), index));
    order
}

/// Memory that jobs take and give back.
struct Room {
    left: Mutex<u64>,
    given_back: Condvar,
}

impl Room {
    fn new() -> Self {
        Self {
            left: Mutex::new(ROOM),
            given_back: Condvar::new(),
        }
    }

    /// Waits until there is room; says how much was taken.
    fn take(&self, size: u64) -> u64 {
        let size = size.min(ROOM);
        let left = self.lock();
        let waited = self.given_back.wait_while(left, |left| *left < size);
        let mut left = waited.unwrap_or_else(PoisonError::into_inner);
        *left -= size;
        size
    }

    fn give_back(&self, size: u64) {
        *self.lock() += size;
        self.given_back.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn everything_is_done_in_order_and_within_the_room() {
        let jobs: Vec<u64> = (0..200).map(|i| (i % 7) << 24).chain([ROOM * 2]).collect();
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let done = work(
            &jobs,
            |&size| Load { group: 0, size },
            || 0_u64,
            |count, _, &size| {
                *count += 1;
                let taken = size.min(ROOM);
                let together = now.fetch_add(taken, Ordering::SeqCst) + taken;
                most.fetch_max(together, Ordering::SeqCst);
                thread::yield_now();
                now.fetch_sub(taken, Ordering::SeqCst);
                size
            },
        );
        assert_eq!(done, jobs);
        assert!(most.into_inner() <= ROOM);
        let none = Load { group: 0, size: 0 };
        assert_eq!(work(&[0_u8; 0], |_| none, || (), |(), _, &job| job), [0; 0]);
    }

    #[test]
    fn groups_begin_in_their_order_and_the_largest_of_each_first() {
        let loads = [(1, 5), (0, 1), (1, 7), (0, 2), (1, 7)];
        let loads = loads.map(|(group, size)| Load { group, size });
        let begun = order(loads.into_iter());
        let begun: Vec<usize> = begun.into_iter().map(|(_, index)| index).collect();
        assert_eq!(begun, [3, 1, 2, 4, 0]);
    }
}
