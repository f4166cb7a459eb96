//! The bill with everything set right: the user's own where it is `CycloneDX`, else a new one.

use std::{path::Path, sync::Arc};

use bartizan_native::{
    artifact::{Bills, Counted},
    declared::{Difference, Kind, Packages, compare},
    knowledge::Knowledge,
};
use bartizan_sbom::{
    correct::{Correction, Lie, correct},
    create::{self, Part, Written},
    document::{self, Document, Format},
};

use serde_json::Value;

use crate::{bills::make, context::Context, error::Failure};

/// The corrected bill as text: the one that says most, with everything in it that the others say rightly too.
pub(super) fn text(
    ctx: &Context,
    artifact: &Path,
    bills: &Bills,
    packages: &Packages,
) -> Result<String, Failure> {
    let made = make::make(ctx, artifact, &Counted::Given(bills.clone()))?.bill;
    let Some((own, mut document)) = largest(bills) else {
        return Ok(create::write(&made, Written::CycloneDx16));
    };
    let alone = vec![own.clone()];
    let contents = make::look_into(artifact, &Counted::Given(alone.clone()))?;
    let comparison = compare(Knowledge::embedded(), &contents, &alone, packages);
    let differences = comparison.differences.iter();
    let corrections: Vec<Correction> = differences
        .filter_map(|it| correction(it, &made.parts))
        .collect();
    correct(&mut document, &corrections);
    Ok(create::to_text(&document.json))
}

/// A bill by its name.
type NamedBytes = (String, Arc<Vec<u8>>);

/// The bill in `CycloneDX` with the most components.
fn largest(bills: &Bills) -> Option<(&NamedBytes, Document<Value>)> {
    let size = |it: &Document<Value>| {
        let components = it.json.get("components");
        components.and_then(|it| it.as_array()).map_or(0, Vec::len)
    };
    bills
        .iter()
        .filter_map(|bill| Some((bill, document::read_changeable(&bill.1).ok()?)))
        .filter(|(_, it)| it.format == Format::CycloneDx)
        .max_by_key(|(_, it)| size(it))
}

fn correction(difference: &Difference, parts: &[Part]) -> Option<Correction> {
    let lie = match difference.kind {
        Kind::Undeclared => {
            // Another bill may know its version better than the files do.
            let is_it = |it: &&Part| {
                let files = it.files.iter().map(|it| &it.path);
                it.name == difference.name && files.eq(&difference.files)
            };
            Lie::Undeclared(Box::new(parts.iter().find(is_it)?.clone()))
        }
        Kind::Phantom => Lie::Phantom,
        Kind::WrongVersion => Lie::WrongVersion(difference.shown.clone()?),
        Kind::WithoutPurl => Lie::WithoutPurl(difference.purl.clone()?),
    };
    Some(Correction {
        name: difference.name.clone(),
        version: difference.stated.clone(),
        id: difference.id.clone(),
        lie,
    })
}
