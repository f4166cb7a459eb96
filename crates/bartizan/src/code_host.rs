//! The code host that is asked, and with which token: the user's command line and environment decide, never what is looked at.

use bartizan_formats::hosting::remote;
use bartizan_sources::{
    git::Repository,
    home::Home,
    hosting::{HostClient, Patience, Token},
    http::{Address, HttpClient},
};

use crate::{context::Context, error::Failure};

/// The interface of the host that core projects use.
pub(crate) const API: &str = "https://api.github.com";

/// The host that repositories are cloned from whose interface that is.
const HOST: &str = "github.com";

/// Variables that name a token, the one that counts most first.
pub(crate) const TOKENS: [&str; 3] = ["BARTIZAN_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"];

/// The variable that names another interface, as workflows of the host have it.
const API_VARIABLE: &str = "GITHUB_API_URL";

/// The client of the host that the environment names, and its address. `asks` says what asks whom, for where that is forbidden.
pub(crate) fn client(ctx: &Context, asks: &str) -> Result<(HostClient, Address), Failure> {
    if ctx.settings.is_offline {
        let message = format!("{asks}, and `--offline` forbids it");
        return Err(Failure::usage(message).hint("leave out one of the two"));
    }
    let api = ctx.environment.text(API_VARIABLE).unwrap_or(API);
    let address: Address = api.trim_end_matches('/').parse().map_err(|error| {
        Failure::usage(format!("`{API_VARIABLE}` is {error}"))
            .hint("it names the interface of a code host")
    })?;
    let cache = Home::new(ctx.home()?).hosting_cache();
    let kept = (cache, Patience::default());
    let client = HostClient::new(HttpClient::default(), address.clone(), token(ctx)?, kept);
    let client = client.map_err(|error| {
        Failure::usage(error.to_string()).hint("name an address with `https://`")
    })?;
    Ok((client, address))
}

/// The token that the environment names.
pub(crate) fn token(ctx: &Context) -> Result<Option<Token>, Failure> {
    let found = TOKENS
        .iter()
        .find_map(|name| Some((name, ctx.environment.text(name)?)));
    let Some((name, text)) = found else {
        return Ok(None);
    };
    let token = Token::new(text);
    let token = token.map_err(|error| Failure::usage(format!("cannot use `{name}`: {error}")));
    token.map(Some)
}

/// The repository that the checkout was cloned from. Where another interface was named, any host may be its.
pub(crate) fn of_history(history: &Repository, is_default: bool) -> Option<String> {
    let found = remote::remote(&history.remote()?)?;
    (!is_default || found.host == HOST).then_some(found.repository)
}

/// Owner and name of a repository, for an argument.
pub(crate) fn repository(text: &str) -> Result<String, String> {
    if remote::is_repository(text) {
        return Ok(text.to_owned());
    }
    Err("not the owner and the name of a repository, such as `numpy/numpy`".to_owned())
}
