//! The ways in which the instance can fail.

use crate::Reply;

/// One way in which the instance fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The authority answers with a status of trouble.
    Authority(u16),
    /// The authority repeats what it was sent, the token as well, in its refusal.
    Echo,
    /// The certificate is of another key than the one that was shown.
    OtherKey,
    /// The certificate was not put into the log of certificates that is believed.
    OtherCertificateLog,
    /// The certificate ended before anything was signed.
    EndedCertificate,
    /// The log answers with a status of trouble.
    Log(u16),
    /// The log's entry is of another signature.
    OtherEntry,
    /// The log's promise is signed by another key.
    OtherPromise,
    /// The log proves another entry.
    OtherProof,
    /// The log's time lies an hour ahead.
    Ahead,
    /// The timestamp authority stamps something else.
    OtherStamp,
    /// The timestamp authority answers with a status of trouble.
    Clock(u16),
    /// Each service answers with text that is none of what was asked for.
    Nonsense,
    /// Each service answers with more than anybody reads.
    Flood,
    /// The issuer of tokens refuses.
    Issuer(u16),
    /// Each service leads elsewhere.
    Redirect,
}

impl Fault {
    /// What is answered in place of what a service would say.
    pub(crate) fn in_place_of(self, path: &str, body: &[u8]) -> Option<Reply> {
        let is = |start: &str| path.starts_with(start);
        let said = |status: u16, what: &str| {
            Some((
                status,
                format!("{{\"code\": 3, \"message\": \"{what}\"}}").into_bytes(),
            ))
        };
        match self {
            Self::Authority(status) if is("/fulcio/") => said(status, "the authority is unwell"),
            Self::Echo if is("/fulcio/") => Some((400, body.to_vec())),
            Self::Log(409) if is("/rekor/") || is("/tiles/") => said(
                409,
                "an equivalent entry already exists in the transparency log",
            ),
            Self::Log(status) if is("/rekor/") || is("/tiles/") => {
                said(status, "the log\u{1b}[31m is unwell")
            }
            Self::Clock(status) if is("/clock/") => said(status, "the clock stands still"),
            Self::Issuer(status) if is("/issuer/") => said(status, "no token for you"),
            Self::Nonsense => Some((200, b"<html>\x00 not what you want".to_vec())),
            Self::Flood => Some((200, vec![b' '; 64 << 20])),
            Self::Redirect => Some((307, Vec::new())),
            _ => None,
        }
    }
}
