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
