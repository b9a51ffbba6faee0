#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# One recording in every format: they tell of the same samples, and the tools that people have read
# them. FORMAT_READERS=all also fetches the readers that take long to install.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
build=$(realpath "${BUILD:-build}")
tools=$build/format-readers
formats=svg,pstats,folded,speedscope,pprof,firefox,chrome,callgrind,gh-benchmark
set=$work/set/profile
all=${FORMAT_READERS:-}
mkdir -p "$tools"

cat >"$work/program.py" <<'END'
import threading
import time

def spin(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))

def even(n):
    return n == 0 or odd(n - 1)

def odd(n):
    return n != 0 and even(n - 1)

class Two:
    def work(self):
        end = time.thread_time() + 0.3
        while time.thread_time() < end:
            even(200)

other = threading.Thread(target=spin, args=(0.4,))
other.start()
Two().work()
spin(0.3)
other.join()
END
# shellcheck disable=SC2317 # called by way of check_that
convert() { # RECORDING FOLDER
	"$ltsbpf" convert "$1" -f "$formats" -o "$2"
}
"$ltsbpf" record -q -r 499 -f "$formats" -o "$work/set" -- "$python" "$work/program.py" 2>"$work/err"
check "record makes all formats" "$(find "$work/set" -type f | wc -l)" 10
check_that "all formats tell of the same samples" "$python" tests/e2e/formats.py "$set"
check_that "convert makes them too" convert "$set.ltsbpf" "$work/again"
check_that "and the same ones" diff -r -x '*.ltsbpf' "$work/set" "$work/again"
"$ltsbpf" record -q -r 1 -f "$formats" -o "$work/empty" -- /bin/true 2>"$work/err"
check "no samples: all files are there" "$(find "$work/empty" -type f | wc -l)" 10
check "no samples" "$(cat "$work/empty/profile.folded")" ""

python_tools() {
	[ -x "$tools/venv/bin/jsonschema" ] && return
	python3 -m venv "$tools/venv" && "$tools/venv/bin/pip" install -q --disable-pip-version-check \
		jsonschema==4.23.0 >/dev/null 2>&1
}
node_package() { # NAME@VERSION...
	(cd "$tools" && npm install --silent --no-audit --no-fund --prefix "$tools" "$@" >/dev/null 2>&1)
}

# --- speedscope's own schema
schema=$tools/node_modules/speedscope/dist/release/file-format-schema.json
cat >"$work/validate.py" <<'END'
import json
import sys
import jsonschema

schema = json.load(open(sys.argv[1]))
for path in sys.argv[2:]:
    jsonschema.validate(json.load(open(path)), schema)
END
if [ ! -f "$schema" ] && ! { type npm >/dev/null 2>&1 && node_package speedscope@1.25.0; }; then
	skip "npm cannot install speedscope"
elif ! python_tools; then
	skip "pip cannot install jsonschema"
else
	check_that "speedscope's schema takes the file, and one without samples" "$tools/venv/bin/python" \
		"$work/validate.py" "$schema" "$set.speedscope.json" "$work/empty/profile.speedscope.json"
fi

# --- callgrind_annotate
if ! type callgrind_annotate >/dev/null 2>&1; then
	skip "callgrind_annotate is not installed"
else
	callgrind_annotate "$set.callgrind" >"$work/annotated" 2>&1
	check_match "callgrind_annotate has the function and its line" "$(cat "$work/annotated")" \
		'program\.py:spin:4 '
	check "callgrind_annotate has all samples" \
		"$(awk '/PROGRAM TOTALS/ { gsub(",", "", $1); print $1 }' "$work/annotated")" \
		"$(awk '{ sum += $NF } END { print sum }' "$set.folded")"
	check_that "callgrind_annotate takes inclusive costs" \
		callgrind_annotate --inclusive=yes "$set.callgrind"
	check_that "callgrind_annotate takes one without samples" \
		callgrind_annotate "$work/empty/profile.callgrind"
fi

# --- pprof
if [ ! -x "$tools/pprof" ] && [ "$all" = all ] && type go >/dev/null 2>&1; then
	GOBIN=$tools go install github.com/google/pprof@latest >/dev/null 2>&1
fi
pprof=$(type -P "$tools/pprof" || type -P pprof)
if [ -z "$pprof" ] && go tool -n pprof >/dev/null 2>&1; then
	printf '#!/bin/sh\nexec go tool pprof "$@"\n' >"$work/pprof" && chmod +x "$work/pprof"
	pprof=$work/pprof
fi
if [ -z "$pprof" ]; then
	skip "pprof is not installed"
else
	top=$("$pprof" -top -sample_index=samples -nodecount=500 -nodefraction=0 "$set.pb.gz" 2>&1)
	check_match "pprof has the functions" "$top" ' (spin|even)'
	check_match "pprof has all samples" "$top" \
		" of $(awk '{ sum += $NF } END { print sum }' "$set.folded") total"
	check_match "pprof has lines" "$("$pprof" -raw "$set.pb.gz" 2>&1)" 'spin .*program\.py:[567]'
	check_match "pprof has threads" "$("$pprof" -tags "$set.pb.gz" 2>&1)" 'thread: Total'
	check_match "pprof takes one without samples" "$("$pprof" -raw "$work/empty/profile.pb.gz" 2>&1)" \
		'samples/count'
fi

# --- the Firefox profiler
if [ ! -d "$tools/node_modules/@firefox-devtools" ] && [ "$all" = all ]; then
	node_package @firefox-devtools/profiler-cli node@24
fi
if [ ! -d "$tools/node_modules/@firefox-devtools" ]; then
	skip "the Firefox profiler's CLI is not installed"
else
	firefox() {
		PATH=$tools/node_modules/node/bin:$PATH HOME=$work \
			timeout 60 "$tools/node_modules/.bin/profiler-cli" "$@" 2>&1
	}
	check_match "the Firefox profiler loads it" "$(firefox load "$set.gecko.json")" 'Session started'
	shown=$(firefox thread samples)
	firefox stop >/dev/null
	check_match "the Firefox profiler has the functions" "$shown" 'Two\.work - total'
	check_match "the Firefox profiler has the categories" "$shown" 'Python project'
	check_match "the Firefox profiler loads one without samples" \
		"$(firefox load "$work/empty/profile.gecko.json")" 'Session started'
	firefox stop >/dev/null
fi

# --- the folded file
if [ ! -x "$tools/bin/inferno-flamegraph" ] && [ "$all" = all ] && type cargo >/dev/null 2>&1; then
	cargo install -q inferno --locked --root "$tools" >/dev/null 2>&1
fi
for flamegraph in "$tools/bin/inferno-flamegraph" flamegraph.pl; do
	if ! type "$flamegraph" >/dev/null 2>&1; then
		skip "${flamegraph##*/} is not installed"
		continue
	fi
	"$flamegraph" "$set.folded" >"$work/graph.svg" 2>"$work/warnings"
	check_match "${flamegraph##*/} draws it" "$(cat "$work/graph.svg")" 'Two\.work'
	check "${flamegraph##*/} leaves out no line" "$(cat "$work/warnings")" ""
done
finish
