//! Every record of the real feeds is read. The feeds are not part of the project: they are looked for
//! in `BARTIZAN_TEST_DATA`, then in `../shared/data` beside the workspace, and the test says so when they
//! are not there.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Read,
    path::{Path, PathBuf},
};

use bartizan_formats::advisory::{self, Statement};

/// What one feed holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Census {
    records: BTreeMap<String, usize>,
    withdrawn: usize,
    problems: Vec<String>,
}

fn feed(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = env::var_os("BARTIZAN_TEST_DATA").map_or_else(beside, PathBuf::from);
    let path = data.join("advisories").join(name);
    if !path.is_file() {
        println!("skipped: `{}` is not at hand", path.display());
    }
    path.is_file().then_some(path)
}

fn census(path: &Path) -> Census {
    let mut census = Census::default();
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        if !file.is_file() {
            continue;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let reading = advisory::read(&file.name().unwrap(), &bytes);
        for statement in reading.statements {
            let Statement::Record(record) = statement else {
                panic!("{statement:?}")
            };
            *census.records.entry(record.advisory.source).or_default() += 1;
            census.withdrawn += usize::from(record.advisory.withdrawn.is_some());
            let whole: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&record.raw).unwrap(),
                whole
            );
        }
        census.problems.extend(
            reading
                .problems
                .iter()
                .map(|problem| format!("{}: {}", problem.subject, problem.message)),
        );
    }
    census
}

fn check(feed_name: &str, source: &str, records: usize, withdrawn: usize, problems: &[&str]) {
    if let Some(path) = feed(feed_name) {
        let census = census(&path);
        let expected = Census {
            records: BTreeMap::from([(source.to_owned(), records)]),
            withdrawn,
            problems: problems.iter().map(|&problem| problem.to_owned()).collect(),
        };
        assert_eq!(census, expected, "{feed_name}");
    }
}

#[test]
fn every_record_of_pypa_is_read() {
    check("osv-PyPI.zip", "pypa", 2661, 10, &[]);
}

#[test]
fn every_record_of_psf_is_read() {
    check("osv-PSF.zip", "psf", 132, 0, &[]);
}

#[test]
fn every_record_of_oss_fuzz_is_read() {
    check("osv-OSS-Fuzz.zip", "oss-fuzz", 4021, 24, &[]);
}

#[test]
fn every_record_of_julia_is_read() {
    check("osv-Julia.zip", "julia", 1703, 4, &[]);
}

/// One file of OpenSSL's is no record: it must not be counted, and not pass in silence.
#[test]
fn every_record_of_openssl_is_read() {
    let problem = "statements.json: not in a format of advisories that is known here";
    check("openssl-cve5.zip", "cve", 272, 0, &[problem]);
}
