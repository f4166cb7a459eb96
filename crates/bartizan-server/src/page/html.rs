//! The blocks of a page as HTML. Everything that was stated by others is text here: `maud` escapes it.

mod cards;
mod table;

use maud::{Markup, html};

use super::{Block, Field, Filter, Item, Page, Question, Section, Sign, Span, State, Text};
use crate::{
    chart::Chart,
    href::Place,
    links::{Links, address_of},
};

pub(super) use self::table::draw as draw_table;

/// What is within `main`.
pub(super) fn content(page: &Page, place: &Place, links: &Links) -> Markup {
    let draw = Draw { links, place };
    html! {
        @if !page.above.is_empty() {
            nav.above aria-label="Above" {
                ol { @for (title, above) in &page.above { li { a href=(links.to(&above.clone().into())) { (title) } } } }
            }
        }
        h1 { (page.headline) }
        @if !page.lede.is_empty() { p.lede { (text(&page.lede, links)) } }
        div.sections {
            @for section in &page.sections { (draw.section(section)) }
        }
    }
}

/// What blocks need to be drawn.
struct Draw<'a> {
    links: &'a Links,
    place: &'a Place,
}

impl Draw<'_> {
    fn section(&self, section: &Section) -> Markup {
        let heading = format!("{}-heading", section.id);
        html! {
            section class=[section.is_narrow.then_some("narrow")] id=(section.id) aria-labelledby=(heading) {
                h2 id=(heading) { (section.title) }
                @if !section.note.is_empty() { p.note { (text(&section.note, self.links)) } }
                @for block in &section.blocks { (self.block(block)) }
            }
        }
    }

    fn block(&self, block: &Block) -> Markup {
        let links = self.links;
        match block {
            Block::Prose(prose) => html! { p.prose { (text(prose, links)) } },
            Block::Code(code) => html! { pre tabindex="0" { code { (code) } } },
            Block::Cards(cards) => cards::draw(cards, links),
            Block::Table(table) => html! { (draw_table(table, links)) (self.data_link(&table.id)) },
            Block::Chart(chart) => self.chart(chart),
            Block::List(items) => {
                html! { ol.list { @for item in items { (list_item(item, links)) } } }
            }
            Block::Facts(facts) => html! {
                dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (text(value, links)) } } } }
            },
            Block::Filter(filter) => self.filter(filter),
            Block::Question(question) => self.question(question),
            Block::Badge { place, text, page } => {
                let address = links.to(&place.clone().into());
                let leads_to = links.to(&page.clone().into());
                let label = text.replace(['[', ']', '(', ')', '\\'], "");
                let markdown = format!("[![{label}]({address})]({leads_to})");
                html! {
                    p.badge { img src=(address) alt=(text) height="20"; " " a href=(address) data-copy="" { "Address of the badge" } }
                    p.note { "As Markdown, with addresses from this page:" }
                    pre tabindex="0" { code data-markdown="" { (markdown) } }
                }
            }
        }
    }

    /// A table is a file too.
    fn data_link(&self, table: &str) -> Markup {
        if self.links.is_alone() {
            return html! {};
        }
        let place = self.place.clone().with("format", "csv").with("part", table);
        html! { p.data { a href=(self.links.to(&place.into())) { "This table as CSV" span.hidden { ": " (table) } } } }
    }

    /// The drawing with its table: folded away below an area or a bar, beside a graph.
    fn chart(&self, chart: &Chart) -> Markup {
        let table =
            html! { (draw_table(chart.table(), self.links)) (self.data_link(&chart.table().id)) };
        html! {
            figure.chart {
                (chart.draw(self.links))
                @if matches!(chart, Chart::Graph(_)) { (table) } @else {
                    details { summary { "The same as a table" span.hidden { ": " (chart.title()) } } (table) }
                }
            }
        }
    }

    /// A form answers to a server only: a static site has the lists that its pages lead to, and filters by script.
    fn filter(&self, filter: &Filter) -> Markup {
        if self.links.is_static() {
            return html! {};
        }
        let action = self.links.to(&Place {
            query: Vec::new(),
            ..filter.place.clone()
        }
        .into());
        html! {
            form.filter role="search" action=(action) method="get" {
                @for field in &filter.fields { (form_field(field)) }
                div.actions {
                    button type="submit" { "Show" }
                    @if !address_of(self.place).ends_with(&action) { a href=(action) { "Show all" } }
                }
            }
        }
    }
}

impl Draw<'_> {
    /// Buttons of a form: they work without a script and by keyboard. What was answered is told by words and by `aria-pressed`.
    fn question(&self, question: &Question) -> Markup {
        let links = self.links;
        let heading = format!("{}-title", question.id);
        html! {
            form.question id=(question.id) method="post" action=(links.to(&question.place.clone().into())) aria-labelledby=(heading) {
                p.title id=(heading) { (text(&question.title, links)) }
                p.note { (text(&question.detail, links)) }
                @if !links.is_static() {
                    @for (name, value) in &question.hidden { input type="hidden" name=(name) value=(value); }
                    div.actions {
                        @for (value, words) in &question.choices {
                            @let pressed = question.chosen == Some(*value);
                            button type="submit" name=(question.key) value=(value) aria-pressed=(if pressed { "true" } else { "false" }) {
                                @if pressed { "✓ " } (words)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn form_field(field: &Field) -> Markup {
    let id = format!("filter-{}", field.key);
    html! {
        div {
            label for=(id) { (field.label) }
            @if field.choices.is_empty() {
                input type="search" id=(id) name=(field.key) value=(field.value) maxlength="200" autocomplete="off";
            } @else {
                select id=(id) name=(field.key) {
                    option value="" { "any" }
                    @for (value, words) in &field.choices {
                        option value=(value) selected[*value == field.value] { (words) }
                    }
                }
            }
        }
    }
}

fn list_item(item: &Item, links: &Links) -> Markup {
    html! { li { p.title { (text(&item.title, links)) } @if !item.detail.is_empty() { p.note { (text(&item.detail, links)) } } } }
}

/// A text with its links.
pub(super) fn text(text: &Text, links: &Links) -> Markup {
    html! {
        @for span in &text.0 {
            @match span {
                Span::Plain(words) => (words),
                Span::Strong(words) => b { (words) },
                Span::Code(words) => code { (words) },
                Span::Link(words, href) => a href=(links.to(href)) { (words) },
            }
        }
    }
}

/// A sign with its words.
pub(super) fn state(state: &State, links: &Links) -> Markup {
    let words = html! { @match &state.link { Some(href) => a href=(links.to(href)) { (state.words) }, None => (state.words) } };
    html! { span class=(format!("state {}", state.sign.as_str())) { (sign(state.sign)) span { (words) } } }
}

/// Each sign has a shape of its own, so that it is read without its colour.
fn sign(sign: Sign) -> Markup {
    html! {
        svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" {
            @match sign {
                Sign::Good => { circle.full cx="10" cy="10" r="8" {} path.mark d="M6 10.5l2.7 2.7L14 7.5" {} }
                Sign::Watch => { path.full d="M10 2l8.5 15.5h-17z" {} path.mark d="M10 7.5v4.5M10 14.2v.6" {} }
                Sign::Bad => { path.full d="M6 2h8l4 4v8l-4 4H6l-4-4V6z" {} path.mark d="M7 7l6 6M13 7l-6 6" {} }
                Sign::Unknown => { circle.open cx="10" cy="10" r="7.5" {} path.open d="M6.5 10h7" {} }
                Sign::Stated => { circle.open cx="10" cy="10" r="7.5" {} circle.full cx="10" cy="10" r="3.2" {} }
                Sign::Neutral => { path.open d="M5 10h10" {} }
            }
        }
    }
}
