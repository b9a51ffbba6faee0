#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: tests/e2e/pstats_readers.sh [FILE.stats [PYTHON...]]
#
# Reads a .stats file with everything that people read such files with: the pstats module of each
# PYTHON (python3 when none is told; a Python 2 only has to load it), and snakeviz, tuna, gprof2dot
# and flameprof from a virtual environment that is kept in $BUILD/venv. Without a FILE it records
# one first, which takes root, and makes some with counted calls, which must be the same that cProfile
# counts. Says what held and what did not, and ends with "N passed, N failed, N skipped"; exit 0 when
# nothing failed.
set -u
cd "$(dirname "$0")/../.." || exit 1

viewers=(snakeviz==2.2.2 tuna==0.5.15 gprof2dot==2025.4.14 flameprof==0.4 setuptools==75.3.0)
venv=$PWD/${BUILD:-build}/venv
case ${BUILD:-} in /*) venv=$BUILD/venv ;; esac
ltsbpf=${LTSBPF:-build/release/ltsbpf}

passed=0 failed=0 skipped=0
work=$(mktemp -d)
server=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT

pass() {
	passed=$((passed + 1))
	echo "ok    $1"
}

fail() {
	failed=$((failed + 1))
	echo "FAIL  $1: $2"
}

skip() {
	skipped=$((skipped + 1))
	echo "SKIP: $1: $2"
}

# check NAME COMMAND...: the check held when the command succeeds; its last words are the reason
check() {
	local name=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		pass "$name"
	else
		sed 's/^/    /' "$work/said" | tail -n 20
		fail "$name" "$(tail -n 1 "$work/said")"
	fi
}

record_own_file() {
	if [ ! -x "$ltsbpf" ] || [ "$(id -u)" != 0 ]; then
		echo "SKIP: recording a file to read takes root and $ltsbpf ('make')"
		exit 77
	fi
	cat >"$work/program.py" <<'EOF'
import time

def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

def even(n):
    return n == 0 or odd(n - 1)

def odd(n):
    return n != 0 and even(n - 1)

end = time.process_time() + 2
while time.process_time() < end:
    fibonacci(15)
    even(500)
EOF
	"$ltsbpf" record -o "$work/profiles" -- python3 "$work/program.py" >&2
	file=$work/profiles/profile.stats
}

cat >"$work/pstats_module.py" <<'EOF'
"""What the pstats module does with the file, and whether the file's own numbers agree."""
import marshal
import pstats
import sys

path = sys.argv[1]
with open(path, "rb") as stream:
    table = marshal.load(stream)
    assert not stream.read(1), "there is something behind the dict"
assert table, "the dict is empty"
pstats.Stats(path)
if sys.version_info[0] == 2:
    sys.exit()

import cProfile
import io

def near(a, b):
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-3)

def reached(start):
    """The keys that a viewer gets to from this one."""
    seen, ahead = {start}, [start]
    while ahead:
        caller = ahead.pop()
        callees = {key for key in table if caller in table[key][4]} - seen
        seen |= callees
        ahead += callees
    return seen

roots = [key for key in table if key[2].startswith("<ltsbpf: ")]
assert len(roots) == 1 and roots[0] == next(iter(table)), "not one root, in front: %r" % roots
root = roots[0]
assert [key for key in table if not table[key][4]] == roots, "functions without callers"
# Recursion that began before calls were counted is known to call itself only.
alone = {key for key, row in table.items() if set(row[4]) == {key}}
assert reached(root) | alone == set(table), "functions that the root does not lead to"
sampled = "samples, not calls" in root[2]
timed = "wall times" in root[2]
total = sum(row[2] for row in table.values())
longest = max(row[3] for row in table.values())
assert timed or near(table[root][3], total), "self times are not the total time"
for key, row in table.items():
    assert [type(part) for part in key] == [str, int, str], key
    assert [type(part) for part in row] == [int, int, float, float, dict], (key, row)
    cc, nc, tt, ct, callers = row
    assert 0 <= cc <= nc, (key, row)
    assert not sampled or cc == nc <= table[root][0], (key, row)
    assert 0 <= tt <= ct <= longest, (key, row)
    assert timed or ct <= table[root][3], (key, row)
    for caller, numbers in callers.items():
        assert caller in table, "%r calls %r and has no entry" % (caller, key)
        assert [type(part) for part in numbers] == [int, int, float, float], (key, numbers)
        assert numbers[1] <= numbers[0], (key, caller, "primitive calls")
        assert timed or numbers[3] <= min(ct, table[caller][3]), (key, caller)
    if key != root:
        assert near(sum(numbers[2] for numbers in callers.values()), tt), (key, "self by caller")
        ncalls = sum(numbers[0] for numbers in callers.values())
        assert ncalls >= nc if sampled else ncalls == nc, (key, "ncalls by caller")

def load():
    out = io.StringIO()
    return pstats.Stats(path, stream=out), out

stats, out = load()
for word in sorted(stats.get_sort_arg_defs()):
    stats.sort_stats(word)
    assert len(stats.fcn_list) == len(table), word
stats.sort_stats("cumulative")
stats.print_stats().print_callers().print_callees()
assert "ltsbpf: " in out.getvalue(), "print_stats does not show the root"
assert near(stats.total_tt, total), "total_tt"
if hasattr(stats, "get_stats_profile"):
    assert stats.get_stats_profile().func_profiles

stats, out = load()
stats.strip_dirs().sort_stats("tottime").print_stats().print_callers().print_callees()
assert near(sum(row[2] for row in stats.stats.values()), total), "strip_dirs loses time"

other = cProfile.Profile()
other.runcall(sorted, [3, 1, 2], key=lambda item: -item)
other.dump_stats(sys.argv[2])
for first, second in ((path, sys.argv[2]), (sys.argv[2], path), (path, path)):
    stats = pstats.Stats(first, stream=io.StringIO())
    before = stats.total_tt
    stats.add(second)
    assert near(stats.total_tt, before + pstats.Stats(second).total_tt), "add loses time"
    stats.print_stats().print_callers().print_callees()
EOF

cat >"$work/page.py" <<'EOF'
"""page.py URL VARIABLE FILE: the page answers 200, and VARIABLE in its script has FILE's data."""
import ast
import json
import marshal
import sys
import time
import urllib.error
import urllib.request

url, variable, path = sys.argv[1:]
for attempt in range(100):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            status, page = answer.status, answer.read().decode()
        break
    except urllib.error.HTTPError as error:
        sys.exit("%s answers %d" % (url, error.code))
    except OSError as error:
        reason = error
        time.sleep(0.1)
else:
    sys.exit("%s does not answer: %s" % (url, reason))
assert status == 200, "%s answers %d" % (url, status)
assert variable + " = " in page, "no %s in %s" % (variable, url)
text = page.split(variable + " = ", 1)[1].split(";\n", 1)[0]
try:
    data = json.loads(text)
except ValueError:  # snakeviz writes what Python's repr() gives
    data = ast.literal_eval(text)
assert data.get("children", data), "the page has no data"
with open(path, "rb") as stream:
    table = marshal.load(stream)
root = next(iter(table))
shown = json.dumps(data, ensure_ascii=False)
# tuna shows no callee with several callers by itself: what only the root calls is there always
for key in [root] + [key for key in table if set(table[key][4]) == {root}]:
    assert json.dumps(key[2], ensure_ascii=False)[1:-1] in shown, "%r is not shown" % (key,)
EOF

cat >"$work/svg.py" <<'EOF'
"""svg.py FILE: an SVG that is well-formed and has boxes with text."""
import sys
import xml.etree.ElementTree

root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
assert root.tag.endswith("svg"), root.tag
boxes = [node for node in root.iter() if node.tag.endswith("rect")]
texts = [node for node in root.iter() if node.tag.endswith("text") and "".join(node.itertext())]
assert len(boxes) > 1 and texts, "%d boxes, %d texts" % (len(boxes), len(texts))
EOF

# The environment of the viewers, new when another set of versions is wanted; not there when it
# cannot be made, for want of a network, say.
make_venv() {
	[ "$(cat "$venv/ready" 2>/dev/null)" != "${viewers[*]}" ] || return 0
	rm -rf "$venv"
	python3 -m venv "$venv" && "$venv/bin/python" -m pip install -q \
		--disable-pip-version-check "${viewers[@]}" && echo "${viewers[*]}" >"$venv/ready"
}

free_port() {
	"$venv/bin/python" -c 'import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1])'
}

# check_server NAME VARIABLE PATH PORT COMMAND...: the page PATH of the server that COMMAND starts
check_server() {
	local name=$1 variable=$2 page=$3 port=$4
	shift 4
	"$@" >"$work/server" 2>&1 &
	server=$!
	check "$name" "$venv/bin/python" "$work/page.py" "http://127.0.0.1:$port/$page" \
		"$variable" "$file"
	kill "$server"
	wait "$server" 2>/dev/null
	server=
}

# shellcheck disable=SC2317 # called by way of check
gprof2dot_prints_the_graph() {
	"$venv/bin/gprof2dot" -f pstats -n 0 -e 0 "$file" >"$work/graph" || return
	grep -q '^digraph {' "$work/graph" && grep -q 'ltsbpf: ' "$work/graph" &&
		grep -q -- '->' "$work/graph" && return
	echo "no digraph with the root and an edge in it"
	return 1
}

# shellcheck disable=SC2317
flameprof_writes_an_svg() {
	"$venv/bin/python" -m flameprof "$file" >"$work/graph.svg" &&
		"$venv/bin/python" "$work/svg.py" "$work/graph.svg"
}

check_viewers() {
	local viewer port quoted
	if ! make_venv >"$work/said" 2>&1; then
		for viewer in snakeviz tuna gprof2dot flameprof; do
			skip "$viewer$which" "no environment for it: $(tail -n 1 "$work/said")"
		done
		return
	fi
	quoted=$("$venv/bin/python" -c 'import sys, urllib.parse
print(urllib.parse.quote(sys.argv[1], safe=""))' "$file")
	port=$(free_port)
	check_server "snakeviz$which" "var profile_data" "snakeviz/$quoted" "$port" \
		"$venv/bin/snakeviz" -s -H 127.0.0.1 -p "$port" "$file"
	port=$(free_port)
	check_server "tuna$which" "var tunaData" "" "$port" "$venv/bin/tuna" --no-browser -p "$port" "$file"
	check "gprof2dot$which" gprof2dot_prints_the_graph
	check "flameprof$which" flameprof_writes_an_svg
}

# check_file FILE WHICH PYTHON...: every reader; WHICH file it is, for the names of the checks
check_file() {
	local python version
	file=$1 which=$2
	shift 2
	for python in "$@"; do
		version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' \
			2>/dev/null) || {
			fail "pstats of $python" "it does not run"
			continue
		}
		check "pstats of Python $version$which" "$python" "$work/pstats_module.py" "$file" \
			"$work/other"
	done
	check_viewers
}

# check_counted NAME TIMED OVER_BUDGET: a recording with the calls that cProfile counts
check_counted() {
	python3 tests/e2e/counted_calls.py make "$work/truth" "$2" "$3" >"$work/records"
	"$work/counted_calls" "$work/$1.ltsbpf" <"$work/records"
	"$ltsbpf" convert "$work/$1.ltsbpf" -f pstats -o "$work" --name "$1" 2>/dev/null
	check "counted calls are those of cProfile, $1" python3 tests/e2e/counted_calls.py compare \
		"$work/truth" "$work/$1.stats"
	check_file "$work/$1.stats" ", $1" python3
}

make_counted() {
	${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Iuser -Ibpf -Itests/unit \
		-o "$work/counted_calls" tests/e2e/counted_calls.c tests/unit/records.c \
		user/recording/{writer,build}.c -lz || {
		fail "counted calls" "the tool that makes recordings does not build"
		return
	}
	check_counted counts 0 0
	check_counted "counts of a part" 1 1
	check_counted times 1 0
}

own=
if [ $# -gt 0 ]; then
	file=$(realpath -- "$1")
	shift
else
	own=yes
	record_own_file
fi
if [ ! -r "$file" ]; then
	echo "FAIL  cannot read $file"
	exit 1
fi
[ $# -gt 0 ] || set -- python3
check_file "$file" "" "$@"
[ -z "$own" ] || make_counted
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
