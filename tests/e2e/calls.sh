#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Calls, collections and imports by the interpreter's own probes, on real Pythons that have them:
# calls as cProfile counts them, times as the program measures them, the rest as Python tells it.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null
targets=$PWD/tests/targets
cache=$PWD/${BUILD:-build}/pythons
case ${PYTHON_CACHE:-${BUILD:-}} in /*) cache=${PYTHON_CACHE:-$BUILD/pythons} ;; esac
counting=(--calls=require --calls-budget none)

if [ "${GET_PYTHONS:-}" != no ] && [ -z "${PYTHONS:-}" ]; then
	mkdir -p "$cache"
	while read -r reason; do
		skip "$reason"
	done < <(PYTHON_CACHE=$cache flock "$cache/lock" tests/get-pythons.sh bookworm:3.11-entry |
		sed -n 's/^SKIP: //p')
fi

# The probes of a Python: "none", "events", "counts" of calls too, or "times".
probes_of() { # PYTHON
	local file
	file=$(ldd "$1" 2>/dev/null | sed -n 's/^\s*libpython3\S* => \(\S*\) .*/\1/p')
	file=${file:-$(realpath "$1")}
	if ! grep -q import__find__load__done "$file"; then
		echo none
	elif ! grep -q function__entry "$file"; then
		echo events
	elif "$1" -c 'import sys; sys.exit(sys.version_info[:2] == (3, 11))' || [[ $1 == *-entry/* ]]; then
		echo times
	else
		echo counts
	fi
}

test_calls() { # VERSION PYTHON counts|times
	local exe=$2 minor=${1#3.} of
	of="of $1 (${exe/#$PWD\//})"
	minor=${minor%%.*}
	"$exe" "$targets/every_call.py" --cprofile "$work/truth.json"
	trial "the calls that cProfile counts $of" every_call "$work/truth.json" \
		"$targets/every_call.py" "$minor" "$3" -- "${counting[@]}" -- "$exe" "$targets/every_call.py"
	trial "calls of all processes and threads $of" processes -- "${counting[@]}" -- \
		"$exe" "$targets/call_processes.py"
	trial "calls from the first to the last $of" all_counted -- "${counting[@]}" -- "$exe" -c pass
	[ "$3" = times ] || return
	"$exe" "$targets/call_times.py" >"$work/untraced"
	trial "times of calls $of" times "$work/untraced" -- "${counting[@]}" -- \
		"$exe" "$targets/call_times.py"
	sed -n 's/^an empty call/     &/p' "$work/.said"
}

test_options() { # VERSION PYTHON
	local of="with $1"
	trial "--include $of" include -- "${counting[@]}" --include 'sleep|burn' -- \
		"$2" "$targets/call_times.py"
	trial "--exclude $of" exclude -- "${counting[@]}" --exclude 'empt|loop|in_thread' -- \
		"$2" "$targets/call_times.py"
	record budget --calls --calls-budget 20 -- "$2" -c 'import sys
def descend(n):
    return n and descend(n - 1)
for turn in range(20000):
    descend(50)
sys.exit(7)'
	check "the exit status when the budget is used up $of" $? 7
	judge "the budget $of" budget "$work/budget"
	record inside "${counting[@]}" -r 999 -- "$2" -c 'def empty(): pass
for turn in range(300000): empty()'
	check_match "samples in our own probes are told from the program's $of" \
		"$("$ltsbpf" report "$work/inside/profile.ltsbpf")" '[0-9]+  inside ltsbpf.s own probes.*\(in_probe\)'
}

entry=$cache/bookworm-3.11-entry/bin/python3.11
[ ! -x "$entry" ] || pythons+=("3.11.2 $entry")
options_tested='' seen=''
for each in "${pythons[@]}"; do
	version=${each%% *} exe=${each#* }
	probes=$(probes_of "$exe")
	[ "$probes" != none ] || continue
	trial "collections and imports of $version (${exe/#$PWD\//})" events -- -- \
		"$exe" -X importtime "$targets/events.py"
	case $probes in counts | times) test_calls "$version" "$exe" "$probes" ;; esac
	seen+=" ${version%.*}-$probes"
	if [ "$probes" = times ] && [ -z "$options_tested" ]; then
		test_options "$version" "$exe"
		options_tested=yes
	fi
done
for each in 3.9-times 3.11-counts 3.11-times 3.13-events 3.14-events 3.15-times; do
	[[ " $seen " == *" $each "* ]] ||
		skip "Python ${each%-*}: none on this machine whose probes tell of ${each#*-}"
done
finish
