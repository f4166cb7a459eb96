//! Makes every change that a plan can ask for, once, at a host on loopback: for `scripts/access_openapi.py`, which holds the requests
//! against the host's own description. With `collaborator REPOSITORY LOGIN` only what adds and removes a collaborator; with `ask PATH QUERY`
//! and `send METHOD PATH BODY` one question or one change, for recorded sequences.
//!
//!     cargo run -p bartizan-sources --example access_actions -- http://127.0.0.1:PORT TOKEN
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    reason = "an example talks"
)]

use std::{env, error::Error};

use bartizan_access::{
    host,
    name::{Login, RepositoryName, TeamName},
    snapshot::Level,
};
use bartizan_formats::hosting::{
    Host, Question,
    act::{ActingHost, Action, Method},
};
use bartizan_sources::{
    hosting::{HostClient, Patience, Token},
    http::HttpClient,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [base, token, rest @ ..] = arguments.as_slice() else {
        return Err("write the address of the host and a token".into());
    };
    let folder = env::temp_dir().join("bartizan-access-actions");
    let kept = (folder, Patience::default());
    let client = HostClient::new(
        HttpClient::default(),
        base.parse()?,
        Some(Token::new(token)?),
        kept,
    )?;
    match rest {
        [] => all(&client),
        [ask, path, query] if ask == "ask" => asked(&client, path, query),
        [what, repository, login] if what == "collaborator" => {
            collaborator(&client, repository, login)
        }
        [send, method, path, body] if send == "send" => sent(&client, method, path, body),
        _ => Err("write nothing more, `collaborator …`, `ask …` or `send …`".into()),
    }
}

/// Asks for all pages of an answer, and says how many there are.
fn asked(client: &HostClient, path: &str, query: &str) -> Result<(), Box<dyn Error>> {
    let parts: Vec<&str> = path.split('/').collect();
    // It lives as long as the example does.
    let query: &'static str = query.to_owned().leak();
    let question = Question::new("a question", &parts).listed().asking(query);
    let pages = client.ask(&question).map_err(|unseen| unseen.why)?;
    println!("{} pages", pages.len());
    Ok(())
}

fn sent(
    client: &HostClient,
    method: &str,
    path: &str,
    body: &str,
) -> Result<(), Box<dyn Error>> {
    let method = match method {
        "PUT" => Method::Put,
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        _ => Method::Delete,
    };
    let action = Action {
        about: "a change",
        method,
        path: path.split('/').map(str::to_owned).collect(),
        body: serde_json::from_str(body).ok(),
        permission: "",
    };
    made(client, &[action])
}

fn made(client: &HostClient, actions: &[Action]) -> Result<(), Box<dyn Error>> {
    for action in actions {
        let path = action.path.join("/");
        let done = client.act(action).map_err(|unseen| {
            format!(
                "{} {path}: {}, needs {}",
                action.method.word(),
                unseen.why,
                unseen.needs()
            )
        })?;
        println!("{:6} {path}: {}", action.method.word(), done.status);
    }
    Ok(())
}

fn all(client: &HostClient) -> Result<(), Box<dyn Error>> {
    let organisation = Login::new("github")?;
    let login = Login::new("octocat")?;
    let team = TeamName::new("github/justice-league")?;
    let repository = RepositoryName::new("github/hello-world")?;
    made(
        client,
        &[
            host::set_membership(&organisation, &login, Level::Owner),
            host::set_membership(&organisation, &login, Level::Member),
            host::remove_membership(&organisation, &login),
            host::set_team_membership(&team, &login, Level::Maintainer),
            host::remove_team_membership(&team, &login),
            host::set_team_repository(&team, &repository, Level::Maintain),
            host::remove_team_repository(&team, &repository),
            host::set_collaborator(&repository, &login, Level::Triage),
            host::remove_collaborator(&repository, &login),
            host::remove_deploy_key(&repository, 1),
            host::revoke_token(&organisation, 1),
            host::cancel_invitation(&organisation, 1),
            host::cancel_repository_invitation(&repository, 1),
        ],
    )
}

/// Adds somebody, takes the invitation to be accepted elsewhere, and removes them again.
fn collaborator(client: &HostClient, repository: &str, login: &str) -> Result<(), Box<dyn Error>> {
    let (repository, login) = (RepositoryName::new(repository)?, Login::new(login)?);
    made(
        client,
        &[host::set_collaborator(&repository, &login, Level::Write)],
    )?;
    let (owner, name) = (repository.owner(), repository.name());
    let path = ["repos", owner, name, "invitations"];
    let question = Question::new("invitations", &path);
    client.ask(&question).map_err(|unseen| unseen.why)?;
    made(client, &[host::remove_collaborator(&repository, &login)])?;
    let path = ["repos", owner, name, "collaborators"];
    client
        .ask(&Question::new("collaborators", &path))
        .map_err(|unseen| unseen.why)?;
    Ok(())
}
