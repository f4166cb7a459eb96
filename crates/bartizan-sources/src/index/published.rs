//! Who publishes a project: the roles that an index tells, and the publishers that it names in the provenance of the newest
//! release.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use bartizan_formats::index::{
    ListedFile, Listing, Provenance, provenance,
    roles::{self, Holders},
};
use bartizan_model::{
    Timestamp,
    ecosystem::Package,
    hosting::{
        IndexRoles, PublishedProject, PublishedRelease, Publisher, Seen, Unseen, UnseenKind,
    },
};

use super::{AT_A_TIME, Asked, IndexClient};
use crate::http::Address;

/// How many files of a release are looked at. The largest core project has about 80.
const MOST_FILES: usize = 200;

impl IndexClient {
    /// What the first index that has a project says of who publishes it.
    pub fn published(&self, package: &Package) -> PublishedProject {
        let mut why = Unseen::new(UnseenKind::Absent, "no index has the project");
        for asked in &self.indexes {
            match self.listing(asked, package) {
                Ok(Some((listing, _))) => {
                    return PublishedProject {
                        name: package.name().to_owned(),
                        roles: self.roles(asked, package),
                        release: self.release(asked, package, &listing),
                    };
                }
                Ok(None) => {}
                Err(reason) => why = Unseen::new(UnseenKind::Unreachable, reason),
            }
        }
        PublishedProject {
            name: package.name().to_owned(),
            roles: Err(why.clone()),
            release: Err(why),
        }
    }

    /// Who may publish a project, by name, as the first index says that has it.
    pub fn holders(&self, package: &Package) -> Seen<Holders> {
        let mut why = Unseen::new(UnseenKind::Absent, "no index has the project");
        for asked in &self.indexes {
            let page = self.listing(asked, package);
            match page.map(|it| it.is_some()) {
                Ok(true) => {
                    let found = roles::holders(&self.ownership(asked, package)?);
                    let found = found.map_err(|why| Unseen::new(UnseenKind::Unreadable, why))?;
                    return found.ok_or_else(not_told);
                }
                Ok(false) => {}
                Err(reason) => why = Unseen::new(UnseenKind::Unreachable, reason),
            }
        }
        Err(why)
    }

    /// The files of a project, as the first index says that has it: when each was uploaded, and whether it is attested which workflow did.
    pub fn uploads(&self, package: &Package) -> Seen<Vec<Upload>> {
        let mut why = Unseen::new(UnseenKind::Absent, "no index has the project");
        for asked in &self.indexes {
            match self.listing(asked, package) {
                Ok(Some((listing, _))) => {
                    let files = || listing.releases.values().flat_map(|(_, files)| files);
                    if files().any(|it| it.provenance == Provenance::NotServed) {
                        return Err(not_served());
                    }
                    let upload = |file: &ListedFile| Upload {
                        at: file.uploaded,
                        is_attested: matches!(file.provenance, Provenance::Served(_)),
                    };
                    return Ok(files().map(upload).collect());
                }
                Ok(None) => {}
                Err(reason) => why = Unseen::new(UnseenKind::Unreachable, reason),
            }
        }
        Err(why)
    }

    fn roles(&self, asked: &Asked, package: &Package) -> Seen<IndexRoles> {
        let found = roles::roles(&self.ownership(asked, package)?);
        let found = found.map_err(|why| Unseen::new(UnseenKind::Unreadable, why))?;
        found.ok_or_else(not_told)
    }

    /// The JSON that Warehouse serves beside the simple API.
    fn ownership(&self, asked: &Asked, package: &Package) -> Seen<Vec<u8>> {
        let link = format!("../pypi/{}/json", package.name());
        let page = asked.address.follow(&link).map_err(|_error| not_told())?;
        let http = self.files.clone().accepting("application/json");
        let body = self.kept_or_asked(asked, &http, (package, &page));
        let body = body.map_err(|reason| Unseen::new(UnseenKind::Unreachable, reason))?;
        body.ok_or_else(not_told)
    }

    fn release(
        &self,
        asked: &Asked,
        package: &Package,
        listing: &Listing,
    ) -> Seen<PublishedRelease> {
        let newest = newest(listing);
        let (version, files) =
            newest.ok_or_else(|| Unseen::new(UnseenKind::Absent, "the index has no release"))?;
        if files
            .iter()
            .any(|file| file.provenance == Provenance::NotServed)
        {
            return Err(not_served());
        }
        let page = asked.address.join(&[package.name(), ""]);
        let mut addresses = Vec::new();
        for file in files {
            if let Provenance::Served(link) = &file.provenance {
                let address = page.follow(link).map_err(|_error| {
                    let why = format!("`{}` has no address of its provenance", file.name);
                    Unseen::new(UnseenKind::Unreadable, why)
                })?;
                addresses.push(address);
            }
        }
        Ok(PublishedRelease {
            version: version.to_owned(),
            files: files.len(),
            without: files.len().saturating_sub(addresses.len()),
            publishers: self.publishers(asked, package, &addresses)?,
        })
    }

    /// Asks for provenance objects, several at a time. One that cannot be had costs all: who is not named might be a stranger.
    fn publishers(
        &self,
        asked: &Asked,
        package: &Package,
        addresses: &[Address],
    ) -> Seen<BTreeSet<Publisher>> {
        let http = self.files.clone().accepting(provenance::ACCEPT);
        let found: Mutex<Seen<BTreeSet<Publisher>>> = Mutex::new(Ok(BTreeSet::new()));
        let next = AtomicUsize::new(0);
        let one = |address: &Address| {
            let body = self.kept_or_asked(asked, &http, (package, address));
            let body = body.map_err(|why| Unseen::new(UnseenKind::Unreachable, why))?;
            let absent = || Unseen::new(UnseenKind::Absent, format!("`{address}` is not there"));
            let named = provenance::publishers(&body.ok_or_else(absent)?);
            named.map_err(|why| Unseen::new(UnseenKind::Unreadable, why))
        };
        let work = || {
            while let Some(address) = addresses.get(next.fetch_add(1, Ordering::Relaxed)) {
                let named = one(address);
                let mut all = found.lock().unwrap_or_else(PoisonError::into_inner);
                match (all.as_mut(), named) {
                    (Ok(all), Ok(named)) => all.extend(named),
                    (Ok(_), Err(unseen)) => *all = Err(unseen),
                    (Err(_), _) => return,
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(addresses.len()) {
                scope.spawn(work);
            }
        });
        found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file of a project, as an index tells of its upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// When.
    pub at: Option<Timestamp>,
    /// Whether a workflow is named that did it, and so nobody by an account of theirs. The index has verified it, not Bartizan.
    pub is_attested: bool,
}

fn not_served() -> Unseen {
    let why = "the index serves no provenance, which is not the same as none";
    Unseen::new(UnseenKind::Absent, why)
}

fn not_told() -> Unseen {
    Unseen::new(
        UnseenKind::Absent,
        "the index does not tell who may publish",
    )
}

/// The newest release that people get: no pre-release where there is another, and not withdrawn as a whole.
pub(crate) fn newest(listing: &Listing) -> Option<(&str, &[ListedFile])> {
    let live = |(_, files): &&(String, Vec<ListedFile>)| files.iter().any(|file| !file.is_yanked);
    let all = listing.releases.iter();
    let mut finals = all
        .clone()
        .filter(|(version, _)| !version.is_prerelease())
        .map(|(_, release)| release);
    let newest = finals
        .rfind(live)
        .or_else(|| all.map(|(_, release)| release).rfind(live));
    newest.map(|(version, files)| {
        let files = files.get(..files.len().min(MOST_FILES));
        (version.as_str(), files.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        time::Duration,
    };

    use super::*;
    use crate::http::HttpClient;

    /// What an index on loopback that serves these paths says of `lab`.
    fn check(pages: &[(&'static str, String)]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let pages: Vec<(&'static str, String)> = pages
            .iter()
            .map(|(path, body)| (*path, body.replace("BASE", &base)))
            .collect();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
                let path = head.split(' ').nth(1).unwrap_or_default();
                let page = pages.iter().find(|(own, _)| *own == path);
                let (status, body) = page.map_or(("404 No", ""), |(_, body)| ("200 OK", body));
                let length = body.len();
                let reply = format!(
                    "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
                );
                reader.get_mut().write_all(reply.as_bytes()).unwrap();
            }
        });
        let cache = tempfile::tempdir().unwrap();
        let http = HttpClient::new(Duration::from_millis(1));
        let index = format!("{base}/simple/").parse().unwrap();
        let client = IndexClient::new(http, [index], cache.path().to_owned());
        let it = client.published(&Package::pypi("lab"));
        let uploads = client.uploads(&Package::pypi("lab"));
        let uploads = uploads.map_or_else(
            |unseen| unseen.why,
            |all| {
                let attested = all.iter().filter(|it| it.is_attested);
                format!("{} files, {} attested", all.len(), attested.count())
            },
        );
        format!("{:?}\n{:?}\n{uploads}", it.roles, it.release).replace(&base, "BASE")
    }

    fn page(files: &str) -> (&'static str, String) {
        let text =
            format!(r#"{{"meta": {{"api-version": "1.3"}}, "name": "lab", "files": [{files}]}}"#);
        ("/simple/lab/", text)
    }

    fn file(name: &str, provenance: &str) -> String {
        format!(r#"{{"filename": "{name}", "url": "x"{provenance}}}"#)
    }

    fn object(workflow: &str) -> String {
        format!(
            r#"{{"version": 1, "attestation_bundles": [{{"publisher": {{"kind": "GitHub", "repository": "lab/lab", "workflow": "{workflow}"}}}}]}}"#
        )
    }

    #[test]
    fn publishers_of_the_newest_release_are_named() {
        let files = [
            file("lab-1.0.tar.gz", r#", "provenance": "/p/old""#),
            file("lab-2.0.tar.gz", r#", "provenance": "BASE/p/a""#),
            file("lab-2.0-py3-none-any.whl", r#", "provenance": "/p/b""#),
            file("lab-2.0-py2-none-any.whl", r#", "provenance": null"#),
            file("lab-3.0rc1.tar.gz", r#", "provenance": "/p/next""#),
            file(
                "lab-2.5.tar.gz",
                r#", "yanked": true, "provenance": "/p/yanked""#,
            ),
        ];
        let roles =
            r#"{"ownership": {"roles": [{"role": "Owner", "user": "a"}], "organization": null}}"#;
        insta::assert_snapshot!(check(&[
            page(&files.join(",")),
            ("/p/a", object("release.yml")),
            ("/p/b", object("other.yml")),
            ("/pypi/lab/json", roles.to_owned()),
        ]), @r#"
        Ok(IndexRoles { owners: 1, maintainers: 0, organisation: None })
        Ok(PublishedRelease { version: "2.0", files: 3, without: 1, publishers: {Publisher { kind: "GitHub", repository: "lab/lab", workflow: "other.yml", environment: None }, Publisher { kind: "GitHub", repository: "lab/lab", workflow: "release.yml", environment: None }} })
        6 files, 5 attested
        "#);
    }

    #[test]
    fn what_an_index_does_not_serve_is_not_none() {
        let told = |text: &str| text.replace("Err(Unseen { kind: ", "");
        insta::assert_snapshot!(told(&check(&[page(&file("lab-1.0.tar.gz", ""))])), @r#"
        Absent, why: "the index does not tell who may publish", permission: None })
        Absent, why: "the index serves no provenance, which is not the same as none", permission: None })
        the index serves no provenance, which is not the same as none
        "#);
        insta::assert_snapshot!(told(&check(&[page(&file("lab-1.0.tar.gz", r#", "provenance": "/gone""#))])), @r#"
        Absent, why: "the index does not tell who may publish", permission: None })
        Absent, why: "`BASE/gone` is not there", permission: None })
        1 files, 1 attested
        "#);
        insta::assert_snapshot!(told(&check(&[])), @r#"
        Absent, why: "no index has the project", permission: None })
        Absent, why: "no index has the project", permission: None })
        no index has the project
        "#);
    }
}
