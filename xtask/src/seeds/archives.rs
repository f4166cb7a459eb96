//! Seeds of the targets that read archives: a small wheel, a small source distribution, a small feed.

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::Seed;

// The one writer of squashfs that there is here belongs to the tests of the reader.
#[path = "../../../crates/bartizan-formats/src/image/squashfs/pack.rs"]
mod squashfs;

const METADATA: &str = "Metadata-Version: 2.1\nName: name\nVersion: 1.0\nRequires-Dist: other>=1\n";
const REPODATA: &str = "{\"packages\":{},\"packages.conda\":{\"name-1.0-0.conda\":{\"sha256\":\"00\",\"attestations_sha256\":\"11\"}}}";
const RECORD: &str = "{\"id\":\"PYSEC-2099-1\",\"modified\":\"2099-01-01T00:00:00Z\"}";

/// Every seed.
pub(super) fn all() -> Result<Vec<Seed>> {
    let wheel = zip(&[
        ("name/__init__.py", ""),
        ("name-1.0.dist-info/METADATA", METADATA),
        (
            "name-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nTag: py3-none-any\n",
        ),
        ("name-1.0.dist-info/RECORD", "name/__init__.py,,\n"),
    ])?;
    let feed = zip(&[
        ("PYSEC-2099-1.json", RECORD),
        ("folder/", ""),
        ("modified_id.csv", "2099-01-01T00:00:00Z,A-1\n"),
    ])?;
    let sdist = tar(&[
        ("name-1.0/PKG-INFO", METADATA),
        ("name-1.0/setup.py", "raise SystemExit\n"),
    ])?;
    let packed = gzip(&sdist)?;
    let (native, conda) = native()?;
    let seed = |target, bytes: &[u8]| Seed {
        target,
        bytes: bytes.to_vec(),
    };
    Ok(vec![
        seed("target_wheel", &wheel),
        seed("archive_zip", &wheel),
        seed("archive_zip", &feed),
        seed("archive_tar", &sdist),
        seed("archive_tar_gz", &packed),
        seed("archive_gzip", &packed),
        seed("target_sdist", &packed),
        seed("target_sdist", &sdist),
        seed("inspect_wheel", &native),
        seed("inspect_wheel", &wheel),
        seed("inspect_conda", &conda),
        seed("inspect_conda", &conda_in_zip(&conda)?),
        seed("inspect_conda", &sdist),
        seed("sbom_embed_conda", &conda_in_zip(&conda)?),
        seed("conda_channel", REPODATA.as_bytes()),
        seed("conda_channel", b"[{\"a\": 1}, {\"b\": 2}]"),
        seed("target_container_image", &image()?),
        seed("target_container_image", &gzip(&image()?)?),
        seed("target_sif", &sif()),
    ])
}

/// A wheel and a package of conda (in tar) that hold machine code and say what it is.
fn native() -> Result<(Vec<u8>, Vec<u8>)> {
    const BILL: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"libforged","version":"1.2.3"}]}"#;
    let library = super::binaries::library();
    let wheel: [(&str, &[u8]); 4] = [
        ("name.libs/libforged-0a1b2c3d.so.1", &library),
        ("name/_vendor/six.py", b"__version__ = '1.16.0'\n"),
        ("name-1.0.dist-info/METADATA", METADATA.as_bytes()),
        ("name-1.0.dist-info/sboms/name.cdx.json", BILL.as_bytes()),
    ];
    let conda: [(&str, &[u8]); 2] = [
        ("info/index.json", br#"{"name":"name","version":"1.0"}"#),
        ("lib/libforged.so.1", &library),
    ];
    Ok((zip_of(&wheel)?, tar_of(&conda)?))
}

/// The same package as it is packed today: a stream of zstd in zip. The stream stores its bytes as they are, so that no
/// encoder is needed.
fn conda_in_zip(tar: &[u8]) -> Result<Vec<u8>> {
    const LARGEST_BLOCK: usize = 1 << 16;
    let size = u32::try_from(tar.len()).context("a seed of more than 4 GiB")?;
    let mut stream = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    stream.extend(size.to_le_bytes());
    let blocks: Vec<&[u8]> = tar.chunks(LARGEST_BLOCK).collect();
    for (number, block) in blocks.iter().enumerate() {
        let is_last = number + 1 == blocks.len();
        let header = u32::try_from(block.len() << 3).context("a large block")? | u32::from(is_last);
        stream.extend(header.to_le_bytes().into_iter().take(3));
        stream.extend(*block);
    }
    zip_of(&[
        ("metadata.json", b"{}"),
        ("pkg-name-1.0-0.tar.zst", &stream),
        ("info-name-1.0-0.tar.zst", &stream),
    ])
}

/// What `docker save` writes, without digests, so that a changed layer is still laid over the other.
fn image() -> Result<Vec<u8>> {
    let lower = tar(&[
        ("site-packages/name-1.0.dist-info/METADATA", METADATA),
        ("app/requirements.txt", "name==1.0\n"),
        ("var/lib/dpkg/status", "Package: name\n"),
    ])?;
    let upper = tar(&[
        ("app/.wh..wh..opq", ""),
        ("site-packages/.wh.name-1.0.dist-info", ""),
        ("app/requirements-2.txt", "name==2.0\n"),
    ])?;
    let [lower_name, upper_name] = ["1", "2"].map(|digit| digit.repeat(64) + ".tar");
    let manifest = format!(
        r#"[{{"Config":"c.json","RepoTags":["name:1"],"Layers":["{lower_name}","{upper_name}"]}}]"#
    );
    let parts: [(&str, &[u8]); 4] = [
        (
            "c.json",
            br#"{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":[]}}"#,
        ),
        (&lower_name, &lower),
        (&upper_name, &upper),
        ("manifest.json", manifest.as_bytes()),
    ];
    tar_of(&parts)
}

/// An image of Apptainer.
fn sif() -> Vec<u8> {
    use squashfs::Item::{Directory, File, Link};
    let site = vec![(
        "name-1.0.dist-info",
        Directory(vec![("METADATA", File(METADATA.as_bytes()))]),
    )];
    let partition = squashfs::squashfs(vec![
        (
            "app",
            Directory(vec![("requirements.txt", File(b"name==1.0\n"))]),
        ),
        ("lib", Link("usr/lib")),
        ("site-packages", Directory(site)),
    ]);
    squashfs::sif(&partition, 1)
}

fn zip(members: &[(&str, &str)]) -> Result<Vec<u8>> {
    let members = members.iter().map(|(name, text)| (*name, text.as_bytes()));
    zip_of(&members.collect::<Vec<_>>())
}

fn zip_of(members: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, bytes)) in members.iter().enumerate() {
        // Both ways of keeping a member, so that both are in the corpus.
        let method = if number % 2 == 0 {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        writer
            .start_file(
                *name,
                SimpleFileOptions::default().compression_method(method),
            )
            .context("cannot make a zip")?;
        writer.write_all(bytes).context("cannot make a zip")?;
    }
    Ok(writer.finish().context("cannot make a zip")?.into_inner())
}

fn tar(members: &[(&str, &str)]) -> Result<Vec<u8>> {
    let members = members.iter().map(|(name, text)| (*name, text.as_bytes()));
    tar_of(&members.collect::<Vec<_>>())
}

fn tar_of(members: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, name, *bytes)
            .context("cannot make a tar archive")?;
    }
    builder.into_inner().context("cannot make a tar archive")
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).context("cannot pack")?;
    encoder.finish().context("cannot pack")
}
