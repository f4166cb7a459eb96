#!/usr/bin/env bash
# Finds the program, or installs it from the package index that the runner's pip is configured with, into a folder of its own.
set -euo pipefail
# shellcheck source=action/shared.sh
source "$GITHUB_ACTION_PATH/action/shared.sh"

case "$INPUT_MODE" in
    scan | check | review | embed | gate) ;;
    *) refuse "mode is none of scan, check, review, embed, gate" ;;
esac
output day "$(date -u +%Y-%m-%d)"

if [ -n "$INPUT_PROGRAM" ]; then
    [ -x "$INPUT_PROGRAM" ] || refuse "the input program names no program"
    output program "$INPUT_PROGRAM"
    exit 0
fi

version=$INPUT_VERSION
if [ -z "$version" ]; then
    version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml")
fi
case "$version" in
    [0-9]*) ;;
    *) refuse "the input version is no version" ;;
esac
case "$version" in
    *[!0-9A-Za-z.+!]*) refuse "the input version is no version" ;;
esac

# `-I`: a module of the checkout must not stand in for one of Python's, whatever it is called.
python=$(command -v python3 || command -v python) || refuse "there is no Python to install with"
"$python" -I -m venv "$RUNNER_TEMP/bartizan-program"
programs="$RUNNER_TEMP/bartizan-program/bin"
[ -d "$programs" ] || programs="$RUNNER_TEMP/bartizan-program/Scripts"

requirement="$RUNNER_TEMP/bartizan-requirement.txt"
printf 'bartizan==%s' "$version" >"$requirement"
while IFS= read -r digest; do
    case "$digest" in
        '') continue ;;
        sha256:*[!0-9a-f]* | *[!a-z0-9:]*) refuse "the input hashes holds something else than sha256:…" ;;
        sha256:*) printf ' --hash=%s' "$digest" >>"$requirement" ;;
        *) refuse "the input hashes holds something else than sha256:…" ;;
    esac
done <<<"$INPUT_HASHES"
printf '\n' >>"$requirement"
# Wheels only: nothing is built here, and so nothing of a source distribution runs.
"$programs/python" -I -m pip install --quiet --disable-pip-version-check --no-input --no-deps --only-binary :all: \
    --requirement "$requirement"
output program "$programs/bartizan"
