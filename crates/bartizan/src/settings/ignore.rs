//! The `[[ignore]]` tables: a decision with a reason.

use bartizan_model::ecosystem::Package;
use bartizan_vulnerability::ignore::Ignore;
use jiff::civil::Date;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{file::Complaint, suggest::nearest};

const KEYS: [&str; 4] = ["id", "reason", "expires", "package"];

/// Reads all tables; `None` when the value is no list of tables.
pub(super) fn of_toml(
    value: &Spanned<DeValue<'_>>,
    complaints: &mut Vec<Complaint>,
) -> Option<Vec<Ignore>> {
    let tables: Option<Vec<(&Spanned<DeValue<'_>>, &DeTable<'_>)>> = value
        .get_ref()
        .as_array()?
        .iter()
        .map(|entry| Some((entry, entry.get_ref().as_table()?)))
        .collect();
    Some(
        tables?
            .into_iter()
            .filter_map(|(place, table)| one(place, table, complaints))
            .collect(),
    )
}

fn one(
    place: &Spanned<DeValue<'_>>,
    table: &DeTable<'_>,
    complaints: &mut Vec<Complaint>,
) -> Option<Ignore> {
    for key in table
        .keys()
        .filter(|key| !KEYS.contains(&key.get_ref().as_ref()))
    {
        let hint = match nearest(key.get_ref(), KEYS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("an ignore has {}", KEYS.join(", ")),
        };
        complaints.push(Complaint::new(
            key,
            format!("unknown key `{}` of an ignore", key.get_ref()),
            hint,
        ));
    }
    let mut field = |name: &str| text(table, name, complaints);
    let (id, reason, package, expires) = (
        field("id"),
        field("reason"),
        field("package"),
        expires(table),
    );
    let mut missing = |name: &str, hint: &str| {
        complaints.push(Complaint::new(
            place,
            format!("an ignore without `{name}`"),
            hint,
        ));
    };
    if id.is_none() {
        missing("id", "name the vulnerability by any of its ids");
    }
    if reason.is_none() {
        missing(
            "reason",
            "say why it does not count here; an ignore without a reason helps nobody later",
        );
    }
    let expires = match expires {
        Some((value, None)) => {
            let hint = "write a day as `2027-03-31`; the ignore still holds on it";
            complaints.push(Complaint::new(
                value,
                "the value of `expires` is no day",
                hint,
            ));
            None
        }
        Some((_, date)) => date,
        None => None,
    };
    Some(Ignore {
        id: id?,
        reason: reason?,
        package: package.map(|name| Package::pypi(&name)),
        expires,
    })
}

/// A text that is not empty. Something else than a text is complained about here.
fn text(table: &DeTable<'_>, name: &str, complaints: &mut Vec<Complaint>) -> Option<String> {
    let value = table.get(name)?;
    match value.get_ref().as_str().map(str::trim) {
        Some("") => None,
        Some(text) => Some(text.to_owned()),
        None => {
            complaints.push(Complaint::new(
                value,
                format!("the value of `{name}` is not a text"),
                "put it in quotes",
            ));
            None
        }
    }
}

/// A day as a TOML date or as a text.
fn expires<'a, 'i>(table: &'a DeTable<'i>) -> Option<(&'a Spanned<DeValue<'i>>, Option<Date>)> {
    let value = table.get("expires")?;
    let date = match value.get_ref() {
        DeValue::String(text) => text.trim().parse().ok(),
        DeValue::Datetime(stated) => {
            stated
                .date
                .filter(|_| stated.time.is_none())
                .and_then(|date| {
                    let (year, month, day) = (
                        i16::try_from(date.year).ok()?,
                        i8::try_from(date.month).ok()?,
                        i8::try_from(date.day).ok()?,
                    );
                    Date::new(year, month, day).ok()
                })
        }
        _ => None,
    };
    Some((value, date))
}
