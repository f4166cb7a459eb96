//! The style sheet, the script and the icon: all that a page needs beside itself.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// The name of the style sheet.
pub const STYLE: &str = "style.css";
/// The name of the script.
pub const SCRIPT: &str = "site.js";
/// The name of the icon.
pub const ICON: &str = "icon.svg";
/// The outline of the icon: a bartizan, the small tower that stands out of a wall.
pub const TOWER: &str = "M4 2h4v2.5h2.2V2h3.6v2.5H16V2h4v7.5l-2.5 2.3V14l-2 2v2.5L12 22l-3.5-3.5V16l-2-2v-2.2L4 9.5zm7 7v4h2V9z";

/// A file that goes with every page.
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// Its content.
    pub content: &'static str,
}

/// Every file that goes with the pages.
pub static ALL: &[Asset] = &[
    Asset {
        name: STYLE,
        media: "text/css; charset=utf-8",
        content: include_str!("assets/style.css"),
    },
    Asset {
        name: SCRIPT,
        media: "text/javascript; charset=utf-8",
        content: include_str!("assets/site.js"),
    },
    Asset {
        name: ICON,
        media: "image/svg+xml",
        content: include_str!("assets/icon.svg"),
    },
];

/// Changes when any of them changes, so that a browser may keep them for good.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for asset in ALL {
        digest.update(asset.content.as_bytes());
    }
    digest
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_the_style_asks_nobody() {
        let script = ALL.iter().find(|asset| asset.name == SCRIPT).unwrap();
        assert!(script.content.len() < 10_000);
        for asset in ALL {
            assert!(
                !asset.content.contains("@import") && !asset.content.contains("url("),
                "{}",
                asset.name
            );
            assert!(
                !asset.content.contains("innerHTML") && !asset.content.contains("eval("),
                "{}",
                asset.name
            );
        }
    }
}
