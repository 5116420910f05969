#!/bin/sh
# All tests. Each room runs in a process of its own: TensorFlow and QGIS do not share one.
. "$(dirname "$0")/qgis_env.sh"
cd "$root" || exit 1
python="$build/profile/profiles/default/rasterlearn/engine/bin/python"
[ -n "$RASTERLEARN_REFERENCE" ] || echo "RASTERLEARN_REFERENCE is not set: comparisons with OTBTF's outputs are skipped."

room() {
  echo "== test/$1"
  QT_QPA_PLATFORM=offscreen "$python" -m pytest -q -p no:cacheprovider "test/$@"
}

# The largest room has the second processor; the others take turns.
room core "$@" > "$build/test-core.log" 2>&1 &
core=$!
trap "kill $core 2>/dev/null" EXIT
status=0
for name in models algorithms end_to_end gui; do room "$name" "$@" || status=1; done
wait $core || status=1
cat "$build/test-core.log"
exit $status
