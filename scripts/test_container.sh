#!/bin/sh
# test_container.sh [TENSORFLOW]: runs the steps of resources/slurm/rasterlearn.def – %files, %post, %test, %runscript –
# in a plain Debian under build/container, without Apptainer. As with Apptainer, the finished image is read-only, and its
# user has no privileges. DEBIAN_MIRROR: see debian_root.sh.
set -eu
refuse() { echo "$1" >&2 && exit 1; }
here=$(cd "$(dirname "$0")/.." && pwd)
recipe=$here/resources/slurm/rasterlearn.def
container=$here/build/container
tensorflow=${1:-tensorflow-cpu}
[ "$(id -u)" = 0 ] || refuse "make test-container works in a root of its own and must itself be run by root: try sudo."
command -v debootstrap >/dev/null || refuse "make test-container needs debootstrap: install the package debootstrap."

if [ -z "${RASTERLEARN_CONTAINER:-}" ]; then
  RASTERLEARN_CONTAINER=inside unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@" &
  trap 'kill -KILL $! 2>/dev/null || :; exit 130' INT TERM HUP
  wait $!
  exit
fi
. "$here/scripts/debian_root.sh"
unset PIP_CONSTRAINT  # the Makefile's; the image gets the newest versions that the requirements allow

# section NAME: prints the lines of a section of the recipe, with the build argument filled in.
section() {
  awk -v name="%$1" '/^%/ { inside = $1 == name; next } inside' "$recipe" | sed "s/{{ TENSORFLOW }}/$tensorflow/"
}

# step NAME OPTIONS …: runs a section of the recipe in the image.
step() {
  name=$1
  shift
  { section environment; section "$name"; } >"$image/tmp/$name"
  enter "$image" "$@" /bin/sh "/tmp/$name"
}

plain=$container/plain image=$container/image log=$container/log
mkdir -p "$container"
release=$(sed -n 's/^From: debian:\([a-z]*\).*/\1/p' "$recipe")
echo "$release with $tensorflow: see $log"
{
  make_root "$release" "$plain"
  rm -rf "$image"
  cp -a "$plain" "$image"
  mount --bind "$image" "$image"
  connect "$image"
  section files | while read -r from to; do
    [ -n "$to" ] || continue
    mkdir -p "$image$(dirname "$to.")"
    cp -fLr "$here/$from" "$image$to"
  done
  section post >"$image/tmp/post"
  enter "$image" /bin/sh -e /tmp/post
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }

cp "$here/scripts/container_job.py" "$image/opt"
mount -o remount,bind,ro "$image"
mount -t tmpfs tmpfs "$image/tmp"
mkdir -m 700 "$image/tmp/home"
chroot "$image" chown nobody /tmp/home
as_nobody="setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/tmp/home"
step test $as_nobody
{ section environment; section runscript; } >"$image/tmp/run"
enter "$image" $as_nobody /opt/engine/bin/python /opt/container_job.py /bin/sh /tmp/run
du -sh "$image" 2>/dev/null | awk '{ print "The image takes " $1 "." }'
