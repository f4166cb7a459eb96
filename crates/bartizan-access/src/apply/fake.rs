//! An organisation in memory that behaves as the hosting service does, and can be told to fail: the laboratory behind the same
//! questions and changes that the service is sent, with what no service knows of beside it.

use bartizan_model::{
    Timestamp,
    hosting::{Seen, Unseen, UnseenKind},
};

use super::{Direction, Host, Hosted, Journal, Note, Observed, Phase};
use crate::{
    laboratory::{Death, Laboratory, Living},
    name::{Login, RepositoryName, TeamName, Text},
    plan::Step,
    right::{Held, Right, Rights, of_snapshot::Read, organisation},
    snapshot::{
        Assignment, DeployKey, Holder, Level, Organisation, Origin, Person, Repository, Resource,
        Snapshot, Team,
    },
};

/// The organisation.
#[derive(Debug)]
pub(crate) struct Fake {
    pub(crate) host: Living,
    /// Notices, and roles at an index.
    pub(crate) beside: Rights,
}

/// A journal is full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Fake {
    pub(crate) fn of(rights: &Rights) -> Self {
        let host = Living::new(Laboratory::new(snapshot(rights)));
        let beside = rights.all().filter(|(right, _)| is_beside(right));
        let beside = beside.map(|(right, level)| (right.clone(), level));
        Self {
            beside: beside.collect(),
            host,
        }
    }

    /// All that is held.
    pub(crate) fn rights(&self) -> Rights {
        let mut rights = Read::of(&self.host.state()).rights;
        // An invitation is an offer, which the plan that made it does not speak of.
        let offers: Vec<Right> = rights
            .all()
            .map(|(right, _)| right.clone())
            .filter(|it| matches!(it, Right::Invitation { .. }))
            .collect();
        for offer in offers {
            rights.set(offer, None);
        }
        for (right, level) in self.beside.all() {
            rights.set(right.clone(), Some(level));
        }
        rights
    }

    /// The same organisation once more.
    pub(crate) fn again(&self) -> Self {
        Self {
            host: Living::new(Laboratory::new(self.host.state())),
            beside: self.beside.clone(),
        }
    }
}

fn is_beside(right: &Right) -> bool {
    matches!(right, Right::Notice { .. } | Right::IndexRole { .. })
}

/// What a host has that gives these rights.
pub(crate) fn snapshot(rights: &Rights) -> Snapshot {
    let origin = Origin {
        form: Text::new("test"),
        name: Text::new("test"),
        reader: None,
    };
    let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH, origin);
    snapshot.teams.push(team("lab/emeriti", None));
    for (team, parent) in rights.parents() {
        snapshot.teams.push(self::team(team, Some(parent)));
        snapshot.teams.push(self::team(parent, None));
    }
    for (right, held) in rights.all() {
        put(&mut snapshot, right, held);
    }
    // A team that lies in another one comes first of its name.
    snapshot.teams.sort_by(|one, other| {
        (&one.name, one.parent.is_none()).cmp(&(&other.name, other.parent.is_none()))
    });
    snapshot.teams.dedup_by(|one, other| one.name == other.name);
    snapshot.sort();
    snapshot
}

fn put(snapshot: &mut Snapshot, right: &Right, held: Held) {
    let name = Login::new(organisation(right.place())).unwrap();
    if snapshot.organisation(name.as_str()).is_none() {
        snapshot.organisations.push(Organisation::named(name));
    }
    if let Some(account) = right.holder() {
        let login = Login::new(account.login()).unwrap();
        snapshot.people.push(Person::named(login));
    }
    let person = || Holder::Person(Login::new(right.holder().unwrap().login()).unwrap());
    let repository = |name: &str| RepositoryName::new(name).unwrap();
    let (resource, holder) = match right {
        Right::Membership { organisation, .. } => (
            Resource::Organisation(Login::new(organisation).unwrap()),
            person(),
        ),
        Right::TeamMembership { team, .. } => {
            snapshot.teams.push(self::team(team, None));
            (Resource::Team(TeamName::new(team).unwrap()), person())
        }
        Right::TeamAccess {
            team,
            repository: at,
        } => {
            snapshot.teams.push(self::team(team, None));
            snapshot
                .repositories
                .push(Repository::named(repository(at)));
            let team = Holder::Team(TeamName::new(team).unwrap());
            (Resource::Repository(repository(at)), team)
        }
        Right::Collaboration { repository: at, .. } => {
            snapshot
                .repositories
                .push(Repository::named(repository(at)));
            (Resource::Repository(repository(at)), person())
        }
        Right::DeployKey {
            repository: at,
            key,
        } => {
            put_key(snapshot, repository(at), (*key, held));
            return;
        }
        it if is_beside(it) => return,
        other => panic!("no test has {other:?}"),
    };
    let level: Level = serde_json::from_value(held.id().into()).unwrap();
    snapshot.assignments.push(Assignment {
        resource,
        holder,
        level,
        role: None,
    });
}

fn put_key(snapshot: &mut Snapshot, repository: RepositoryName, (id, held): (u64, Held)) {
    snapshot
        .repositories
        .push(Repository::named(repository.clone()));
    snapshot.deploy_keys.push(DeployKey {
        repository,
        id,
        title: Text::new("test"),
        algorithm: Text::new("ssh-ed25519"),
        can_write: held == Held::Write,
        is_enabled: true,
        by: None,
        created: None,
        used: None,
    });
}

fn team(name: &str, parent: Option<&str>) -> Team {
    Team {
        name: TeamName::new(name).unwrap(),
        id: None,
        parent: parent.map(|it| TeamName::new(it).unwrap()),
        is_secret: false,
    }
}

impl Host for Fake {
    type Error = Unseen;

    fn observe(&mut self, right: &Right) -> Seen<Observed> {
        if is_beside(right) {
            return Ok(Observed {
                level: self.beside.level(right),
                offered: None,
            });
        }
        Hosted { host: &self.host }.observe(right)
    }

    fn perform(&mut self, step: &Step, to: Option<Held>) -> Seen<()> {
        if matches!(step.right, Right::IndexRole { .. }) {
            let why = "a program changes nothing at an index";
            return Err(Unseen::new(UnseenKind::Refused, why));
        }
        if is_beside(&step.right) {
            self.beside.set(step.right.clone(), to);
            return Ok(());
        }
        Hosted { host: &self.host }.perform(step, to)
    }
}

/// A journal in memory, which may be unable to write after some lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paper {
    pub(crate) notes: Vec<Note>,
    pub(crate) room: Option<usize>,
}

impl Journal for Paper {
    type Error = Full;

    fn write(&mut self, note: Note) -> Result<(), Full> {
        if self.room.is_some_and(|room| self.notes.len() >= room) {
            return Err(Full);
        }
        self.notes.push(note);
        Ok(())
    }
}

impl Paper {
    /// How often a step was begun, one way.
    pub(crate) fn begun(&self, direction: Direction, step: usize) -> usize {
        let notes = self.notes.iter();
        notes
            .filter(|it| it.direction == direction && it.step == step && it.phase == Phase::Begun)
            .count()
    }
}

/// All ways in which a run of so many effects can be killed: before or after each, or while the journal is written.
pub(crate) fn deaths(steps: usize) -> Vec<(Option<Death>, Option<usize>)> {
    let effects = (0..steps).flat_map(|it| [Death::Before(it), Death::After(it)]);
    let lines = (0..2 * steps).map(|it| (None, Some(it)));
    effects.map(|it| (Some(it), None)).chain(lines).collect()
}
