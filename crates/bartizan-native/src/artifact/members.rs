//! Zip archives whose members are looked at each on its own, of several archives in one go.
//!
//! A thread that has no more to do in one archive begins with the next: none waits for the other at the end of each
//! archive, and each keeps its buffer from one to the next.

use std::sync::Mutex;

use bartizan_formats::{
    archive::{
        Limits,
        zip::{Located, MemberReader},
    },
    tree::ReadSeek,
};
use bartizan_model::native::Contents;

use super::{
    Place,
    collection::{Collection, Seen, look},
    part::Part,
    workers::{self, Load},
};

/// An archive whose directory was read and whose members were not.
pub(super) struct Unseen<'a> {
    pub(super) place: Place<'a>,
    pub(super) collection: Collection,
    /// The members that are worth a look, in the order of the archive.
    pub(super) parts: Vec<(Located, String, Part)>,
}

/// The archive that a thread has open.
type Open<'a> = (usize, Result<MemberReader<Box<dyn ReadSeek + 'a>>, String>);

impl<'a> Unseen<'a> {
    /// How many bytes its members have.
    pub(super) fn size(&self) -> u64 {
        let sizes = self.parts.iter().map(|(member, ..)| member.size());
        sizes.fold(0, u64::saturating_add)
    }

    fn open(&self) -> Result<MemberReader<Box<dyn ReadSeek + 'a>>, String> {
        let file = self.place.tree.open(self.place.path);
        let file = file.map_err(|error| error.to_string())?;
        Ok(MemberReader::new(file, &Limits::NATIVE))
    }

    fn finish(mut self, seen: Vec<Seen>) -> Contents {
        for ((_, name, part), seen) in self.parts.iter().zip(seen) {
            self.collection.add(name, *part, seen);
        }
        self.collection.finish(self.place.knowledge)
    }
}

/// Looks at the members of every archive; what is said comes in the order of the archives.
pub(super) fn look_into(archives: Vec<Unseen<'_>>) -> Vec<Contents> {
    let members: Vec<_> = archives
        .iter()
        .enumerate()
        .flat_map(|(number, archive)| archive.parts.iter().map(move |part| (number, part)))
        .collect();
    let seen = workers::work(
        &members,
        |(number, (member, ..))| Load {
            group: *number,
            size: member.size(),
        },
        || None,
        |open: &mut Option<Open<'_>>, buffer, (number, (member, name, part))| {
            let Some(archive) = archives.get(*number) else {
                return Seen::Nothing;
            };
            let is_open = open.as_ref().is_some_and(|(opened, _)| opened == number);
            let open = match open {
                Some(open) if is_open => open,
                _ => open.insert((*number, archive.open())),
            };
            match &mut open.1 {
                Ok(reader) => {
                    let of = (name.as_str(), *part, member.size());
                    look(archive.place.knowledge, of, buffer, |buffer, is_wanted| {
                        reader.read_if(member, buffer, is_wanted)
                    })
                }
                Err(error) => Seen::Bad(error.clone()),
            }
        },
    );
    weigh(archives, seen)
}

/// Weighs what was seen of each archive. `seen` is in the order of the archives and their members.
fn weigh(archives: Vec<Unseen<'_>>, seen: Vec<Seen>) -> Vec<Contents> {
    let mut seen = seen.into_iter();
    let taken: Vec<_> = archives
        .into_iter()
        .map(|archive| {
            let own: Vec<Seen> = seen.by_ref().take(archive.parts.len()).collect();
            Mutex::new(Some((archive, own)))
        })
        .collect();
    let load = |_: &Mutex<_>| Load { group: 0, size: 0 };
    let told = workers::work(
        &taken,
        load,
        || (),
        |(), _, one| {
            let taken = one.lock().ok().and_then(|mut one| one.take());
            taken.map(|(archive, seen)| archive.finish(seen))
        },
    );
    told.into_iter().flatten().collect()
}
