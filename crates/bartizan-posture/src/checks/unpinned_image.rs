//! Whether container images are named by digest.

use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Place, fail, unknown};
use bartizan_formats::ci::uses::Target;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "unpinned-image",
    title: "a container image is not named by its digest",
    spec: None,
    severity: SeverityLevel::Low,
    what: "Images that jobs run in, services beside them, and `docker://` actions are named by digest \
              (`image@sha256:…`), in workflows and in the files of other systems.",
    why: "A tag can be moved to another image.",
    remedy: "Name the digest, and let Dependabot move it.",
    example: Example {
        file: ".github/workflows/tests.yml",
        passing: "quay.io/lab/build@sha256:7777777777777777777777777777777777777777777777777777777777777777",
        failing: "quay.io/lab/build:latest",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2"), cisa("2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let of_jobs = facts.jobs().flat_map(|at| {
        at.job
            .images
            .iter()
            .map(move |image| (at.file.path.as_str(), image.value.clone(), image.line))
    });
    let of_actions = facts
        .uses()
        .into_iter()
        .filter_map(|(file, uses)| match uses.target() {
            Target::Image(image) => Some((file, image.to_owned(), uses.line)),
            _ => None,
        });
    let of_others = facts.other_systems.iter().flat_map(|file| {
        let images = file.pipeline.iter().flat_map(|it| &it.images);
        images.map(move |image| (file.document.path.as_str(), image.value.clone(), image.line))
    });
    let images: Vec<(&str, String, u32)> = of_jobs
        .chain(of_actions)
        .chain(of_others)
        .filter(|(_, image, _)| !image.is_empty())
        .collect();
    if images.is_empty() {
        return Judgement::not_applicable("no container image is used");
    }
    let statements = images.iter().filter_map(|(file, image, line)| {
        let place = vec![Place::line(file, *line)];
        if image.contains("@sha256:") {
            return None;
        }
        if ["$", "<<"].iter().any(|sign| image.contains(sign)) {
            return Some(unknown(
                format!("the image `{image}` is computed"),
                "what it is in each run",
                place,
            ));
        }
        Some(fail(
            format!("the image `{image}` is not named by its digest"),
            place,
        ))
    });
    Judgement::of(
        statements.collect(),
        format!("all {} images are named by digest", images.len()),
    )
}
