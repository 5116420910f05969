# Sourced by the scripts that work in a separate Debian, as root, within a mount namespace.
# DEBIAN_MIRROR names another mirror; proxies, pip's settings and certificates of this machine apply in the roots, too.

# make_root RELEASE FOLDER: a root is complete if it has its final name, and sound if no installation was interrupted.
make_root() {
  [ ! -d "$2" ] || [ -n "$(chroot "$2" dpkg --audit)" ] || return 0
  rm -rf "$2" "$2.new"
  debootstrap --variant=minbase --include=ca-certificates,make "$1" "$2.new" \
    "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" || return 1
  mv "$2.new" "$2"
}

# connect ROOT: mounts /proc, /sys and /dev, and copies this machine's network settings and certificates.
connect() {
  mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --rbind /dev "$1/dev" || return 1
  for file in resolv.conf hosts pip.conf; do
    [ ! -f "/etc/$file" ] || cp -L "/etc/$file" "$1/etc/$file" || return 1
  done
  [ ! -d /usr/local/share/ca-certificates ] || cp -R /usr/local/share/ca-certificates "$1/usr/local/share/" || return 1
  chroot "$1" update-ca-certificates >/dev/null
}

# enter ROOT [NAME=VALUE …] COMMAND …: runs a command with a new user's environment.
enter() {
  root=$1
  shift
  for name in $(env | sed -n 's/^\(PIP_[A-Z_]*\|[a-z]*_proxy\|[A-Z]*_PROXY\)=.*/\1/p'); do
    set -- "$name=$(printenv "$name")" "$@"
  done
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot "$root" env "$@"
}
