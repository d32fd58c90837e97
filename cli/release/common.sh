# shellcheck shell=bash
# For the scripts of this folder: what they share. Not to be run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

step() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }

# Runs a command; what it must print is the first argument, a pattern of grep.
expect() {
  local pattern=$1 output
  shift
  output=$("$@" 2>&1) || true
  grep -q -e "$pattern" <<<"$output" || fail "no \`$pattern' in what \`$*' says: $output"
  printf 'ok: %s\n' "$(head -n 1 <<<"$*")"
}

# The program as one file that needs no library.
static_binary() { echo "$PWD/target/x86_64-unknown-linux-gnu/rescue/unitctl"; }

# A fresh Debian root with the packages named, as a directory that vanishes with the script.
# UNITCTL_DEBIAN may name a root to copy instead; it is not changed.
debian_root() {
  root=$(mktemp -d)
  trap 'rm -rf --one-file-system "$root"' EXIT
  if [ -n "${UNITCTL_DEBIAN:-}" ]; then
    cp -a "$UNITCTL_DEBIAN/." "$root"
  else
    mmdebstrap --quiet --variant=apt --include="$1" bookworm "$root"
  fi
}
