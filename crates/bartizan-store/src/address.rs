//! Where a store is: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. A password in it is never printed.

use std::{fmt, path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

/// Where a store is.
#[derive(Clone)]
pub enum Address {
    /// A SQLite file, made where it is missing.
    File(PathBuf),
    /// A SQLite database that lives as long as its [`crate::Store`].
    Memory,
    /// A PostgreSQL database. Its settings are private, since a password may be among them.
    Postgres(Box<Postgres>),
}

/// The settings of a connection to PostgreSQL.
#[derive(Clone)]
pub struct Postgres(pub(crate) PgConnectOptions);

/// What does not name a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address of the store {0}")]
pub struct AddressError(&'static str);

impl AddressError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        "write `sqlite:PATH` or `postgres://USER@HOST/DATABASE`"
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once(':') {
            Some(("sqlite", ":memory:")) => Ok(Self::Memory),
            Some(("sqlite", "")) => Err(AddressError("names no file after `sqlite:`")),
            Some(("sqlite", path)) => Ok(Self::File(PathBuf::from(path))),
            Some(("postgres" | "postgresql", _)) => text
                .parse::<PgConnectOptions>()
                .map(|options| Self::Postgres(Box::new(Postgres(options))))
                // The cause may quote the address with its password.
                .map_err(|_cause| AddressError("is not one that PostgreSQL knows")),
            _ => Err(AddressError(
                "starts with neither `sqlite:` nor `postgres:`",
            )),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "sqlite:{}", path.display()),
            Self::Memory => f.write_str("sqlite::memory:"),
            Self::Postgres(server) => write!(
                f,
                "postgres://{}:{}/{}",
                server.0.get_host(),
                server.0.get_port(),
                server.0.get_database().unwrap_or_default()
            ),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        let shown = match text.parse::<Address>() {
            Ok(address) => address.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn addresses_name_a_file_memory_or_a_server() {
        check("sqlite:/var/lib/x?y.db", "sqlite:/var/lib/x?y.db");
        check("sqlite::memory:", "sqlite::memory:");
        check(
            "sqlite:",
            "the address of the store names no file after `sqlite:`",
        );
        check("postgres://u@h:5433/d", "postgres://h:5433/d");
        check(
            "mysql://h/d",
            "the address of the store starts with neither `sqlite:` nor `postgres:`",
        );
    }

    #[test]
    fn a_password_is_never_printed() {
        let address: Address = "postgres://user:hunter2@host/db".parse().unwrap();
        assert_eq!(
            format!("{address} {address:?}"),
            "postgres://host:5432/db Address(postgres://host:5432/db)"
        );
        let wrong = "postgres://user:hunter2@host:no/db"
            .parse::<Address>()
            .unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("hunter2"));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".*", tail in ".*") {
            let _ = text.parse::<Address>();
            let _ = format!("postgres://{tail}").parse::<Address>();
        }
    }
}
