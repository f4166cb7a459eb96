//! Which repository on which host the address of a git remote names.

/// Host, and owner and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The host, in small letters.
    pub host: String,
    /// Owner and name with `/` between them.
    pub repository: String,
}

/// Reads `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name.git`. User and password are left
/// out; what has more or fewer parts is none.
pub fn remote(address: &str) -> Option<Remote> {
    let address = address.trim();
    let (authority, path) = match address.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        None => address.split_once(':')?,
    };
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next().filter(|it| !it.is_empty())?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    is_repository(path).then(|| Remote {
        host: host.to_ascii_lowercase(),
        repository: path.to_owned(),
    })
}

/// Whether a text is owner and name of a repository.
pub fn is_repository(text: &str) -> bool {
    let is_name = |part: &str| {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"._-".contains(&it);
        !part.is_empty()
            && part.len() <= 100
            && part != "."
            && part != ".."
            && part.bytes().all(is_plain)
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| is_name(owner) && is_name(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(address: &str, expect: &str) {
        let found = remote(address);
        let told = found.map_or("none".to_owned(), |it| {
            format!("{} {}", it.host, it.repository)
        });
        assert_eq!(told, expect, "{address}");
    }

    #[test]
    fn addresses_are_read_in_each_spelling() {
        check("https://Host.example/lab/lab.git\n", "host.example lab/lab");
        check(
            "https://me:secret@host.example:8/lab/lab/",
            "host.example lab/lab",
        );
        check(
            "ssh://git@host.example:22/lab/lab.io",
            "host.example lab/lab.io",
        );
        check("git@host.example:lab/lab.git", "host.example lab/lab");
        for address in [
            "",
            "../lab",
            "/srv/lab",
            "file:///srv/lab",
            "host:lab",
            "https://host/lab",
            "https://host/a/b/c",
            "https://host/../..",
            "git@host:a/b?x",
            "ftp://host/a/b",
            "c:\\a/b",
        ] {
            check(address, "none");
        }
    }

    proptest! {
        #[test]
        fn never_panics(address in r"(https|://|git@|a|/|:|\.git|\.|é){0,12}") {
            if let Some(found) = remote(&address) {
                assert!(is_repository(&found.repository));
            }
        }
    }
}
