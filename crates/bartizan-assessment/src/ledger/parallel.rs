//! Several things at a time, in their order.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// What a function gives of each, so many at a time.
pub(super) fn each<T: Sync, R: Send>(
    all: &[T],
    at_a_time: usize,
    of: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let made = Mutex::new(Vec::new());
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(place) else {
                return;
            };
            let result = of(one);
            let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
            made.push((place, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..at_a_time.clamp(1, 64).min(all.len()) {
            scope.spawn(work);
        }
    });
    let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.sort_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_what_was_asked() {
        let all: Vec<u32> = (0..100).collect();
        assert_eq!(super::each(&all, 8, |it| *it), all);
        assert_eq!(super::each(&[] as &[u32], 8, |it| *it), [] as [u32; 0]);
    }
}
