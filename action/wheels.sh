#!/usr/bin/env bash
# Completes the bills of materials in wheels (embed), or holds wheels against theirs and against their evidence (gate). What does not pass
# first says how it ended, and nothing runs after it.
set -euo pipefail
# shellcheck source=action/shared.sh
source "$GITHUB_ACTION_PATH/action/shared.sh"

wheels=()
while IFS= read -r target; do
    [ -n "$target" ] || continue
    if [ -d "$target" ]; then
        for wheel in "$target"/*.whl; do
            [ ! -f "$wheel" ] || wheels+=("$wheel")
        done
    else
        wheels+=("$target")
    fi
done <<<"$INPUT_TARGETS"
[ "${#wheels[@]}" -gt 0 ] || refuse "there is no wheel among the targets"

talk="$RUNNER_TEMP/bartizan-talk.log"
code=0
# One command of the program, unless an earlier one did not pass.
step() {
    [ "$code" -eq 0 ] || return 0
    "$PROGRAM" "$@" >"$talk" 2>&1 || code=$?
    quote <"$talk"
}

case "$INPUT_MODE" in
    embed) step sbom create --embed --in-place -- "${wheels[@]}" ;;
    gate)
        [ "$INPUT_SYNC" != true ] || step sbom schemas --fetch
        step sbom validate -- "${wheels[@]}"
        step sbom compare -- "${wheels[@]}"
        if [ -n "$INPUT_WORKFLOW" ]; then
            step verify "--repository=$GITHUB_REPOSITORY" "--workflow=$INPUT_WORKFLOW" --require=pinned -- "${wheels[@]}"
        fi
        ;;
    *) refuse "mode is neither embed nor gate" ;;
esac
if [ "$code" -ne 0 ]; then
    printf '::error title=Bartizan::the wheels did not pass (exit code %s); the log of the step says why\n' "$code"
fi
output exit-code "$code"
