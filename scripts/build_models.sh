#!/bin/sh
# Writes resources/models/*.model3 with this machine's QGIS.
. "$(dirname "$0")/qgis_env.sh"
# The order of attributes in the files would differ from run to run.
QT_HASH_SEED=0 QT_QPA_PLATFORM=offscreen exec /usr/bin/python3 "$root/scripts/build_models.py" "$root/resources/models"
