#!/bin/sh
# test_matrix.sh [bookworm] [trixie]: runs `make test` in Debian 12 (QGIS 3.22) and Debian 13 (QGIS 3.40), as users do.
# Each release has its own root under build/matrix, which is kept along with the packages that `make test` installs.
# DEBIAN_MIRROR: see debian_root.sh.
set -eu
refuse() { echo "$1" >&2 && exit 1; }
here=$(cd "$(dirname "$0")/.." && pwd)
matrix=$here/build/matrix
[ $# -gt 0 ] || set -- bookworm trixie
for release; do
  case $release in bookworm | trixie) ;; *) refuse "Unknown release $release: expected bookworm or trixie." ;; esac
done
[ "$(id -u)" = 0 ] || refuse "make test-matrix works in roots of its own and must itself be run by root: try sudo."
command -v debootstrap >/dev/null || refuse "make test-matrix needs debootstrap: install the package debootstrap."

# The rest runs in a separate namespace: its mounts are visible nowhere else, and disappear with its processes.
if [ -z "${RASTERLEARN_MATRIX:-}" ]; then
  RASTERLEARN_MATRIX=inside unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@" &
  trap 'kill -KILL $! 2>/dev/null || :; exit 130' INT TERM HUP
  wait $!
  exit
fi

. "$here/scripts/debian_root.sh"

# furnish ROOT: sets up network access and a clean clone of HEAD.
furnish() {
  connect "$1" || return 1
  if [ -n "${RASTERLEARN_REFERENCE:-}" ]; then
    mkdir -p "$1/reference"
    mount --bind "$RASTERLEARN_REFERENCE" "$1/reference" && mount -o remount,bind,ro "$1/reference" || return 1
  fi
  rm -rf "$1/rasterlearn"
  find "$1/tmp" -mindepth 1 -delete
  git clone -q --no-hardlinks "$here" "$1/rasterlearn"
}

# inside ROOT COMMAND …: runs a command in the clone.
inside() {
  root=$1
  shift
  enter "$root" ${RASTERLEARN_REFERENCE:+RASTERLEARN_REFERENCE=/reference} env -C /rasterlearn "$@"
}

versions() {
  inside "$1" /usr/bin/python3 -c '
import platform, qgis.core
print(qgis.core.Qgis.QGIS_VERSION.split("-")[0], platform.python_version())' 2>/dev/null || echo - -
}

mkdir -p "$matrix"
status=0
: >"$matrix/table"
for release; do
  root=$matrix/$release
  log=$root.log
  started=$(date +%s)
  echo "$release: see $log"
  result=FAILED
  if make_root "$release" "$root" >"$log" 2>&1 && furnish "$root" >>"$log" 2>&1 && inside "$root" make test >>"$log" 2>&1; then
    result=passed
  else
    status=1
  fi
  passed=$(grep -oE '[0-9]+ passed' "$log" | awk '{ sum += $1 } END { print sum + 0 }')
  # shellcheck disable=SC2046 # two words
  printf '%-10s %-8s %-8s %12s  %-7s %7s\n' "$release" $(versions "$root") "$passed" "$result" \
    $((($(date +%s) - started + 30) / 60)) >>"$matrix/table"
done
printf '%-10s %-8s %-8s %12s  %-7s %7s\n' release QGIS Python "tests passed" result minutes
cat "$matrix/table"
exit $status
