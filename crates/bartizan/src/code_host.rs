//! Which code host is asked, and with which token: the user's command line and environment decide, never what is looked at.

use std::path::Path;

use bartizan_formats::hosting::remote;
use bartizan_sources::{
    disk,
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

/// The largest file that holds a token.
const LARGEST_TOKEN: usize = 64 << 10;

/// The client of the host that the environment names, with the token that it names, and its address. `asks` says what asks whom,
/// for where that is forbidden.
pub(crate) fn client(ctx: &Context, asks: &str) -> Result<(HostClient, Address), Failure> {
    client_with(ctx, asks, (token(ctx)?, Patience::default()))
}

/// The same with another token or patience.
pub(crate) fn client_with(
    ctx: &Context,
    asks: &str,
    (token, patience): (Option<Token>, Patience),
) -> Result<(HostClient, Address), Failure> {
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
    let client = HostClient::new(
        HttpClient::default(),
        address.clone(),
        token,
        (cache, patience),
    );
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

/// The token in a file, of the environment, or of the client `gh`, where it keeps one in a file.
pub(crate) fn any_token(ctx: &Context, file: Option<&Path>) -> Result<Option<Token>, Failure> {
    if let Some(file) = file {
        return token_of(file, str::to_owned).map(Some);
    }
    if let Some(token) = token(ctx)? {
        return Ok(Some(token));
    }
    let folder = ctx.environment.path("GH_CONFIG_DIR").or_else(|| {
        let config = ctx.environment.path("XDG_CONFIG_HOME");
        let config = config.or_else(|| Some(ctx.environment.path("HOME")?.join(".config")));
        Some(config?.join("gh"))
    });
    let file = folder.map(|it| it.join("hosts.yml"));
    match file.filter(|it| it.exists()) {
        Some(file) => {
            let text = token_of_client(&file)?;
            text.map(|text| Token::new(&text).map_err(|error| unusable(&file, &error.to_string())))
                .transpose()
        }
        None => Ok(None),
    }
}

/// What the client `gh` keeps for the host. Where it keeps it in the system's store of keys there is nothing in the file.
fn token_of_client(file: &Path) -> Result<Option<String>, Failure> {
    let text = content(file)?;
    let node = bartizan_formats::yaml_node::parse(&text);
    let node = node.map_err(|error| unusable(file, &error.to_string()))?;
    let host = node.get("github.com");
    let token = host.and_then(|it| it.text_of("oauth_token"));
    Ok(token.map(str::to_owned))
}

fn token_of(file: &Path, take: impl FnOnce(&str) -> String) -> Result<Token, Failure> {
    let text = content(file)?;
    Token::new(&take(&text)).map_err(|error| unusable(file, &error.to_string()))
}

/// The text of a file that only its owner may read.
fn content(file: &Path) -> Result<String, Failure> {
    if is_open(file) {
        return Err(unusable(file, "others can read it").hint(format!(
            "`chmod 600 {}` makes it yours alone",
            file.display()
        )));
    }
    let bytes = disk::read_small(file, LARGEST_TOKEN);
    let bytes = bytes.map_err(|error| unusable(file, &error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unusable(file: &Path, why: &str) -> Failure {
    Failure::usage(format!(
        "cannot take a token from `{}`: {why}",
        file.display()
    ))
}

#[cfg(unix)]
fn is_open(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file).map(|it| it.permissions().mode());
    mode.is_ok_and(|it| it & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}
