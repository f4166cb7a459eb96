//! Decisions with a reason: the `[[ignore]]` tables of settings, and the `[[risk]]` tables of the file of accepted risks.

use bartizan_model::{ecosystem::Package, vex::VexJustification};
use bartizan_vulnerability::ignore::Ignore;
use jiff::civil::Date;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{feed, file::Complaint, suggest::nearest};

/// A kind of decision: what its tables hold.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// With its article.
    name: &'static str,
    keys: &'static [&'static str],
    /// The keys that none may do without, each with a remedy.
    required: &'static [(&'static str, &'static str)],
    is_risk: bool,
}

/// Something that does not count here.
pub(super) const IGNORE: Shape = Shape {
    name: "an ignore",
    keys: &["id", "reason", "expires", "package", "justification"],
    required: &[ID, REASON],
    is_risk: false,
};

/// Something that does count, and that somebody answers for until a day.
pub(super) const RISK: Shape = Shape {
    name: "a risk",
    keys: &["id", "reason", "owner", "accepted", "expires", "package"],
    required: &[
        ID,
        REASON,
        ("owner", "name who answers for it"),
        (
            "accepted",
            "write the day of the decision, such as `2026-11-23`",
        ),
        (
            "expires",
            "write the last day on which it is accepted; a risk that nobody looks at again is not accepted but forgotten",
        ),
    ],
    is_risk: true,
};

const ID: (&str, &str) = ("id", "name the vulnerability by any of its ids");
const REASON: (&str, &str) = (
    "reason",
    "say why it does not count here; an ignore without a reason helps nobody later",
);

type Place<'a> = Spanned<DeValue<'a>>;

/// Reads all tables; `None` when the value is no list of tables.
pub(super) fn of_toml(
    value: &Place<'_>,
    shape: Shape,
    complaints: &mut Vec<Complaint>,
) -> Option<Vec<Ignore>> {
    let tables: Option<Vec<(&Place<'_>, &DeTable<'_>)>> = value
        .get_ref()
        .as_array()?
        .iter()
        .map(|entry| Some((entry, entry.get_ref().as_table()?)))
        .collect();
    Some(
        tables?
            .into_iter()
            .filter_map(|(place, table)| one(place, table, shape, complaints))
            .collect(),
    )
}

fn one(
    place: &Place<'_>,
    table: &DeTable<'_>,
    shape: Shape,
    complaints: &mut Vec<Complaint>,
) -> Option<Ignore> {
    unknown_keys(table, shape, complaints);
    let mut field = |name: &str| text(table, name, complaints);
    let (id, reason, package, owner) = (
        field("id"),
        field("reason"),
        field("package"),
        field("owner"),
    );
    let justification = field("justification").map(|word| VexJustification::parse(&word));
    if let (Some(None), Some(value)) = (justification, table.get("justification")) {
        let known = VexJustification::ALL.map(|known| format!("`{}`", known.as_str()));
        complaints.push(Complaint::new(
            value,
            "the value of `justification` is none that VEX has",
            format!("it takes {}", known.join(", ")),
        ));
    }
    let accepted = day(table, "accepted", complaints);
    let expires = day(table, "expires", complaints);
    let is_there = |name: &str| match name {
        "id" => id.is_some(),
        "reason" => reason.is_some(),
        "owner" => owner.is_some(),
        // A day that cannot be read has been complained about.
        other => table.contains_key(other),
    };
    for (name, hint) in shape.required.iter().filter(|(name, _)| !is_there(name)) {
        complaints.push(Complaint::new(
            place,
            format!("{} without `{name}`", shape.name),
            *hint,
        ));
    }
    if accepted.is_some() && expires.is_some() && expires < accepted {
        complaints.push(Complaint::new(
            place,
            format!("{} that expires before it is accepted", shape.name),
            "exchange the days",
        ));
    }
    Some(Ignore {
        id: id?,
        reason: reason?,
        package: package.map(|name| feed::package(&name).unwrap_or_else(|| Package::pypi(&name))),
        expires,
        is_risk: shape.is_risk,
        owner,
        accepted,
        justification: justification.flatten(),
    })
}

fn unknown_keys(table: &DeTable<'_>, shape: Shape, complaints: &mut Vec<Complaint>) {
    for key in table
        .keys()
        .filter(|key| !shape.keys.contains(&key.get_ref().as_ref()))
    {
        let hint = match nearest(key.get_ref(), shape.keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{} has {}", shape.name, shape.keys.join(", ")),
        };
        complaints.push(Complaint::new(
            key,
            format!("unknown key `{}` of {}", key.get_ref(), shape.name),
            hint,
        ));
    }
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

/// A day as a TOML date or as a text. Something else is complained about here.
fn day(table: &DeTable<'_>, name: &str, complaints: &mut Vec<Complaint>) -> Option<Date> {
    let value = table.get(name)?;
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
    if date.is_none() {
        let more = if name == "expires" {
            "; the ignore still holds on it"
        } else {
            ""
        };
        complaints.push(Complaint::new(
            value,
            format!("the value of `{name}` is no day"),
            format!("write a day as `2027-03-31`{more}"),
        ));
    }
    date
}
