//! Where a plan is applied: at the hosting service, or in memory to rehearse it.

use std::{collections::BTreeSet, path::PathBuf};

use bartizan_access::{
    apply::{Host, Hosted, Observed},
    host::{self, Wanted},
    log::{Entry, Event, Log},
    name::Login,
    plan::{Plan, Step},
    right::{
        Held, Right, Rights,
        of_snapshot::{Read, hosted},
        organisation,
    },
    snapshot::{EntryKind, Part, Snapshot},
};
use bartizan_model::{Timestamp, hosting::Unseen};
use bartizan_sources::{
    access_log::{AccessLog, AccessLogError},
    hosting::HostClient,
};
use clap::Args;

use super::{notice, told};
use crate::{
    access::{covers, snapshot},
    code_host,
    context::Context,
    error::Failure,
    output,
};

/// Where a plan is applied.
#[derive(Debug, Args)]
pub(crate) struct LiveArguments {
    /// Change nothing: act on this snapshot in memory, as if it were the live state
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) rehearse: Option<String>,

    /// What the hosting service does not know, such as owners at an index: the snapshot that the plan was made from
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) beside: Option<String>,

    /// The folder for the texts of notices, which somebody has to send
    #[arg(long, value_name = "DIR", default_value = "notices")]
    pub(crate) notices: PathBuf,
}

/// Where rights are really kept.
pub(crate) enum Hosting {
    /// At the service.
    Service(Box<HostClient>),
    /// In memory.
    Memory(Rights),
}

/// A place where all rights of a plan can be read and set: the hosting service, what is known beside it, and notices.
pub(crate) struct Place<'a> {
    pub(crate) hosting: Hosting,
    /// The whole state as it was read just now.
    pub(crate) live: Read,
    plan: &'a Plan,
    told: BTreeSet<(String, String)>,
    /// What was told now, to be logged.
    pub(crate) notices: Vec<(Right, String)>,
    folder: PathBuf,
}

/// Why a right cannot be read or set.
#[derive(Debug)]
pub(crate) enum PlaceError {
    /// The service does not show or do it.
    Unseen(Unseen),
    /// A notice cannot be written.
    Notice(String),
}

impl std::fmt::Display for PlaceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unseen(unseen) => write!(f, "{}; needs {}", unseen.why, unseen.needs()),
            Self::Notice(why) => f.write_str(why),
        }
    }
}

impl<'a> Place<'a> {
    /// Reads the state, live or for a rehearsal.
    pub(crate) fn open(
        ctx: &Context,
        plan: &'a Plan,
        arguments: &LiveArguments,
        log: &Log,
    ) -> Result<Self, Failure> {
        let (hosting, mut state) = if let Some(named) = &arguments.rehearse {
            let state = snapshot(ctx, named)?;
            for organisation in organisations(plan) {
                covers(&state, organisation)?;
            }
            (Hosting::Memory(Read::of(&state).rights), state)
        } else {
            let (client, address) = code_host::client(ctx, "access asks the code host")?;
            let state = read_live(ctx, &client, plan, &address.to_string())?;
            is_of_actor(ctx, plan, state.origin.reader.as_ref())?;
            (Hosting::Service(Box::new(client)), state)
        };
        if let Some(named) = &arguments.beside {
            let others = snapshot(ctx, named)?.entries.into_iter();
            state
                .entries
                .extend(others.filter(|it| it.kind == EntryKind::Package));
        }
        let now = Timestamp::now();
        let told = told(log).into_iter().filter(|(_, it)| it.holds(now));
        let is_real = arguments.rehearse.is_none();
        Ok(Self {
            hosting,
            live: Read::of(&state),
            plan,
            told: told
                .map(|((place, account), _)| (place, account.to_string()))
                .collect(),
            notices: Vec::new(),
            folder: if is_real {
                arguments.notices.clone()
            } else {
                PathBuf::new()
            },
        })
    }

    /// Writes into the log who was told.
    pub(crate) fn log_notices(
        &mut self,
        log: &mut AccessLog,
        now: Timestamp,
    ) -> Result<(), AccessLogError> {
        for (right, _) in std::mem::take(&mut self.notices) {
            log.add(Entry {
                number: 0,
                at: Timestamp::from_second(now.as_second()).unwrap_or(now),
                event: Event::Noticed,
                by: self.plan.actor.to_string(),
                about: right.holder().map(ToString::to_string),
                place: Some(right.place().to_owned()),
                reference: None,
                content: Some(self.plan.hash()),
                detail: String::new(),
            })?;
        }
        Ok(())
    }

    fn give_notice(&mut self, right: &Right) -> Result<(), PlaceError> {
        let Some(account) = right.holder() else {
            return Ok(());
        };
        let text = notice(self.plan, (right.place(), account), Timestamp::now());
        if !self.folder.as_os_str().is_empty() {
            let failed = |error: String| {
                PlaceError::Notice(format!("the notice cannot be written: {error}"))
            };
            std::fs::create_dir_all(&self.folder).map_err(|error| failed(error.to_string()))?;
            let name = format!("{}-{}.txt", right.place(), account.login());
            let path = self.folder.join(name);
            output::write_for_owner(&text, &path).map_err(|failure| failed(failure.message))?;
        }
        self.told
            .insert((right.place().to_owned(), account.to_string()));
        self.notices.push((right.clone(), text));
        Ok(())
    }
}

impl Host for Place<'_> {
    type Error = PlaceError;

    fn observe(&mut self, right: &Right) -> Result<Observed, PlaceError> {
        let level = match (right, &self.hosting) {
            (
                Right::Notice {
                    organisation,
                    account,
                },
                _,
            ) => {
                let key = (organisation.clone(), account.to_string());
                self.told.contains(&key).then_some(Held::Given)
            }
            (Right::IndexRole { .. }, _) => self.live.rights.level(right),
            (_, Hosting::Memory(rights)) => rights.level(right),
            (_, Hosting::Service(client)) => {
                let mut hosted = Hosted { host: &**client };
                return hosted.observe(right).map_err(PlaceError::Unseen);
            }
        };
        Ok(Observed {
            level,
            offered: None,
        })
    }

    fn perform(&mut self, step: &Step, to: Option<Held>) -> Result<(), PlaceError> {
        if let Right::Notice {
            organisation,
            account,
        } = &step.right
        {
            if to.is_some() {
                return self.give_notice(&step.right);
            }
            self.told
                .remove(&(organisation.clone(), account.to_string()));
            return Ok(());
        }
        match &mut self.hosting {
            Hosting::Memory(rights) => {
                rights.set(step.right.clone(), to);
                Ok(())
            }
            Hosting::Service(client) => {
                let mut hosted = Hosted { host: &**client };
                hosted.perform(step, to).map_err(PlaceError::Unseen)
            }
        }
    }
}

/// The organisations that a plan is about.
fn organisations(plan: &Plan) -> BTreeSet<&str> {
    let steps = plan.steps.iter();
    let hosted = steps.filter(|it| !matches!(it.right, Right::IndexRole { .. }));
    hosted.map(|it| organisation(it.right.place())).collect()
}

/// What has to hold for whoever applies a plan is asked of the account that it names, and the log names it too: the token has to be
/// of that account. An app is none, and is not told.
fn is_of_actor(ctx: &Context, plan: &Plan, reader: Option<&Login>) -> Result<(), Failure> {
    let actor = &plan.actor;
    match reader.and_then(hosted) {
        Some(reader) if reader == *actor => Ok(()),
        Some(reader) => Err(Failure::usage(format!(
            "the plan is to be applied with the access of {actor}, and the token is of {reader}"
        ))
        .hint(format!(
            "take a token of {actor}, or make a plan with `--actor {reader}`"
        ))),
        None => {
            ctx.warn(
                "the code host does not say whose token this is",
                &format!("that {actor} keeps what they have holds only where it is theirs"),
            );
            Ok(())
        }
    }
}

/// Reads the organisations of a plan as they are now. What has to hold cannot be asked of what is not read.
fn read_live(
    ctx: &Context,
    client: &HostClient,
    plan: &Plan,
    host: &str,
) -> Result<Snapshot, Failure> {
    let names = organisations(plan);
    let logins = names.iter().filter_map(|it| Login::new(it).ok());
    let wanted = Wanted {
        organisations: logins.collect(),
        now: Timestamp::now(),
        host: host.to_owned(),
    };
    let state = host::read(client, &wanted, &|what| {
        ctx.note(&format!("reading {what}"));
    });
    let needed = [
        Part::Members,
        Part::Teams,
        Part::TeamMembers,
        Part::TeamRepositories,
        Part::Repositories,
        Part::Collaborators,
    ];
    match state.unread.iter().find(|it| needed.contains(&it.part)) {
        None => Ok(state),
        Some(unread) => Err(Failure::data(format!(
            "the state of {} cannot be read, so that nothing can be asked of what would be left: {}",
            unread.of, unread.words
        ))
        .hint(unread.permission.as_ref().map_or_else(
            || "a token of an owner reads all of it".to_owned(),
            |it| format!("the token needs {it}"),
        ))),
    }
}
