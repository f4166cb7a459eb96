//! Which code host is asked, and with which token: the user's command line and environment decide, never what is looked at.

use std::path::{Path, PathBuf};

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
const API: &str = "https://api.github.com";

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
    let address: Address = api(ctx).parse().map_err(|error| {
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
    let named = |name: &&'static str| Some((*name, ctx.environment.text(name)?));
    let Some((name, text)) = TOKENS.iter().find_map(named) else {
        return Ok(None);
    };
    let unusable = |why: &str| Failure::usage(format!("cannot use `{name}`: {why}"));
    usable(text, unusable).map(Some)
}

fn usable(text: &str, unusable: impl Fn(&str) -> Failure) -> Result<Token, Failure> {
    Token::new(text).map_err(|error| unusable(&error.to_string()))
}

/// The interface that the environment names, or that of core projects.
fn api(ctx: &Context) -> &str {
    let api = ctx.environment.text(API_VARIABLE).unwrap_or(API);
    api.trim_end_matches('/')
}

/// The repository on the host that a clone is of. Where another interface was named, any host may be its.
pub(crate) fn cloned_from(ctx: &Context, clone: &Repository) -> Option<String> {
    let found = remote::remote(&clone.remote()?)?;
    (api(ctx) != API || found.host == HOST).then_some(found.repository)
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
        return usable(&content(file)?, |why| unusable(file, why)).map(Some);
    }
    if let Some(token) = token(ctx)? {
        return Ok(Some(token));
    }
    let Some(file) = file_of_client(ctx).filter(|it| it.exists()) else {
        return Ok(None);
    };
    let text = token_of_client(&file)?;
    text.map(|text| usable(&text, |why| unusable(&file, why)))
        .transpose()
}

/// Where the client `gh` keeps what it knows of hosts.
fn file_of_client(ctx: &Context) -> Option<PathBuf> {
    let folder = ctx.environment.path("GH_CONFIG_DIR").or_else(|| {
        let config = ctx.environment.path("XDG_CONFIG_HOME");
        let config = config.or_else(|| Some(ctx.environment.path("HOME")?.join(".config")));
        Some(config?.join("gh"))
    });
    Some(folder?.join("hosts.yml"))
}

/// What the client `gh` keeps for the host. Where it keeps it in the system's store of keys there is nothing in the file.
fn token_of_client(file: &Path) -> Result<Option<String>, Failure> {
    let text = content(file)?;
    let node = bartizan_formats::yaml_node::parse(&text);
    let node = node.map_err(|error| unusable(file, &error.to_string()))?;
    let host = node.get(HOST);
    let token = host.and_then(|it| it.text_of("oauth_token"));
    Ok(token.map(str::to_owned))
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
