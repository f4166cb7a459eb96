//! What one function of Python does together: secrets are gathered and something is sent, something is fetched and something
//! is run, machine code is loaded from what is called data. Each alone is common.

use std::collections::BTreeSet;

use super::Subject;
use crate::{
    code::{Call, Shape},
    kind::Language,
    lines::{cut, numbered},
    rule::is_like,
    sighting::Seen,
};

/// Words of which one stands in every file that is looked at closely.
const WORDS: [&str; 9] = [
    "urlopen",
    "urlretrieve",
    "requests",
    "httpx",
    "socket",
    "http.client",
    "aiohttp",
    "CDLL",
    "LoadLibrary",
];

/// What reaches a network.
const NETWORK: [&str; 18] = [
    "*urlopen",
    "*urlretrieve",
    "requests.get",
    "requests.post",
    "requests.put",
    "requests.request",
    "httpx.*",
    "aiohttp.*",
    "*.sendall",
    "*.sendto",
    "socket.create_connection",
    "socket.gethostbyname",
    "socket.getaddrinfo",
    "http.client.*",
    "*.putrequest",
    "ftplib.*",
    "smtplib.*",
    "urllib3.*",
];

/// What gives something from a network.
pub(super) const FETCHES: [&str; 6] = [
    "*urlopen",
    "*urlretrieve",
    "requests.get",
    "requests.post",
    "httpx.get",
    "httpx.post",
];

/// What runs what it is given.
const RUNS: [&str; 21] = [
    "exec",
    "eval",
    "subprocess.*",
    "os.system",
    "os.popen",
    "os.exec*",
    "os.spawn*",
    "os.startfile",
    "runpy.*",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "dill.loads",
    "cloudpickle.loads",
    "joblib.load",
    "ctypes.CDLL",
    "ctypes.cdll.LoadLibrary",
    "ctypes.WinDLL",
    "types.FunctionType",
    "*.exec_module",
    "*.load_module",
];

/// What loads machine code.
const LOADS: [&str; 7] = [
    "ctypes.CDLL",
    "ctypes.PyDLL",
    "ctypes.WinDLL",
    "ctypes.cdll.LoadLibrary",
    "ctypes.windll.LoadLibrary",
    "ctypes.CDLL.*",
    "*.dlopen",
];

/// Files in which keys and tokens lie.
const KEYS: [&str; 14] = [
    "id_rsa",
    "id_ed25519",
    ".ssh/",
    ".aws/credentials",
    ".netrc",
    ".git-credentials",
    ".pypirc",
    ".npmrc",
    ".docker/config",
    ".kube/config",
    "login data",
    "/etc/shadow",
    "wallet.dat",
    "local state",
];

/// What names of data end with.
const DATA: [&str; 12] = [
    ".bin'",
    ".dat'",
    ".png'",
    ".cache'",
    ".tmp'",
    ".log'",
    ".db'",
    ".jpg'",
    ".txt'",
    ".npy'",
    "'tests'",
    "'testdata'",
];

/// How many lines away something still stands beside a call, within a function and outside of all.
const NEAR_IN_FUNCTION: u32 = 40;
const NEAR_OUTSIDE: u32 = 12;

/// How many places of one file are looked at.
const MOST_PLACES: usize = 500;

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Some(text) = subject
        .text
        .filter(|_| subject.language == Language::Python)
    else {
        return;
    };
    if !WORDS.iter().any(|word| text.contains(word)) {
        return;
    }
    let calls = subject.calls();
    let lines: Vec<&str> = numbered(text).map(|(_, line)| line).collect();
    let mut told = BTreeSet::new();
    let places = calls
        .iter()
        .filter(|it| is_any(it, &NETWORK) || is_any(it, &LOADS));
    for call in places.take(MOST_PLACES) {
        for it in beside(call, calls, &lines) {
            if told.insert((it.rule, it.snippet.clone())) {
                seen.push(it);
            }
        }
    }
}

fn is_any(call: &Call, functions: &[&str]) -> bool {
    functions.iter().any(|it| is_like(&call.function, it))
}

/// What stands beside a call, and makes it suspicious.
fn beside(call: &Call, calls: &[Call], lines: &[&str]) -> Vec<Seen> {
    let near: Vec<&Call> = calls.iter().filter(|it| is_near(call, it)).collect();
    let window = window(call, &near, lines);
    let mut seen = Vec::new();
    let mut tell = |rule, message| {
        let snippet = format!("{} {}", call.within, call.function);
        seen.push(Seen::new(rule, Some(call.line), snippet, message));
    };
    let function = cut(&call.function, 100);
    if is_any(call, &NETWORK)
        && let Some(secret) = window
            .iter()
            .find_map(|line| secret(line))
            .or_else(|| near.iter().find_map(|it| hands_environment(it)))
    {
        let message = format!("`{function}` reaches a network, and {secret} is read beside it");
        tell("secrets-beside-network", message);
    }
    if is_any(call, &FETCHES)
        && let Some(run) = near.iter().find(|it| is_any(it, &RUNS))
    {
        let run = cut(&run.function, 100);
        let message =
            format!("`{function}` fetches something, and `{run}` runs something beside it");
        tell("fetched-code-run", message);
    }
    let is_computed = |it: &&Call| {
        it.arguments
            .first()
            .is_some_and(|it| it.shape != Shape::None)
    };
    if is_any(call, &LOADS) && is_computed(&call) && window.iter().any(|line| names_data(line)) {
        let message = format!("`{function}` loads machine code, and what it loads is called data");
        tell("library-among-data", message);
    }
    seen
}

/// Whether two calls stand in one function, and not too far from each other.
fn is_near(call: &Call, other: &Call) -> bool {
    let near = if call.within.is_empty() {
        NEAR_OUTSIDE
    } else {
        NEAR_IN_FUNCTION
    };
    call.within == other.within && call.line.abs_diff(other.line) <= near
}

/// The lines from a little before the first of the calls to the last.
fn window<'a>(call: &Call, near: &[&Call], lines: &'a [&'a str]) -> &'a [&'a str] {
    let first = near.iter().map(|it| it.line).min().unwrap_or(call.line);
    let last = near.iter().map(|it| it.line).max().unwrap_or(call.line);
    // What a call is given may begin a few lines before: a loop, a list of names.
    let before = if call.within.is_empty() { 4 } else { 2 };
    let (first, last) = (first.saturating_sub(before + 1) as usize, last as usize);
    lines.get(first..last.min(lines.len())).unwrap_or_default()
}

/// Whether a call takes all of the environment, by whatever name it was imported.
fn hands_environment(call: &Call) -> Option<&'static str> {
    const WHOLE: [&str; 3] = ["os.environ.items", "os.environ.copy", "os.environ.values"];
    let copies = ["dict", "str", "repr", "list", "json.dumps"].contains(&call.function.as_str());
    let all = || {
        call.arguments
            .iter()
            .any(|it| it.names.iter().any(|name| name == "os.environ") && it.shape == Shape::Name)
    };
    (WHOLE.contains(&call.function.as_str()) || (copies && all()))
        .then_some("the whole environment")
}

/// What a line reads that is a secret.
fn secret(line: &str) -> Option<&'static str> {
    let code = line.split(" #").next().unwrap_or(line);
    if is_whole_environment(code) {
        return Some("the whole environment");
    }
    let lower = code.to_ascii_lowercase();
    let has_key = KEYS.iter().any(|key| lower.contains(key));
    (has_key && lower.contains(['"', '\''])).then_some("a file with keys")
}

/// Whether all of the environment is meant, not one variable of it.
fn is_whole_environment(line: &str) -> bool {
    line.match_indices("environ").any(|(at, word)| {
        let Some(before) = line.get(..at).and_then(|it| it.strip_suffix("os.")) else {
            return false;
        };
        // However the module is called: `_os.environ`.
        let before = before.trim_end_matches('_');
        let behind = line.get(at + word.len()..).unwrap_or_default();
        let is_word = !behind.starts_with(|it: char| it.is_alphanumeric() || it == '_');
        let is_one = ["[", ".get", ".setdefault", ".pop", ".update", " =", " |"]
            .iter()
            .any(|it| behind.starts_with(it));
        let asks = before.trim_end().ends_with(" in") && !before.contains("for ");
        let imports = before.trim_start().starts_with("from ") || before.contains("import ");
        let handed = before.trim_end().ends_with("env=");
        is_word && !is_one && !asks && !imports && !handed
    })
}

fn names_data(line: &str) -> bool {
    let line = line.replace('"', "'").to_ascii_lowercase();
    DATA.iter().any(|it| line.contains(it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::detect::laboratory::{seen, told};

    fn check(text: &str) -> String {
        told(&seen("src/a.py", text, see))
    }

    #[test]
    fn what_stands_together() {
        insta::assert_snapshot!(check("import os as _os, urllib.request\ntry:\n    kept = {**_os.environ}\n    urllib.request.urlopen(a, kept)\nexcept E:\n    pass\n"), @"secrets-beside-network@4: `urllib.request.urlopen` reaches a network, and the whole environment is read beside it");
        insta::assert_snapshot!(check("import socket\nfor n in ('.ssh/id_rsa',):\n    s = socket.create_connection(a)\n    s.sendall(open(n).read())\n"), @"
        secrets-beside-network@3: `socket.create_connection` reaches a network, and a file with keys is read beside it
        secrets-beside-network@4: `s.sendall` reaches a network, and a file with keys is read beside it
        ");
        insta::assert_snapshot!(check("import pickle\nfrom urllib.request import urlopen\ndef f():\n    return pickle.loads(urlopen(a).read())\n"), @"fetched-code-run@4: `urllib.request.urlopen` fetches something, and `pickle.loads` runs something beside it");
    }

    #[test]
    fn what_stands_alone() {
        let alone = [
            "import os, requests\ndef f():\n    requests.get(os.environ['A'])\n",
            "import os, requests\ndef f():\n    if 'A' in os.environ:\n        requests.get(a)\n",
            "import os, subprocess, requests\ndef f():\n    requests.get(a)\ndef g():\n    subprocess.run(b, env=os.environ)\n",
            "import ctypes\nctypes.CDLL(path)\n",
        ];
        for text in alone {
            assert_eq!(check(text), "", "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-z(),.='\n ]|os.environ|urlopen|exec){0,60}") {
            check(&text);
        }
    }
}
