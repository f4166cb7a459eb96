//! The program as a user runs it: a process with a home of its own, no network, its words and its exit code.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; one that skips says so"
)]

mod access;
mod access_audits;
mod access_job;
mod access_plans;
mod access_survey;
mod assess;
mod attest;
mod attested;
mod backports;
mod bundles;
mod check_outputs;
mod checks;
/// PostgreSQL, as the tests of the store start it.
#[expect(dead_code, reason = "the tests of the store use more of it")]
#[path = "../../../bartizan-store/tests/it/cluster.rs"]
mod cluster;
mod conda;
mod decisions;
mod divergence;
mod everyday;
mod exit_codes;
mod exposure;
mod feeds;
mod fix;
mod formats;
#[cfg(unix)]
mod gates;
mod host;
mod hostile;
mod hygiene;
mod init;
mod inspect;
mod laboratory;
mod ledger;
mod loopback;
mod online;
mod people;
mod people_private;
mod people_risk;
mod people_together;
#[cfg(unix)]
mod pipelines;
mod queries;
mod queue;
mod review;
mod review_aside;
mod review_inputs;
mod review_newness;
mod risk;
mod sbom;
mod schema;
mod signatures;
mod signer;
mod talk;
mod trust;
mod verify;
mod verify_installed;
mod worker;
mod workspace;
