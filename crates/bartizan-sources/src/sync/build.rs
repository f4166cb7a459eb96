//! Building a new snapshot from the old one and what was gathered. No file is named here: the caller gives
//! what is written to, so that tests can make every write fail.

use std::{collections::BTreeSet, io::Write};

use bartizan_formats::snapshot::{
    Counts, Manifest, ReadAt, Snapshot, SnapshotError, SnapshotWriter, SourceState, WriteError,
};
use bartizan_model::{
    Timestamp,
    advisory::{Epss, KnownExploited, Standing},
    problem::Problem,
};
use thiserror::Error;

use super::{
    assemble::{AssembleError, Assembly},
    gather::{Fact, Gather, Problems},
    merge::{Change, Merge, MergeError, Merged},
    origins::Origins,
    progress::{Progress, Step},
    sketch::Indexed,
    spool::SpoolFile,
    tally::{SourceReport, Tallies, Tally},
};

/// How many records pass between two steps of progress.
const STEP: u64 = 256;

/// What a snapshot is built from.
pub(crate) struct Ingredients<'a, R, S> {
    /// The snapshot in force; `None` starts over.
    pub(crate) old: Option<&'a Snapshot<R>>,
    /// What the inputs state.
    pub(crate) gather: Gather<S>,
    /// An empty file for what is put aside meanwhile.
    pub(crate) spool: S,
    /// The time that the new snapshot is of.
    pub(crate) now: Timestamp,
    /// The day of the embedded sample, when that is being built.
    pub(crate) starter_date: Option<String>,
}

/// A new snapshot.
pub(crate) struct Built<W> {
    pub(crate) target: W,
    pub(crate) manifest: Manifest,
    pub(crate) sources: Vec<SourceReport>,
    pub(crate) problems: Problems,
}

/// Why no snapshot could be built.
#[derive(Debug, Error)]
pub(crate) enum BuildError {
    /// The old snapshot cannot be read.
    #[error(transparent)]
    Old(SnapshotError),
    /// The new one cannot be written.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
}

impl From<WriteError> for BuildError {
    fn from(error: WriteError) -> Self {
        Self::Assemble(error.into())
    }
}

impl From<SnapshotError> for BuildError {
    fn from(error: SnapshotError) -> Self {
        Self::Old(error)
    }
}

impl From<MergeError> for BuildError {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Old(error) => Self::Old(error),
            MergeError::Spool(error) => Self::Assemble(error.into()),
        }
    }
}

/// Builds a snapshot into `target`.
pub(crate) fn build<R: ReadAt, S: SpoolFile, W: Write>(
    ingredients: Ingredients<'_, R, S>,
    target: W,
    progress: &mut dyn Progress,
) -> Result<Built<W>, BuildError> {
    let Ingredients {
        old,
        mut gather,
        spool,
        now,
        starter_date,
    } = ingredients;
    let old_manifest = old.map(Snapshot::manifest);
    let mut state = State {
        origins: Origins::new(old_manifest, &gather.inputs, now),
        tallies: Tallies::default(),
        problems: std::mem::take(&mut gather.problems),
    };
    let incoming = std::mem::take(&mut gather.records);
    let authority = std::mem::take(&mut gather.authority);
    let mut assembly = Assembly::new(target, spool)?;
    let mut merge = Merge::new(old, &authority, &mut gather.spool, incoming)?;
    let mut records = 0;
    while let Some(merged) = merge.next(&state.origins)? {
        state.take(merged, &mut assembly)?;
        records += 1;
        if records % STEP == 0 {
            progress.step(Step::Writing { records });
        }
    }
    // Grouping needs the memory.
    drop(merge);
    progress.step(Step::Indexing { records });
    let (mut writer, ecosystems) = assembly.index()?;
    state.predictions(&mut writer, old, &gather.epss)?;
    state.exploited(&mut writer, old, &gather.known_exploited)?;
    let refreshed = state.origins.refreshed();
    state.tell_unheard();
    let mut manifest = Manifest {
        snapshot: String::new(),
        created: now,
        is_starter: starter_date.is_some(),
        starter_date,
        sources: Vec::new(),
        origins: state.origins.list,
        ecosystems,
        counts: Counts::default(),
    };
    let before = old_manifest.map_or(&[][..], |manifest| &manifest.sources);
    let sources = state
        .tallies
        .reports(&manifest, &authority, before, &refreshed);
    manifest.sources = living(&sources);
    let (target, manifest) = writer.finish(manifest)?;
    Ok(Built {
        target,
        manifest,
        sources,
        problems: state.problems,
    })
}

/// The sources that state something.
fn living(reports: &[SourceReport]) -> Vec<SourceState> {
    let states = reports.iter().map(|report| &report.state);
    states.filter(|state| state.records > 0).cloned().collect()
}

/// What is counted while records pass.
struct State {
    origins: Origins,
    tallies: Tallies,
    problems: Problems,
}

impl State {
    fn take<W: Write, S: SpoolFile>(
        &mut self,
        merged: Merged,
        assembly: &mut Assembly<W, S>,
    ) -> Result<(), AssembleError> {
        match merged {
            Merged::Kept {
                stored,
                sketch,
                change,
            } => {
                if sketch.extent == Indexed::Partly {
                    let message = "names more versions than can be indexed; some are left out";
                    self.problems.add(Problem::new(&stored.key.id, message));
                }
                let numbers: BTreeSet<u32> = stored.origins.iter().copied().collect();
                self.origins.count(&numbers, &stored.key.source, 1);
                let tally = self.tallies.of(&stored.key.source);
                tally.records += 1;
                tally.withdrawn += u64::from(sketch.is_withdrawn);
                let is_opinion = stored.standing == Standing::Opinion;
                tally.opinions += u64::from(is_opinion);
                tally.unheard += u64::from(sketch.is_unheard);
                // A stranger's date says nothing about how recent the database is.
                let modified = sketch.modified().filter(|_| !is_opinion);
                tally.newest = tally.newest.max(modified);
                tally.origins.extend(numbers);
                tally.note(change);
                assembly.record(stored, *sketch)?;
            }
            Merged::Removed { key } => self.tallies.of(&key.source).removed += 1,
            Merged::Lost { key, problem } => {
                self.tallies.of(&key.source).removed += 1;
                self.problems.add(problem);
            }
        }
        Ok(())
    }

    /// What a feed says of packages that are not its own is no answer, and must not look like one.
    fn tell_unheard(&mut self) {
        for (source, tally) in self.tallies.0.iter().filter(|(_, tally)| tally.unheard > 0) {
            let message = format!(
                "records ({}) name packages that the feed may not speak about; that has no effect",
                tally.unheard
            );
            let hint = "`packages` of the feed in your settings says which it may";
            self.problems
                .add(Problem::new(source, message).with_hint(hint));
        }
    }

    /// Writes the exploit predictions: the new ones, else the old ones.
    fn predictions<R: ReadAt, W: Write>(
        &mut self,
        writer: &mut SnapshotWriter<W>,
        old: Option<&Snapshot<R>>,
        new: &Fact<Epss>,
    ) -> Result<(), BuildError> {
        let mut change = FactChange::new(new);
        if let Some(old) = old {
            old.each_epss(|cve, epss| {
                if new.input.is_none() {
                    change.kept += 1;
                    writer.epss(cve, &epss)?;
                } else {
                    change.meet(new.by_cve.get(&cve.to_ascii_lowercase()), &epss);
                }
                Ok::<_, BuildError>(())
            })?;
        }
        for (cve, epss) in &new.by_cve {
            writer.epss(cve, epss)?;
        }
        let old_origin = origin_of(old, "epss");
        self.count_facts("epss", change, new.input, old_origin);
        Ok(())
    }

    /// Writes the known exploited vulnerabilities: the new ones, else the old ones.
    fn exploited<R: ReadAt, W: Write>(
        &mut self,
        writer: &mut SnapshotWriter<W>,
        old: Option<&Snapshot<R>>,
        new: &Fact<KnownExploited>,
    ) -> Result<(), BuildError> {
        let mut change = FactChange::new(new);
        if let Some(old) = old {
            old.each_known_exploited(|entry| {
                if new.input.is_none() {
                    change.kept += 1;
                    writer.known_exploited(&entry)?;
                } else {
                    change.meet(new.by_cve.get(&entry.cve.to_ascii_lowercase()), &entry);
                }
                Ok::<_, BuildError>(())
            })?;
        }
        for entry in new.by_cve.values() {
            writer.known_exploited(entry)?;
        }
        let old_origin = origin_of(old, "kev");
        self.count_facts("kev", change, new.input, old_origin);
        Ok(())
    }

    fn count_facts(
        &mut self,
        source: &str,
        change: FactChange,
        input: Option<u32>,
        old_origin: Option<String>,
    ) {
        if change == FactChange::default() {
            return;
        }
        let number = match input {
            Some(input) => self.origins.of_input(input),
            None => old_origin.and_then(|address| self.origins.by_address(&address)),
        };
        let numbers: BTreeSet<u32> = number.into_iter().collect();
        let records = change.kept + change.new;
        self.origins.count(&numbers, source, records);
        *self.tallies.of(source) = Tally {
            records,
            new: change.new,
            changed: change.changed,
            removed: change.removed,
            origins: numbers,
            ..Tally::default()
        };
    }
}

/// Where the old snapshot has a source from.
fn origin_of<R: ReadAt>(old: Option<&Snapshot<R>>, source: &str) -> Option<String> {
    let sources = &old?.manifest().sources;
    let state = sources.iter().find(|state| state.id == source)?;
    Some(state.origin.clone())
}

impl Tally {
    fn note(&mut self, change: Change) {
        match change {
            Change::None => {}
            Change::New => self.new += 1,
            Change::Changed => self.changed += 1,
        }
    }
}

/// What became of the facts of one kind.
#[derive(Clone, Copy, Default, PartialEq)]
struct FactChange {
    kept: u64,
    new: u64,
    changed: u64,
    removed: u64,
}

impl FactChange {
    fn new<T>(fact: &Fact<T>) -> Self {
        let new = fact.by_cve.len() as u64;
        Self {
            new,
            ..Self::default()
        }
    }

    /// An old fact meets the new one about its CVE.
    fn meet<T: PartialEq>(&mut self, new: Option<&T>, old: &T) {
        match new {
            None => self.removed += 1,
            Some(new) => {
                self.new = self.new.saturating_sub(1);
                self.kept += 1;
                self.changed += u64::from(new != old);
            }
        }
    }
}
