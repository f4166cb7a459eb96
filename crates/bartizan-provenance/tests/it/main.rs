//! The procedure over real bundles, and over what becomes of them when somebody changes anything.
//!
//! The bundles are the test data that the registry package `sigstore-verify` carries; nothing of them lies in this
//! repository. Where cargo keeps no sources, the tests say so and end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::print_stdout,
    reason = "what was skipped, and what was accepted, is told"
)]

mod anchors;
mod hostile;
mod mutation;
mod samples;
mod steps;
