//! How an artifact was built, as the variables of a GitHub workflow tell it
//! ([build type](https://actions.github.io/buildtypes/workflow/v1)).

use serde_json::{json, value::RawValue};

/// What the job is told by, in the order in which they are asked for.
const NEEDED: [&str; 8] = [
    "GITHUB_SERVER_URL",
    "GITHUB_REPOSITORY",
    "GITHUB_WORKFLOW_REF",
    "GITHUB_REF",
    "GITHUB_SHA",
    "GITHUB_EVENT_NAME",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_ATTEMPT",
];

/// The provenance (SLSA 1) of what the workflow that runs builds, or the name of the variable that is missing.
pub fn build(variable: &dyn Fn(&str) -> Option<String>) -> Result<Box<RawValue>, &'static str> {
    let mut values = Vec::new();
    for name in NEEDED {
        values.push(variable(name).ok_or(name)?);
    }
    let [
        server,
        repository,
        workflow,
        reference,
        commit,
        event,
        run,
        attempt,
    ] = <[String; 8]>::try_from(values).map_err(|_wrong| "GITHUB_REPOSITORY")?;
    let source = format!("{server}/{repository}");
    // `lab/lab/.github/workflows/release.yml@refs/tags/v1.0`
    let (path, at) = workflow
        .strip_prefix(&format!("{repository}/"))
        .and_then(|rest| rest.split_once('@'))
        .ok_or("GITHUB_WORKFLOW_REF")?;
    let optional = |name| variable(name).unwrap_or_default();
    let predicate = json!({
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "externalParameters": {
                "workflow": { "ref": at, "repository": source, "path": path },
            },
            "internalParameters": {
                "github": {
                    "event_name": event,
                    "repository_id": optional("GITHUB_REPOSITORY_ID"),
                    "repository_owner_id": optional("GITHUB_REPOSITORY_OWNER_ID"),
                    "runner_environment": optional("RUNNER_ENVIRONMENT"),
                },
            },
            "resolvedDependencies": [{
                "uri": format!("git+{source}@{reference}"),
                "digest": { "gitCommit": commit },
            }],
        },
        "runDetails": {
            "builder": { "id": format!("{server}/{workflow}") },
            "metadata": { "invocationId": format!("{source}/actions/runs/{run}/attempts/{attempt}") },
        },
    });
    RawValue::from_string(predicate.to_string()).map_err(|_cause| "GITHUB_REPOSITORY")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(without: &str) -> String {
        let variable = |name: &str| {
            let value = match name {
                "GITHUB_SERVER_URL" => "https://github.com",
                "GITHUB_REPOSITORY" => "lab/lab",
                "GITHUB_WORKFLOW_REF" => "lab/lab/.github/workflows/release.yml@refs/tags/v1",
                "GITHUB_REF" => "refs/tags/v1",
                "GITHUB_SHA" => "0123",
                "GITHUB_EVENT_NAME" => "push",
                "GITHUB_RUN_ID" => "7",
                "GITHUB_RUN_ATTEMPT" => "1",
                _ => return None,
            };
            (name != without).then(|| value.to_owned())
        };
        match build(&variable) {
            Ok(predicate) => predicate.get().to_owned(),
            Err(name) => format!("missing {name}"),
        }
    }

    #[test]
    fn a_build_is_told_as_github_tells_it() {
        insta::assert_snapshot!(check(""), @r#"{"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1","externalParameters":{"workflow":{"path":".github/workflows/release.yml","ref":"refs/tags/v1","repository":"https://github.com/lab/lab"}},"internalParameters":{"github":{"event_name":"push","repository_id":"","repository_owner_id":"","runner_environment":""}},"resolvedDependencies":[{"digest":{"gitCommit":"0123"},"uri":"git+https://github.com/lab/lab@refs/tags/v1"}]},"runDetails":{"builder":{"id":"https://github.com/lab/lab/.github/workflows/release.yml@refs/tags/v1"},"metadata":{"invocationId":"https://github.com/lab/lab/actions/runs/7/attempts/1"}}}"#);
        assert_eq!(check("GITHUB_SHA"), "missing GITHUB_SHA");
        for name in NEEDED {
            assert_eq!(check(name), format!("missing {name}"));
        }
    }
}
