#!/usr/bin/env bash
# Completes the bills of materials in wheels and conda packages (embed), or holds them against theirs and against their evidence (gate).
# What does not pass first says how it ended, and nothing runs after it.
set -euo pipefail
# shellcheck source=action/shared.sh
source "$GITHUB_ACTION_PATH/action/shared.sh"

artifacts=()
channels=()
while IFS= read -r target; do
    [ -n "$target" ] || continue
    if [ -d "$target" ]; then
        for artifact in "$target"/*.whl "$target"/*.conda; do
            [ ! -f "$artifact" ] || artifacts+=("$artifact")
        done
        # The folders of a channel of conda.
        before=${#artifacts[@]}
        for artifact in "$target"/{noarch,linux-*,osx-*,win-*}/*.{conda,tar.bz2}; do
            [ ! -f "$artifact" ] || artifacts+=("$artifact")
        done
        [ "${#artifacts[@]}" -eq "$before" ] || channels+=("$target")
    else
        artifacts+=("$target")
    fi
done <<<"$INPUT_TARGETS"
[ "${#artifacts[@]}" -gt 0 ] || refuse "there is no wheel and no conda package among the targets"

talk="$RUNNER_TEMP/bartizan-talk.log"
code=0
# One command of the program, unless an earlier one did not pass.
step() {
    [ "$code" -eq 0 ] || return 0
    "$PROGRAM" "$@" >"$talk" 2>&1 || code=$?
    quote <"$talk"
}

case "$INPUT_MODE" in
    embed)
        step sbom create --embed --in-place -- "${artifacts[@]}"
        for channel in ${channels[@]+"${channels[@]}"}; do
            step channel index -- "$channel"
        done
        ;;
    gate)
        [ "$INPUT_SYNC" != true ] || step sbom schemas --fetch
        step sbom validate -- "${artifacts[@]}"
        step sbom compare -- "${artifacts[@]}"
        if [ -n "$INPUT_WORKFLOW" ]; then
            step verify "--repository=$GITHUB_REPOSITORY" "--workflow=$INPUT_WORKFLOW" --require=pinned -- "${artifacts[@]}"
        fi
        ;;
    *) refuse "mode is neither embed nor gate" ;;
esac
if [ "$code" -ne 0 ]; then
    printf '::error title=Bartizan::the artifacts did not pass (exit code %s); the log of the step says why\n' "$code"
fi
output exit-code "$code"
