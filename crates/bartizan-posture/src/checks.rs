//! The catalogue of questions about a repository: one file a check and one line here, sorted by id.

mod disabled_private_reporting;
mod fork_on_own_runner;
mod inherited_secrets;
mod missing_advisory_feed;
mod missing_security_policy;
mod persisted_credentials;
mod pipeline_secret;
mod poisoned_cache;
mod privileged_untrusted_trigger;
mod publishing_token_beside_trusted_publishing;
mod release_from_other_ci_system;
mod secret_outside_environment;
mod security_policy_without_time;
mod slow_advisory_fix;
mod spec_0_outdated_dependency;
mod spec_0_outdated_python;
mod spec_1_eager_submodules;
mod spec_1_unshipped_stub;
mod spec_2_undeclared_backend;
mod spec_3_inaccessible_documentation;
mod spec_4_silent_nightly_failure;
mod spec_4_unaccountable_nightly_token;
mod spec_4_unpublished_nightlies;
mod spec_4_untested_nightlies;
mod spec_5_untested_pull_request;
mod spec_6_login_without_second_factor;
mod spec_6_publishing_password;
mod spec_6_secret_outside_store;
mod spec_6_single_maintainer;
mod spec_6_undocumented_resource;
mod spec_6_unreviewed_access;
mod spec_6_unrotated_token;
mod spec_6_weak_ssh_key;
mod spec_7_seed_parameter;
mod spec_8_broad_permissions;
mod spec_8_imprecise_pin;
mod spec_8_mislabelled_pin;
mod spec_8_release_outside_environment;
mod spec_8_single_approval_release;
mod spec_8_stored_publishing_credential;
mod spec_8_unattested_release;
mod spec_8_uncovered_artifact;
mod spec_8_undocumented_release;
mod spec_8_unintentional_release;
mod spec_8_unmaintained_pin;
mod spec_8_unpinned_action;
mod spec_8_unprinted_hash;
mod spec_8_unprotected_release_branch;
mod spec_8_unrestricted_actions;
mod spec_8_unsigned_release;
mod spec_8_unverified_attestation;
mod spec_9_missing_code_of_conduct;
mod spec_9_undocumented_governance;
mod template_injection;
mod unapproved_fork_run;
mod undesignated_capability;
mod undesignated_publisher;
mod unenforced_pin;
mod unexamined_ci_system;
mod unpinned_image;
mod unpinned_pipeline_code;
mod unreadable_repository_file;
mod untagged_publishing;

pub use crate::check::Check;

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &disabled_private_reporting::CHECK,
    &fork_on_own_runner::CHECK,
    &inherited_secrets::CHECK,
    &missing_advisory_feed::CHECK,
    &missing_security_policy::CHECK,
    &persisted_credentials::CHECK,
    &pipeline_secret::CHECK,
    &poisoned_cache::CHECK,
    &privileged_untrusted_trigger::CHECK,
    &publishing_token_beside_trusted_publishing::CHECK,
    &release_from_other_ci_system::CHECK,
    &secret_outside_environment::CHECK,
    &security_policy_without_time::CHECK,
    &slow_advisory_fix::CHECK,
    &spec_0_outdated_dependency::CHECK,
    &spec_0_outdated_python::CHECK,
    &spec_1_eager_submodules::CHECK,
    &spec_1_unshipped_stub::CHECK,
    &spec_2_undeclared_backend::CHECK,
    &spec_3_inaccessible_documentation::CHECK,
    &spec_4_silent_nightly_failure::CHECK,
    &spec_4_unaccountable_nightly_token::CHECK,
    &spec_4_unpublished_nightlies::CHECK,
    &spec_4_untested_nightlies::CHECK,
    &spec_5_untested_pull_request::CHECK,
    &spec_6_login_without_second_factor::CHECK,
    &spec_6_publishing_password::CHECK,
    &spec_6_secret_outside_store::CHECK,
    &spec_6_single_maintainer::CHECK,
    &spec_6_undocumented_resource::CHECK,
    &spec_6_unreviewed_access::CHECK,
    &spec_6_unrotated_token::CHECK,
    &spec_6_weak_ssh_key::CHECK,
    &spec_7_seed_parameter::CHECK,
    &spec_8_broad_permissions::CHECK,
    &spec_8_imprecise_pin::CHECK,
    &spec_8_mislabelled_pin::CHECK,
    &spec_8_release_outside_environment::CHECK,
    &spec_8_single_approval_release::CHECK,
    &spec_8_stored_publishing_credential::CHECK,
    &spec_8_unattested_release::CHECK,
    &spec_8_uncovered_artifact::CHECK,
    &spec_8_undocumented_release::CHECK,
    &spec_8_unintentional_release::CHECK,
    &spec_8_unmaintained_pin::CHECK,
    &spec_8_unpinned_action::CHECK,
    &spec_8_unprinted_hash::CHECK,
    &spec_8_unprotected_release_branch::CHECK,
    &spec_8_unrestricted_actions::CHECK,
    &spec_8_unsigned_release::CHECK,
    &spec_8_unverified_attestation::CHECK,
    &spec_9_missing_code_of_conduct::CHECK,
    &spec_9_undocumented_governance::CHECK,
    &template_injection::CHECK,
    &unapproved_fork_run::CHECK,
    &undesignated_capability::CHECK,
    &undesignated_publisher::CHECK,
    &unenforced_pin::CHECK,
    &unexamined_ci_system::CHECK,
    &unpinned_image::CHECK,
    &unpinned_pipeline_code::CHECK,
    &unreadable_repository_file::CHECK,
    &untagged_publishing::CHECK,
];

/// The check of an id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_explains_itself_and_ids_are_sorted() {
        assert!(ALL.iter().map(|check| check.id).is_sorted());
        for check in ALL {
            let told = check.explanation();
            for text in [
                check.title,
                told.what,
                told.why,
                told.failing,
                told.passing,
                told.remedy,
            ] {
                assert!(text.len() > 3, "{}: {text:?}", check.id);
            }
            assert!(check.supports.is_sorted(), "{}", check.id);
            let of_spec = check.spec.and_then(|spec| spec.split('.').next());
            let named = check
                .id
                .strip_prefix("spec-")
                .and_then(|rest| rest.split('-').next());
            assert_eq!(of_spec, named, "{}", check.id);
        }
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the test looks at the crate's own sources"
    )]
    fn every_file_of_the_folder_is_in_the_catalogue() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                path.file_stem()
                    .unwrap()
                    .to_string_lossy()
                    .replace('_', "-")
            })
            .collect();
        files.sort();
        assert_eq!(files, ALL.iter().map(|check| check.id).collect::<Vec<_>>());
    }
}
