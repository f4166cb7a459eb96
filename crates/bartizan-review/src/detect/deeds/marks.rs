//! Texts that say by themselves what they are for: files with keys, what is read at every start, addresses to which things are
//! taken, code within a text.

use std::net::Ipv4Addr;

use bartizan_formats::python_code::reach;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A file with keys.
    Keys,
    /// An address to which things are taken.
    Stranger,
    /// Code that is encoded, or that decodes or fetches more code.
    Code,
    /// The name of what runs code, put together.
    Name,
    /// A token of a messenger.
    Token,
}

impl Mark {
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Keys => "named-keys",
            Self::Stranger | Self::Token => "stranger-address",
            Self::Code => "hidden-code",
            Self::Name => "hidden-call",
        }
    }

    pub(super) fn message(self) -> String {
        let message = match self {
            Self::Keys => "files are named here in which keys and passwords lie",
            Self::Stranger => "an address to which programs take what they steal",
            Self::Token => "a token of a messenger, by which programs send what they steal",
            Self::Code => "a text that holds code, which decodes or fetches more or is encoded itself",
            Self::Name => "the name of what runs code is put together here",
        };
        message.to_owned()
    }
}

/// Files in which keys, passwords and wallets lie; what could be other words stands with its folder.
const KEYS: [&str; 22] = [
    ".ssh/id_",
    ".ssh\\id_",
    ".ssh/authorized_keys",
    ".aws/credentials",
    ".aws\\credentials",
    "/etc/shadow",
    "/etc/passwd",
    "wallet.dat",
    "key4.db",
    "logins.json",
    "/login data",
    "\\login data",
    "/local state",
    "\\local state",
    "user data/default",
    "user data\\default",
    "brave-browser/user data",
    "google/chrome/user data",
    "google\\chrome\\user data",
    "1password",
    ".git-credentials",
    ".config/gcloud",
];

/// And those that are only told where they are sent.
const SENT: [&str; 8] = [
    ".ssh",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".docker/config",
    ".kube/config",
    ".config/gh",
    ".env",
];

/// What is read at every start of a shell, a session or a machine.
const STARTS: [&str; 20] = [
    ".bashrc",
    ".bash_profile",
    ".zshrc",
    "/.profile",
    "/etc/profile.d",
    "/etc/cron",
    "crontab",
    "launchagents",
    "launchdaemons",
    "systemd/user",
    "systemd/system",
    ".config/autostart",
    "currentversion\\run",
    "start menu\\programs\\startup",
    "start menu/programs/startup",
    "microsoft\\windows\\start menu",
    "/etc/rc.local",
    "authorized_keys",
    "sitecustomize.py",
    "usercustomize.py",
];

/// Where what is stolen goes, and what a first stage fetches.
const STRANGERS: [&str; 22] = [
    "discord.com/api/webhooks",
    "discordapp.com/api/webhooks",
    "discordapp.com/attachments",
    "api.telegram.org/bot",
    "webhook.site/",
    "pipedream.net",
    "requestbin.",
    ".ngrok.io",
    ".ngrok-free.",
    "burpcollaborator.net",
    ".oastify.com",
    ".oast.",
    ".interact.sh",
    "pastebin.com/raw",
    "transfer.sh/",
    "grabify.link",
    "iplogger.",
    "ipify.org",
    "gofile.io/",
    "anonfiles.com",
    "rentry.co/",
    "hastebin.com/raw",
];

/// Shorter names of addresses: only where something is fetched.
const SHORTENERS: [&str; 4] = ["://bit.ly/", "://tinyurl.com/", "://is.gd/", "://cutt.ly/"];

/// Names that nobody puts together who has nothing to hide.
const NAMES: [&str; 9] = [
    "eval",
    "exec",
    "builtins",
    "__builtins__",
    "__import__",
    "os.system",
    "getstatusoutput",
    "b64decode",
    "urlopen",
];

/// Names of variables that open accounts of clouds and indexes.
const CLOUD: [&str; 6] = [
    "AWS_ACCESS_KEY",
    "AWS_SECRET",
    "AWS_SESSION",
    "SECRET",
    "PASSWORD",
    "PRIVATE_KEY",
];

/// What a text is, given the line that it begins on.
pub(super) fn of(text: &str, line: &str) -> Option<Mark> {
    if NAMES.contains(&text) {
        let stands = ['"', '\''].iter().any(|it| line.contains(&format!("{it}{text}{it}")));
        return (!stands && line.contains(['"', '\''])).then_some(Mark::Name);
    }
    let lower = text.to_ascii_lowercase();
    if KEYS.iter().any(|it| lower.contains(it)) {
        return Some(Mark::Keys);
    }
    if stranger(text, false).is_some() {
        return Some(Mark::Stranger);
    }
    if is_token(text) {
        return Some(Mark::Token);
    }
    (is_loader(&lower) || holds_code(text)).then_some(Mark::Code)
}

/// Whether a file with keys is named.
pub(super) fn is_of_keys(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    KEYS.iter().chain(&SENT).any(|it| lower.contains(it))
}

/// Whether a variable holds what opens an account.
pub(super) fn is_cloud_key(name: &str) -> bool {
    CLOUD.iter().any(|it| name.contains(it))
}

/// Whether something is read at every start.
pub(super) fn is_of_start(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.len() < 500 && STARTS.iter().any(|it| lower.contains(it))
}

/// An address to which things are taken; of one that is reached also a bare number, and shorter names.
pub(super) fn stranger(text: &str, is_reached: bool) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let mut marks = STRANGERS.iter().chain(SHORTENERS.iter().filter(|_| is_reached));
    if marks.any(|it| lower.contains(it)) && !text.contains('\n') {
        return Some(text);
    }
    let host = text.split_once("://")?.1.split(['/', ':', '?']).next()?;
    let number: Ipv4Addr = host.rsplit('@').next()?.parse().ok()?;
    let is_near = number.is_private() || number.is_loopback() || number.is_unspecified();
    (is_reached && !is_near).then_some(text)
}

/// Whether a text is code that decodes or fetches and runs.
fn is_loader(lower: &str) -> bool {
    const RUNS: [&str; 2] = ["exec(", "eval("];
    const GETS: [&str; 7] = [
        "b64decode(",
        "urlopen(",
        "decompress(",
        "requests.get(",
        "fromhex(",
        "unhexlify(",
        "marshal.loads(",
    ];
    RUNS.iter().any(|it| lower.contains(it)) && GETS.iter().any(|it| lower.contains(it))
}

/// A token of a bot: a number of eight to ten digits, a colon, and 33 to 40 letters.
fn is_token(text: &str) -> bool {
    let Some((number, rest)) = text.split_once(':') else {
        return false;
    };
    (8..=10).contains(&number.len())
        && number.bytes().all(|it| it.is_ascii_digit())
        && (33..=40).contains(&rest.len())
        && rest.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'))
}

/// Whether digits of base64 or hexadecimal ones say code.
fn holds_code(text: &str) -> bool {
    const SIGNS: [&str; 10] = [
        "import ", "exec(", "eval(", "os.system", "subprocess", "http://", "https://", "powershell",
        "/bin/", "#!/",
    ];
    let text = text.trim();
    if text.len() < 20 || text.contains(' ') {
        return false;
    }
    let plain = if text.bytes().all(|it| it.is_ascii_hexdigit()) {
        reach::of_hexadecimal(text)
    } else {
        reach::of_base64(text)
    };
    let Some(plain) = plain else {
        return false;
    };
    let is_text = plain.chars().all(|it| it.is_ascii_graphic() || it.is_ascii_whitespace());
    is_text && SIGNS.iter().any(|it| plain.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_say_what_they_are() {
        for (text, line, expect) in [
            ("~/.ssh/id_rsa", "", Some(Mark::Keys)),
            ("https://discord.com/api/webhooks/1/a", "", Some(Mark::Stranger)),
            ("https://discord.com/invite/a", "", None),
            ("eval", "x = 'ev' + 'al'", Some(Mark::Name)),
            ("eval", "x = 'eval'", None),
            ("aW1wb3J0IG9zCm9zLnN5c3RlbSgnbHMnKQ==", "", Some(Mark::Code)),
            ("exec(urlopen('u').read())", "", Some(Mark::Code)),
            ("1234567890:ABCdefGHIjklMNOpqrsTUVwxyz987654321", "", Some(Mark::Token)),
            ("please give your login data", "", None),
        ] {
            assert_eq!(of(text, line), expect, "{text}");
        }
        assert!(stranger("http://8.8.8.8/a", true).is_some());
        assert!(stranger("http://127.0.0.1/a", true).is_none());
    }
}
