//! `bartizan check --online`: what the code host and the package index say of the repository.
//!
//! Whom Bartizan asks, and with which token, the user's command line and environment decide, never the repository that is
//! looked at: of it only owner and name are taken, from the address that it was cloned from.

use bartizan_formats::hosting::{self, unseen_as_a_whole};
use bartizan_model::{
    ecosystem::Package,
    hosting::{Unseen, UnseenKind},
};
use bartizan_posture::facts::Facts;
use bartizan_sources::{
    git::Repository, home::Home, hosting::Account, http::HttpClient, index::IndexClient,
};
use clap::Args;

use crate::{
    code_host::{client, cloned_from, repository, token},
    context::Context,
    error::Failure,
    indexes,
};

/// What asks whom.
const ASKS: &str = "`--online` asks the code host and the package index";

#[derive(Debug, Args)]
pub(super) struct OnlineArguments {
    /// Ask the code host and the package index too: environments, rules, settings, advisories, tags, publishers. A token is
    /// taken from `BARTIZAN_GITHUB_TOKEN`, `GH_TOKEN` or `GITHUB_TOKEN`; without one less is seen. With `--fix` only the releases of
    /// actions are asked for
    #[arg(long, conflicts_with_all = ["capabilities", "start_policy", "since", "resources"])]
    pub(super) online: bool,

    /// The repository on the code host, where the checkout was not cloned from it
    #[arg(long, value_name = "OWNER/NAME", requires = "online", value_parser = repository)]
    pub(super) hosted_at: Option<String>,
}

/// What was asked, and what had no answer.
pub(super) struct Asked {
    /// The repository on the host; empty where none is known.
    pub(super) repository: String,
    /// The interface that was asked.
    pub(super) api: String,
    /// Whether a token went along.
    pub(super) has_token: bool,
    /// The indexes that were asked.
    pub(super) indexes: Vec<String>,
    /// What it cost, and which questions had no answer.
    pub(super) account: Account,
    /// Why the index gave no answer.
    pub(super) index: Option<Unseen>,
}

impl Asked {
    /// Whether a source that was asked for is out of reach, so that nothing may count as clean.
    pub(super) fn is_out_of_reach(&self) -> bool {
        let of_host = self.account.refused.iter().map(|it| &it.unseen);
        let mut all = of_host.chain(&self.index);
        all.any(|it| match it.kind {
            UnseenKind::Limited | UnseenKind::Unreachable => true,
            UnseenKind::Unauthenticated => self.has_token,
            _ => false,
        })
    }
}

/// Asks for the newest releases of the actions that nobody pinned, and puts them to the known ones.
pub(super) fn releases(ctx: &Context, facts: &mut Facts) -> Result<(), Failure> {
    let (client, _) = client(ctx, ASKS)?;
    let found = hosting::newest_releases(&client, &facts.unpinned());
    for ((repository, _), answer) in found {
        match answer {
            Ok(Some((tag, commit))) => facts.tags.add(&repository, &tag, &commit),
            Ok(None) => {}
            Err(unseen) => ctx.note(&format!(
                "the releases of {repository} cannot be seen: {}",
                unseen.why
            )),
        }
    }
    Ok(())
}

/// Asks, and puts the answers to the facts.
pub(super) fn ask(
    ctx: &Context,
    history: Option<&Repository>,
    facts: &mut Facts,
    arguments: &OnlineArguments,
) -> Result<Asked, Failure> {
    let (client, address) = client(ctx, ASKS)?;
    let named = arguments.hosted_at.clone();
    let repository = named.or_else(|| cloned_from(ctx, history?));
    let has_token = token(ctx)?.is_some();
    let with = if has_token {
        "with a token"
    } else {
        "without a token"
    };
    let shown = repository.as_deref().unwrap_or("an unknown repository");
    ctx.note(&format!("asking {address} {with} about {shown}"));
    let hosted = if let Some(name) = &repository {
        hosting::read(&client, &facts.wanted(name))
    } else {
        let why = "it is not known which repository on the host this is; `--hosted-at OWNER/NAME` names it";
        unseen_as_a_whole("", &Unseen::new(UnseenKind::NotAsked, why))
    };
    facts.outside.hosted = Some(hosted);
    let (indexes, index) = ask_index(ctx, facts)?;
    Ok(Asked {
        repository: repository.unwrap_or_default(),
        api: address.to_string(),
        has_token,
        indexes,
        account: client.account(),
        index,
    })
}

/// Asks the index; gives the indexes, and why there is no answer.
fn ask_index(ctx: &Context, facts: &mut Facts) -> Result<(Vec<String>, Option<Unseen>), Failure> {
    let Some(name) = &facts.project.name else {
        return Ok((Vec::new(), None));
    };
    let indexes = match indexes::configured(&ctx.environment) {
        Ok(indexes) => indexes,
        // Who has none configured, or none on purpose, is not kept from asking the host.
        Err(failure) => {
            let unseen = Unseen::new(UnseenKind::NotAsked, failure.message);
            return Ok((Vec::new(), Some(unseen)));
        }
    };
    let cache = Home::new(ctx.home()?).index_cache();
    let client = IndexClient::new(HttpClient::default(), indexes, cache);
    ctx.note(&format!(
        "asking {} about {name}",
        client.names().join(", ")
    ));
    let published = client.published(&Package::pypi(name));
    let unseen = [
        published.release.as_ref().err(),
        published.roles.as_ref().err(),
    ];
    let unseen = unseen.into_iter().flatten().next().cloned();
    facts.outside.published = Some(published);
    Ok((client.names(), unseen))
}
