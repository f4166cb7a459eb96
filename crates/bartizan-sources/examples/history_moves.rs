//! Prints every file that moved in a history, for `scripts/history_benchmark.py` to hold against git: commit, from, to.

use std::{env, io::Write, path::Path};

use bartizan_model::fingerprint::hexadecimal;
use bartizan_sources::past::{self, Wanted};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = env::args().nth(1).ok_or("which repository?")?;
    let history = past::read(Path::new(&path), &Wanted::default(), &mut ())?.history;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for commit in &history.commits {
        let id = hexadecimal(&commit.id);
        for change in &commit.changes {
            let path = |number: u32| history.paths.get(number as usize);
            if let (Some(from), Some(to)) = (change.renamed_from.and_then(path), path(change.path))
            {
                writeln!(out, "{id}\t{from}\t{to}")?;
            }
        }
    }
    Ok(out.flush()?)
}
