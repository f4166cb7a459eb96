//! The document around a page: head, menu, footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Page, html::content};
use crate::{assets, href::Place, links::Links};

/// What all pages of a site have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The name of the ecosystem.
    pub site: String,
    /// The menu: words and place.
    pub menu: Vec<(&'static str, Place)>,
    /// When the data were assessed, in words.
    pub assessed: String,
    /// A note over every page, where the site shows invented data.
    pub notice: Option<String>,
}

/// Takes the place of the nonce of a reply until the reply is sent, so that a page can be kept ready. It is no part of any
/// text that `maud` could write: a `<` in text is always escaped.
pub const NONCE: &str = "<nonce>";

/// The whole document.
pub fn document(page: &Page, place: &Place, frame: &Frame, links: &Links) -> String {
    let json = links.to(&place.clone().with("format", "json").into());
    let feed = page
        .feed
        .as_ref()
        .map(|feed| links.to(&feed.clone().into()));
    let head = html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        title { (page.title) " · " (frame.site) }
        link rel="stylesheet" href=(links.asset(assets::STYLE));
        link rel="icon" type="image/svg+xml" href=(links.asset(assets::ICON));
        link rel="alternate" type="application/json" title="This page as JSON" href=(json);
        @if let Some(feed) = &feed { link rel="alternate" type="application/atom+xml" title=(page.title) href=(feed); }
    };
    let body = html! {
        a.skip href="#main" { "Skip to content" }
        (header(place, frame, links))
        main id="main" tabindex="-1" { (content(page, place, links)) }
        footer {
            div.bar {
                span { "This page as " a href=(json) { "JSON" } @if let Some(feed) = &feed { " or " a href=(feed) { "Atom feed" } } }
                span { (frame.assessed) }
                a href=(links.to(&crate::href::Href::to(["methods"]))) { "How figures are made" }
                a href=(links.to(&crate::href::Href::to(["data"]))) { "All data" }
            }
        }
    };
    let script = links.asset(assets::SCRIPT);
    let script = if links.is_static() {
        html! { script type="module" src=(script) {} }
    } else {
        // The one place where a nonce stands; see `NONCE`.
        html! { (PreEscaped(format!("<script type=\"module\" nonce=\"{NONCE}\" src=\"{}\"></script>", maud::html! { (script) }.into_string()))) }
    };
    html! { (DOCTYPE) html lang="en" { head { (head) } body { (body) (script) } } }.into_string()
}

/// What a page that stands alone says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alone {
    /// What it is about, at its head.
    pub subject: String,
    /// What it was made from, by what and when, at its foot.
    pub notes: Vec<String>,
}

/// Allows the style sheet within and nothing else, whatever the page shows of others.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A page as one file that needs nothing beside it and runs no script.
pub fn alone(page: &Page, about: &Alone) -> String {
    let links = Links::alone();
    let style = assets::ALL.iter().find(|asset| asset.name == assets::STYLE);
    let style = style.map_or("", |asset| asset.content);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) }
                // The style sheet is ours and holds no `<`.
                style { (PreEscaped(style)) }
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header {
                    div.bar {
                        span.brand {
                            svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" { path d=(assets::TOWER) {} }
                            span { (about.subject) }
                        }
                    }
                }
                main id="main" tabindex="-1" { (content(page, &Place::default(), &links)) }
                footer { div.bar { @for note in &about.notes { span { (note) } } } }
            }
        }
    }
    .into_string()
}

fn header(place: &Place, frame: &Frame, links: &Links) -> Markup {
    let here = frame
        .menu
        .iter()
        .filter(|(_, entry)| place.path.starts_with(&entry.path));
    let here = here
        .max_by_key(|(_, entry)| entry.path.len())
        .map(|(_, entry)| entry);
    html! {
        header {
            @if let Some(notice) = &frame.notice { p.notice { (notice) } }
            div.bar {
                a.brand href=(links.to(&Place::default().into())) {
                    svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" { path d=(assets::TOWER) {} }
                    span { (frame.site) }
                }
                nav aria-label="Main" {
                    ul {
                        @for (title, entry) in &frame.menu {
                            @let current = (Some(entry) == here).then_some(if entry.path == place.path && place.query.is_empty() { "page" } else { "true" });
                            li { a href=(links.to(&entry.clone().into())) aria-current=[current] { (title) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Block, Section, Text};

    #[test]
    fn a_page_alone_asks_nobody_and_runs_nothing() {
        let text =
            Text::link("here", Place::new(["projects"]).at("x")).plain("<script>alert(1)</script>");
        let page = Page {
            title: "t".to_owned(),
            headline: "<b>h</b>".to_owned(),
            sections: vec![Section::new("x", "X").with(Block::Prose(text))],
            ..Page::default()
        };
        let about = Alone {
            subject: "lab".to_owned(),
            notes: vec!["by hand".to_owned()],
        };
        let document = alone(&page, &about);
        for absent in ["<script", "<link", "src=", "@import", "url(", "<b>"] {
            assert!(!document.contains(absent), "{absent}");
        }
        assert!(document.contains("href=\"#x\""), "{document}");
        assert!(document.contains("&lt;script&gt;"));
        let style = assets::ALL
            .iter()
            .find(|it| it.name == assets::STYLE)
            .unwrap();
        assert!(!style.content.contains('<'));
    }
}
