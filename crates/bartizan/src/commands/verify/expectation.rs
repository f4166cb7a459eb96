//! Who should have signed, as the command line says it.

use bartizan_provenance::{ExpectedIdentity, ExpectedPublisher};
use clap::Args;

use crate::error::Failure;

/// Who should have signed. It goes before what is pinned.
#[derive(Debug, Args)]
#[command(next_help_heading = "Who should have signed")]
pub(super) struct ExpectationArguments {
    /// Builds of this repository: an address, or `OWNER/NAME` on GitHub
    #[arg(long, value_name = "REPOSITORY", conflicts_with = "identity")]
    repository: Option<String>,

    /// Described by this file: a name below `.github/workflows`, or a path in the repository
    #[arg(long, value_name = "FILE", requires = "repository")]
    workflow: Option<String>,

    /// In this environment
    #[arg(long, value_name = "NAME", requires = "repository")]
    environment: Option<String>,

    /// Of this reference, such as `refs/tags/v1.0`
    #[arg(long, value_name = "REF", requires = "repository")]
    reference: Option<String>,

    /// This identity, letter for letter
    #[arg(long, value_name = "IDENTITY", requires = "issuer")]
    identity: Option<String>,

    /// Vouched for by this issuer
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

impl ExpectationArguments {
    /// Who that is; nobody where nothing is said.
    pub(super) fn stated(&self) -> Result<Option<ExpectedIdentity>, Failure> {
        match (&self.repository, &self.identity, &self.issuer) {
            (Some(repository), _, issuer) => {
                Ok(Some(ExpectedIdentity::Publisher(ExpectedPublisher {
                    issuer: issuer.clone(),
                    repository: address(repository),
                    repository_id: None,
                    workflow: self.workflow.clone(),
                    environment: self.environment.clone(),
                    reference: self.reference.clone(),
                })))
            }
            (None, Some(identity), Some(issuer)) => Ok(Some(ExpectedIdentity::Exact {
                identity: identity.clone(),
                issuer: issuer.clone(),
            })),
            (None, None, Some(_)) => Err(Failure::usage("`--issuer` alone names nobody")
                .hint("add `--repository` or `--identity`")),
            _ => Ok(None),
        }
    }
}

/// The address of a repository; a short form is one on GitHub.
fn address(repository: &str) -> String {
    let repository = repository.trim_end_matches('/');
    if repository.contains("://") {
        repository.trim_end_matches(".git").to_owned()
    } else {
        format!("https://github.com/{repository}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_form_is_on_github() {
        assert_eq!(address("lab/x"), "https://github.com/lab/x");
        assert_eq!(
            address("https://git.example/lab/x.git"),
            "https://git.example/lab/x"
        );
        assert_eq!(
            address("https://github.com/lab/x/"),
            "https://github.com/lab/x"
        );
    }
}
