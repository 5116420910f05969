#!/bin/sh
# All tests. Each room runs in a process of its own: TensorFlow and QGIS do not share one.
. "$(dirname "$0")/qgis_env.sh"
cd "$root" || exit 1
python="$build/profile/profiles/default/rasterlearn/engine/bin/python"
[ -n "$RASTERLEARN_REFERENCE" ] || echo "RASTERLEARN_REFERENCE is not set: comparisons with OTBTF's outputs are skipped."
status=0
for room in core models algorithms end_to_end gui; do
  echo "== test/$room"
  QT_QPA_PLATFORM=offscreen "$python" -m pytest -q -p no:cacheprovider "test/$room" "$@" || status=1
done
exit $status
