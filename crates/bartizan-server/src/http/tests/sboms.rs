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
    assert_snapshot!(page["headline"].as_str().unwrap(), @"");
    assert_snapshot!(rows(&router, "/sboms", "projects").await, @"");
    assert_snapshot!(rows(&router, "/sboms", "sboms-by-quarter-table").await, @"");
    assert_snapshot!(rows(&router, "/sboms", "declared-by-quarter-table").await, @"");
    let (_, _, document) = get_page(&router, "/sboms").await;
    assert_eq!(count(&document, "<svg class=\"plot\""), 2, "both drawings");
    assert!(document.contains("blames nobody"));
    let core = data(&router, "/sboms?cohort=core").await;
    assert_snapshot!(core["headline"].as_str().unwrap(), @"");
}

#[tokio::test]
async fn a_release_says_present_valid_true_and_what_is_wrong() {
    let router = router(app().await);
    let list = rows(&router, "/projects/asterfield/releases", "releases").await;
    let standings = list.lines().filter_map(|line| line.rsplit(',').next());
    assert_snapshot!(standings.collect::<Vec<_>>().join("\n"), @"");
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
    assert_snapshot!(rows(&router, &newest, "sbom").await, @"");
    assert_snapshot!(rows(&router, &newest, "sbom-differences-table").await, @"");
    assert_snapshot!(rows(&router, &newest, "sbom-lacking-table").await, @"");
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
    assert_snapshot!(sboms["declared_components"].to_string(), @"");
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
