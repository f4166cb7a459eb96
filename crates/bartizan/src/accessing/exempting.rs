//! Who is not judged and from whom nothing is taken: by a profile, and by what is wanted of the organisation.

use std::path::PathBuf;

use bartizan_access::{desired::Desired, ledger::Policy};
use clap::Args;

use super::{LARGEST_EVIDENCE, text, unreadable};
use crate::{
    access,
    context::Context,
    error::{Failure, chain},
};

/// Where that is said.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExemptArguments {
    /// Which acts need a role, programs, exceptions, teams of emeriti: a profile in TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// What is wanted of the organisation, in TOML: its programs, exceptions and emeriti count as those of the profile do
    #[arg(long, value_name = "FILE")]
    pub(super) desired: Option<PathBuf>,
}

impl ExemptArguments {
    /// Both; without a profile the usual roles hold.
    pub(super) fn read(&self, ctx: &Context) -> Result<(Policy, Option<Desired>), Failure> {
        let mut policy = match &self.policy {
            None => Policy::default(),
            Some(path) => Policy::read(&text(path, LARGEST_EVIDENCE)?)
                .map_err(|error| unreadable(path, &chain(&error)))?,
        };
        let desired = self.desired.as_deref();
        let desired = desired
            .map(|path| access::whole_desired(ctx, path))
            .transpose()?;
        if let Some(desired) = &desired {
            desired.join(&mut policy);
        }
        Ok((policy, desired))
    }
}
