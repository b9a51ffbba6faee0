#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: make bench, or tests/bench/run.sh [--json FILE] [--only walk|slowdown|whole_runs|calls]...
#
# What profiling costs, in tables on stdout; how far it is, on stderr. The results for fill_docs.py
# go to build/bench.json, or to FILE.
#
#   BENCH_SECONDS=25   measure each slowdown for so long, all else in proportion (25: 8 minutes)
#   PYTHONS="PATH..."  these Pythons; of those found, 3.9, 3.11 and 3.13 are taken
#   PY_SPY=PATH        this py-spy, or "no" for none; else pip installs it into build/
set -u
cd "$(dirname "$0")/../.." || exit 1

build=$(realpath "${BUILD:-build}")
export LTSBPF=${LTSBPF:-$build/release/ltsbpf} BENCH=${BENCH:-$build/release/bench}
for program in "$LTSBPF" "$BENCH"; do
	[ -x "$program" ] || { echo "there is no $program: run make bench" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "profiling needs root: sudo make bench" >&2; exit 1; }
# Behind a sudo the programs would run as who typed it, and cost more to start.
unset SUDO_UID SUDO_GID SUDO_USER SUDO_COMMAND

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

find_py_spy() {
	local venv=$build/bench-venv
	case ${PY_SPY:-} in
	no) return ;;
	?*) echo "$PY_SPY"; return ;;
	esac
	if [ ! -x "$venv/bin/py-spy" ]; then
		if ! (python3 -m venv "$venv" && "$venv/bin/pip" -q install py-spy) >"$work/pip" 2>&1; then
			echo "py-spy is left out: $(tail -n 1 "$work/pip")" >&2
			return
		fi
	fi
	echo "$venv/bin/py-spy"
}

if ! pythons=$(GET_PYTHONS=no tests/pythons.sh 2>/dev/null); then
	echo "there is no Python from 3.8 on" >&2
	exit 1
fi
export PYTHONPATH=$PWD/tests/bench:$PWD/tests/e2e PYTHONDONTWRITEBYTECODE=1
/usr/bin/env python3 tests/bench/measure.py --work "$work" --pythons "$pythons" \
	--py-spy "$(find_py_spy)" --json "$build/bench.json" "$@" &
measuring=$!
trap 'kill -TERM $measuring; wait $measuring; exit 130' INT TERM
wait $measuring
