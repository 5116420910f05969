#!/bin/sh
# Runs all tests. Each folder runs in a process of its own, because TensorFlow and QGIS cannot share one.
. "$(dirname "$0")/qgis_env.sh"
cd "$root" || exit 1
python="$build/profile/profiles/default/rasterlearn/engine/bin/python"
[ -n "$RASTERLEARN_REFERENCE" ] || echo "RASTERLEARN_REFERENCE is not set: comparisons with OTBTF's outputs are skipped."

room() {
  echo "== test/$1"
  QT_QPA_PLATFORM=offscreen "$python" -m pytest -q -p no:cacheprovider "test/$@"
}

# rooms "NAME NAME …" OPTIONS …
rooms() {
  names=$1 result=0
  shift
  for name in $names; do room "$name" "$@" || result=1; done
  return $result
}

# Two processors run two rows of folders that take about equally long.
rooms "core jobs models" "$@" > "$build/test-core.log" 2>&1 &
others=$!
trap "kill $others 2>/dev/null" EXIT
status=0
rooms "host algorithms end_to_end gui" "$@" || status=1
wait $others || status=1
cat "$build/test-core.log"
exit $status
