//! The pages and the interface of signing, over the example ecosystem.

use serde_json::Value;

use super::*;

/// A page as data.
pub(super) async fn data(router: &Router, address: &str) -> Value {
    let mark = if address.contains('?') { '&' } else { '?' };
    let (status, _, body) = get_page(router, &format!("{address}{mark}format=json")).await;
    assert_eq!(status, StatusCode::OK, "{address}");
    serde_json::from_str(&body).unwrap()
}

/// The rows of a table of a page, as CSV has them.
pub(super) async fn rows(router: &Router, address: &str, table: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    let (status, _, body) =
        get_page(router, &format!("{address}{mark}format=csv&part={table}")).await;
    assert_eq!(status, StatusCode::OK, "{address} {table}");
    body.replace("\r\n", "\n")
}

#[tokio::test]
async fn the_page_says_how_far_signing_has_come() {
    let router = router(app().await);
    let page = data(&router, "/signing").await;
    assert_snapshot!(page["headline"].as_str().unwrap(), @"7 of 10 projects sign their latest release in a way that can be verified");
    assert_snapshot!(rows(&router, "/signing", "projects").await, @"
    project,latest,releases,files,unsaid,sbom
    Asterfield,verified and pinned,5,23,0,9
    Driftgrid,verified and pinned,5,20,0,0
    Fernstats,verified and pinned,7,28,0,9
    Glasswork,verified and pinned,8,32,0,0
    Kelpmodel,not yet,0,0,0,0
    Lanternfit,cannot be told,,,44,0
    Mossbase,verified and pinned,8,32,0,0
    Orbitkit,not yet,0,0,0,0
    Quillplot,verified and pinned,5,20,0,9
    Reedline,cannot be told,,,44,0
    Saltnotebook,not yet,0,0,0,0
    Tidewave,verified and pinned,8,35,0,0
    ");
    assert_snapshot!(rows(&router, "/signing", "files-by-quarter-table").await, @"
    quarter,pinned,drifted,unverified,withdrawn,missing,host-cannot-attest,not-served
    2025 Q1,0,0,0,0,40,4,4
    2025 Q2,0,0,0,0,40,4,4
    2025 Q3,24,0,0,0,56,8,8
    2025 Q4,16,0,0,0,24,4,4
    2026 Q1,51,0,0,0,29,8,8
    2026 Q2,24,0,0,0,16,4,4
    2026 Q3,47,4,4,1,24,8,8
    2026 Q4,28,0,0,0,12,4,4
    ");
    let (_, _, document) = get_page(&router, "/signing").await;
    assert_eq!(count(&document, "<svg class=\"plot\""), 2, "both drawings");
    assert!(document.contains("not served here") && document.contains("blames nobody"));
    let core = data(&router, "/signing?cohort=core").await;
    assert_snapshot!(core["headline"].as_str().unwrap(), @"4 of 6 projects sign their latest release in a way that can be verified");
}

#[tokio::test]
async fn a_release_shows_its_evidence_step_by_step() {
    let router = router(app().await);
    let list = rows(&router, "/projects/glasswork/releases", "releases").await;
    assert_snapshot!(list, @r#"
    release,published,state,files,pinned,tag,sbom,bill
    glasswork 3.11.0,2026-11-11T12:00:00Z,verified and pinned,4,4,,0 of 3,none
    glasswork 3.10.0,2026-09-12T12:00:00Z,verified and pinned,4,4,,0 of 3,none
    glasswork 3.9.0,2026-07-14T12:00:00Z,signed by somebody else,4,0,,0 of 3,none
    glasswork 3.8.0,2026-05-15T12:00:00Z,verified and pinned,4,4,,0 of 3,none
    glasswork 3.7.0,2026-03-16T12:00:00Z,verified and pinned,4,4,,0 of 3,none
    glasswork 3.6.0,2026-01-15T12:00:00Z,verified and pinned,4,4,,0 of 3,none
    glasswork 3.5.0,2025-11-16T12:00:00Z,verified and pinned,4,4,,0 of 3,"none, need not known"
    glasswork 3.4.0,2025-09-17T12:00:00Z,verified and pinned,4,4,,0 of 3,"none, need not known"
    glasswork 3.3.0,2025-07-19T12:00:00Z,verified and pinned,4,4,,0 of 3,"none, need not known"
    glasswork 3.2.0,2025-05-20T12:00:00Z,no attestation,4,0,,0 of 3,"none, need not known"
    glasswork 3.1.0,2025-03-21T12:00:00Z,no attestation,4,0,,0 of 3,"none, need not known"
    "#);
    let (_, _, page) = get_page(&router, "/projects/glasswork/releases").await;
    let drifted = links(&page)
        .into_iter()
        .find(|it| {
            it.starts_with("/projects/glasswork/releases/glasswork/") && it.ends_with(".9.0")
        })
        .unwrap();
    assert_snapshot!(data(&router, &drifted).await["headline"].as_str().unwrap(), @"glasswork 3.9.0: signed by somebody else, 4 files");
    assert_snapshot!(rows(&router, &drifted, "steps-1").await, @r#"
    step,outcome,why
    "the evidence can be read, and its version is known",done,
    the root of trust can be used,done,
    no log entry and no timestamp is there twice,done,
    what was signed is of a known kind,done,
    it is about the artifact's bytes,done,
    the log's promise is by the log,done,
    "each timestamp is over the signature, by a trusted authority",does not apply,there is none; the log says when
    at least one time of signing is known,done,
    the certificate comes from a trusted authority and was valid at every time of signing,done,
    the certificate was published in a trusted log,done,
    the entry is in the tree that its proof names,done,
    a trusted log signed that tree,done,
    the signature fits the content and the signer,done,
    the log's entry is about this signature,done,
    the name that was signed is the artifact's,done,
    the claim is of a kind that is asked for,done,
    the signer is who it should be,failed,"changed-publisher: the signer is none of those that are expected: the repository is `https://example.org/glasswork/glasswork-mirror`, expected `https://example.org/glasswork/glasswork`"
    "#);
    assert_snapshot!(rows(&router, &drifted, "findings").await, @r#"
    check,times,message
    unexpected publisher,4,"identity: the signer is none of those that are expected: the repository is `https://example.org/glasswork/glasswork-mirror`, expected `https://example.org/glasswork/glasswork`"
    "#);
    let unable = rows(&router, "/projects/reedline/releases", "releases").await;
    assert!(unable.contains("host cannot attest"), "{unable}");
    for missing in [
        "/projects/glasswork/releases/glasswork/0",
        "/projects/nobody/releases",
    ] {
        let (status, _, _) = get_page(&router, missing).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn programs_get_what_the_pages_show() {
    let router = router(app().await);
    let ask = async |address: &str| -> Value {
        let (status, _, body) = get_page(&router, address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        serde_json::from_str(&body).unwrap()
    };
    let signing = ask("/api/v1/signing").await;
    assert_snapshot!(signing["projects"].to_string(), @r#"{"value":7.0,"whole":10.0}"#);
    assert_eq!(signing["classes"].as_array().unwrap().len(), 11);
    let silent = ask("/api/v1/signing?project=lanternfit").await;
    assert_eq!(silent["files"], Value::Null, "not known is not none");
    let releases = ask("/api/v1/projects/glasswork/releases").await;
    let newest = &releases["ledgers"][0]["releases"][0];
    let version = newest["version"].as_str().unwrap();
    let address = format!("/api/v1/projects/glasswork/releases/glasswork/{version}");
    let release = ask(&address).await;
    let evidence = &release["release"]["evidence"][0];
    assert_eq!(evidence["level"], "pinned");
    assert_eq!(evidence["steps"].as_array().unwrap().len(), 17);
    let (status, _, _) = get_page(&router, "/api/v1/projects/x/releases/x/1").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
