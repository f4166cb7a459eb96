//! The README's two commands can be found and run by a machine.

use super::{Checkout, Rule};

pub(crate) const RULE: Rule = Rule {
    title: "the README marks its two commands",
    check,
};

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let text = checkout.text("README.md");
    let marks = ["main", "tests"];
    marks
        .into_iter()
        .filter_map(|mark| command(text, mark).err())
        .map(|what| format!("README.md: {what}"))
        .collect()
}

/// The one line of the code block right after a mark.
fn command<'a>(text: &'a str, mark: &str) -> Result<&'a str, String> {
    let comment = format!("<!-- run: {mark} -->");
    let Some((_, after)) = text.split_once(&comment) else {
        return Err(format!("`{comment}` is missing"));
    };
    let lines: Vec<&str> = after.trim_start().lines().take(3).collect();
    match lines[..] {
        [open, line, "```"] if open.starts_with("```") && !line.trim().is_empty() => Ok(line),
        _ => Err(format!(
            "`{comment}` is not followed by a code block of one line"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_line_in_a_block_of_its_own() {
        let text =
            "<!-- run: main -->\n```sh\ncargo run\n```\n<!-- run: tests -->\n```\none\ntwo\n```\n";
        assert_eq!(command(text, "main"), Ok("cargo run"));
        assert!(command(text, "tests").is_err());
        assert!(command("", "main").is_err());
    }
}
