//! What an image is made of: the [OCI image layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md), and the archives
//! that `docker save` writes.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{ImageError, store::Store};
use crate::json::Json;

/// The largest description. Real ones have some kilobytes.
const LARGEST_DESCRIPTION: u64 = 8 << 20;

/// The most descriptions that are followed, and how deep indexes name indexes.
const MOST_DESCRIPTIONS: usize = 1_000;
const DEEPEST: usize = 4;

/// The most layers of one image; overlay file systems end at some hundred.
const MOST_LAYERS: usize = 1_000;

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    /// Its name in the layout or archive.
    pub(crate) name: String,
    pub(crate) size: Option<u64>,
    /// The SHA-256 that it is described with, in hexadecimal digits.
    pub(crate) sha256: Option<String>,
    /// The SHA-256 of what it unpacks to.
    pub(crate) content_sha256: Option<String>,
}

/// One image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    /// The name that it was saved under.
    pub(crate) name: Option<String>,
    /// What it is known by: the digest of its manifest, or of its configuration.
    pub(crate) digest: String,
    /// `linux/amd64`.
    pub(crate) platform: String,
    pub(crate) layers: Vec<Blob>,
}

/// The digits of a digest.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(digit).collect()
}

/// Every image of a layout or archive, in the order in which it names them.
pub(crate) fn images(store: &Store<'_>) -> Result<Vec<Image>, ImageError> {
    if store.is_layout() {
        let mut walk = Walk {
            store,
            images: Vec::new(),
            seen: BTreeSet::new(),
        };
        let text = store.text("index.json", LARGEST_DESCRIPTION)?;
        walk.index("index.json", &text, None, 0)?;
        if walk.images.is_empty() {
            return Err(malformed("index.json", "lists no images"));
        }
        return Ok(walk.images);
    }
    saved(store)
}

fn whole<'a>(name: &str, text: &'a str) -> Result<Json<'a>, ImageError> {
    Json::whole(text).map_err(|cause| ImageError::Description {
        name: name.to_owned(),
        cause,
    })
}

fn malformed(name: &str, what: &str) -> ImageError {
    ImageError::Malformed {
        name: name.to_owned(),
        what: what.to_owned(),
    }
}

fn text(value: Option<Json<'_>>) -> Option<String> {
    Some(value?.text()?.into_owned())
}

fn number(value: Option<Json<'_>>) -> Option<u64> {
    value?.written().parse().ok()
}

struct Walk<'a, 's> {
    store: &'a Store<'s>,
    images: Vec<Image>,
    seen: BTreeSet<String>,
}

impl Walk<'_, '_> {
    fn index(
        &mut self,
        name: &str,
        index: &str,
        reference: Option<&str>,
        depth: usize,
    ) -> Result<(), ImageError> {
        let Some(list) = whole(name, index)?.field("manifests") else {
            return Err(malformed(name, "lists no manifests"));
        };
        for entry in list.entries().0 {
            let [annotations, platform] = entry.fields(["annotations", "platform"]);
            let [reference_name, container_name, kind] = annotations.map_or([None; 3], |it| {
                it.fields([
                    "org.opencontainers.image.ref.name",
                    "io.containerd.image.name",
                    "vnd.docker.reference.type",
                ])
            });
            // Beside each image its builder may put statements about it, which have the form of an image.
            let platform = platform.and_then(platform_of);
            let is_statement = kind.is_some() || platform.as_deref() == Some("unknown/unknown");
            let blob = descriptor(name, entry)?;
            if is_statement || !self.seen.insert(blob.name.clone()) {
                continue;
            }
            if self.seen.len() > MOST_DESCRIPTIONS || depth >= DEEPEST {
                return Err(malformed(name, "names more manifests than are followed"));
            }
            let own = text(container_name).or_else(|| text(reference_name));
            let reference = own.as_deref().or(reference);
            let described = self.store.checked_text(&blob, LARGEST_DESCRIPTION)?;
            let value = whole(&blob.name, &described)?;
            let [layers, config] = value.fields(["layers", "config"]);
            match (layers, config) {
                (Some(layers), Some(config)) => {
                    let image = self.manifest(&blob, layers, config, platform)?;
                    self.images.push(Image {
                        name: reference.map(str::to_owned),
                        ..image
                    });
                }
                _ => self.index(&blob.name, &described, reference, depth + 1)?,
            }
        }
        Ok(())
    }

    fn manifest(
        &self,
        blob: &Blob,
        layers: Json<'_>,
        config: Json<'_>,
        platform: Option<String>,
    ) -> Result<Image, ImageError> {
        let config = descriptor(&blob.name, config)?;
        let configured = self.store.checked_text(&config, LARGEST_DESCRIPTION)?;
        let stated = platform_of(whole(&config.name, &configured)?);
        let layers = layers.entries().0;
        if layers.len() > MOST_LAYERS {
            return Err(malformed(&blob.name, "has more layers than any image"));
        }
        let layers: Result<_, _> = layers
            .into_iter()
            .map(|layer| descriptor(&blob.name, layer))
            .collect();
        Ok(Image {
            name: None,
            digest: blob.sha256.clone().unwrap_or_default(),
            platform: stated.or(platform).unwrap_or_default(),
            layers: layers?,
        })
    }
}

/// What a description of a part says.
fn descriptor(name: &str, value: Json<'_>) -> Result<Blob, ImageError> {
    let [digest, size] = value.fields(["digest", "size"]);
    let digest = text(digest).ok_or_else(|| malformed(name, "describes a part without digest"))?;
    let digits = digest.strip_prefix("sha256:");
    let is_digest =
        |digits: &&str| digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let Some(digits) = digits.filter(is_digest) else {
        let digest: String = digest.chars().take(100).collect();
        return Err(malformed(
            name,
            &format!("has the digest `{digest}`, which is no SHA-256"),
        ));
    };
    let digits = digits.to_ascii_lowercase();
    Ok(Blob {
        name: format!("blobs/sha256/{digits}"),
        size: number(size),
        sha256: Some(digits),
        content_sha256: None,
    })
}

/// `linux/amd64`, `linux/arm/v7`.
fn platform_of(value: Json<'_>) -> Option<String> {
    let [os, architecture, variant] = value.fields(["os", "architecture", "variant"]);
    let variant = text(variant).map_or_else(String::new, |variant| format!("/{variant}"));
    Some(format!("{}/{}{variant}", text(os)?, text(architecture)?))
}

/// The images of `manifest.json`, as `docker save` writes it.
fn saved(store: &Store<'_>) -> Result<Vec<Image>, ImageError> {
    let name = "manifest.json";
    let manifest = store.text(name, LARGEST_DESCRIPTION)?;
    let entries = whole(name, &manifest)?.entries().0;
    if entries.is_empty() || entries.len() > MOST_DESCRIPTIONS {
        return Err(malformed(name, "lists no images"));
    }
    entries
        .into_iter()
        .map(|entry| saved_image(store, entry))
        .collect()
}

fn saved_image(store: &Store<'_>, entry: Json<'_>) -> Result<Image, ImageError> {
    let name = "manifest.json";
    let [config, tags, layers] = entry.fields(["Config", "RepoTags", "Layers"]);
    let lacking = || malformed(name, "has an image without configuration or layers");
    let config = text(config).ok_or_else(lacking)?;
    let layers = layers.ok_or_else(lacking)?.entries().0;
    if layers.len() > MOST_LAYERS {
        return Err(malformed(name, "has more layers than any image"));
    }
    let configured = store.text(&config, LARGEST_DESCRIPTION)?;
    let value = whole(&config, &configured)?;
    let contents = value
        .field("rootfs")
        .and_then(|rootfs| rootfs.field("diff_ids"))
        .map(|list| list.entries().0)
        .unwrap_or_default();
    let mut contents = contents.into_iter();
    let layers = layers.into_iter().map(|layer| {
        let content = contents.next().and_then(|digest| text(Some(digest)));
        Ok(Blob {
            name: text(Some(layer)).ok_or_else(lacking)?,
            size: None,
            sha256: None,
            content_sha256: content
                .and_then(|digest| Some(digest.strip_prefix("sha256:")?.to_owned())),
        })
    });
    let tag = tags.and_then(|tags| tags.entries().0.first().copied());
    Ok(Image {
        name: text(tag),
        digest: hexadecimal(&Sha256::digest(configured.as_bytes())),
        platform: platform_of(value).unwrap_or_default(),
        layers: layers.collect::<Result<_, ImageError>>()?,
    })
}
