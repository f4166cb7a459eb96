//! Lists that are narrowed to a cohort.

use super::*;

#[tokio::test]
async fn lists_of_projects_are_narrowed_to_a_cohort_that_there_is() {
    let router = router(app().await);
    for address in ["/specs", "/projects"] {
        let (_, _, all) = get_page(&router, address).await;
        assert!(all.contains(r#"<option value="core">"#), "{all}");
        let (_, _, core) = get_page(&router, &format!("{address}?cohort=core")).await;
        assert!(core.contains(r#"<option value="core" selected>"#), "{core}");
        assert!(all.contains(">Mossbase<") && !core.contains(">Mossbase<"));
    }
}
