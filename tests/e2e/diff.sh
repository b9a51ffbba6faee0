#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Two recordings, or two groups of them, of the same program and of one with a slower function:
# what is called a regression, what is not, and what cannot be compared.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
target=$PWD/tests/targets/growing.py
schema=$PWD/docs/diff.schema.json
export PYTHONHASHSEED=0

# Where memory lies makes one run of a program faster than another; here that is no matter.
recorded() { # RUN SCALE CPU-SECONDS [COMMAND...]
	SCALE=$2 record "$1" -r 999 --format folded -- "${@:4}" "$python" "$target" "$3"
}

# gate NAME STATUS ARGUMENT...: the comparison ends with this status
gate() {
	local name=$1 expected=$2 status
	shift 2
	"$ltsbpf" diff -o "$work/out" "$@" >"$work/said.out" 2>"$work/said.err"
	status=$?
	check "$name: status" $status "$expected"
	[ $status = "$expected" ] || cat "$work/said.out" "$work/said.err"
}

fixed=(setarch -R)
setarch -R true 2>/dev/null || fixed=()
recorded old 1 4 "${fixed[@]}"
recorded same 1 4 "${fixed[@]}"
recorded slow 2 4 "${fixed[@]}"
old=$work/old/profile.ltsbpf same=$work/same/profile.ltsbpf slow=$work/slow/profile.ltsbpf

gate "the same program" 0 "$old" "$same" --fail-on +5pp --fail-on 'func:.>25%'
check_match "the same program: says so" "$(cat "$work/said.out")" "No regression beyond noise"
gate "a slower function, by points" 1 "$old" "$slow" --fail-on +5pp
check_match "on stderr too" "$(cat "$work/said.err")" "regression: grower \(.*growing.py:8\).*breaks \+5pp"
gate "a slower function, by its name" 1 "$old" "$slow" --fail-on 'func:^grower$>10%'
gate "its being faster" 0 "$slow" "$old" --fail-on 'func:^grower$>10%'
gate "more than it slowed down" 0 "$old" "$slow" --fail-on +40pp
gate "no rules" 0 "$old" "$slow"
judge "the flame graphs" svg "$work/out"
gate "a wrong rule" 2 "$old" "$slow" --fail-on 5%

"$ltsbpf" diff "$old" "$slow" --json -o "$work/out" -q >"$work/slow.json"
judge "as JSON" as_json "$work/slow.json" "$schema" 8 22
"$ltsbpf" diff "$old" "$old" --json -o "$work/out" -q >"$work/self.json"
judge "a recording and itself" as_json "$work/self.json" "$schema" 0 0
venv=$(realpath -m "${BUILD:-build}")/schema-venv
if { [ -x "$venv/bin/jsonschema" ] || { "$python" -m venv "$venv" &&
	"$venv/bin/pip" -q install jsonschema==4.23.0; }; } >"$work/pip" 2>&1; then
	check_that "valid by its schema" "$venv/bin/python" -W ignore -m jsonschema -i "$work/slow.json" "$schema"
else
	skip "jsonschema: pip cannot install it: $(tail -n 1 "$work/pip")"
fi
"$ltsbpf" diff "$old" "$slow" --markdown -o "$work/out" -q >"$work/slow.md"
judge "as Markdown" markdown "$work/slow.md"

for i in 1 2 3 4; do
	recorded "before$i" 1 0.8
	recorded "again$i" 1 0.8
	recorded "after$i" 2 0.8
done
gate "several of the same" 0 --baseline "$work/before*/*.ltsbpf" "$work"/again*/*.ltsbpf \
	--fail-on +5pp --fail-on 'func:^grower$>25%'
check_match "several: how it was done" "$(cat "$work/said.out")" "how the recordings of a side differ"
gate "several with a slower function" 1 --baseline "$work/before[12]/*.ltsbpf" \
	--baseline "$work/before[34]/*.ltsbpf" "$work"/after*/*.ltsbpf --fail-on 'func:^grower$>10%'
check_match "several: all are there" "$(cat "$work/said.out")" "Old: 4 recordings"

record other -r 999 --format folded -- "$python" "$target" 0.9
record rate -r 499 --format folded -- "${fixed[@]}" "$python" "$target" 4
record short -r 999 --format folded -- "${fixed[@]}" "$python" -c pass
gate "another command" 3 "$old" "$work/other/profile.ltsbpf" --fail-on +5pp
check_match "another command: told" "$(cat "$work/said.err")" "not comparable: .*command '"
gate "another command, without a verdict" 0 "$old" "$work/other/profile.ltsbpf"
check_match "another command: a warning" "$(cat "$work/said.err")" "warning: .*another command"
gate "another rate" 3 "$old" "$work/rate/profile.ltsbpf"
gate "few samples" 3 "$work/short/profile.ltsbpf" "$work/short/profile.ltsbpf" --fail-on +5pp
check_match "few samples: how many are needed" "$(cat "$work/said.err")" "needs 400 or more"
gate "no recording" 3 "$old" "$target"
gate "no baseline" 3 --baseline "$work/nothing*" "$old"
finish
