//! A pull request as a change: out of a repository that keeps the heads of pull requests, else from the code host.

use bartizan_assessment::review::pull::{self, PullError};
use bartizan_review::Review;
use bartizan_sources::git::Repository;
use jiff::civil::Date;

use super::{arguments::ChangeArguments, feed::Handed, hosted, range::between};
use crate::{
    code_host,
    context::Context,
    error::{Failure, chain},
};

pub(super) fn feed(
    ctx: &Context,
    (change, number): (&ChangeArguments, u32),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Handed, Failure> {
    // Who names a repository on the host wants to know of it what the host says.
    let local = Repository::open(&change.repository).ok();
    if let Some(repository) = local.filter(|_| change.hosted_at.is_none()) {
        match pull::ends(&repository, number) {
            Ok((base, head)) => return between(&repository, (Some(&base), &head), today, review),
            Err(PullError::None { .. }) => {}
            Err(error) => return Err(Failure::usage(chain(&error)).hint(error.hint())),
        }
    }
    let asks =
        format!("pull request {number} is not in the repository, so that the code host is asked");
    let (client, address) = code_host::client(ctx, &asks)?;
    let name = hosted_at(ctx, change)?;
    ctx.note(&format!("asking {address} about {name}#{number}"));
    hosted::feed(&client, (&name, number), today, review)
}

/// What the repository is called on the host.
pub(super) fn hosted_at(ctx: &Context, change: &ChangeArguments) -> Result<String, Failure> {
    let named = change.hosted_at.clone();
    let found = named.or_else(|| {
        let repository = Repository::open(&change.repository).ok()?;
        code_host::cloned_from(ctx, &repository)
    });
    found.ok_or_else(|| {
        Failure::usage("it is not known which repository on the code host this is")
            .hint("name it by `--hosted-at OWNER/NAME`")
    })
}
