//! What the commands about flags have in common: where they are kept, who acts, and how a maintainer's word is proven.

use std::path::{Path, PathBuf};

use bartizan_formats::signature::verify;
use bartizan_model::Timestamp;
use bartizan_people::{
    Key, Pseudonym,
    flag::{Event, FLAG_DAYS, Flag, FlagError, FlagState, flags},
    vouch::{Deed, Handle, Statement},
};
use bartizan_sources::{
    flags::{FlagStore, FlagStoreError, Happening, Words},
    home::Home,
    past,
};
use clap::Args;

use crate::{
    arguments,
    commands::signing_key,
    context::Context,
    error::{Failure, chain},
    vouching::{handle, signed, signers, unmeant},
};

/// Where flags are kept, and who acts.
#[derive(Debug, Args)]
pub(crate) struct FlagArguments {
    /// Who does this: your own account, as `platform:login`; it is logged
    #[arg(long, value_name = "ACCOUNT", value_parser = handle)]
    pub(crate) by: Handle,

    /// The folder that flags are kept in [default: in the home]
    #[arg(long = "in", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    pub(crate) as_of: Option<Timestamp>,
}

/// A maintainer's word, which has to be signed.
#[derive(Debug, Args)]
pub(crate) struct MaintainerArguments {
    /// Why: what was seen, so that others can look at it themselves
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    /// Sign with this private key (OpenSSH's format, Ed25519 or ECDSA P-256, without a passphrase)
    #[arg(long, value_name = "KEY")]
    pub(crate) sign: PathBuf,

    /// The project's maintainers: OpenSSH's `allowed_signers`, where a principal is an account such as `github:ann`
    #[arg(long, value_name = "FILE")]
    pub(crate) signers: PathBuf,
}

/// What a maintainer says of a flag that another raised.
#[derive(Debug, Args)]
pub(crate) struct AnswerArguments {
    /// The number of the flag
    #[arg(value_name = "NUMBER")]
    pub(crate) number: u64,

    #[command(flatten)]
    pub(crate) maintainer: MaintainerArguments,

    #[command(flatten)]
    pub(crate) flag: FlagArguments,
}

/// The flags of a folder, with whoever acts.
pub(crate) struct Desk {
    pub(crate) store: FlagStore,
    pub(crate) by: Handle,
    pub(crate) now: Timestamp,
    key: Key,
}

impl Desk {
    pub(crate) fn open(ctx: &Context, arguments: &FlagArguments) -> Result<Self, Failure> {
        let home = Home::new(ctx.home()?);
        let key = past::key(&home).map_err(|error| {
            Failure::data(chain(&error)).hint("remove the file, or see who may read it")
        })?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        Ok(Self {
            store: store(&home, arguments.folder.as_deref())?,
            by: arguments.by.clone(),
            now: Timestamp::from_second(now.as_second()).unwrap_or(now),
            key,
        })
    }

    /// Opens it, and lets a maintainer say something of a flag that is raised: the desk and the number of the flag.
    pub(crate) fn answer(
        ctx: &Context,
        arguments: &AnswerArguments,
        (deed, event): (Deed, Event),
    ) -> Result<(Self, u64), Failure> {
        let mut desk = Self::open(ctx, &arguments.flag)?;
        let flag = desk.flag(arguments.number, event)?;
        let raised = desk.raised(&flag)?;
        let about = (raised.project, raised.whom);
        desk.say(
            (deed, event),
            about,
            Some(flag.number),
            &arguments.maintainer,
        )?;
        Ok((desk, flag.number))
    }

    /// Who stands for an account in the log.
    pub(crate) fn pseudonym(&self, handle: &Handle) -> Pseudonym {
        pseudonym(&self.key, handle)
    }

    /// Every flag, as it stands now.
    pub(crate) fn flags(&self) -> Vec<Flag> {
        flags(self.store.log().entries(), self.now)
    }

    /// A flag to which whoever acts may do something.
    pub(crate) fn flag(&self, number: u64, event: Event) -> Result<Flag, Failure> {
        let mut flags = self.flags().into_iter();
        let flag = flags
            .find(|it| it.number == number)
            .ok_or_else(|| refused(FlagError::None(number)))?;
        flag.may(event, self.pseudonym(&self.by)).map_err(refused)?;
        Ok(flag)
    }

    /// The statement that raised a flag; it says about whom it is.
    pub(crate) fn raised(&self, flag: &Flag) -> Result<Statement, Failure> {
        let words = self.store.words(flag.number).map_err(|it| unusable(&it))?;
        let gone = || Failure::usage(format!("the words of flag {} were removed", flag.number));
        let words = words.ok_or_else(gone)?;
        Statement::read(&words.text).map_err(|error| Failure::data(chain(&error)))
    }

    /// Adds a maintainer's word, signed and held against who may sign.
    pub(crate) fn say(
        &mut self,
        (deed, event): (Deed, Event),
        (project, whom): (String, Handle),
        flag: Option<u64>,
        maintainer: &MaintainerArguments,
    ) -> Result<u64, Failure> {
        let until = self.now.as_second() + FLAG_DAYS * 24 * 60 * 60;
        let statement = Statement {
            deed,
            project,
            whom: whom.clone(),
            by: self.by.clone(),
            at: self.now,
            until: (deed == Deed::Flag)
                .then(|| Timestamp::from_second(until).unwrap_or(Timestamp::MAX)),
            reason: maintainer.reason.clone(),
        };
        statement.check().map_err(|error| unmeant(&error))?;
        let text = statement.text();
        let ssh = signed(&signing_key(&maintainer.sign)?, &text)?;
        self.is_maintainer(&text, &ssh, maintainer)?;
        self.add(
            event,
            flag,
            Some(&whom),
            Some(Words {
                text,
                ssh: Some(ssh),
            }),
        )
    }

    fn is_maintainer(
        &self,
        text: &str,
        ssh: &str,
        maintainer: &MaintainerArguments,
    ) -> Result<(), Failure> {
        let allowed = signers(&maintainer.signers)?;
        let not_one = || {
            Failure::usage(format!(
                "the key of `--sign` is not one of {}, by `{}`",
                self.by,
                maintainer.signers.display()
            ))
            .hint("a line there is `github:ann namespaces=\"bartizan\" ssh-ed25519 AAAA…`")
        };
        let signer = verify(text.as_bytes(), ssh.as_bytes(), &allowed, self.now)
            .map_err(|_refusal| not_one())?;
        let mut principals = signer.principal.split(',').map(str::trim);
        if principals.any(|it| handle(it).is_ok_and(|it| it == self.by)) {
            Ok(())
        } else {
            Err(not_one())
        }
    }

    /// Adds what happened to the log.
    pub(crate) fn add(
        &mut self,
        event: Event,
        flag: Option<u64>,
        whom: Option<&Handle>,
        words: Option<Words>,
    ) -> Result<u64, Failure> {
        let happening = Happening {
            at: self.now,
            event,
            flag,
            person: whom.map(|it| self.pseudonym(it)),
            by: self.pseudonym(&self.by),
            words,
        };
        self.store.add(&happening).map_err(|error| unusable(&error))
    }

    /// What is worth remembering elsewhere.
    pub(crate) fn note_head(&self, ctx: &Context) {
        let log = self.store.log();
        ctx.note(&format!(
            "the log has {} entries and ends in {}",
            log.entries().len(),
            log.head()
        ));
    }
}

/// The store of a folder, or of the home.
pub(crate) fn store(home: &Home, folder: Option<&Path>) -> Result<FlagStore, Failure> {
    let folder = folder.map_or_else(|| home.flags(), Path::to_path_buf);
    FlagStore::open(&folder).map_err(|error| unusable(&error))
}

/// Who stands for an account in the log of flags.
pub(crate) fn pseudonym(key: &Key, handle: &Handle) -> Pseudonym {
    key.pseudonym(&["account", &handle.to_string().to_lowercase()])
}

pub(crate) fn unusable(error: &FlagStoreError) -> Failure {
    let hint = match error {
        FlagStoreError::Open { .. } => "take the rights of others away: `chmod 700`",
        FlagStoreError::Log(_) | FlagStoreError::Changed { .. } => {
            "somebody changed what only grows: compare with a copy, and nothing is added until then"
        }
        FlagStoreError::Unusable { .. } | FlagStoreError::TooLong => {
            "name a folder that may be written to with `--in`, and say it in fewer words"
        }
    };
    Failure::data(chain(error)).hint(hint)
}

fn refused(error: FlagError) -> Failure {
    let hint = match error {
        FlagError::None(_) => "`bartizan people flag show` lists them",
        FlagError::Over(_) => "raise a new one, where there is reason to",
        FlagError::Same(_) => "one maintainer alone means nothing, to raise it or to lift it",
        FlagError::Own(_) => "answer with `bartizan people flag appeal`",
        FlagError::NotTheirs(_) => "a maintainer speaks with `second` or `lift`",
    };
    Failure::usage(error.to_string()).hint(hint)
}

/// How a flag stands, in words.
pub(crate) fn state(flag: &Flag) -> &'static str {
    match flag.state {
        FlagState::Open => "said by one maintainer, which means nothing yet",
        FlagState::InForce => "said by two maintainers",
        FlagState::Lifted => "lifted by two maintainers",
        FlagState::Expired => "ended by itself",
        FlagState::Forgotten => "forgotten with the person",
    }
}
