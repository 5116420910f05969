# Sourced by the other scripts: a separate QGIS profile under build/, with this checkout as the plugin; or, if
# RASTERLEARN_ZIP names the plugin's zip, with the zip unpacked where QGIS's plugin manager puts it.
root=$(cd "$(dirname "$0")/.." && pwd)
build=${RASTERLEARN_BUILD:-$root/build}
mkdir -p "$build/plugins" "$build/run" "$build/profile/profiles/default/QGIS"
chmod 700 "$build/run"
if [ -n "$RASTERLEARN_ZIP" ]; then
  /usr/bin/python3 -m zipfile -e "$RASTERLEARN_ZIP" "$build/profile/profiles/default/python/plugins"
else
  ln -sfn "$root" "$build/plugins/rasterlearn"
fi
ini="$build/profile/profiles/default/QGIS/QGIS3.ini"
[ -f "$ini" ] || printf '[PythonPlugins]\nrasterlearn=true\n\n[qgis]\ncheckVersion=false\nshowTips322=false\n\n[app]\nfirstRunVersionFlag=true\n' > "$ini"
# The system's own Python must come first: QGIS takes its standard library from the first python3 it finds.
PATH=/usr/bin:/bin
QGIS_CUSTOM_CONFIG_PATH="$build/profile"
QGIS_PLUGINPATH="$build/plugins"
XDG_RUNTIME_DIR="$build/run"
PYTHONDONTWRITEBYTECODE=1
LC_ALL=C.UTF-8
export PATH QGIS_CUSTOM_CONFIG_PATH QGIS_PLUGINPATH XDG_RUNTIME_DIR PYTHONDONTWRITEBYTECODE LC_ALL
