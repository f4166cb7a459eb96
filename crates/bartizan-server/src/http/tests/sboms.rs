//! The pages and the interface of bills of materials, over the example ecosystem.

use serde_json::Value;

use super::{
    signing::{data, rows},
    *,
};

#[tokio::test]
async fn the_page_says_how_much_is_declared() {
    let router = router(app().await);
    let page = data(&router, "/sboms").await;
    assert_snapshot!(page["headline"].as_str().unwrap(), @"Bills of materials declare 8 of 24 native components of the latest releases");
    assert_snapshot!(rows(&router, "/sboms", "projects").await, @r#"
    project,latest,declared,present,valid,true
    Asterfield,not yet,2,3,3,0
    Driftgrid,nothing native in it,,0,,
    Fernstats,valid and true,3,3,3,3
    Glasswork,not yet,0,0,,
    Kelpmodel,not yet,0,0,,
    Lanternfit,not yet,0,0,,
    Mossbase,not yet,0,0,,
    Orbitkit,not yet,0,0,,
    Quillplot,not yet,3,3,0,3
    Reedline,not yet,0,0,,
    Saltnotebook,not yet,0,0,,
    Tidewave,not yet,0,0,,
    "#);
    assert_snapshot!(rows(&router, "/sboms", "sboms-by-quarter-table").await, @r#"
    quarter,sound,untrue,invalid,missing,absent,unneeded
    2025 Q1,0,0,0,0,12,0
    2025 Q2,0,0,0,0,12,0
    2025 Q3,0,0,0,0,24,0
    2025 Q4,0,0,0,0,12,0
    2026 Q1,0,0,0,22,0,2
    2026 Q2,0,0,0,11,0,1
    2026 Q3,2,2,2,16,0,2
    2026 Q4,1,1,1,8,0,1
    "#);
    assert_snapshot!(rows(&router, "/sboms", "declared-by-quarter-table").await, @r#"
    quarter,declared,undeclared,share
    2026 Q1,0,48,0 %
    2026 Q2,0,24,0 %
    2026 Q3,16,32,33 %
    2026 Q4,8,16,33 %
    "#);
    let (_, _, document) = get_page(&router, "/sboms").await;
    assert_eq!(count(&document, "<svg class=\"plot\""), 2, "both drawings");
    assert!(document.contains("blames nobody"));
    let core = data(&router, "/sboms?cohort=core").await;
    assert_snapshot!(core["headline"].as_str().unwrap(), @"Bills of materials declare 8 of 11 native components of the latest releases");
}

#[tokio::test]
async fn a_release_says_present_valid_true_and_what_is_wrong() {
    let router = router(app().await);
    let list = rows(&router, "/projects/asterfield/releases", "releases").await;
    let first: Vec<&str> = list.lines().take(5).collect();
    assert_snapshot!(first.join("\n"), @r#"
    release,published,state,files,pinned,tag,sbom,bill
    asterfield 2.11.0,2026-11-21T12:00:00Z,verified and pinned,4,4,,3 of 3,not true
    asterfield 2.10.0,2026-09-22T12:00:00Z,verified and pinned,4,4,,3 of 3,not true
    asterfield 2.9.0,2026-07-24T12:00:00Z,"attested before, not any more",4,3,,3 of 3,not true
    asterfield 2.8.0 (yanked),2026-05-25T12:00:00Z,verified and pinned,4,4,,0 of 3,none
    "#);
    let (_, _, page) = get_page(&router, "/projects/asterfield/releases").await;
    let newest = links(&page)
        .into_iter()
        .find(|it| it.starts_with("/projects/asterfield/releases/asterfield/"))
        .unwrap();
    for table in [
        "sbom",
        "sbom-files",
        "sbom-differences-table",
        "sbom-lacking-table",
        "sbom-upstream",
    ] {
        let shown = rows(&router, &newest, table).await;
        assert!(shown.lines().count() > 1, "{table}: {shown}");
    }
    assert_snapshot!(rows(&router, &newest, "sbom").await, @r#"
    standing,present,valid,true,native
    not true,yes,yes,no,2 of 3
    "#);
    assert_snapshot!(rows(&router, &newest, "sbom-differences-table").await, @r#"
    component,difference,stated,shown,files
    zlib,undeclared,,1.3.1,asterfield.libs/zlib.so
    "#);
    assert_snapshot!(rows(&router, &newest, "sbom-lacking-table").await, @r#"
    bill,lacks,count,field,which
    lab.cdx.json,licence,2,"`licenses` of the component, as an SPDX `expression`","libpng 1.6.43, libwebp 1.3.2"
    lab.cdx.json,supplier,2,`supplier.name` of the component,"libpng 1.6.43, libwebp 1.3.2"
    lab.cdx.json,hash,2,"`hashes` of the component: of its file, or of the source archive where it is linked into another","libpng 1.6.43, libwebp 1.3.2"
    "#);
}

#[tokio::test]
async fn programs_get_what_the_pages_of_bills_show() {
    let router = router(app().await);
    let ask = async |address: &str| -> Value {
        let (status, _, body) = get_page(&router, address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        serde_json::from_str(&body).unwrap()
    };
    let sboms = ask("/api/v1/sboms").await;
    assert_snapshot!(sboms["declared_components"].to_string(), @r#"{"value":8.0,"whole":24.0}"#);
    assert_eq!(sboms["standings"].as_array().unwrap().len(), 9);
    assert!(sboms["quarters"].as_array().unwrap().len() > 2);
    let own = ask("/api/v1/projects/asterfield/sboms").await;
    let newest = &own["packages"][0]["releases"][0];
    let version = newest["version"].as_str().unwrap();
    let address = format!("/api/v1/projects/asterfield/releases/asterfield/{version}/sbom");
    let release = ask(&address).await;
    assert_eq!(release["release"]["standing"], newest["standing"]);
    assert_eq!(release["release"]["is_present"], true);
    for missing in ["releases/x/1/sbom", "x/../nobody/sboms"] {
        let (status, _, _) = get_page(&router, &format!("/api/v1/projects/x/{missing}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{missing}");
    }
}
