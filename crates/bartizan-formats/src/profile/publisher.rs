//! Who publishes the releases of a package, by an ecosystem's profile: builds of the repositories of its project.

use bartizan_model::ecosystem::Package;

use super::ProfileFile;

/// How the releases of a project are built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseBuild {
    /// The file that describes the build.
    pub workflow: Option<String>,
    /// The environment in which it is published.
    pub environment: Option<String>,
}

/// A repository whose builds may sign the releases of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher<'a> {
    /// The address of the repository.
    pub repository: &'a str,
    /// The file that describes the build, where the profile states it.
    pub workflow: Option<&'a str>,
    /// The environment, where the profile states it.
    pub environment: Option<&'a str>,
}

impl ProfileFile {
    /// Who publishes a package; nobody where the profile does not know it. How releases are built is said of the
    /// repositories that are for releases, where a project has such.
    pub fn publishers(&self, package: &Package) -> Vec<Publisher<'_>> {
        let mut projects = self.profile.projects.iter();
        let Some(project) = projects.find(|it| it.packages.contains(package)) else {
            return Vec::new();
        };
        let build = self.builds.get(&project.name);
        let has_release = project.repositories.iter().any(|it| it.is_release);
        project
            .repositories
            .iter()
            .map(|repository| {
                let build = build.filter(|_| repository.is_release || !has_release);
                Publisher {
                    repository: &repository.url,
                    workflow: build.and_then(|it| it.workflow.as_deref()),
                    environment: build.and_then(|it| it.environment.as_deref()),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile;

    fn check(text: &str, name: &str) -> String {
        let file = profile::read("x", format!("[ecosystem]\ntitle = 'X'\n{text}").as_bytes());
        let file = file.unwrap();
        assert_eq!(file.problems, []);
        let told = |it: &Publisher<'_>| {
            format!("{} {:?} {:?}\n", it.repository, it.workflow, it.environment)
        };
        let publishers = file.publishers(&Package::pypi(name));
        publishers.iter().map(told).collect()
    }

    #[test]
    fn builds_of_the_repositories_of_a_project_publish_it() {
        let lab = "[[project]]\nname = 'lab'\nrepositories = ['https://host/lab/lab']\npackages = ['lab', 'lab-tools']\n";
        assert_eq!(check(lab, "other"), "");
        insta::assert_snapshot!(check(lab, "lab_tools"), @"https://host/lab/lab None None");
        let built = format!("{lab}release-workflow = 'wheels.yml'\nrelease-environment = 'pypi'\n");
        insta::assert_snapshot!(check(&built, "lab"), @r#"https://host/lab/lab Some("wheels.yml") Some("pypi")"#);
        let apart = format!("{built}release-repositories = ['https://host/lab/release']\n");
        insta::assert_snapshot!(check(&apart, "lab"), @r#"
        https://host/lab/lab None None
        https://host/lab/release Some("wheels.yml") Some("pypi")
        "#);
    }
}
