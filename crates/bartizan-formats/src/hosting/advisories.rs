//! Advisories that a repository published, with their days.

use bartizan_model::{
    Timestamp,
    hosting::{HostedAdvisory, Seen},
};
use serde::Deserialize;

use super::{Asking, cut};

#[derive(Deserialize)]
struct Advisory {
    ghsa_id: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    published_at: Option<String>,
    #[serde(default)]
    withdrawn_at: Option<String>,
    #[serde(default)]
    vulnerabilities: Option<Vec<Vulnerability>>,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(default)]
    patched_versions: Option<String>,
}

pub(super) fn read(asking: &Asking<'_>) -> Seen<Vec<HostedAdvisory>> {
    let question = asking
        .of("published advisories", &["security-advisories"])
        .listed()
        .asking("state=published&sort=published&direction=desc&per_page=100")
        .with("repository_advisories=read");
    let found: Vec<Advisory> = asking.all(&question, None)?;
    let mut all: Vec<HostedAdvisory> = found.into_iter().map(advisory).collect();
    all.sort_by(|a, b| (b.published, &a.id).cmp(&(a.published, &b.id)));
    Ok(all)
}

fn advisory(found: Advisory) -> HostedAdvisory {
    let named = found.vulnerabilities.unwrap_or_default();
    let is_fixed = |it: &Vulnerability| {
        let patched = it.patched_versions.as_deref().unwrap_or_default().trim();
        !patched.is_empty() && !patched.eq_ignore_ascii_case("none")
    };
    HostedAdvisory {
        id: cut(&found.ghsa_id),
        created: found.created_at.and_then(|it| moment(&it)),
        published: found.published_at.and_then(|it| moment(&it)),
        is_withdrawn: found.withdrawn_at.is_some(),
        is_fixed: !named.is_empty() && named.iter().all(is_fixed),
    }
}

pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}
