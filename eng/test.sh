#!/usr/bin/env bash
# Builds, runs every test project and ends with one line: "N passed, N failed[, N skipped]".
# Arguments go to each test project: eng/test.sh -class '*Runs*'
. "$(dirname "$0")/common.sh"
require_dotnet

eng/install-test-needs.sh

# Most of what tests run, they run once, in hundreds of servers: compiling must be cheap. Code is not measured for a second compilation,
# nor are its pages mapped twice.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
# Most servers live for seconds: what is hot in them is compiled anew only once nothing new has been compiled for two seconds (hexadecimal).
export DOTNET_TC_CallCountingDelayMs=7D0

# In CI a package that the lock files do not name is an error, not an update.
locked=()
[ -z "${CI:-}" ] || locked=(--locked-mode)
dotnet restore Orrery.slnx -v q "${locked[@]}"
build_all --no-restore

# The whole suite starts the server some 300 times: it is worth compiling once. Without a compiler it runs as it was built.
if [ $# -eq 0 ]; then
  if server=$(eng/precompile.sh); then
    export ORRERY_TEST_SERVER=$server
  fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0 names=
rm -rf artifacts/permission-matrix-*.txt artifacts/test-results
mkdir -p artifacts/test-results

# Counts what one project's summary says: "Total: 2, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 2.9s".
count() {
  local project=$1 code=$2 total errors failures skips not_run
  if ! read -r total errors failures skips not_run < <(sed -nE \
    's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$log" | tail -n 1); then
    # No tests, or none that match the arguments: nothing to count.
    grep -qE 'Total: 0(,|$)' "$log" && return
    say "$project ended with exit code $code and without a summary."
    failed=$((failed + 1))
    return
  fi

  passed=$((passed + total - failures - skips - not_run))
  failed=$((failed + failures + errors))
  skipped=$((skipped + skips))
  if [ "$code" -ne 0 ] && [ $((failures + errors)) -eq 0 ]; then
    say "$project ended with exit code $code."
    failed=$((failed + 1))
  fi
}

for project in tests/Orrery.Tests.*/; do
  project=$(basename "$project")
  code=0
  # Most tests wait for disks and sockets, so more of them run than there are cores. A hang ends with the project's time.
  timeout --kill-after=10 1200 "artifacts/bin/$project/debug/$project" -noColor -noLogo -maxThreads 2.0x -xml "artifacts/test-results/$project.xml" "$@" 2>&1 | tee "$log" || code=${PIPESTATUS[0]}
  names+=$(grep -F '[FAIL]' "$log" || true)
  count "$project" "$code"
done

# How many endpoints were asked, as how many callers: the tests of it leave that behind.
cat artifacts/permission-matrix-*.txt 2> /dev/null || true
line="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || line+=", $skipped skipped"
[ "$passed" -gt 0 ] || say 'No test ran.'
[ -z "$names" ] || printf 'Failed:\n%s\n' "$names"
echo "$line"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
