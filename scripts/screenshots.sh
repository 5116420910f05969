#!/bin/sh
# Takes pictures of QGIS windows: all go to build/screenshots, those of the documentation to docs/images.
. "$(dirname "$0")/qgis_env.sh"
shots="$build/screenshots" images="$root/docs/images"
package="$build/rasterlearn-$(sed -n 's/^version=//p' "$root/metadata.txt").zip"
mkdir -p "$shots" "$images/dialogs"
set -e
"$root/scripts/qgis_window" "$root/scripts/screenshots.py"
RASTERLEARN_SHOTS="$shots/dialogs" "$root/scripts/qgis_window" "$root/scripts/dialogs.py"
cp "$shots"/dialogs/*.png "$images/dialogs"
# A new profile with the plugin from its zip, in a folder whose path is short in the pictures.
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
RASTERLEARN_IMAGE="$build/demo/stack.vrt" RASTERLEARN_SET_UP="$build/demo" \
  RASTERLEARN_BUILD="$fresh" RASTERLEARN_ZIP="$package" RASTERLEARN_SHOTS="$shots" \
  "$root/scripts/qgis_window" "$root/scripts/first_run.py"
for name in first_run setup_running setup_done running; do cp "$shots/$name.png" "$images"; done
cp "$shots/map.png" "$images/window.png"
for name in result dialogs/dialogs first_run; do
  if grep -q '"error"' "$shots/$name.json"; then cat "$shots/$name.json" >&2; exit 1; fi
done
# Pillow, from the engine, chooses 256 colors well; QGIS's Qt does not.
"$build/profile/profiles/default/rasterlearn/engine/bin/python" - "$images"/*.png "$images"/dialogs/*.png <<'END'
import sys
from PIL import Image

for path in sys.argv[1:]:
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
END
echo "$images"
