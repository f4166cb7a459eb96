//! The published schemas of what commands print as JSON. A test holds real output against them.

/// A JSON Schema (2020-12) of one command's JSON.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The command, its words joined by `-`.
    pub command: &'static str,
    /// The schema.
    pub text: &'static str,
}

/// Every schema.
pub static ALL: &[Schema] = &[
    Schema {
        command: "scan",
        text: include_str!("schema/scan.json"),
    },
    Schema {
        command: "scan-graph",
        text: include_str!("schema/scan-graph.json"),
    },
    Schema {
        command: "scan-blast",
        text: include_str!("schema/scan-blast.json"),
    },
    Schema {
        command: "scan-exposure",
        text: include_str!("schema/scan-exposure.json"),
    },
    Schema {
        command: "inspect",
        text: include_str!("schema/inspect.json"),
    },
    Schema {
        command: "fix",
        text: include_str!("schema/fix.json"),
    },
    Schema {
        command: "assess",
        text: include_str!("schema/assess.json"),
    },
    Schema {
        command: "check",
        text: include_str!("schema/check.json"),
    },
    Schema {
        command: "verify",
        text: include_str!("schema/verify.json"),
    },
    Schema {
        command: "verify-bundle",
        text: include_str!("schema/verify-bundle.json"),
    },
    Schema {
        command: "trust-refresh",
        text: include_str!("schema/trust-refresh.json"),
    },
    Schema {
        command: "trust-show",
        text: include_str!("schema/trust-show.json"),
    },
    Schema {
        command: "ledger",
        text: include_str!("schema/ledger.json"),
    },
    Schema {
        command: "attest",
        text: include_str!("schema/attest.json"),
    },
    Schema {
        command: "sbom-validate",
        text: include_str!("schema/sbom-validate.json"),
    },
    Schema {
        command: "sbom-compare",
        text: include_str!("schema/sbom-compare.json"),
    },
    Schema {
        command: "review",
        text: include_str!("schema/review.json"),
    },
    Schema {
        command: "review-queue",
        text: include_str!("schema/review-queue.json"),
    },
    Schema {
        command: "verdict-list",
        text: include_str!("schema/verdict-list.json"),
    },
    Schema {
        command: "verdict-precision",
        text: include_str!("schema/verdict-precision.json"),
    },
    Schema {
        command: "people-index",
        text: include_str!("schema/people-index.json"),
    },
    Schema {
        command: "people-anomalies",
        text: include_str!("schema/people-anomalies.json"),
    },
    Schema {
        command: "people-vouch-list",
        text: include_str!("schema/people-vouch-list.json"),
    },
    Schema {
        command: "people-export",
        text: include_str!("schema/people-export.json"),
    },
    Schema {
        command: "people-risk",
        text: include_str!("schema/people-risk.json"),
    },
    Schema {
        command: "people-advise",
        text: include_str!("schema/people-advise.json"),
    },
    Schema {
        command: "people-experts",
        text: include_str!("schema/people-experts.json"),
    },
    Schema {
        command: "people-trust",
        text: include_str!("schema/people-trust.json"),
    },
    Schema {
        command: "people-network",
        text: include_str!("schema/people-network.json"),
    },
    Schema {
        command: "check-profile",
        text: include_str!("schema/check-profile.json"),
    },
    Schema {
        command: "check-evidence",
        text: include_str!("schema/check-evidence.json"),
    },
    Schema {
        command: "db-match",
        text: include_str!("schema/db-match.json"),
    },
    Schema {
        command: "db-status",
        text: include_str!("schema/db-status.json"),
    },
    Schema {
        command: "db-publish",
        text: include_str!("schema/db-publish.json"),
    },
    Schema {
        command: "db-search",
        text: include_str!("schema/db-search.json"),
    },
    Schema {
        command: "db-show",
        text: include_str!("schema/db-show.json"),
    },
];

/// The schema of a command.
pub fn find(command: &str) -> Option<&'static Schema> {
    ALL.iter().find(|schema| schema.command == command)
}
