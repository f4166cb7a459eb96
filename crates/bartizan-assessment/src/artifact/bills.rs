//! The bills of materials of a wheel, as they are kept by its digest.

use bartizan_formats::{
    core_metadata,
    wheel_bills::{WheelBill, WheelBills},
};
use bartizan_model::{ecosystem::Package, release::Metadata};
use bartizan_sbom::lacking::Backend;
use serde::{Deserialize, Serialize};

/// How many names of packages that a wheel asks for are kept.
const MOST_REQUIRED: usize = 5_000;

/// The bills of a wheel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptBills {
    /// Each by the name of its member.
    pub(crate) bills: Vec<KeptBill>,
    /// The packages that the wheel asks for.
    required: Vec<String>,
    /// What it says of its build.
    build: String,
}

/// The longest text of a build that is kept; they have some lines.
const LONGEST_BUILD: usize = 4_000;

/// A bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptBill {
    /// The name of its member.
    pub(crate) name: String,
    /// Its text, or why there is none.
    pub(crate) text: Result<String, String>,
}

impl KeptBills {
    pub(super) fn of(read: WheelBills) -> Self {
        let metadata = read.metadata.unwrap_or_default();
        let required = match core_metadata::of_wheel(&metadata) {
            Metadata::Known(all) => all,
            Metadata::Unknown(_) => Vec::new(),
        };
        let required = required.into_iter().take(MOST_REQUIRED);
        Self {
            bills: read.bills.into_iter().map(KeptBill::of).collect(),
            required: required.map(|it| it.package.name().to_owned()).collect(),
            build: String::from_utf8_lossy(&read.build.unwrap_or_default())
                .chars()
                .take(LONGEST_BUILD)
                .collect(),
        }
    }

    /// The packages that the wheel asks for.
    pub(crate) fn required(&self) -> Vec<Package> {
        self.required.iter().map(|it| Package::pypi(it)).collect()
    }

    /// Who built the wheel.
    pub(crate) fn backend(&self) -> Backend {
        Backend::of(self.build.as_bytes())
    }

    /// As bytes to keep.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }

    /// The bills of kept bytes; `None` where they are not of this form, and the wheel is read again.
    pub(super) fn restore(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

impl KeptBill {
    fn of(bill: WheelBill) -> Self {
        let text = bill.bytes.map_err(|error| error.to_string());
        Self {
            name: bill.name,
            text: text.and_then(|bytes| {
                String::from_utf8(bytes).map_err(|_error| "not text in UTF-8".to_owned())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let bill = |name: &str, bytes: &[u8]| WheelBill {
            name: name.to_owned(),
            bytes: Ok(bytes.to_vec()),
        };
        let kept = KeptBills::of(WheelBills {
            bills: vec![bill("a.json", b"{}"), bill("b.json", b"\xff")],
            metadata: Some(
                b"Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nRequires-Dist: NumPy>=2\n"
                    .to_vec(),
            ),
            build: Some(b"Generator: meson\n".to_vec()),
            ..WheelBills::default()
        });
        assert_eq!(kept.backend(), Backend::MesonPython);
        assert_eq!(kept.required(), [Package::pypi("numpy")]);
        assert_eq!(kept.bills[1].text, Err("not text in UTF-8".to_owned()));
        assert_eq!(KeptBills::restore(&kept.bytes().unwrap()), Some(kept));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            KeptBills::restore(&bytes);
        }
    }
}
