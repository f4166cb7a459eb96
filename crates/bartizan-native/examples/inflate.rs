//! Inflates every member of zip archives and does nothing else: what `scripts/native_benchmark.py` holds `inspect` against.
//!
//! `inflate THREADS ARCHIVE…`; the threads share the members of one archive after another.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measuring tool")]

use std::{
    fs::File,
    path::Path,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

use bartizan_formats::archive::{
    Limits,
    zip::{Index, Located, MemberReader},
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let threads = arguments.next().and_then(|text| text.parse().ok());
    let threads: usize = threads.expect("a number of threads");
    let bytes: u64 = arguments
        .map(|path| inflate(Path::new(&path), threads))
        .sum();
    println!("{bytes}");
}

fn inflate(path: &Path, threads: usize) -> u64 {
    let open = || File::open(path).expect("an archive");
    let index = Index::read(open(), &Limits::NATIVE).expect("a directory");
    let mut members: Vec<Located> = index.files().collect();
    members.sort_by_key(|member| std::cmp::Reverse(member.size()));
    let (next, total) = (AtomicUsize::new(0), AtomicU64::new(0));
    let run = || {
        let mut reader = MemberReader::new(open(), &Limits::NATIVE);
        let mut buffer = Vec::new();
        while let Some(member) = members.get(next.fetch_add(1, Ordering::Relaxed)) {
            reader
                .read_if(member, &mut buffer, &mut |_| true)
                .expect("a member");
            total.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    total.into_inner()
}
