#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: make bench, or tests/bench/run.sh [--json FILE] [--only walk|slowdown|whole_runs|native|calls|diff|scale]...
#
# What profiling costs, in tables on stdout; how far it is, on stderr. The results for fill_docs.py
# go to build/bench.json, or to FILE.
#
#   BENCH_SECONDS=25   measure each slowdown for so long, all else in proportion (25: 11 minutes)
#   LIBRARIES=no       without the measures that need NumPy, SciPy, pandas and numba from PyPI
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

venv=$build/bench-venv

install() { # WHAT-IS-LEFT-OUT-ELSE PACKAGE...
	if ! { [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"; } >"$work/pip" 2>&1 ||
		! "$venv/bin/pip" -q install "${@:2}" >"$work/pip" 2>&1; then
		echo "NOT MEASURED: $1 is left out: $(tail -n 1 "$work/pip")" >&2
		return 1
	fi
}

# A Python with the libraries whose code is the largest that Python programs load.
find_libraries() {
	[ "${LIBRARIES:-}" != no ] || return
	if ! "$venv/bin/python" -c "import scipy, pandas, numba" 2>/dev/null; then
		echo "NumPy, SciPy, pandas and numba are being installed into $venv" >&2
		install "memory with large libraries" numpy scipy pandas numba llvmlite || return
	fi
	echo "$venv/bin/python"
}

find_py_spy() {
	case ${PY_SPY:-} in
	no) return ;;
	?*) echo "$PY_SPY"; return ;;
	esac
	[ -x "$venv/bin/py-spy" ] || install py-spy py-spy || return
	echo "$venv/bin/py-spy"
}

if ! pythons=$(GET_PYTHONS=no tests/pythons.sh 2>/dev/null); then
	echo "there is no Python from 3.8 on" >&2
	exit 1
fi
export PYTHONPATH=$PWD/tests/bench:$PWD/tests/e2e PYTHONDONTWRITEBYTECODE=1
/usr/bin/env python3 tests/bench/measure.py --work "$work" --pythons "$pythons" \
	--py-spy "$(find_py_spy)" --libraries "$(find_libraries)" --json "$build/bench.json" "$@" &
measuring=$!
trap 'kill -TERM $measuring; wait $measuring; exit 130' INT TERM
wait $measuring
