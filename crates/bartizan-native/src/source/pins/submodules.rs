//! Git submodules: `.gitmodules` names paths and addresses; which commit is taken stands in the index only.

use super::{Pin, numbered};
use crate::source::path;

pub(super) fn read(file: &str, text: &str) -> Vec<Pin> {
    let mut pins: Vec<Pin> = Vec::new();
    for (line, content) in numbered(text) {
        let content = content.trim();
        if content.starts_with("[submodule") {
            pins.push(Pin {
                line,
                ..Pin::default()
            });
        }
        let (Some(pin), Some((key, value))) = (pins.last_mut(), content.split_once('=')) else {
            continue;
        };
        match key.trim() {
            "path" => {
                let inside = value.trim().trim_matches('/');
                path::base(inside).clone_into(&mut pin.name);
                pin.place = path::join(path::folder(file), inside);
            }
            "url" => pin.url = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    pins.retain(|pin| !pin.name.is_empty());
    pins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submodules_have_a_place_and_an_address() {
        let text = "[submodule \"x\"]\n\tpath = src/lib/x\n\turl = https://github.com/a/x.git\n\
            [submodule \"no path\"]\n url = ../y\n[core]\n  path = z\n";
        insta::assert_snapshot!(super::super::shown(&read(".gitmodules", text)), @"
        1 x https://github.com/a/x.git - in `src/lib/x`
        4 z ../y - in `z`
        ");
    }
}
