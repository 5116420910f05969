#!/bin/sh
# Installs missing system packages (Debian 12 and 13, Ubuntu): QGIS, a virtual screen, venv. Does nothing if all are
# there. scripts/system.sh PACKAGE checks only one of them.
set -eu
missing=""
only=${1:-}
need() { [ "${only:-$package}" != "$package" ] || "$@" >/dev/null 2>&1 || missing="$missing $package"; }
package=qgis;          need sh -c 'command -v qgis_process.bin || command -v qgis_process'
package=python3-qgis;  need /usr/bin/python3 -c 'import qgis.core, osgeo.gdal'
package=python3-venv;  need /usr/bin/python3 -c 'import ensurepip, venv'
package=xvfb;          need sh -c 'command -v Xvfb'
package=xauth;         need sh -c 'command -v xauth'
package=openbox;       need sh -c 'command -v openbox'
package=git;           need sh -c 'command -v git'
package=fonts-open-sans; need test -d /usr/share/fonts/truetype/open-sans
package=qttools5-dev-tools; need "$(dirname "$0")/lrelease.sh" -version
[ -n "$missing" ] || exit 0
echo "Installing:$missing"
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! command -v sudo >/dev/null; }; then
  echo "Please install these packages (names as in Debian):$missing" >&2
  exit 1
fi
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
