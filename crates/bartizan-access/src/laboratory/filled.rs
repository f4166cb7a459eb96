//! What a host has where files of another tool are all that is known: the rest of it, made up so that it fits.

use crate::{
    name::Login,
    snapshot::{Assignment, Holder, Level, Person, Resource, Snapshot},
};

/// The snapshot of an import with what such files leave out: whoever is in a team is a member, and these are owners of everything.
pub fn filled(mut snapshot: Snapshot, owners: &[Login]) -> Snapshot {
    snapshot.unread.clear();
    snapshot.origin.reader = owners.first().cloned();
    for organisation in &mut snapshot.organisations {
        organisation.requires_second_factor = Some(true);
        organisation.base_level = organisation.base_level.or(Some(Level::Read));
    }
    let names: Vec<Login> = snapshot
        .organisations
        .iter()
        .map(|it| it.name.clone())
        .collect();
    let mut further = Vec::new();
    for given in &snapshot.assignments {
        if let (Resource::Team(team), Holder::Person(login)) = (&given.resource, &given.holder)
            && let Some(name) = names.iter().find(|it| it.as_str() == team.owner())
        {
            further.push((name.clone(), login.clone(), Level::Member));
        }
    }
    for name in &names {
        further.extend(owners.iter().map(|it| (name.clone(), it.clone(), Level::Owner)));
    }
    further.sort();
    further.dedup();
    for (name, login, level) in further {
        let resource = Resource::Organisation(name);
        let holder = Holder::Person(login.clone());
        let mut given = snapshot.assignments.iter();
        if given.any(|it| it.resource == resource && it.holder == holder) {
            continue;
        }
        if !snapshot.people.iter().any(|it| it.login == login) {
            snapshot.people.push(Person::named(login));
        }
        snapshot.assignments.push(Assignment {
            resource,
            holder,
            level,
            role: None,
        });
    }
    snapshot.sort();
    snapshot
}
