//! The dashboard as files that any web host can serve, in any folder: pages, JSON, CSV, feeds and badges.
//!
//! It is written by following links from the pages of the catalogue, so that every list that a number leads to is there. The
//! folder is written beside the old one and takes its place when it is whole.

use std::{
    collections::{BTreeSet, VecDeque},
    io,
    path::{Path, PathBuf},
};

use crate::{
    assets,
    context::{Context, PageError},
    href::Place,
    links::{Links, file_of},
    output, pages,
};

/// More files than this are not written; the pages that were reached first are.
const MOST_FILES: usize = 200_000;

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A page cannot be made.
    #[error("cannot make the page `{place}`")]
    Page {
        /// The page.
        place: String,
        /// Why.
        #[source]
        source: PageError,
    },
    /// A file or folder cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The folder holds something that is no site.
    #[error("`{}` is there already and is no site that this program wrote", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
}

impl SiteError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Page { .. } => "check the store and the advisory snapshot",
            Self::Write { .. } => "check the permissions of the folder and the room on the disk",
            Self::Occupied { .. } => "name a folder that is new, empty, or an earlier site",
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// How many files.
    pub files: usize,
    /// Whether there would have been more.
    pub is_cut: bool,
}

/// The file by which a site is known as one.
const MARK: &str = ".bartizan-site";

/// Writes the site into a folder, whole or not at all.
pub async fn write_site(ctx: &Context, folder: &Path) -> Result<Written, SiteError> {
    check_folder(folder)?;
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let new = folder.with_file_name(format!(".{name}.new"));
    let old = folder.with_file_name(format!(".{name}.old"));
    clear(&new)?;
    let written = write_all(ctx, &new).await;
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            let _ = std::fs::remove_dir_all(&new);
            return Err(error);
        }
    };
    clear(&old)?;
    if folder.exists() {
        std::fs::rename(folder, &old).map_err(at(folder))?;
    }
    std::fs::rename(&new, folder).map_err(at(folder))?;
    clear(&old)?;
    Ok(written)
}

fn check_folder(folder: &Path) -> Result<(), SiteError> {
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(at(folder)(source)),
    };
    if entries.next().is_none() || folder.join(MARK).exists() {
        return Ok(());
    }
    Err(SiteError::Occupied {
        path: folder.to_owned(),
    })
}

fn clear(folder: &Path) -> Result<(), SiteError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(folder)(error)),
        _ => Ok(()),
    }
}

async fn write_all(ctx: &Context, root: &Path) -> Result<Written, SiteError> {
    let mut written = Written::default();
    write(root, MARK, "")?;
    for asset in assets::ALL {
        write(root, &format!("assets/{}", asset.name), asset.content)?;
        written.files += 1;
    }
    let start = pages::ALL.iter().filter(|page| !page.path.contains('{'));
    let mut open: VecDeque<Place> = start
        .map(|page| Place::new(page.path.split('/').filter(|part| !part.is_empty())))
        .collect();
    let mut seen: BTreeSet<Place> = open.iter().cloned().collect();
    while let Some(place) = open.pop_front() {
        if written.files >= MOST_FILES {
            written.is_cut = true;
            break;
        }
        let links = Links::relative_to(&place);
        let made = output::make(ctx, &place, &links)
            .await
            .map_err(|source| SiteError::Page {
                place: crate::links::address_of(&place),
                source,
            })?;
        let Some(made) = made else {
            continue;
        };
        write(root, &file_of(&place), &made.body)?;
        written.files += 1;
        let next = links
            .into_seen()
            .into_iter()
            .filter(|place| seen.insert(place.clone()));
        open.extend(next.collect::<Vec<_>>());
    }
    Ok(written)
}

fn write(root: &Path, file: &str, content: &str) -> Result<(), SiteError> {
    let path = root.join(file);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(at(parent))?;
    }
    std::fs::write(&path, content).map_err(at(&path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> SiteError {
    let path = path.to_owned();
    move |source| SiteError::Write {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use bartizan_model::Timestamp;
    use bartizan_sources::database::starter;
    use bartizan_store::Viewer;

    use super::*;
    use crate::{context::Catalogues, demo};

    async fn context() -> Context {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let sample = Arc::new(starter().unwrap());
        let store = demo::store(&sample, now).await.unwrap();
        Context {
            store,
            viewer: Viewer::Public,
            database: Some(sample),
            now,
            catalogues: Arc::new(Catalogues::default()),
            desk: None,
        }
    }

    fn files(folder: &Path, root: &Path, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, root, found);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// Where a relative link of a file leads, within the site.
    fn target(file: &str, href: &str) -> String {
        let mut parts: Vec<&str> = file.split('/').collect();
        parts.pop();
        for part in href.split('#').next().unwrap().split('/') {
            if part == ".." {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        parts.join("/")
    }

    #[tokio::test]
    async fn every_link_of_the_site_leads_to_a_file_of_it_and_a_second_writing_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let ctx = context().await;
        let written = write_site(&ctx, &site).await.unwrap();
        let mut one = BTreeMap::new();
        files(&site, &site, &mut one);
        assert_eq!(one.len(), written.files + 1, "the mark is a file too");
        for (file, text) in one.iter().filter(|(file, _)| file.ends_with("index.html")) {
            assert!(text.len() < 100_000, "{file}: {}", text.len());
            for href in text
                .split("href=\"")
                .skip(1)
                .chain(text.split("src=\"").skip(1))
                .filter_map(|rest| rest.split('"').next())
            {
                if href.starts_with("https://")
                    || href.starts_with("http://")
                    || href.starts_with('#')
                {
                    continue;
                }
                assert!(
                    one.contains_key(&target(file, href)),
                    "{file} leads to {href}"
                );
            }
        }
        write_site(&ctx, &site).await.unwrap();
        let mut other = BTreeMap::new();
        files(&site, &site, &mut other);
        assert_eq!(one, other);
    }

    #[tokio::test]
    async fn what_is_no_site_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        let error = write_site(&context().await, folder.path())
            .await
            .unwrap_err();
        assert!(matches!(error, SiteError::Occupied { .. }));
        assert!(folder.path().join("thesis.txt").exists());
    }
}
