#!/usr/bin/env bash
# Fetches the advisories. Where that fails the scan decides: what is too old or missing is its exit code 4, never "clean".
set -euo pipefail
# shellcheck source=action/shared.sh
source "$GITHUB_ACTION_PATH/action/shared.sh"

talk="$RUNNER_TEMP/bartizan-sync.log"
code=0
"$PROGRAM" db sync >"$talk" 2>&1 || code=$?
quote <"$talk"
if [ "$code" -ne 0 ]; then
    printf '::warning title=Bartizan::the advisories could not be brought up to date (exit code %s)\n' "$code"
fi
