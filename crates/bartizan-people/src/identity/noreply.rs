//! Addresses that a code host makes for accounts.

/// What GitHub's begin with behind the at sign. Others number nobody.
const HOST: &str = "users.noreply.github.com";

/// Whose address stands where the code host itself puts something in.
const OF_HOST: &str = "noreply@github.com";

/// Addresses that stand for nobody in particular.
const OF_NOBODY: [&str; 4] = [
    OF_HOST,
    "you@example.com",
    "root@localhost",
    "action@github.com",
];

/// An account at a code host.
pub(crate) struct Account {
    /// Its number, which never changes; addresses from before 2017 have none.
    pub(crate) number: Option<u64>,
    /// Its name in lower case, which can be given up and taken by somebody else.
    pub(crate) login: String,
}

impl Account {
    /// `NUMBER+LOGIN@users.noreply.github.com`, or without the number.
    pub(crate) fn of(address: &str) -> Option<Self> {
        let address = address.to_lowercase();
        let (local, host) = address.split_once('@')?;
        if host != HOST {
            return None;
        }
        let (number, login) = match local.split_once('+') {
            Some((number, login)) => (Some(number.parse().ok()?), login),
            None => (None, local),
        };
        (!login.is_empty()).then(|| Self {
            number,
            login: login.to_owned(),
        })
    }
}

/// Whether an address is the code host's own: it puts in what was merged in a browser, and does not say for whom.
pub(crate) fn is_host(address: &str) -> bool {
    address.eq_ignore_ascii_case(OF_HOST)
}

/// Whether an address, in lower case, may be one person's.
pub(crate) fn is_personal(address: &str) -> bool {
    let is_local = ["localhost", "localdomain", "local", "(none)", "example.com"];
    match address.split_once('@') {
        Some((name, host)) => {
            let end = host.rsplit('.').next().unwrap_or(host);
            !name.is_empty()
                && !is_local.contains(&host)
                && !is_local.contains(&end)
                && !OF_NOBODY.contains(&address)
        }
        None => false,
    }
}
