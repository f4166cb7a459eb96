//! Makes every change that a plan can ask for, once, at a host on loopback: for `scripts/access_openapi.py`, which holds the requests
//! against the host's own description. With `collaborator REPOSITORY LOGIN` only what adds and removes a collaborator.
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
    act::{ActingHost, Action},
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
        [_, repository, login] => collaborator(&client, repository, login),
        _ => Err("write nothing more, or `collaborator REPOSITORY LOGIN`".into()),
    }
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
    let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGhlcmUgaXMgbm8ga2V5IGF0IGFsbCwgb25seSBieXRlcw==";
    made(
        client,
        &[
            host::set_membership(&organisation, &login, Level::Owner),
            host::set_membership(&organisation, &login, Level::Member),
            host::convert_to_outside_collaborator(&organisation, &login),
            host::remove_outside_collaborator(&organisation, &login),
            host::remove_membership(&organisation, &login),
            host::create_team(&team, None),
            host::create_team(&team, Some(1)),
            host::set_team_membership(&team, &login, Level::Maintainer),
            host::remove_team_membership(&team, &login),
            host::set_team_repository(&team, &repository, (Level::Maintain, None)),
            host::remove_team_repository(&team, &repository),
            host::set_collaborator(&repository, &login, (Level::Triage, None)),
            host::remove_collaborator(&repository, &login),
            host::add_deploy_key(&repository, ("documentation", key), false),
            host::remove_deploy_key(&repository, 1),
            host::revoke_token(&organisation, 1),
            host::cancel_invitation(&organisation, 1),
            host::cancel_repository_invitation(&repository, 1),
            host::give_role(&organisation, &login, 1),
            host::take_role(&organisation, &login, 1),
        ],
    )
}

/// Adds somebody, takes the invitation to be accepted elsewhere, and removes them again.
fn collaborator(client: &HostClient, repository: &str, login: &str) -> Result<(), Box<dyn Error>> {
    let (repository, login) = (RepositoryName::new(repository)?, Login::new(login)?);
    made(
        client,
        &[host::set_collaborator(
            &repository,
            &login,
            (Level::Write, None),
        )],
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
