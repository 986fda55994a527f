#!/bin/sh
# Builds everything, runs every test, and ends with one line: N passed, N failed.
# usage: ./parley test [unit|e2e]      (without a word: both)
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
which=${1:-all}
case "$which" in all | unit | e2e) ;; *) echo "parley test: '$which' is not 'unit' or 'e2e'" >&2; exit 2 ;; esac

log=$(mktemp -d)
trap 'rm -rf -- "$log"' EXIT
passed=0 failed=0
: >"$log/failures"

# count FILE STATUS NAME: adds the figures of a test run's summary; a run that broke before its summary is one failure.
count() {
  p=$(awk '/^ *succeeded: / { n = $2 } /^# pass / { n = $3 } END { print n + 0 }' "$1")
  f=$(awk '/^ *failed: / { n = $2 } /^# fail / { n = $3 } END { print n + 0 }' "$1")
  if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then
    echo "parley test: $3 ended with status $2 and no failed test: counted as one failure" >&2
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f))
}

# keep_failures FILE: what the failed tests of a run said, for the end, where it is found.
keep_failures() {
  awk '/^(passed|skipped) |^Test run summary|^\/|^ok / { keep = 0 } /^failed |^not ok / { keep = 1 } keep' "$1" >>"$log/failures"
}

# run NAME COMMAND…
run() {
  name=$1
  shift
  echo "== $name"
  { "$@" 2>&1; echo $? >"$log/status"; } | tee "$log/output"
  count "$log/output" "$(cat "$log/status")" "$name"
  keep_failures "$log/output"
}

echo '== build'
if ! dotnet build Parley.slnx -c Release -v quiet --nologo; then
  echo '0 passed, 1 failed'
  exit 1
fi
if [ "$which" != e2e ]; then
  for project in tests/*.Tests; do
    [ "$project" = tests/Parley.EndToEnd.Tests ] && continue
    run "$(basename "$project")" dotnet test --project "$project" -c Release --no-build
  done
  run 'web/console' npm --prefix web/console run --silent test
fi
# Browsers want the cores for themselves: they come last, alone.
if [ "$which" != unit ]; then
  echo '== relay, native'
  ./parley publish relay || failed=$((failed + 1))
  for folder in browser stacks clients; do
    (cd "tests/Parley.EndToEnd.Tests/$folder" &&
      { [ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ] ||
        npm ci --no-audit --no-fund --loglevel=error; })
  done
  # Detailed: the latencies that these tests report are worth reading.
  # Whoever runs this in the background has SIGINT ignored, and so would have the programs that are to be interrupted.
  run Parley.EndToEnd.Tests env --default-signal=INT dotnet test --project tests/Parley.EndToEnd.Tests -c Release --no-build --output Detailed
fi

if [ -s "$log/failures" ]; then
  echo '== what failed'
  cat "$log/failures"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
