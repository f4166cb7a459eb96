//! The catalogue against its folder, and the command line against clap's own checks.

use super::*;

#[test]
fn the_command_line_is_sound() {
    command().debug_assert();
}

#[test]
fn every_file_of_the_folder_is_in_the_catalogue() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "tests")
        .collect();
    files.sort();
    let mut commands: Vec<String> = ALL
        .iter()
        .map(|command| command.path().join("_").replace('-', "_"))
        .collect();
    commands.sort();
    assert_eq!(files, commands);
}

#[test]
fn every_command_tells_what_it_does_and_shows_examples() {
    for command in ALL {
        let arguments = command.arguments();
        assert_eq!(Some(&arguments.get_name()), command.path().last());
        let about = arguments
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(
            !about.is_empty() && !about.starts_with("Arguments"),
            "{about}"
        );
        let help = arguments
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(help.contains("Examples:"), "{:?}", command.path());
    }
}
