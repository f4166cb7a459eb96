//! Something that is wrong, as every part of the answer tells it.

use bartizan_model::severity::SeverityLevel;
use bartizan_provenance::checks::Check;

/// Something that is wrong.
pub(super) struct Finding {
    pub(super) check: &'static Check,
    pub(super) severity: SeverityLevel,
    pub(super) message: String,
    /// Why the policy lets it through, where it does.
    pub(super) excepted: Option<String>,
}

impl Finding {
    pub(super) fn of(check: &'static Check, message: String) -> Self {
        Self {
            check,
            severity: check.severity,
            message,
            excepted: None,
        }
    }

    /// What is required and not there is as bad as what does not hold.
    pub(super) fn raised(self, is_required: bool) -> Self {
        Self {
            severity: if is_required {
                SeverityLevel::High
            } else {
                self.severity
            },
            ..self
        }
    }
}
