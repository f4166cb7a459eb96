//! Roots of trust that were refreshed by TUF, as the home keeps them: one file for each instance, replaced as a whole.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    str::FromStr,
};

use bartizan_formats::tree::TreeError;
use bartizan_model::Timestamp;
use bartizan_provenance::{
    Instance,
    tuf::{Anchor, Carrier, Kept, Refreshed, TufError, reopen, repository},
};
use bartizan_sources::{
    disk,
    http::{Address, Fetched, HttpClient, HttpError, Validators},
};
use serde::{Deserialize, Serialize};

use crate::{
    context::Context,
    error::{Failure, chain},
    output,
};

/// The largest file of a kept root of trust: metadata of some years, and the root itself.
const LARGEST_KEPT: usize = 64 << 20;

/// The only version of such a file.
const VERSION: u32 = 1;

/// An instance of Sigstore by its name: one whose root of trust is embedded, or one of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InstanceChoice {
    Known(Instance),
    Own(String),
}

/// The instances whose roots of trust are embedded.
pub(crate) const KNOWN: [Instance; 3] = [Instance::PublicGood, Instance::Staging, Instance::GitHub];

/// The instance of a name among those.
pub(crate) fn known(name: &str) -> Result<Instance, String> {
    let mut known = KNOWN.into_iter();
    known.find(|it| it.id() == name).ok_or_else(|| {
        let names = KNOWN.map(Instance::id).join(", ");
        format!("there are {names}")
    })
}

impl InstanceChoice {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Known(instance) => instance.id(),
            Self::Own(name) => name,
        }
    }
}

impl FromStr for InstanceChoice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if let Ok(known) = known(name) {
            return Ok(Self::Known(known));
        }
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = (1..=64).contains(&name.len()) && name.chars().all(is_letter);
        if is_name && !name.starts_with('-') {
            return Ok(Self::Own(name.to_owned()));
        }
        Err("an instance is named by small letters, digits and `-`".to_owned())
    }
}

/// What is kept of an instance's repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptRoot {
    /// Where the repository is.
    pub(crate) url: String,
    pub(crate) refreshed_at: Timestamp,
    /// The root metadata that the user named, with which trust begins.
    pub(crate) anchor: Option<Vec<u8>>,
    pub(crate) files: Kept,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    url: String,
    refreshed_at: String,
    anchor: Option<String>,
    files: BTreeMap<String, String>,
}

impl KeptRoot {
    /// The file of an instance in the home.
    fn path(ctx: &Context, choice: &InstanceChoice) -> Result<PathBuf, Failure> {
        let name = format!("{}.json", choice.name());
        Ok(ctx.home()?.join("trust").join(name))
    }

    /// What is kept; nothing where it was never refreshed. A home that is not known keeps nothing.
    pub(crate) fn read(ctx: &Context, choice: &InstanceChoice) -> Result<Option<Self>, Failure> {
        let Ok(path) = Self::path(ctx, choice) else {
            return Ok(None);
        };
        let wrong = |why: String| {
            Failure::usage(format!(
                "cannot use the root of trust in `{}`: {why}",
                path.display()
            ))
            .hint("delete the file, and `bartizan trust refresh` fetches it again")
        };
        match disk::read_small(&path, LARGEST_KEPT) {
            Ok(bytes) => Self::parse(&bytes).map(Some).map_err(wrong),
            Err(TreeError::NotFound) => Ok(None),
            Err(error) => Err(wrong(chain(&error))),
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if wire.version != VERSION {
            return Err(format!(
                "files of the version {} are not known",
                wire.version
            ));
        }
        let refreshed_at = wire.refreshed_at.parse();
        let refreshed_at = refreshed_at.map_err(|_cause| "it has no time of its refresh")?;
        let files = wire.files.into_iter();
        Ok(Self {
            url: wire.url,
            refreshed_at,
            anchor: wire.anchor.map(String::into_bytes),
            files: files
                .map(|(name, text)| (name, text.into_bytes()))
                .collect(),
        })
    }

    /// Replaces what is kept of an instance, whole or not at all.
    pub(crate) fn write(&self, ctx: &Context, choice: &InstanceChoice) -> Result<(), Failure> {
        let path = Self::path(ctx, choice)?;
        // What is signed in TUF is JSON, which is text.
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let wire = Wire {
            version: VERSION,
            url: self.url.clone(),
            refreshed_at: self.refreshed_at.to_string(),
            anchor: self.anchor.as_ref().map(text),
            files: self
                .files
                .iter()
                .map(|(name, it)| (name.clone(), text(it)))
                .collect(),
        };
        let written =
            serde_json::to_string(&wire).map_err(|error| Failure::internal(chain(&error)))?;
        let directory = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory).map_err(|error| {
            Failure::usage(format!("cannot make `{}`: {error}", directory.display()))
                .hint("`--home` names another place")
        })?;
        output::write(&(written + "\n"), Some(&path))
    }

    /// Where trust in the repository begins.
    pub(crate) fn begins(&self, choice: &InstanceChoice) -> Result<Anchor, Failure> {
        match (&self.anchor, choice) {
            (Some(bytes), InstanceChoice::Own(_)) => Ok(Anchor::Given(bytes.clone())),
            (None, InstanceChoice::Known(instance)) => Ok(repository(*instance).1),
            _ => Err(Failure::usage(format!(
                "nothing says where trust in `{}` begins",
                choice.name()
            ))
            .hint("`bartizan trust refresh --instance NAME --url URL --root FILE` begins with root metadata")),
        }
    }

    /// The root of trust, verified again from where trust begins. Asks nobody.
    pub(crate) fn open(&self, choice: &InstanceChoice) -> Result<Refreshed, Failure> {
        let begins = self.begins(choice)?;
        reopen(&begins, &self.files, self.refreshed_at).map_err(|error| {
            let name = choice.name();
            Failure::usage(format!("cannot use what is kept of `{name}`: {}", told(&error)))
                .hint("`bartizan trust refresh` fetches it again; if it was damaged, delete it in the folder `trust` of the home")
        })
    }
}

/// A fault with its stable word.
pub(crate) fn told(error: &TufError) -> String {
    format!("{} [{}]", chain(error), error.code())
}

/// The names of the user's own instances that are kept, sorted.
pub(crate) fn own(ctx: &Context) -> Vec<InstanceChoice> {
    let Ok(home) = ctx.home() else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(home.join("trust"));
    let names = entries.into_iter().flatten().flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let choice: InstanceChoice = name.strip_suffix(".json")?.parse().ok()?;
        matches!(choice, InstanceChoice::Own(_)).then_some(choice)
    });
    let mut own: Vec<InstanceChoice> = names.collect();
    own.sort_by(|a, b| a.name().cmp(b.name()));
    own
}

/// A repository over HTTP.
pub(crate) struct Mirror {
    pub(crate) client: HttpClient,
    pub(crate) base: Address,
}

impl Carrier for Mirror {
    fn carry(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        let segments: Vec<&str> = path.split('/').collect();
        let address = self.base.join(&segments);
        match self.client.bytes(&address, &Validators::default(), limit) {
            Ok(Fetched::New { body, .. }) => Ok(Some(body)),
            Ok(Fetched::NotModified) => Err(format!(
                "`{address}` answered that nothing has changed, unasked"
            )),
            // Stores of objects answer so for what they do not have.
            Err(HttpError::Status {
                status: 403 | 404 | 410,
                ..
            }) => Ok(None),
            Err(error) => Err(chain(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instances_have_plain_names() {
        assert_eq!(
            "github".parse(),
            Ok(InstanceChoice::Known(Instance::GitHub))
        );
        assert_eq!("lab-2".parse(), Ok(InstanceChoice::Own("lab-2".to_owned())));
        for name in ["", "../x", "Lab", "-x", "a b"] {
            assert!(name.parse::<InstanceChoice>().is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_no_kept_root_is_told() {
        let check = |text: &str| KeptRoot::parse(text.as_bytes()).map(drop).unwrap_err();
        insta::assert_snapshot!(check("{}"), @"missing field `version` at line 1 column 2");
        insta::assert_snapshot!(check(r#"{"version": 2, "url": "u", "refreshed_at": "x", "anchor": null, "files": {}}"#), @"files of the version 2 are not known");
        insta::assert_snapshot!(check(r#"{"version": 1, "url": "u", "refreshed_at": "x", "anchor": null, "files": {}}"#), @"it has no time of its refresh");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\{(\"version\": 1, )?(\"files\": \\{[a-z\": ]{0,9}\\})?\\}?") {
            let _ = KeptRoot::parse(text.as_bytes());
        }
    }
}
