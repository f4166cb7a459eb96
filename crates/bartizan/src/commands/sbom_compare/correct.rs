//! The bill with everything set right: the user's own where it is CycloneDX, else a new one.

use std::path::Path;

use bartizan_native::{artifact::Bills, declared::Comparison};
use bartizan_sbom::{
    correct::{Correction, Lie, correct},
    create::{self, Part, Written},
    document::{self, Format},
};

use crate::{bills::make, context::Context, error::Failure};

/// The corrected bill as text.
pub(super) fn text(
    ctx: &Context,
    artifact: &Path,
    bills: &Bills,
    comparison: &Comparison,
) -> Result<String, Failure> {
    let made = make::make(ctx, artifact, Some(bills.clone()))?.bill;
    let read = bills
        .iter()
        .filter_map(|(name, bytes)| Some((name, document::read(bytes).ok()?)));
    let of_cyclonedx = read.filter(|(_, it)| it.format == Format::CycloneDx);
    // The bill that says most is the one that is set right; what others say stays theirs.
    let size = |json: &serde_json::Value| {
        json.get("components")
            .and_then(|it| it.as_array())
            .map_or(0, Vec::len)
    };
    let Some((name, mut own)) = of_cyclonedx.max_by_key(|(_, it)| size(&it.json)) else {
        return Ok(create::write(&made, Written::CycloneDx16));
    };
    let corrections: Vec<Correction> = comparison
        .differences
        .iter()
        .filter(|it| it.bill.as_ref().is_none_or(|bill| bill == name))
        .filter_map(|it| correction(it, &made.parts))
        .collect();
    correct(&mut own, &corrections);
    Ok(create::to_text(&own.json))
}

fn correction(
    difference: &bartizan_native::declared::Difference,
    parts: &[Part],
) -> Option<Correction> {
    use bartizan_native::declared::Kind;
    let lie = match difference.kind {
        Kind::Undeclared => {
            let is_it = |it: &&Part| it.name == difference.name && it.version == difference.shown;
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
