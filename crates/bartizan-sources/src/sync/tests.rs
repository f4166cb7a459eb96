//! Syncs as a user runs them: local files, feeds of a loopback server, interruptions.

mod faults;
mod hostile;
mod local;
mod merge;
mod remote;
mod server;

use std::{
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use bartizan_formats::snapshot::{ReadAt, Snapshot};
use bartizan_model::ecosystem::Package;
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::database::DatabaseReader;

/// A home and a directory for inputs, both gone at the end.
struct Bench {
    root: TempDir,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        Self {
            root,
            now: "2026-11-01T00:00:00Z".parse().unwrap(),
        }
    }

    fn home(&self) -> Home {
        Home::new(self.root.path().join("home"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn days_later(&mut self, days: i64) {
        self.now += jiff::SignedDuration::from_hours(24 * days);
    }

    fn request(&self, feeds: Feeds) -> SyncRequest {
        SyncRequest {
            home: self.home(),
            feeds,
            authority: Authority::default(),
            now: self.now,
            base: Base::Keep,
            network: Network::Allowed,
        }
    }

    fn run(&self, feeds: Feeds) -> Result<SyncReport, SyncError> {
        let client = HttpClient::new(Duration::from_millis(1));
        sync_with(&self.request(feeds), &client, &mut Silent)
    }

    /// A sync of local files, and what it says.
    fn import(&self, paths: &[&Path]) -> String {
        let paths = paths.iter().map(|path| path.to_path_buf().into()).collect();
        self.tell(self.run(Feeds::Local(paths)))
    }

    /// What a sync says: a line a source, a line a problem.
    fn tell(&self, outcome: Result<SyncReport, SyncError>) -> String {
        let mut told = match outcome {
            Ok(report) => {
                let mut told = String::new();
                for source in &report.sources {
                    let SourceReport {
                        state,
                        new,
                        changed,
                        removed,
                        is_refreshed,
                    } = source;
                    told += &format!(
                        "{}: {} ({} withdrawn), {new} new, {changed} changed, {removed} removed",
                        state.id, state.records, state.withdrawn
                    );
                    told += if *is_refreshed { "\n" } else { ", kept\n" };
                }
                for problem in &report.problems {
                    told += &format!("{}: {}\n", problem.subject, problem.message);
                }
                for address in &report.missed {
                    told += &format!("missed {address}\n");
                }
                self.open().verify().unwrap();
                told
            }
            Err(SyncError::Nothing { problems }) => {
                let lines = problems
                    .iter()
                    .map(|problem| format!("{}: {}\n", problem.subject, problem.message));
                format!("nothing\n{}", lines.collect::<String>())
            }
            Err(error) => format!("{error}\n"),
        };
        let root = fs::canonicalize(self.root.path()).unwrap();
        told = told.replace(&root.display().to_string(), "ROOT");
        told.replace(&self.root.path().display().to_string(), "ROOT")
    }

    fn open(&self) -> Database {
        database::open(&self.home()).unwrap()
    }

    /// The ids of all records in force.
    fn ids(&self) -> String {
        ids(&self.open())
    }

    /// What is in the directory of the snapshot.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home().advisories()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn ids<R: ReadAt>(snapshot: &Snapshot<R>) -> String {
    let records = snapshot.records().unwrap().map(Result::unwrap);
    records
        .map(|record| record.key.id)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A record of one affected package.
fn record(id: &str, modified: &str, package: &str) -> String {
    format!(
        r#"{{"schema_version":"1.6.0","id":"{id}","modified":"{modified}","aliases":["CVE-2024-{id}"],"summary":"about {id}","affected":[{{"package":{{"ecosystem":"PyPI","name":"{package}"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2.0"}}]}}],"versions":["1.0","1.1"]}}]}}"#
    )
}

fn pysec(number: u32) -> String {
    record(
        &format!("PYSEC-2024-{number}"),
        "2024-01-01T00:00:00Z",
        "demo",
    )
}

fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
