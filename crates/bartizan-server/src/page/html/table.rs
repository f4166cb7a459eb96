//! Tables as HTML: each scrolls in its own region, with the column that names its rows kept in view.

use maud::{Markup, html};

use super::{state, text};
use crate::{
    chart::bar,
    links::Links,
    page::{Cell, Column, Pager, Table},
    words,
};

/// From so many rows on the script adds a field that filters them.
const FILTERED: usize = 12;

pub(in crate::page) fn draw(table: &Table, links: &Links) -> Markup {
    if table.rows.is_empty() {
        return html! { p.missing { (text(&table.empty, links)) } };
    }
    let label = if table.caption.is_empty() {
        table.id.clone()
    } else {
        table.caption.words()
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(format!("Table: {label}")) {
            table id=(format!("table-{}", table.id)) data-filter[table.rows.len() >= FILTERED && table.pager.is_none()] data-sort[table.pager.is_none()] {
                @if !table.caption.is_empty() { caption { (text(&table.caption, links)) } }
                thead { tr { @for (index, column) in table.columns.iter().enumerate() { (heading(column, has_bars(table, index), links)) } } }
                tbody { @for row in &table.rows { tr {
                    @for (index, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                        @if index == 0 { th scope="row" class=[column.is_number.then_some("number")] { (draw_cell(cell, links)) } }
                        @else if column.is_number { td.number.bars[matches!(cell, Cell::Shares { .. })] { (draw_cell(cell, links)) } }
                        @else { td { (draw_cell(cell, links)) } }
                    }
                } } }
            }
        }
        @if let Some(pager) = &table.pager { (draw_pager(pager, links)) }
    }
}

/// Whether a column holds values with bars beside them, which begin at the left.
fn has_bars(table: &Table, index: usize) -> bool {
    table
        .rows
        .iter()
        .any(|row| matches!(row.get(index), Some(Cell::Shares { .. })))
}

/// A static site has each list in one order, so that its files can be counted.
fn heading(column: &Column, has_bars: bool, links: &Links) -> Markup {
    let sorted = column.is_sorted.then_some(if column.is_number {
        "descending"
    } else {
        "ascending"
    });
    html! {
        th scope="col" class=[column.is_number.then_some(if has_bars { "number bars" } else { "number" })] aria-sort=[sorted] {
            @match column.sort.as_ref().filter(|_| !links.is_static()) {
                Some(place) => a href=(links.to(&place.clone().into())) { (column.title) },
                None => (column.title),
            }
        }
    }
}

fn draw_cell(cell: &Cell, links: &Links) -> Markup {
    match cell {
        Cell::Empty => html! { span.quiet { "–" } },
        Cell::Missing => html! { span.quiet { "not measured yet" } },
        Cell::Text(it) => text(it, links),
        Cell::Number { shown, list, .. } => html! {
            @match list { Some(list) => a href=(links.to(&list.clone().into())) { (shown) }, None => (shown) }
        },
        Cell::State(it) => state(it, links),
        Cell::States(all) => {
            html! { ul.states { @for it in all { li { (state(it, links)) } } } }
        }
        Cell::Shares { value, parts, list } => html! {
            div.weighed {
                @match list { Some(list) => a href=(links.to(&list.clone().into())) { (words::value(*value)) }, None => span { (words::value(*value)) } }
                @if *value > 0.0 { (bar(parts)) }
            }
        },
        Cell::Time(instant) => {
            html! { time datetime=(instant.to_string()) { (words::day(*instant)) } }
        }
    }
}

fn draw_pager(pager: &Pager, links: &Links) -> Markup {
    let (all, number) = (pager.pages(), pager.number);
    let first = u64::from(number.saturating_sub(1)) * u64::from(pager.size) + 1;
    let last = (first + u64::from(pager.size) - 1).min(pager.total);
    html! {
        @if all > 1 {
            nav.pager aria-label="Pages of the list" {
                span { (words::count(first)) "–" (words::count(last)) " of " (words::count(pager.total)) }
                @if number > 1 { a rel="prev" href=(links.to(&pager.at(number - 1).into())) { "Earlier page" } }
                @if number < all { a rel="next" href=(links.to(&pager.at(number + 1).into())) { "Next page" } }
            }
        }
    }
}
