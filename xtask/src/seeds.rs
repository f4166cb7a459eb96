//! First inputs of the fuzz targets, made here: nothing fetched is needed to fuzz, and nothing is committed.

use std::fs;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

mod access;
mod archives;
mod bills;
mod binaries;
mod bundles;
mod changes;
mod comparisons;
mod people;
mod provenance;
mod signing;
mod snapshots;
mod sources;
mod texts;

/// One input of one target.
struct Seed {
    target: &'static str,
    bytes: Vec<u8>,
}

/// The names of the targets that have seeds, each once.
pub(crate) fn targets() -> Result<Vec<&'static str>> {
    let mut names: Vec<&str> = all()?.iter().map(|seed| seed.target).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

fn all() -> Result<Vec<Seed>> {
    let mut seeds = texts::all();
    seeds.extend(provenance::all());
    seeds.extend(bills::all());
    seeds.extend(changes::all());
    seeds.extend(comparisons::all());
    seeds.extend(people::all());
    seeds.extend(access::all());
    seeds.extend(archives::all()?);
    seeds.extend(binaries::all());
    seeds.extend(signing::all());
    seeds.extend(snapshots::all());
    seeds.push(sources::tree());
    seeds.push(bundles::small()?);
    Ok(seeds)
}

/// Writes the seeds of every target below `fuzz/corpus`.
pub(crate) fn write_all(workspace: &Workspace) -> Result<()> {
    for (number, seed) in all()?.iter().enumerate() {
        let folder = workspace.root().join("fuzz/corpus").join(seed.target);
        let path = folder.join(format!("seed-{number}"));
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, &seed.bytes))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}
