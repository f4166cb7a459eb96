//! The issuer of identity tokens, as continuous integration has one.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Reply, Request,
    key::Key,
    text::{base64_url, bytes_of},
};

/// What tokens for Sigstore are made out for.
pub const AUDIENCE: &str = "sigstore";

/// What the job shows to have a token; a secret of its own.
const BEARER: &str = "bearer request-secret";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Whom it is made out for.
    pub audience: String,
    /// In how many seconds it ends; below zero where it has.
    pub ends_in: i64,
    /// The repository whose workflow runs: `lab/lab`.
    pub repository: String,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            audience: AUDIENCE.to_owned(),
            ends_in: 600,
            repository: "lab/lab".to_owned(),
        }
    }
}

/// Who issues tokens: in the laboratory, the issuer has the name of GitHub's, so that what is asked of GitHub's workflows can be
/// asked of these.
const NAME: &str = "https://token.actions.githubusercontent.com";

pub(crate) struct Issuer {
    key: Key,
}

impl Issuer {
    pub(crate) fn new() -> Self {
        Self { key: Key::new() }
    }

    pub(crate) fn token(&self, claims: &Claims, now: Timestamp) -> String {
        let now = now.as_second();
        let repository = &claims.repository;
        let head = json!({ "alg": "ES256", "typ": "JWT" });
        let body = json!({
            "iss": NAME,
            "sub": format!("repo:{repository}:environment:release"),
            "aud": claims.audience,
            "iat": now - 5,
            "nbf": now - 5,
            "exp": now + claims.ends_in,
            "repository": repository,
            "repository_id": "1001",
            "repository_owner_id": "1000",
            "repository_visibility": "public",
            "ref": "refs/tags/v1.0",
            "sha": "0123456789abcdef0123456789abcdef01234567",
            "event_name": "push",
            "environment": "release",
            "runner_environment": "github-hosted",
            "job_workflow_ref": format!("{repository}/.github/workflows/release.yml@refs/tags/v1.0"),
            "run_id": "77",
        });
        let signed = format!(
            "{}.{}",
            base64_url(head.to_string().as_bytes()),
            base64_url(body.to_string().as_bytes())
        );
        let signature = base64_url(&self.key.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// A token for who shows the secret of the job.
    pub(crate) fn ambient(&self, request: Request<'_>, now: Timestamp) -> Reply {
        if !request.authorization.eq_ignore_ascii_case(BEARER) {
            return (401, b"{\"message\": \"no\"}".to_vec());
        }
        let mut asked = request.path.split(['?', '&']);
        let audience = asked.find_map(|part| part.strip_prefix("audience="));
        let token = self.token(
            &Claims {
                audience: audience.unwrap_or_default().to_owned(),
                ..Claims::default()
            },
            now,
        );
        (
            200,
            json!({ "count": 1, "value": token })
                .to_string()
                .into_bytes(),
        )
    }

    /// The claims of a token that this issuer made, for Sigstore, and that has not ended.
    pub(crate) fn claims(&self, token: &str, now: Timestamp) -> Result<Value, &'static str> {
        let (signed, signature) = token.rsplit_once('.').ok_or("no token")?;
        if !self.key.has_signed(signed.as_bytes(), &bytes_of(signature)) {
            return Err("a token of another issuer");
        }
        let body = signed.split('.').nth(1).ok_or("no token")?;
        let claims: Value =
            serde_json::from_slice(&bytes_of(body)).map_err(|_cause| "no claims")?;
        if claims["aud"] != AUDIENCE {
            return Err("the token has another audience");
        }
        if claims["exp"].as_i64().unwrap_or_default() <= now.as_second() {
            return Err("the token has expired");
        }
        Ok(claims)
    }
}
