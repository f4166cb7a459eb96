//! Where the identity token comes from.

use std::path::PathBuf;

use bartizan_model::Timestamp;
use bartizan_provenance::signing::{IdentityToken, Secret};
use bartizan_sources::{disk, signing::SigningClient};

use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The largest file of a token that is read.
const LARGEST_TOKEN: usize = 128 << 10;

/// Where the identity token comes from.
pub(super) enum TokenSource {
    /// A file.
    File(PathBuf),
    /// GitHub gives one to who shows the job's secret at this place.
    Job { place: String, secret: Secret },
    /// A variable of the job holds it.
    Variable(Secret),
}

impl TokenSource {
    /// The file that is named, or what the job that runs was given.
    pub(super) fn of(ctx: &Context, file: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(file) = file {
            return Ok(Self::File(file));
        }
        let variable = |name| ctx.environment.text(name).map(str::to_owned);
        let place = variable("ACTIONS_ID_TOKEN_REQUEST_URL");
        let secret = variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
        if let (Some(place), Some(secret)) = (place, secret) {
            let secret = Secret::new(secret);
            return Ok(Self::Job { place, secret });
        }
        match variable("SIGSTORE_ID_TOKEN") {
            Some(token) => Ok(Self::Variable(Secret::new(token))),
            None => Err(Failure::usage("there is no identity token to sign with").hint(
                "give the job `permissions: id-token: write` (GitHub) or `id_tokens: SIGSTORE_ID_TOKEN: aud: sigstore` \
                 (GitLab), name a token by `--identity-token-file`, or sign with a key by `--key`",
            )),
        }
    }

    /// A token that can be meant for the audience now.
    pub(super) fn token(
        &self,
        client: &SigningClient,
        audience: &str,
        now: Timestamp,
    ) -> Result<IdentityToken, Failure> {
        let text = match self {
            Self::File(path) => {
                let bytes = disk::read_small(path, LARGEST_TOKEN).map_err(|error| {
                    Failure::usage(format!("cannot read `{}`: {error}", path.display()))
                        .hint("name a file with an identity token and nothing else")
                })?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
            Self::Job { place, secret } => {
                let token = client.job_token((place, secret.reveal()), audience);
                token.map_err(|error| {
                    Failure::data(chain(&error))
                        .hint("the job needs `permissions: id-token: write`; run it again if the issuer is unwell")
                })?
            }
            Self::Variable(token) => token.reveal().to_owned(),
        };
        let token = IdentityToken::read(&text).and_then(|token| {
            token.check(audience, now)?;
            Ok(token)
        });
        token.map_err(|error| Failure::usage(error.to_string()).hint(error.hint()))
    }
}
