#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# `ltsbpf report` in its forms, of one real recording: the forms tell the same figures, those of the
# folded stacks; JSON keeps to docs/report.schema.json (judged by jsonschema in $BUILD/schema);
# filters, orders and numbers of rows do what they say; nothing but the report is on stdout.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root

build=$(realpath -m "${BUILD:-build}")
schema=$build/schema
jsonschema=jsonschema==4.23.0

make_schema() {
	[ "$(cat "$schema/ready" 2>/dev/null)" != "$jsonschema" ] || return 0
	rm -rf "$schema"
	"$python" -m venv "$schema" && "$schema/bin/python" -m pip install -q \
		--disable-pip-version-check "$jsonschema" && echo "$jsonschema" >"$schema/ready"
}

cat >"$work/program.py" <<'END'
import gc
import subprocess
import sys
import threading
import time


def until(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        yield


def summing():
    for _ in until(1):
        sum(range(20000))


def looping():
    for _ in until(0.5):
        total = 0
        for number in range(5000):
            total += number


if len(sys.argv) > 1:
    looping()
else:
    gc.collect()
    thread = threading.Thread(target=summing, name="summer")
    thread.start()
    looping()
    thread.join()
    subprocess.run([sys.executable, __file__, "child"], check=True)
END

# Each form's text in $work/FORM.txt, what it said in $work/said; nothing may be said.
form() { # NAME OPTION...
	local name=$1
	shift
	"$ltsbpf" report "$@" "$file" >"$work/$name.txt" 2>"$work/said"
	check "$name: exit status, nothing on stderr" "$?$(cat "$work/said")" 0
}

record run -r 999 -- "$python" "$work/program.py"
check "the program ran" $? 0
file=$work/run/profile.ltsbpf
form text
form threads -t
form lines --lines --top 3
form total --sort total --top 4
form name --sort name --top 1000
form filtered --include 'summing' --skip-first 0.01
form markdown --markdown -t
form json --json
form checklist --checklist
form nothing --process 'no such process' --json
form empty --process 'no such process'
form empty_markdown --process 'no such process' --markdown
form empty_checklist --process 'no such process' --checklist
judge "text: the tables, the wall time, lines of callers of machine code" text "$work"
judge "threads: a part of their own" threads "$work"
judge "lines: the hottest ones, as many as asked for" lines "$work"
judge "sorted by total and by name" orders "$work"
judge "filters are told, with what they left out" filtered "$work"
judge "JSON tells what the folded stacks do" json_is_folded "$work"
judge "Markdown: the same figures, less than 64 KiB, no markup in names" markdown "$work"
judge "the checklist has five steps and the figures" checklist "$work"
judge "nothing left: said in each form" nothing "$work"

"$ltsbpf" report --json -o "$work/file.json" "$file" >"$work/out" 2>&1
check "into a file: exit status, nothing printed" "$?$(cat "$work/out")" 0
check_that "into a file: the same" cmp "$work/file.json" "$work/json.txt"
"$ltsbpf" report --json -o "$work/no/such/folder.json" "$file" >"$work/out" 2>&1
check "into no folder: exit status" $? 1
check_match "into no folder: why" "$(cat "$work/out")" "cannot print the report: No such file"
for option in --markdown --json --checklist; do
	"$ltsbpf" report $option "$file" >/dev/full 2>"$work/said"
	check "$option onto a full disk: exit status" $? 1
	check_match "$option onto a full disk: why" "$(cat "$work/said")" "No space left"
done

if make_schema >"$work/said" 2>&1; then
	for name in json nothing; do
		check_that "$name: keeps to the schema" "$schema/bin/python" -c '
import json, sys
import jsonschema
schema, data = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(data, schema)
data["functions"] = 3
try:
    jsonschema.validate(data, schema)
    sys.exit("the schema takes anything")
except jsonschema.ValidationError:
    pass' docs/report.schema.json "$work/$name.txt"
	done
else
	skip "jsonschema: pip cannot install it: $(tail -n 1 "$work/said")"
fi
finish
