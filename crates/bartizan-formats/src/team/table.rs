//! Tables `[[item]]` with `body` and `link`, as sites made from one theme have them.

use serde::Deserialize;

use bartizan_model::team::Member;

use super::{Draft, TeamError, name_of, page};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    item: Vec<Item>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    body: String,
    link: String,
}

/// Reads a table. The name is the last line of the body: a picture stands before it.
pub(super) fn read(text: &str) -> Result<Draft, TeamError> {
    let document: Document = toml::from_str(text).map_err(|error| TeamError::Unreadable {
        why: error.message().to_owned(),
    })?;
    let mut draft = Draft::default();
    for item in document.item {
        let name = item.body.lines().map(str::trim).rfind(|it| !it.is_empty());
        let member = Member {
            login: page::account(&item.link),
            number: page::number(&item.body),
            name: name.and_then(name_of),
        };
        if member != Member::default() {
            draft.put(member, false);
        }
    }
    Ok(draft)
}
