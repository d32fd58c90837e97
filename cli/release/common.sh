# shellcheck shell=bash
# For the scripts of this folder: what they share. Not to be run.
# A script exits with 0 when all of it holds, with 77 when something that it needs is missing here, else with 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C.UTF-8

step() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }
skip() { printf 'skipped: %s\n' "$*"; exit 77; }

# Runs a command; what it must print is the first argument, a pattern of grep.
expect() {
  local pattern=$1 output
  shift
  output=$("$@" 2>&1) || true
  grep -q -e "$pattern" <<<"$output" || fail "no \`$pattern' in what \`$*' says: $output"
  printf 'ok: %s says: %s\n' "$(head -n 1 <<<"$*")" "$(grep -m 1 -e "$pattern" <<<"$output")"
}

needs_root() { [ "$(id -u)" = 0 ] || skip "only root may do this"; }

# Installs packages of Debian, if that can be done here.
install_packages() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return 1; fi
  echo "installing $*"
  { apt-get --quiet --quiet update &&
    DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet --yes --no-install-recommends install "$@"
  } >/dev/null 2>&1 </dev/null
}

# Sees to it that programs are there: needs PROGRAM... or PROGRAM=PACKAGE where Debian's package has another name.
needs() {
  local word missing=()
  for word; do command -v "${word%=*}" >/dev/null || missing+=("${word#*=}"); done
  [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}" || true
  for word; do command -v "${word%=*}" >/dev/null || skip "there is no ${word%=*}, and it could not be installed"; done
}

# The program as one file that needs no library, built if it is not current: in $program the small one.
static_program() {
  cargo static --quiet
  program=$PWD/target/x86_64-unknown-linux-gnu/rescue/unitctl
}

# The same in $everyday, the fast one.
everyday_program() {
  cargo everyday --quiet
  everyday=$PWD/target/x86_64-unknown-linux-gnu/everyday/unitctl
}

# Runs a command when the script ends, however it ends; the last one that was named comes first.
at_exit=()
finally() { at_exit=("$*" "${at_exit[@]}"); }
trap 'for last in "${at_exit[@]}"; do eval "$last" || true; done' EXIT

# A folder that vanishes with the script: in $folder.
temporary() {
  folder=$(mktemp -d)
  finally "rm -rf --one-file-system '$folder'"
}

# A Debian that the script may change, which vanishes with it: in $root. It is copied from one that is made once and
# has what all these scripts want of it: manual pages, what makes an initramfs, a kernel, a server for ssh.
# UNITCTL_DEBIAN names where that one is.
debian_root() {
  local made=${UNITCTL_DEBIAN:-target/debian-root}
  needs_root
  if [ ! -e "$made/made" ]; then
    needs mmdebstrap
    rm -rf --one-file-system "$made"
    mkdir -p "$(dirname "$made")"
    # The images are made here, not whenever a package of the kernel is unpacked.
    # $1 is mmdebstrap's.
    # shellcheck disable=SC2016
    mmdebstrap --quiet --variant=apt --dpkgopt=force-confold \
      --include=man-db,initramfs-tools,busybox,dracut-core,zstd,cpio,mount,linux-image-cloud-amd64,openssh-server \
      --essential-hook='mkdir -p "$1/etc/initramfs-tools"' \
      --essential-hook='echo update_initramfs=no >"$1/etc/initramfs-tools/update-initramfs.conf"' \
      bookworm "$made" >"$made.log" 2>&1 ||
      skip "no Debian could be made here to try things in: $(grep -v '^$' "$made.log" | tail -n 1)"
    : >"$made/made"
  fi
  temporary
  root=$folder
  cp -a "$made/." "$root"
}

# Debian's package of the program, built anew: in $deb.
debian_package() {
  needs dh=debhelper make
  rm -rf target/debian
  mkdir -p target/debian
  debian/rules clean binary >target/debian.log 2>&1 || { cat target/debian.log >&2; fail "no package could be built"; }
  deb=$(echo "$PWD"/target/debian/unitctl_*.deb)
  [ -f "$deb" ] || fail "no package was built"
}
