//! How what runs by itself stands is shown to whoever sits at this machine, and to nobody else.

use bartizan_model::profile::{Interval, Profile, Schedule};

use super::*;

fn profile() -> Profile {
    let every = |job: &str, every| Schedule {
        job: job.to_owned(),
        every,
    };
    Profile {
        schedules: vec![
            every("access", Interval::Quarterly),
            every("assess", Interval::Daily),
        ],
        ..Profile::default()
    }
}

#[tokio::test]
async fn whoever_sits_here_sees_what_was_not_done() {
    let settings = Settings {
        is_listening_near: true,
        ..Settings::default()
    };
    let app = review::near_app(settings).await;
    let store = app.store().clone();
    store
        .put_profile(&profile(), "scheduled", clock())
        .await
        .unwrap();
    let router = router(app);
    let (status, headers, document) = review::near(&router, "/data/jobs").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert!(document.contains("each quarter") && document.contains("never ran"));
    store.fire_schedules(clock()).await.unwrap();
    let lease = Duration::from_secs(60);
    let job = store.lease("worker", &["access"], lease, clock()).await;
    let job = job.unwrap().unwrap();
    let (_, _, document) = review::near(&router, "/data/jobs").await;
    assert!(document.contains("at work") && document.contains("waits"));
    store
        .give_up(&job, "nothing was surveyed", clock())
        .await
        .unwrap();
    let (_, _, document) = review::near(&router, "/data/jobs").await;
    nested("/data/jobs", &document);
    for present in ["1 job was not done", "nothing was surveyed", "not done"] {
        assert!(document.contains(present), "{present}");
    }
    let (_, _, data) = review::near(&router, "/data").await;
    assert!(data.contains("href=\"/data/jobs\""));
    let (status, _, _) = get_page(&router, "/data/jobs").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, _, data) = get_page(&router, "/data").await;
    assert!(!data.contains("/data/jobs"));
}
