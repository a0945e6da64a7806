#!/bin/sh
# Installs hookrules for the user who starts it: no network, no root, nothing outside of the user's own folders.
#   sh install.sh [--dir DIR]
# Beside an archive (hookrules-VERSION-PLATFORM.tar.gz) it checks the archive's sum and installs it; in an unpacked one it installs that.
set -u

die() {
  printf 'install.sh: %s\n' "$2" >&2
  exit "$1"
}

directory=
while [ $# -gt 0 ]; do
  case $1 in
    --dir)
      [ $# -gt 1 ] || die 2 '--dir needs a folder: install.sh --dir DIR'
      directory=$2
      shift
      ;;
    --dir=*) directory=${1#--dir=} ;;
    -h | --help)
      sed -n '2,4s/^# *//p' "$0"
      exit 0
      ;;
    *) die 2 "unknown argument \"$1\": it takes --dir DIR" ;;
  esac
  shift
done

case $0 in
  */*) here=$(CDPATH='' cd -- "${0%/*}" && pwd -P) || exit 3 ;;
  *) here=$(pwd -P) ;;
esac

install_from() { # folder with the programs
  if [ -n "$directory" ]; then
    "$1/hookrules" install --dir "$directory"
  else
    "$1/hookrules" install
  fi
}

if [ -x "$here/hookrules" ] && [ -x "$here/hookrules-hook" ]; then
  install_from "$here"
  exit
fi

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=osx ;;
  *) die 3 "there is no archive for $(uname -s) that this script can install" ;;
esac
case $(uname -m) in
  x86_64 | amd64) platform=$system-x64 ;;
  aarch64 | arm64) platform=$system-arm64 ;;
  *) die 3 "there is no archive for $(uname -m)" ;;
esac

archive=
for found in "$here"/hookrules-*-"$platform".tar.gz; do
  [ -f "$found" ] || continue
  [ -z "$archive" ] || die 3 "there are several archives for $platform in $here: leave the one to install"
  archive=$found
done
[ -n "$archive" ] || die 3 "there is no hookrules-VERSION-$platform.tar.gz in $here: put it beside this script, with SHA256SUMS"

name=${archive##*/}
wanted=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1; exit }' "$here/SHA256SUMS" 2>/dev/null)
[ -n "$wanted" ] || die 3 "SHA256SUMS beside it does not name $name, so it cannot be checked"
if command -v sha256sum >/dev/null 2>&1; then
  sum=$(sha256sum <"$archive")
elif command -v shasum >/dev/null 2>&1; then
  sum=$(shasum -a 256 <"$archive")
else
  die 3 'neither sha256sum nor shasum is there to check the archive'
fi
[ "${sum%% *}" = "$wanted" ] || die 1 "$name is not what SHA256SUMS says: download it again"

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
tar -xzf "$archive" -C "$work" || die 3 "$name cannot be unpacked"
for folder in "$work"/*/; do
  install_from "${folder%/}"
  exit
done
die 3 "$name is empty"
