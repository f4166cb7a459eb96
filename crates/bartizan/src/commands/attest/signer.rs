//! Who signs, by what, and what is believed of the services.

use std::{path::Path, time::Duration};

use bartizan_model::Timestamp;
use bartizan_provenance::{
    Artifact, Attestation, PublicKey, TrustRoot, Verified,
    signing::{
        self, Courier, Services, ServicesError, SignedStatement, SigningError, SigningKey,
        TrustConfig, Use,
    },
};
use bartizan_sources::{disk, signing::SigningClient};

use super::{
    Arguments, Form, ServiceArguments, courier::ByNetwork, plan::Planned, token::TokenSource,
};
use crate::{context::Context, error::Failure};

/// The largest file of a key that is read.
const LARGEST_KEY: usize = 64 << 10;

/// The largest file of a configuration or a root of trust that is read.
const LARGEST_CONFIG: usize = 4 << 20;

/// Who signs.
pub(super) struct Signer {
    by: By,
    /// What it is verified by before it is written.
    root: TrustRoot,
    services: Option<Services>,
    courier: ByNetwork,
    wanted: Use,
}

enum By {
    Token {
        source: TokenSource,
        audience: String,
    },
    Key {
        key: SigningKey,
        public: Option<PublicKey>,
    },
}

impl Signer {
    pub(super) fn new(
        ctx: &Context,
        arguments: &Arguments,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let key = arguments.key.as_deref().map(key).transpose()?;
        let wanted = match arguments.form {
            Form::Bundle => Use::Bundle,
            Form::Pep740 => Use::Index,
        };
        let (services, root) = if key.is_none() || arguments.log {
            is_online(ctx, key.is_some())?;
            let (config, root) = configuration(&arguments.services)?;
            let services = config.services(wanted, now);
            (Some(services.map_err(|error| unusable(&error))?), root)
        } else {
            let root = TrustRoot::without_services();
            (
                None,
                root.map_err(|error| Failure::internal(error.to_string()))?,
            )
        };
        let by = match key {
            Some(key) => By::Key {
                public: key.public(),
                key,
            },
            None => By::Token {
                source: TokenSource::of(ctx, arguments.identity_token_file.clone())?,
                audience: arguments.audience.clone(),
            },
        };
        Ok(Self {
            by,
            root,
            services,
            courier: ByNetwork(SigningClient::new(Duration::from_millis(500))),
            wanted,
        })
    }

    /// Signs what is planned, and verifies it.
    pub(super) fn sign(
        &self,
        planned: &Planned,
    ) -> Result<(SignedStatement, Verified<Attestation>), Failure> {
        let statement = &planned.statement;
        let services = self.services.as_ref();
        let signed = match &self.by {
            By::Key { key, .. } => {
                let log = services.map(|it| (it, &self.courier as &dyn Courier));
                signing::sign_with_key(statement, key, log)
            }
            By::Token { source, audience } => {
                let token = source.token(&self.courier.0, audience, Timestamp::now())?;
                let services = services
                    .ok_or_else(|| Failure::internal("no service was chosen to sign by"))?;
                signing::sign_keyless(statement, &token, services, &self.courier)
            }
        };
        let signed = signed.map_err(|error| failed(planned, &error))?;
        let key = match &self.by {
            By::Key { public, .. } => public.as_ref(),
            By::Token { .. } => None,
        };
        let artifact = (Artifact::Digest(planned.digest), planned.name.as_str());
        let verified = signing::confirm(&signed, artifact, (&self.root, key), self.wanted);
        let verified =
            verified.map_err(|error| Failure::data(error.to_string()).hint(error.hint()))?;
        Ok((signed, verified))
    }
}

/// What is written of a signed statement.
pub(super) fn text(signed: &SignedStatement, form: Form) -> Result<String, Failure> {
    match form {
        Form::Bundle => Ok(signed.bundle()),
        Form::Pep740 => signed
            .attestation()
            .ok_or_else(|| Failure::internal("what was signed has no form that an index takes")),
    }
}

fn failed(planned: &Planned, error: &SigningError) -> Failure {
    let message = format!("cannot sign `{}`: {error}", planned.path.display());
    let failure = match error {
        SigningError::Key(_) | SigningError::KeyOfLog => Failure::usage(message),
        _ => Failure::data(message),
    };
    failure.hint(error.hint())
}

fn is_online(ctx: &Context, has_key: bool) -> Result<(), Failure> {
    if !ctx.settings.is_offline {
        return Ok(());
    }
    let (message, hint) = if has_key {
        (
            "`--log` asks the network, and `--offline` forbids it",
            "leave out `--log`, or `--offline`",
        )
    } else {
        (
            "signing keyless asks the network for a certificate and a log entry, and `--offline` forbids it",
            "sign with a key by `--key FILE`, or leave out `--offline`",
        )
    };
    Err(Failure::usage(message).hint(hint))
}

fn key(path: &Path) -> Result<SigningKey, Failure> {
    let cannot =
        |why: String| Failure::usage(format!("cannot sign with `{}`: {why}", path.display()));
    let bytes = disk::read_small(path, LARGEST_KEY).map_err(|error| {
        cannot(error.to_string()).hint("`--key` takes the file of a private key in PEM")
    })?;
    SigningKey::read(&String::from_utf8_lossy(&bytes))
        .map_err(|error| cannot(error.to_string()).hint(error.hint()))
}

fn configuration(arguments: &ServiceArguments) -> Result<(TrustConfig, TrustRoot), Failure> {
    let read = |path: &Path| {
        disk::read_small(path, LARGEST_CONFIG)
            .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", path.display())))
    };
    let Some(path) = arguments
        .trust_config
        .as_deref()
        .or(arguments.signing_config.as_deref())
    else {
        let embedded = TrustConfig::embedded(arguments.instance);
        return embedded.map_err(|error| unusable(&error));
    };
    let (config, root) = TrustConfig::read(&read(path)?).map_err(|error| unusable(&error))?;
    let root = match (&arguments.trusted_root, root) {
        (Some(path), _) => {
            TrustRoot::read(&read(path)?).map_err(|error| unusable(&ServicesError::from(error)))?
        }
        (None, Some(root)) => root,
        (None, None) => {
            return Err(Failure::usage(format!(
                "`{}` holds no root of trust to verify by what is signed",
                path.display()
            ))
            .hint("name it by `--signing-config`, with its root by `--trusted-root`"));
        }
    };
    Ok((config, root))
}

fn unusable(error: &ServicesError) -> Failure {
    Failure::usage(error.to_string()).hint(match error {
        ServicesError::NotKnown { .. } => {
            "GitHub's own instance signs for GitHub alone; name another by `--instance` or `--trust-config`"
        }
        _ => "name a signing configuration 0.2, or a client trust configuration 0.1, as the instance's TUF repository has it",
    })
}
