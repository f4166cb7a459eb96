//! The profile of the store: projects, cohorts of every size, milestones.

use bartizan_model::profile::{Cohort, Milestone, Profile, Project, Target};

use crate::make::name;

pub(crate) fn profile(projects: usize) -> Profile {
    let cohort = |name: &str, every: usize, is_stack: bool| Cohort {
        name: name.to_owned(),
        title: name.to_owned(),
        is_stack,
        projects: (0..projects).step_by(every).map(self::name).collect(),
        ..Cohort::default()
    };
    let mut cohorts = vec![
        cohort("core", 600, false),
        cohort("tenth", 10, true),
        cohort("half", 2, true),
    ];
    cohorts.extend((0..40).map(|number| cohort(&format!("stack-{number:02}"), 100, true)));
    let milestone = |measure: &str, cohort: Option<&str>| Milestone {
        name: format!("{measure}-{}", cohort.unwrap_or("all")),
        title: format!("Milestone of {measure}"),
        measure: measure.to_owned(),
        cohort: cohort.map(str::to_owned),
        targets: vec![Target {
            value: 10.0,
            by: "first year".to_owned(),
            ..Target::default()
        }],
        needs: "a capability".to_owned(),
    };
    Profile {
        name: "large".to_owned(),
        title: "A large ecosystem".to_owned(),
        projects: (0..projects)
            .map(|project| Project {
                name: name(project),
                title: format!("Project {project}"),
                ..Project::default()
            })
            .collect(),
        cohorts,
        milestones: vec![
            milestone("open-advisories", None),
            milestone("chain-risk", Some("core")),
            milestone("components", Some("half")),
            milestone("standard-endorsed:spec-8", None),
            milestone("multi-factor", None),
        ],
        ..Profile::default()
    }
}
