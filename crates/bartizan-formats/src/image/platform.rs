//! Which of several images is meant.

use bartizan_model::environment::{Platform, System};

use super::{Image, ImageError};
use crate::python::PlatformChoice;

/// The images for a platform, and what is to be said about the choice.
pub(crate) fn choose(
    images: Vec<Image>,
    choice: &PlatformChoice,
) -> Result<(Vec<Image>, Option<String>), ImageError> {
    let wanted = match choice {
        PlatformChoice::Any => return Ok((images, None)),
        PlatformChoice::Named(platform) => platform.clone(),
        // Containers are Linux wherever they are looked at.
        PlatformChoice::Host(platform) => Platform::parse(&format!("linux-{}", platform.machine))
            .unwrap_or_else(|| platform.clone()),
    };
    let mut available: Vec<_> = images.iter().map(|image| image.platform.clone()).collect();
    available.sort();
    available.dedup();
    let all = available.len();
    let available = available.join(", ");
    let is_named = matches!(choice, PlatformChoice::Named(_));
    let (fitting, mut others): (Vec<_>, Vec<_>) = images
        .into_iter()
        .partition(|image| platform(&image.platform).as_ref() == Some(&wanted));
    if !fitting.is_empty() {
        let reason =
            format!("of the images for {available} only those for this platform were looked at");
        return Ok((fitting, (all > 1 && !is_named).then_some(reason)));
    }
    if is_named {
        return Err(ImageError::NoPlatform {
            wanted: shown(&wanted),
            available,
        });
    }
    let reason = format!(
        "there is no image for this platform; the first of those for {available} was looked at"
    );
    others.truncate(1);
    Ok((others, Some(reason)))
}

/// A platform as the model has it: `linux/arm64/v8`.
pub(super) fn platform(text: &str) -> Option<Platform> {
    let mut parts = text.split('/');
    let (os, architecture) = (parts.next()?, parts.next()?);
    Platform::parse(&format!("{os}-{architecture}"))
}

fn shown(platform: &Platform) -> String {
    let system = match platform.system {
        System::Linux => "linux",
        System::MacOs => "macos",
        System::Windows => "windows",
    };
    format!("{system}/{}", platform.machine)
}
