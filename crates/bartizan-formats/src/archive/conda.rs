//! Packages of conda ([CEP 34](https://github.com/conda/ceps/blob/main/cep-0034.md)): a zip archive of two halves, `info-NAME.tar.zst`
//! and `pkg-NAME.tar.zst`, or one tar archive in bzip2.

use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
};

use super::{
    ArchiveError, Limits, Member, Packing,
    tar::{self, Kind},
    zip::{Index, Located, MemberReader},
};

/// What every package of conda says of itself.
pub const INDEX: &str = "info/index.json";

/// What is shown each file.
type Visitor<'v, E> = dyn FnMut(&mut Member<'_>) -> Result<ControlFlow<()>, E> + 'v;

/// Whether a member of a zip archive is one of the two halves of a package.
pub fn is_half(name: &str) -> bool {
    let is_half = name.starts_with("pkg-") || is_info_half(name);
    is_half && name.ends_with(".tar.zst")
}

fn is_info_half(name: &str) -> bool {
    name.starts_with("info-")
}

/// Whether an archive is a package of conda, by what is in it.
pub fn is_package(mut reader: impl Read + Seek, limits: &Limits) -> Result<bool, ArchiveError> {
    if is_zip(&mut reader)? {
        let index = Index::read(reader, limits)?;
        return Ok(index.files().any(|it| is_half(&it.name())));
    }
    if packing(&mut reader)? != Packing::Bzip2 {
        return Ok(false);
    }
    let mut is_it = false;
    tar::visit_packed(reader, Packing::Bzip2, limits, &mut |member| {
        is_it = plain(member.name()) == INDEX;
        Ok::<_, ArchiveError>(if is_it {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(is_it)
}

/// Visits the files of a package until the visitor breaks off; what is in `info` first, where it is a half of its own.
pub fn visit<R, E>(reader: R, limits: &Limits, visitor: &mut Visitor<'_, E>) -> Result<(), E>
where
    R: Read + Seek,
    E: From<ArchiveError>,
{
    visit_halves(reader, limits, |_| true, &mut |kind, member| match kind {
        Kind::File => visitor(member),
        _ => Ok(ControlFlow::Continue(())),
    })
}

/// Visits what a package says of itself, the files in `info`.
pub fn visit_info<R, E>(reader: R, limits: &Limits, visitor: &mut Visitor<'_, E>) -> Result<(), E>
where
    R: Read + Seek,
    E: From<ArchiveError>,
{
    visit_halves(reader, limits, is_info_half, &mut |kind, member| {
        if *kind == Kind::File && plain(member.name()).starts_with("info/") {
            visitor(member)
        } else {
            Ok(ControlFlow::Continue(()))
        }
    })
}

/// The same as [`visit`], with links and whatever else there is besides folders; the visitor is told whether it is a file.
pub fn visit_with_links<R, E>(
    reader: R,
    limits: &Limits,
    visitor: &mut dyn FnMut(bool, &mut Member<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E>
where
    R: Read + Seek,
    E: From<ArchiveError>,
{
    visit_halves(reader, limits, |_| true, &mut |kind, member| match kind {
        Kind::Directory => Ok(ControlFlow::Continue(())),
        _ => visitor(*kind == Kind::File, member),
    })
}

fn visit_halves<R, E>(
    mut reader: R,
    limits: &Limits,
    wanted: impl Fn(&str) -> bool,
    visitor: &mut dyn FnMut(&Kind, &mut Member<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E>
where
    R: Read + Seek,
    E: From<ArchiveError>,
{
    if !is_zip(&mut reader)? {
        let packing = packing(&mut reader)?;
        return tar::visit_all_packed(reader, packing, limits, visitor);
    }
    let index = Index::read(&mut reader, limits)?;
    let halves = index.files().filter(|it| is_half(&it.name()));
    let mut halves: Vec<Located> = halves.filter(|it| wanted(&it.name())).collect();
    halves.sort_by_key(|it| !is_info_half(&it.name()));
    let mut members = MemberReader::new(reader, limits);
    for half in &halves {
        let stream = members.stream(half)?;
        let mut is_over = false;
        tar::visit_all_packed(stream, Packing::Zstd, limits, &mut |kind, member| {
            let flow = visitor(kind, member)?;
            is_over = flow.is_break();
            Ok::<_, E>(flow)
        })?;
        if is_over {
            break;
        }
    }
    Ok(())
}

/// The name of a member, without a folder that says nothing.
pub fn plain(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

fn is_zip(reader: &mut (impl Read + Seek)) -> Result<bool, ArchiveError> {
    Ok(head(reader)?.starts_with(b"PK\x03\x04"))
}

fn packing(reader: &mut (impl Read + Seek)) -> Result<Packing, ArchiveError> {
    Ok(Packing::of_content(&head(reader)?))
}

/// The first bytes; the reader is at its begin again.
fn head(reader: &mut (impl Read + Seek)) -> Result<Vec<u8>, ArchiveError> {
    let mut head = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    reader.by_ref().take(8).read_to_end(&mut head)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok(head)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Cursor;

    use ::zip::CompressionMethod;
    use proptest::prelude::*;

    use super::*;
    use crate::archive::{
        packed::tests::{bzip2, zstd},
        tar::tests::pack as tar,
        zip::tests::pack as zip,
    };

    pub(crate) type Files<'a> = &'a [(&'a str, &'a [u8])];

    /// A package in the newer form.
    pub(crate) fn newer(info: Files<'_>, package: Files<'_>) -> Vec<u8> {
        let (info, package) = (zstd(&tar(info)), zstd(&tar(package)));
        let members: Files<'_> = &[
            ("metadata.json", br#"{"conda_pkg_format_version": 2}"#),
            ("pkg-lab-1.0-0.tar.zst", &package),
            ("info-lab-1.0-0.tar.zst", &info),
        ];
        zip(members, CompressionMethod::Stored)
    }

    /// A package in the older form.
    pub(crate) fn older(files: Files<'_>) -> Vec<u8> {
        bzip2(&tar(files))
    }

    fn check(package: &[u8]) -> String {
        let is_it = is_package(Cursor::new(package), &Limits::ARTIFACT);
        let mut told = format!("{:?}:", is_it.map_err(|error| error.to_string()));
        let mut add = |member: &mut Member<'_>| {
            told.push_str(&format!(" {}", member.name()));
            Ok::<_, ArchiveError>(if member.name() == "last" {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        };
        if let Err(error) = visit(Cursor::new(package), &Limits::ARTIFACT, &mut add) {
            told.push_str(&format!(" ! {error}"));
        }
        told.push_str(" |");
        let mut add = |member: &mut Member<'_>| {
            told.push_str(&format!(" {}", member.name()));
            Ok::<_, ArchiveError>(ControlFlow::Continue(()))
        };
        if let Err(error) = visit_info(Cursor::new(package), &Limits::ARTIFACT, &mut add) {
            told.push_str(&format!(" ! {error}"));
        }
        told
    }

    const INFO: Files<'static> = &[(INDEX, b"{}"), ("info/files", b"")];

    #[test]
    fn both_forms_show_their_files_and_what_they_say_first() {
        insta::assert_snapshot!(check(&newer(INFO, &[("lib/a", b"a")])), @"Ok(true): info/index.json info/files lib/a | info/index.json info/files");
        let files = [&[("lib/a", b"a".as_slice())], INFO].concat();
        insta::assert_snapshot!(check(&older(&files)), @"Ok(true): lib/a info/index.json info/files | info/index.json info/files");
        insta::assert_snapshot!(check(&newer(&[("last", b"")], &[("lib/a", b"a")])), @"Ok(true): last |");
    }

    #[test]
    fn other_archives_are_none() {
        let wheel = zip(&[("lab/__init__.py", b"")], CompressionMethod::Stored);
        insta::assert_snapshot!(check(&wheel), @"Ok(false): |");
        insta::assert_snapshot!(check(&older(&[("lab-1.0/setup.py", b"")])), @"Ok(false): lab-1.0/setup.py |");
        insta::assert_snapshot!(check(b"text"), @r#"Ok(false): ! not a complete tar archive | ! not a complete tar archive"#);
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 0_usize..900, byte: u8) {
            for mut package in [newer(INFO, &[("lib/a", b"a")]), older(INFO)] {
                if let Some(place) = package.get_mut(at) {
                    *place = byte;
                }
                check(&package);
            }
        }
    }
}
