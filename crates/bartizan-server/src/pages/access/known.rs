//! What the pages that name people have in common: they exist for whoever sits at this machine, and say so where something
//! cannot be read.

use std::sync::Arc;

use bartizan_model::Timestamp;

use crate::{
    access::{Drawer, Kept, place},
    context::{Context, PageError},
    href::Place,
    page::{Block, Item, Page, Section, Text},
    words,
};

/// Rows of a table of a page: evidence is long, and no page should be heavy.
pub(super) const ROWS: u32 = 50;

/// What stands under the heading of each.
pub(super) const LEDE: &str = "It names people: shown on this machine only, and to be passed on to nobody who need not know it.";

/// The pages of whoever sits at this machine: part of the path, title, what it tells.
const PARTS: [(&str, &str, &str); 5] = [
    (
        "people",
        "Who has what",
        "The snapshot: every grant with the way it comes.",
    ),
    (
        "ledger",
        "What is used",
        "Each right with the last act that needed it.",
    ),
    (
        "second-factors",
        "Second factors",
        "Who would lose access if they were required, and what would be left without an owner.",
    ),
    (
        "plans",
        "Plans",
        "What is to be changed, and who approved it.",
    ),
    (
        "log",
        "Log",
        "What happened, and the checkpoint to publish.",
    ),
];

/// Links to them, as a part of the public page; nothing for everybody else.
pub(super) async fn desks(ctx: &Context) -> Option<Section> {
    let judged = match drawer(ctx)?.dossier().await {
        Ok(Some(dossier)) => format!(
            "Judged last {}: {}.",
            words::ago(dossier.as_of, ctx.now),
            words::counted(dossier.ledger.len() as u64, "right", "rights")
        ),
        Ok(None) => "Nothing was judged yet.".to_owned(),
        Err(why) => format!("What was judged cannot be read: {why}."),
    };
    let items = PARTS.map(|(part, title, detail)| Item {
        title: Text::link(title, place(part)),
        detail: detail.into(),
    });
    Some(
        Section::new("desk", "For those who sit here")
            .note(format!(
                "{judged} These pages name people and are shown on this machine only."
            ))
            .with(Block::List(items.to_vec())),
    )
}

/// Where it lies; none for everybody who does not sit at this machine.
pub(super) fn drawer(ctx: &Context) -> Option<&Arc<Drawer>> {
    ctx.desk.as_ref()?.drawer.as_ref()
}

/// The page about what is read of it: none for everybody who does not sit at this machine, and one that says why where nothing
/// can be shown. `tell` gives its heading and sections.
pub(super) async fn of_desk<T, R: Future<Output = Kept<Option<T>>>>(
    ctx: &Context,
    title: &str,
    makes: &str,
    read: impl FnOnce(Arc<Drawer>) -> R,
    tell: impl FnOnce(T) -> (String, Vec<Section>),
) -> Result<Option<Page>, PageError> {
    let Some(drawer) = drawer(ctx) else {
        return Ok(None);
    };
    Ok(Some(match read(Arc::clone(drawer)).await {
        Ok(Some(kept)) => {
            let (headline, sections) = tell(kept);
            page(title, headline, sections)
        }
        Ok(None) => absent(title, None, makes),
        Err(why) => absent(title, Some(&why), makes),
    }))
}

/// A page that names people.
pub(super) fn page(title: &str, headline: String, sections: Vec<Section>) -> Page {
    Page {
        title: title.to_owned(),
        headline,
        lede: LEDE.into(),
        above: vec![("Access".to_owned(), Place::new(["access"]))],
        sections,
        ..Page::default()
    }
}

/// The page in place of one that cannot be shown: nothing is there yet, or it cannot be read.
fn absent(title: &str, why: Option<&str>, makes: &str) -> Page {
    let headline = match why {
        Some(_) => "It cannot be read",
        None => "Nothing is here yet",
    };
    let why = why.map(|it| format!("{}. ", words::sentence(it)));
    let text = Text::default()
        .plain(why.unwrap_or_default())
        .code(makes)
        .plain(" makes it.");
    let section = Section::new("absent", "How it comes here").with(Block::Prose(text));
    page(title, headline.to_owned(), vec![section])
}

/// How it is known.
pub(super) fn evidence(snapshot: &str, as_of: Timestamp) -> Section {
    Section::new("evidence", "How it is known").with(Block::Facts(vec![
        (
            "Snapshot".to_owned(),
            Text::default().code(snapshot.get(..16).unwrap_or(snapshot)),
        ),
        ("As of".to_owned(), words::minute(as_of).into()),
    ]))
}

/// The rows of one page out of all.
pub(super) fn shown<T>(all: &[T], number: u32, size: u32) -> &[T] {
    let first = (number.max(1) as usize - 1).saturating_mul(size as usize);
    let rest = all.get(first..).unwrap_or_default();
    rest.get(..size as usize).unwrap_or(rest)
}
