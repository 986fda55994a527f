#!/bin/sh
# Publishes a role as one native binary that needs no .NET on its machine.
# usage: ./parley publish relay [FOLDER]      (FOLDER: artifacts/publish)
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/eng/bootstrap.sh"

case "${1:-}" in
  relay) project=src/Parley.Relay.Cli program=parley-relay ;;
  *) echo "usage: ./parley publish relay [FOLDER]" >&2; exit 2 ;;
esac
folder=${2:-$root/artifacts/publish}

case "$(uname -m)" in
  x86_64) runtime=linux-x64 ;;
  aarch64) runtime=linux-arm64 ;;
  *) fail "native binaries are made for x86_64 and aarch64, not for $(uname -m)." ;;
esac
say "publishing $program for $runtime (a minute or two) …"
mkdir -p "$root/artifacts" "$folder"
log="$root/artifacts/publish.log"
if ! dotnet publish "$root/$project" -c Release -r "$runtime" -v quiet --nologo >"$log" 2>&1; then
  grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2 || true
  fail "publishing failed; the whole output is in artifacts/publish.log"
fi
cp -f -- "$root/artifacts/publish/$(basename "$project")/release_$runtime/$program" "$folder/$program"
say "$folder/$program"
