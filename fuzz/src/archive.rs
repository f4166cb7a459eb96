//! Archives: every member is asked for, within limits that are small enough to be reached.

use std::ops::ControlFlow;

use bartizan_formats::archive::{ArchiveError, Limits, Member};

/// Limits that inputs of a few hundred kilobytes can exceed.
pub const LIMITS: Limits = Limits {
    members: 1_000,
    member_bytes: 4 << 20,
    total_bytes: 64 << 20,
    ratio: 200,
};

/// Reads a member and holds its size against the limit.
pub fn take(member: &mut Member<'_>) -> Result<ControlFlow<()>, ArchiveError> {
    let _ = member.has_plain_name();
    if let Ok(bytes) = member.read() {
        assert!(bytes.len() as u64 <= LIMITS.member_bytes);
    }
    Ok(ControlFlow::Continue(()))
}
