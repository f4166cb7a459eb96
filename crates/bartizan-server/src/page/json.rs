//! A page as JSON: the same values, for programs.

use serde_json::{Map, Value, json};

use super::{Block, Card, Cell, Item, Page, Reading, Section, State, Table, Text};
use crate::{
    href::Place,
    links::{Links, address_of},
};

/// Changes when a program that reads it would have to change.
pub const SCHEMA_VERSION: u32 = 1;

/// The page as JSON text.
pub fn document(page: &Page, place: &Place, links: &Links) -> String {
    let sections: Vec<Value> = page
        .sections
        .iter()
        .map(|part| section(part, links))
        .collect();
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "page": address_of(&Place { fragment: None, ..place.clone() }.with("format", "").with("part", "")),
        "title": page.title,
        "headline": page.headline,
        "summary": page.lede.words(),
        "sections": sections,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn section(section: &Section, links: &Links) -> Value {
    let blocks: Vec<Value> = section
        .blocks
        .iter()
        .filter_map(|part| block(part, links))
        .collect();
    json!({ "id": section.id, "title": section.title, "note": section.note.words(), "blocks": blocks })
}

fn block(block: &Block, links: &Links) -> Option<Value> {
    match block {
        Block::Prose(prose) => Some(json!({ "kind": "prose", "text": prose.words() })),
        Block::Code(code) => Some(json!({ "kind": "code", "text": code })),
        Block::Cards(cards) => {
            let cards: Vec<Value> = cards.iter().map(|one| card(one, links)).collect();
            Some(json!({ "kind": "figures", "figures": cards }))
        }
        Block::Table(it) => Some(table(it, links)),
        Block::Chart(chart) => Some(table(chart.table(), links)),
        Block::List(items) => {
            let items: Vec<Value> = items.iter().map(item).collect();
            Some(json!({ "kind": "list", "items": items }))
        }
        Block::Facts(facts) => {
            let facts: Map<String, Value> = facts
                .iter()
                .map(|(name, text)| (name.clone(), Value::from(text.words())))
                .collect();
            Some(json!({ "kind": "facts", "facts": facts }))
        }
        Block::Filter(_) => None,
        Block::Question(it) => Some(json!({
            "kind": "question", "text": it.title.words(), "detail": it.detail.words(), "answer": it.chosen,
        })),
        Block::Badge { place, text, .. } => Some(
            json!({ "kind": "badge", "text": text, "address": links.to(&place.clone().into()) }),
        ),
    }
}

fn item(item: &Item) -> Value {
    json!({ "title": item.title.words(), "detail": item.detail.words() })
}

fn card(card: &Card, links: &Links) -> Value {
    let mut value = match &card.reading {
        Reading::Measured {
            value,
            shown,
            unit,
            list,
        } => json!({
            "measured": true, "value": value, "shown": shown, "unit": unit, "list": list.clone().map(|list| links.to(&list.into())),
        }),
        Reading::Missing { needs } => json!({ "measured": false, "needs": needs }),
    };
    if let Some(object) = value.as_object_mut() {
        object.insert("title".to_owned(), card.title.clone().into());
        object.insert("note".to_owned(), card.note.words().into());
        if let Some(course) = &card.course {
            object.insert("targets".to_owned(), course.targets.clone().into());
            let history = course
                .history
                .iter()
                .map(|(instant, value)| json!({ "at": instant.to_string(), "value": value }));
            object.insert("history".to_owned(), history.collect());
        }
    }
    value
}

fn table(table: &Table, links: &Links) -> Value {
    let row = |cells: &Vec<Cell>| {
        let pairs = table.columns.iter().zip(cells);
        Value::Object(
            pairs
                .map(|(column, it)| (column.id.to_owned(), cell(it)))
                .collect(),
        )
    };
    let rows: Vec<Value> = table.rows.iter().map(row).collect();
    let mut value =
        json!({ "kind": "table", "id": table.id, "caption": table.caption.words(), "rows": rows });
    if let (Some(pager), Some(object)) = (&table.pager, value.as_object_mut()) {
        let next = (pager.number < pager.pages())
            .then(|| links.to(&pager.at(pager.number + 1).with("format", "json").into()));
        object.insert("meta".to_owned(), json!({ "page": pager.number, "pages": pager.pages(), "total": pager.total, "next_page": next }));
    }
    value
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Empty | Cell::Missing => Value::Null,
        Cell::Text(text) => texts(text),
        Cell::Number { value, .. } => json!(value),
        Cell::State(it) => state(it),
        Cell::States(all) => all.iter().map(state).collect(),
        Cell::Shares { value, parts, .. } => {
            let parts: Map<String, Value> = parts
                .iter()
                .map(|(name, value)| (name.clone(), json!(value)))
                .collect();
            json!({ "value": value, "parts": parts })
        }
        Cell::Time(instant) => json!(instant.to_string()),
    }
}

fn state(state: &State) -> Value {
    json!({ "sign": state.sign.as_str(), "words": state.words })
}

fn texts(text: &Text) -> Value {
    Value::from(text.words())
}
