//! Figures side by side, each with its course.

use maud::{Markup, html};

use super::{draw_table, text};
use crate::{
    links::Links,
    page::{Card, Reading},
};

pub(super) fn draw(cards: &[Card], links: &Links) -> Markup {
    html! { ul.cards { @for card in cards { li { (draw_card(card, links)) } } } }
}

fn draw_card(card: &Card, links: &Links) -> Markup {
    html! {
        h3 { (card.title) }
        @match &card.reading {
            Reading::Measured { shown, unit, list, .. } => p.figure {
                @match list { Some(list) => a href=(links.to(&list.clone().into())) { (shown) }, None => span { (shown) } }
                @if !unit.is_empty() { " " small { (unit) } }
            },
            Reading::Missing { needs } => { p.missing { "not measured yet" } @if !needs.is_empty() { p.note { (needs) } } }
        }
        @if let Some(course) = &card.course { (course.draw()) }
        @if !card.note.is_empty() { p.note { (text(&card.note, links)) } }
        @if let Some(course) = card.course.as_ref().filter(|course| course.history.len() > 1) {
            details { summary { "History" span.hidden { ": " (card.title) } } (draw_table(&course.table, links)) }
        }
    }
}
