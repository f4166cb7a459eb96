//! `teams.yaml` of sync-teams-action, which projects of Scientific Python use: a list of teams, each with a name, members and
//! permissions (`repo`, `role`).

use super::{Draft, ImportError, ImportFile, Wish};
use crate::snapshot::{Holder, Level, Resource};

pub(super) fn read(
    draft: &mut Draft,
    files: &[&ImportFile],
    wish: &Wish,
) -> Result<(), ImportError> {
    let organisation = wish
        .organisation
        .as_ref()
        .ok_or(ImportError::Organisation)?;
    draft.organisation(organisation);
    for file in files {
        let Some(node) = draft.yaml(file) else {
            continue;
        };
        for entry in node.items() {
            let place = format!("{}:{}", file.path, entry.line);
            let Some(name) = entry.text_of("name") else {
                draft.complain(place, "a team without a name");
                continue;
            };
            let Some(team) = draft.team(&place, organisation, name) else {
                continue;
            };
            for member in entry.get("members").into_iter().flat_map(|it| it.texts()) {
                if let Some(login) = draft.person(&place, member) {
                    let resource = Resource::Team(team.clone());
                    draft.give(Holder::Person(login), resource, Level::Member);
                }
            }
            for permission in entry
                .get("permissions")
                .into_iter()
                .flat_map(|it| it.items())
            {
                let place = format!("{}:{}", file.path, permission.line);
                let (Some(repository), Some(role)) =
                    (permission.text_of("repo"), permission.get("role"))
                else {
                    draft.complain(place, "a permission without `repo` and `role`");
                    continue;
                };
                // The action takes a team's access away where the role is empty.
                let role = role.text().unwrap_or_default();
                if matches!(role, "" | "none" | "None") {
                    continue;
                }
                let name = draft.repository(&place, organisation, repository);
                let level = draft.level(&place, role);
                if let (Some(name), Some(level)) = (name, level) {
                    draft.give(
                        Holder::Team(team.clone()),
                        Resource::Repository(name),
                        level,
                    );
                }
            }
        }
    }
    Ok(())
}
