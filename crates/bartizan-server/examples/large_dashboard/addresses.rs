//! What is asked: every page of the catalogue, as usual and at its worst, as a page and as data; feeds, badges and the interface.

use bartizan_store::{FindingFilter, FindingSort, Page, Store, Viewer};

use crate::{
    Failure,
    make::{BUSIEST, name},
};

/// Pages with what is asked of them. `BUSIEST` stands for the project with the most of everything.
const PAGES: &[&str] = &[
    "/",
    "/projects",
    "/projects?page=100",
    "/projects?cohort=half&page=20",
    "/projects?text=777",
    "/projects?cohort=half&text=77",
    "/specs",
    "/specs?cohort=half&page=7",
    "/advisories",
    "/advisories?page=2",
    "/advisories?page=50",
    "/advisories?page=300",
    "/advisories?severity=critical",
    "/advisories?severity=low&page=200",
    "/advisories?text=cve-2026-00777",
    "/advisories?text=package-3",
    "/advisories?text=sentence",
    "/advisories?text=sentence&severity=high",
    "/advisories?text=nowhere-at-all",
    "/dependencies",
    "/dependencies?page=200",
    "/chain-risk",
    "/chain-risk?page=100",
    "/exposure",
    "/exposure?page=100",
    "/stacks",
    "/reports",
    "/findings",
    "/findings?page=2",
    "/findings?page=1000",
    "/findings?page=9900",
    "/findings?state=all&page=5000",
    "/findings?state=closed",
    "/findings?state=closed&sort=newest",
    "/findings?outcome=fail",
    "/findings?outcome=unknown&page=300",
    "/findings?outcome=not_applicable",
    "/findings?outcome=fail&severity=critical&page=100",
    "/findings?severity=unstated",
    "/findings?check=known-vulnerability&outcome=fail&page=3000",
    "/findings?check=check-07",
    "/findings?check=check-07&outcome=unknown&severity=critical",
    "/findings?check=nowhere",
    "/findings?cohort=core",
    "/findings?cohort=tenth",
    "/findings?cohort=half&page=1900",
    "/findings?cohort=tenth&page=350",
    "/findings?cohort=tenth&state=all&text=sentence",
    "/findings?cohort=half&check=check-07&outcome=fail",
    "/findings?cohort=half&severity=critical&outcome=fail&sort=newest",
    "/findings?cohort=half&state=closed",
    "/findings?project=BUSIEST",
    "/findings?project=BUSIEST&page=190",
    "/findings?project=BUSIEST&outcome=fail&severity=critical&sort=newest",
    "/findings?project=BUSIEST&text=package-3",
    "/findings?project=project-00500",
    "/findings?key=CVE-2026-00003",
    "/findings?key=CVE-2026-00003&page=90",
    "/findings?key=CVE-2026-00003&cohort=half&severity=critical",
    "/findings?key=CVE-2026-00003&text=package",
    "/findings?key=CVE-2026-20003",
    "/findings?subject=pkg:pypi/package-3@1.4",
    "/findings?subject=pkg:pypi/package-3@1.4&outcome=fail&sort=newest",
    "/findings?text=cve-2026-00777",
    "/findings?text=sentence",
    "/findings?text=sentence&page=90",
    "/findings?text=package-3&outcome=fail&cohort=half&severity=critical",
    "/findings?text=nowhere-at-all",
    "/findings?sort=newest",
    "/findings?sort=newest&page=5000",
    "/findings?sort=project&page=5000",
    "/methods",
    "/data",
    "/projects/BUSIEST",
    "/projects/project-00500",
    "/advisories/CVE-2026-00003",
    "/advisories/CVE-2026-20003",
    "/advisories/PYSEC-2023-175",
    "/packages/pypi/package-3",
    "/packages/pypi/package-3?page=90",
    "/packages/pypi/package-4321",
    "/dependencies/BUSIEST",
    "/dependencies/BUSIEST?page=29",
    "/dependencies/BUSIEST?around=pkg:pypi/package-3@1.4",
    "/dependencies/BUSIEST?text=package-3",
    "/dependencies/project-00500",
    "/stacks/core",
    "/stacks/tenth",
    "/stacks/half",
    "/stacks/half?page=40",
    "/stacks/stack-20",
    "/reports/2026-Q3",
    "/reports/2026-Q2",
    "/reports/2026-Q3/came",
    "/reports/2026-Q3/came?page=1500",
    "/reports/2026-Q3/settled",
    "/reports/2026-Q3/settled?page=40",
    "/checks/known-vulnerability",
    "/checks/check-07",
    "/measures/open-advisories",
    "/signing",
    "/signing?page=200",
    "/signing?cohort=half&page=100",
    "/projects/BUSIEST/releases",
    "/projects/BUSIEST/releases?page=150",
    "/projects/BUSIEST/releases/BUSIEST-0/1.0.0",
    "/projects/BUSIEST/releases/BUSIEST-0/1.0.0?page=6",
    "/measures/chain-risk?page=100",
    "/measures/chain-risk?cohort=half&page=40",
];

const OTHERS: &[&str] = &[
    "/?format=atom",
    "/advisories?format=atom",
    "/projects/BUSIEST?format=atom",
    "/packages/pypi/package-3?format=atom",
    "/packages/pypi/package-4321?format=atom",
    "/projects/BUSIEST?format=svg&part=advisories",
    "/api/v1/ecosystem",
    "/api/v1/cohorts",
    "/api/v1/measures",
    "/api/v1/checks",
    "/api/v1/assessments",
    "/api/v1/openapi.json",
    "/api/v1/projects?per_page=500",
    "/api/v1/projects?per_page=500&page=20",
    "/api/v1/projects?per_page=500&text=7&cohort=half",
    "/api/v1/projects/BUSIEST",
    "/api/v1/projects/BUSIEST/components?per_page=500",
    "/api/v1/projects/BUSIEST/edges",
    "/api/v1/dependants?package=pkg:pypi/package-3&per_page=500",
    "/api/v1/dependants?package=package-3&per_page=500&page=20",
    "/api/v1/findings?per_page=500",
    "/api/v1/findings?per_page=500&page=1900",
    "/api/v1/findings?per_page=500&text=sentence",
    "/api/v1/findings?per_page=500&cohort=half&check=check-07&outcome=fail",
    "/api/v1/findings?per_page=500&project=BUSIEST&sort=newest",
    "/api/v1/figures",
    "/api/v1/figures?project=BUSIEST",
    "/api/v1/history?measure=open-advisories",
    "/api/v1/signing",
    "/api/v1/signing?project=BUSIEST",
    "/api/v1/projects/BUSIEST/releases",
    "/api/v1/projects/BUSIEST/releases/BUSIEST-0/1.0.0",
];

/// The addresses, in the order in which they are asked.
pub(crate) async fn all(store: &Store) -> Result<Vec<String>, Failure> {
    let found = store
        .findings(
            &Viewer::Public,
            &FindingFilter::default(),
            FindingSort::Urgency,
            Page::new(1, 1),
        )
        .await?;
    let first = found.rows.first().ok_or("the store is empty")?.id;
    let mut addresses = Vec::new();
    let pages = PAGES.iter().map(|page| (*page).to_owned());
    for page in pages.chain([format!("/findings/{first}")]) {
        let mark = if page.contains('?') { '&' } else { '?' };
        let data = ["json", "csv"].map(|format| format!("{page}{mark}format={format}"));
        addresses.push(page);
        addresses.extend(data);
    }
    addresses.extend(OTHERS.iter().map(|address| (*address).to_owned()));
    let busiest = name(BUSIEST);
    Ok(addresses
        .into_iter()
        .map(|address| address.replace("BUSIEST", &busiest))
        .collect())
}
