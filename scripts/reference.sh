#!/bin/sh
# Writes docs/reference.md with this machine's QGIS.
. "$(dirname "$0")/qgis_env.sh"
QT_QPA_PLATFORM=offscreen exec /usr/bin/python3 "$root/scripts/reference.py" "$root/docs/reference.md"
