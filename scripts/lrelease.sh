#!/bin/sh
# Runs the lrelease of Qt 5 or 6, which compiles translations: scripts/lrelease.sh FILE.ts -qm FILE.qm
set -eu
for program in /usr/lib/qt5/bin/lrelease /usr/lib/qt6/bin/lrelease lrelease lrelease-qt5 lrelease-qt6; do
  if command -v "$program" >/dev/null; then exec "$program" "$@"; fi
done
echo "lrelease is missing. Install Qt's tools for translators (qttools5-dev-tools in Debian and Ubuntu)." >&2
exit 1
