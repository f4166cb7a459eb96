//! One settings file: every key known, every value of its kind, every complaint with file and line.

use std::path::Path;

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    ALL, Layer, Scope, Setting, feed, ignore,
    locate::Found,
    suggest::nearest,
    value::{Kind, Value},
};
use crate::error::Failure;
use bartizan_vulnerability::ignore::Ignore;

/// A complaint about the byte range of a file.
pub(super) struct Complaint {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Complaint {
    pub(super) fn new<T>(
        place: &Spanned<T>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            offset: place.span().start,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

type Key<'a> = Spanned<DeString<'a>>;

/// Whether a `pyproject.toml` has a `[tool.bartizan]` table. A broken file is some other tool's to report,
/// unless it looks as if the table were there.
pub(super) fn has_own_table(text: &str) -> bool {
    if !text.contains("bartizan") {
        return false;
    }
    match DeTable::parse(text) {
        Ok(table) => own_table(table.get_ref()).is_some(),
        Err(_) => text.contains("tool.bartizan"),
    }
}

fn own_table<'a, 'i>(table: &'a DeTable<'i>) -> Option<&'a DeTable<'i>> {
    let tool = table.get("tool")?.get_ref().as_table()?;
    tool.get("bartizan")?.get_ref().as_table()
}

/// Reads the settings of one file.
pub(super) fn read(found: &Found) -> Result<Layer, Failure> {
    let table = parse(found)?;
    let is_project_file = found
        .path
        .file_name()
        .is_some_and(|name| name == "pyproject.toml");
    let own = if is_project_file {
        own_table(table.get_ref())
    } else {
        Some(table.get_ref())
    };
    let directory = found.path.parent().unwrap_or(Path::new("."));
    let mut reader = Reader {
        directory,
        scope: found.scope,
        layer: Layer::new(),
        complaints: Vec::new(),
    };
    if let Some(own) = own {
        reader.table(own, "");
    }
    match reader
        .complaints
        .iter()
        .min_by_key(|complaint| complaint.offset)
    {
        Some(first) => Err(located(found, first)),
        None => Ok(reader.layer),
    }
}

/// Reads the accepted risks of a file that holds nothing else.
pub(super) fn risks(found: &Found) -> Result<Vec<Ignore>, Failure> {
    let table = parse(found)?;
    let mut complaints = Vec::new();
    let mut risks = Vec::new();
    for (key, value) in table.get_ref() {
        let read = (key.get_ref() == "risk")
            .then(|| ignore::of_toml(value, ignore::RISK, &mut complaints))
            .flatten();
        match read {
            Some(read) => risks.extend(read),
            None => complaints.push(Complaint::new(
                key,
                format!("`{}` is no list of accepted risks", key.get_ref()),
                "write `[[risk]]` with `id`, `reason`, `owner`, `accepted` and `expires`",
            )),
        }
    }
    match complaints.iter().min_by_key(|complaint| complaint.offset) {
        Some(first) => Err(located(found, first)),
        None => Ok(risks),
    }
}

fn parse(found: &Found) -> Result<Spanned<DeTable<'_>>, Failure> {
    DeTable::parse(&found.text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        located(
            found,
            &Complaint {
                offset,
                message: error.message().to_owned(),
                hint: "the file must be TOML".to_owned(),
            },
        )
    })
}

fn located(found: &Found, complaint: &Complaint) -> Failure {
    let before = found.text.as_bytes().iter().take(complaint.offset);
    let line = before.filter(|byte| **byte == b'\n').count() + 1;
    Failure::usage(format!(
        "{}:{line}: {}",
        found.path.display(),
        complaint.message
    ))
    .hint(complaint.hint.clone())
}

struct Reader<'a> {
    directory: &'a Path,
    scope: Scope,
    layer: Layer,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, prefix: &str) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let is_table_of_settings = ALL
                .iter()
                .any(|setting| setting.name.starts_with(&format!("{name}.")));
            match (
                ALL.iter().find(|setting| setting.name == name),
                value.get_ref(),
            ) {
                (Some(setting), _) => self.setting(setting, key, value),
                (None, DeValue::Table(inner)) if is_table_of_settings => {
                    self.table(inner, &format!("{name}."));
                }
                (None, _) if is_table_of_settings => {
                    self.complain(
                        key,
                        format!("`{name}` is not a table"),
                        format!("write `[{name}]` on a line of its own"),
                    );
                }
                (None, _) => self.unknown(key, &name),
            }
        }
    }

    fn setting(&mut self, setting: &Setting, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let name = setting.name;
        if self.scope == Scope::Project && setting.scope == Scope::User {
            let hint = match setting.variable {
                Some(variable) => {
                    format!("set it in your own settings, by `--config`, or as `{variable}`")
                }
                None => "set it in your own settings or by `--config`".to_owned(),
            };
            self.complain(key, format!("`{name}` cannot be set by a project"), hint);
            return;
        }
        let complaints = &mut self.complaints;
        let read = match setting.kind {
            Kind::Ignores => ignore::of_toml(value, ignore::IGNORE, complaints).map(Value::Ignores),
            Kind::Feeds => feed::of_toml(value, self.directory, complaints).map(Value::Feeds),
            kind => kind.of_toml(value.get_ref(), self.directory),
        };
        match read {
            Some(read) => {
                self.layer.insert(name, read);
            }
            None => self.complain_value(value, setting),
        }
    }

    fn complain_value(&mut self, value: &Spanned<DeValue<'_>>, setting: &Setting) {
        self.complaints.push(Complaint::new(
            value,
            format!("the value of `{}` is not one it takes", setting.name),
            format!("`{}` takes {}", setting.name, setting.kind.describe()),
        ));
    }

    fn unknown(&mut self, key: &Key<'_>, name: &str) {
        let names = ALL.iter().map(|setting| setting.name);
        let hint = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "known are {}",
                ALL.iter().map(|s| s.name).collect::<Vec<_>>().join(", ")
            ),
        };
        self.complain(key, format!("unknown key `{name}`"), hint);
    }

    fn complain(&mut self, key: &Key<'_>, message: String, hint: String) {
        self.complaints.push(Complaint::new(key, message, hint));
    }
}
