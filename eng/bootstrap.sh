# Sourced by ../parley. Every function is quiet and quick when nothing is missing; `$root` is the checkout.

say() { printf 'parley: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The two things that Parley cannot install by itself.
need_toolchain() {
  command -v dotnet >/dev/null 2>&1 ||
    fail "the .NET SDK 10 is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
  command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
    fail "Node.js 20.19 or later (with npm) is missing. Install it from https://nodejs.org/ and run this again."
  case "$(node --version)" in
    v[0-9].* | v1[0-9].* | v20.[0-9].* | v20.1[0-8].*)
      fail "Node.js $(node --version) is too old: 20.19 or later is needed. Install it from https://nodejs.org/ and run this again." ;;
  esac
  # The SDK's own first-run banner and usage reports have no place in a build.
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}

# need_debian_packages LIST…: installs what the lists name (one "package library-or-program purpose" a line).
need_debian_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    name_missing_libraries "$@"
    return
  fi
  wanted=$(sed -e 's/#.*//' -- "$@" | awk 'NF { print $1 }')
  # shellcheck disable=SC2086  # one word a package is meant
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $wanted 2>/dev/null | awk '$1 == "ii" { print $2 }')
  missing=''
  for package in $wanted; do
    case "
$installed
" in *"
$package
"*) ;; *) missing="$missing $package" ;; esac
  done
  [ -n "$missing" ] || return 0

  as_root=''
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "these Debian packages are missing:$missing. As root: apt-get install$missing"
    as_root='sudo'
  fi
  say "installing Debian packages:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086  # one word a package is meant
  if $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >"$log" 2>&1 &&
     $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing >>"$log" 2>&1; then
    rm -f -- "$log"
  else
    tail -n 20 -- "$log" >&2
    fail "apt-get could not install:$missing (the whole output: $log)"
  fi
}

# Without apt: say which libraries and programs are needed, stop only when one is missing.
name_missing_libraries() {
  absent=''
  present=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null || true)
  while read -r package thing purpose; do
    case "$package" in '' | '#'*) continue ;; esac
    case "$thing" in
      *.so*) case "$present" in *"$thing"*) continue ;; esac ;;
      *) command -v "$thing" >/dev/null 2>&1 && continue ;;
    esac
    absent="$absent
  $thing ($purpose; Debian calls the package $package)"
  done <<LIST
$(cat -- "$@")
LIST
  [ -z "$absent" ] || fail "this system has no apt-get. Install these, then run this again:$absent"
}

# build PROJECT ASSEMBLY FOLDER…: builds a program in Release when something in its folders is newer than its last good build.
build() {
  project=$1
  name=$(basename "$project")
  program="$root/artifacts/bin/$name/release/$2.dll"
  stamp="$root/artifacts/.built-$name"
  shift 2
  if [ -f "$stamp" ] && [ -f "$program" ] &&
     [ -z "$(cd "$root" && find "$@" eng Directory.* global.json \( -name node_modules -o -name artifacts \) -prune \
             -o -newer "$stamp" -print 2>/dev/null | head -n 1)" ]; then
    return 0
  fi
  dotnet --list-sdks | grep -q '^1[0-9]\.' ||
    fail "the .NET runtime is here, but not the SDK 10. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
  say 'building (the first time takes a minute) …'
  mkdir -p "$root/artifacts"
  started=$(mktemp "$root/artifacts/.building-XXXXXX")
  if ! dotnet build "$root/$project" -c Release -v quiet --nologo >"$root/artifacts/build.log" 2>&1; then
    rm -f -- "$started"
    grep -E 'error|warning' "$root/artifacts/build.log" | sort -u | head -n 20 >&2 || true
    fail "the build failed; the whole output is in artifacts/build.log"
  fi
  # The stamp carries the time at which the build began: an edit during the build builds again.
  mv -f -- "$started" "$stamp"
}
