#!/usr/bin/env bash
# Looks once for each form of the answer: annotations, the summary of the step, SARIF. The first one says how it ended.
set -euo pipefail
# shellcheck source=action/shared.sh
source "$GITHUB_ACTION_PATH/action/shared.sh"

arguments=("$INPUT_MODE")
[ -z "$INPUT_FAIL_ON" ] || arguments+=("--fail-on=$INPUT_FAIL_ON")
case "$INPUT_MODE" in
    scan) [ -z "$INPUT_MAX_AGE" ] || arguments+=("--max-age=$INPUT_MAX_AGE") ;;
    check)
        while IFS= read -r report; do
            [ -z "$report" ] || arguments+=("--import=$report")
        done <<<"$INPUT_IMPORT"
        ;;
    review) [ -z "$INPUT_BASELINE" ] || arguments+=("--baseline=$INPUT_BASELINE") ;;
    *) refuse "mode is none of scan, check, review" ;;
esac

# After `--`, so that no path is an option.
targets=(--)
while IFS= read -r target; do
    [ -z "$target" ] || targets+=("$target")
done <<<"$INPUT_TARGETS"
[ "${#targets[@]}" -gt 1 ] || targets+=(.)
if [ "$INPUT_MODE" = review ]; then
    # One commit is compared with its first parent, which for a pull request is what it would come into.
    [ "${#targets[@]}" -eq 2 ] || refuse "the mode review takes one target"
    arguments+=("--repository=${targets[1]}")
    targets=(-- "${INPUT_RANGE:-HEAD}")
fi

sarif=${INPUT_SARIF:-$RUNNER_TEMP/bartizan-$INPUT_MODE.sarif}
talk="$RUNNER_TEMP/bartizan-talk.log"

code=0
"$PROGRAM" "${arguments[@]}" --format=github "${targets[@]}" 2>"$talk" || code=$?
quote <"$talk" >&2
# Where nothing differs there is nothing to review.
[ "$INPUT_MODE" != review ] || [ "$code" -ne 3 ] || code=0
output exit-code "$code"

# Anything but 0, 1 and 4 has no report.
case "$code" in
    0 | 1 | 4) ;;
    *) exit 0 ;;
esac
"$PROGRAM" "${arguments[@]}" --format=markdown "${targets[@]}" >>"$GITHUB_STEP_SUMMARY" 2>"$talk" || true
"$PROGRAM" "${arguments[@]}" --format=sarif "--output=$sarif" "${targets[@]}" 2>"$talk" || true
if [ -s "$sarif" ]; then
    output sarif "$sarif"
fi
