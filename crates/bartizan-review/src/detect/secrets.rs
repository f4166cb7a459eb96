//! Secrets and a network in one file: what one function reads, another may send.

use super::Subject;
use crate::{
    code,
    kind::Language,
    lines::{normalised, numbered},
    sighting::Seen,
};

/// What reaches a network, by the begin of its name.
const NETWORK: [&str; 10] = [
    "requests.", "httpx.", "urllib.request.", "urllib3.", "http.client.", "aiohttp.", "socket.socket", "socket.create_connection", "smtplib.",
    "ftplib.",
];

/// Files in which secrets are.
const FILES: [&str; 9] = [
    ".pypirc", ".netrc", ".npmrc", ".aws/credentials", "id_rsa", "id_ed25519", ".git-credentials", ".docker/config.json", ".kube/config",
];

/// Words of names that secrets have.
const WORDS: [&str; 6] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "CREDENTIAL"];

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_python = subject.language == Language::Python;
    let Some(text) = subject.text.filter(|_| is_python) else {
        return;
    };
    let secrets: Vec<(u32, &str)> = numbered(text).filter(|(_, line)| is_secret(line)).collect();
    if secrets.is_empty() || !NETWORK.iter().any(|it| text.contains(it.split('.').next().unwrap_or_default())) {
        return;
    }
    let calls = code::calls(text, subject.language, subject.is_whole);
    let sends = calls.iter().find(|call| NETWORK.iter().any(|it| call.function.starts_with(it)));
    let Some(sends) = sends else {
        return;
    };
    for (line, content) in secrets {
        let message = format!("a secret is read here, and `{}` of the same file reaches a network", sends.function);
        seen.push(Seen::new("secret-beside-network", Some(line), normalised(content), message));
    }
}

/// Whether a line reads the whole environment, a variable or a file that holds a secret.
fn is_secret(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with('#') || line.starts_with("import ") {
        return false;
    }
    if FILES.iter().any(|it| line.contains(it)) {
        return true;
    }
    let Some((_, rest)) = line.split_once("environ").or_else(|| line.split_once("getenv")) else {
        return false;
    };
    let upper = rest.to_ascii_uppercase();
    let is_whole = rest.is_empty() || rest.starts_with([')', ',', '}']) || rest.starts_with(".items()") || rest.starts_with(".copy()");
    is_whole || WORDS.iter().any(|it| upper.contains(it))
}
