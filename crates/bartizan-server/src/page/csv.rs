//! A table of a page as CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)), safe to open in a spreadsheet.

use super::{Cell, Page, Table};

/// The table of an id, or the first one; `None` where the page has no such table.
pub fn document(page: &Page, id: Option<&str>) -> Option<String> {
    let tables = page.tables();
    let table = match id {
        Some(id) => tables.into_iter().find(|table| table.id == id),
        None => tables.into_iter().next(),
    };
    table.map(write)
}

fn write(table: &Table) -> String {
    let mut text = line(table.columns.iter().map(|column| column.id.to_owned()));
    for row in &table.rows {
        text += &line(row.iter().map(value));
    }
    text
}

fn line(values: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = values.map(|value| quote(&value)).collect();
    quoted.join(",") + "\r\n"
}

/// What a spreadsheet would take for a formula is set behind an apostrophe; numbers are left as they are.
fn quote(value: &str) -> String {
    let is_formula =
        value.starts_with(['=', '+', '-', '@', '\t', '\r']) && value.parse::<f64>().is_err();
    let value = if is_formula {
        format!("'{value}")
    } else {
        value.to_owned()
    };
    if value.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

fn value(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Missing => String::new(),
        Cell::Text(text) => text.words(),
        Cell::Number { value, .. } | Cell::Shares { value, .. } => value.to_string(),
        Cell::State(state) => state.words.clone(),
        Cell::States(all) => {
            let words: Vec<&str> = all.iter().map(|state| state.words.as_str()).collect();
            words.join("; ")
        }
        Cell::Time(instant) => instant.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::quote;
    use insta::assert_snapshot;

    #[test]
    fn values_are_quoted_and_no_formula_runs() {
        let quoted = ["plain", "a,b", "say \"x\"", "=cmd()", "-1.5", "-x", "@a"].map(quote);
        assert_snapshot!(quoted.join(" | "), @r#"plain | "a,b" | "say ""x""" | '=cmd() | -1.5 | '-x | '@a"#);
    }

    proptest::proptest! {
        #[test]
        fn a_value_stays_one_field(value in "\\PC{0,40}") {
            let quoted = quote(&value);
            let bare = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            proptest::prop_assert!(bare.is_some() || !quoted.contains([',', '"', '\n']));
        }
    }
}
