#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The command line: what is wrong is told in one line, with what was probably meant, exit 2; what
# belongs to the program is left to the program.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"

refused() { # NAME REGEX ARGUMENT...: exit 2, nothing on stdout, one line on stderr that matches
	local name=$1 regex=$2 status
	shift 2
	"$ltsbpf" "$@" >"$work/out" 2>"$work/err"
	status=$?
	if [ $status != 2 ]; then
		fail "$name" "exit status $status, not 2: $(cat "$work/err")"
	elif [ -s "$work/out" ] || [ "$(wc -l <"$work/err")" != 1 ]; then
		fail "$name" "not one line on stderr: $(cat "$work/out" "$work/err")"
	else
		check_match "$name" "$(cat "$work/err")" "$regex"
	fi
}

cd "$work" || exit 1
refused "an unknown option" "unknown option '--thread-names'" record --thread-names -- true
refused "the nearest one: --treads" "'--treads'.*--threads" record --treads -- true
refused "the nearest one: --out-put" "'--out-put.*--output" record --out-put=x -- true
refused "the nearest one: --no-subproceses" "--no-subprocesses" record --no-subproceses -- true
refused "the nearest one of convert" "--format" convert --fromat svg file
refused "an unknown letter" "unknown option '-x'" record -x -- true
refused "an unknown letter among others" "'-.*x'|-qx" record -qx -- true
refused "an unknown option after a value" "'--durration'.*--duration" record -r 99 --durration 3 -- true
refused "an unknown command" "'recrod'.*record" recrod -- true
refused "a program without 'record'" "record" python3 script.py
refused "no program" "no program|python" record
refused "no program behind --" "no program|python" record -r 99 --
refused "no file" "recording" report
refused "two files" "recording" report a b
refused "doctor with a file" "'x'" doctor x
refused "--kernel=yes with --no-native" "--kernel=yes.*--no-native.*drop one" record --no-native --kernel=yes -- true
refused "-k with --no-native" "--kernel=yes.*--no-native" record -k --no-native -- true
refused "kernel 'maybe'" "--kernel 'maybe'.*auto, yes or no" record --kernel=maybe -- true
refused "a value of -k behind a blank" "-k yes: .*--kernel=yes" record -k yes -- true
refused "an option of record in convert" "unknown option '--inlines'" convert --inlines file
refused "two forms of a report" "--json and --html exclude" report --json --html file
refused "a form of report in diff" "unknown option '--checklist'" diff --checklist a b
refused "one file to compare" "two recordings" diff a
refused "three files to compare" "two recordings.*--baseline" diff a b c
refused "a baseline alone" "two recordings" diff --baseline 'a*'
refused "merging into nothing" "-o" merge a b
refused "a shell without completion" "bash, zsh or fish" completion tcsh
refused "man with a file" "'x'" man x
refused "sorted by 'calls'" "--sort 'calls'.*self, total or name" report --sort calls file
refused "no rows" "--top '0'" report --top 0 file
refused "a pattern that is none" "--process '\['" report --process '[' file
refused "--user with --as-root" "--user.*--as-root" record --user nobody --as-root -- true

for value in 0 -1 0.5 20001 1e9 abc "" 99x nan inf 0x; do
	refused "rate '$value'" "--rate '$value'" record -r "$value" -- true
done
for value in 0 -1 abc "" nan inf 1s; do
	refused "duration '$value'" "--duration '$value'" record -d "$value" -- true
done
refused "clock" "--clock 'wall'.*cpu.*tick" record --clock wall -- true
for value in "" a/b ../x . .. .hidden /abs; do
	refused "name '$value'" "--name '$value'" record --name "$value" -- true
done
refused "output ''" "--output ''" record -o "" -- true
for value in "svg," "" png svg,speedscop ,svg "svg, folded"; do
	refused "format '$value'" "--format.*svg.*pstats.*folded" record -f "$value" -- true
done
refused "format of convert" "--format.*svg.*pstats.*folded" convert -f png file
refused "an option without its value" "'-r'|--rate" record -r
refused "a long option without its value" "'--rate'" record --rate

check "nothing was made meanwhile" "$(ls)" "err
out"

# --- what is asked for goes to stdout, exit 0
for word in --help -h; do
	check_match "$word" "$("$ltsbpf" $word 2>&1 >/dev/null; "$ltsbpf" $word)" "^ltsbpf.*record.*report.*convert.*doctor"
	check "$word's status" $? 0
done
check_match "record --help" "$("$ltsbpf" record --help)" "--rate"
for command in record report convert diff merge doctor man completion; do
	check_match "$command --help tells of it alone" "$("$ltsbpf" $command --help | head -n 1)" \
		"^  (sudo )?ltsbpf $command( |$)"
	check "$command --help: once" "$("$ltsbpf" $command --help | grep -c "^  .*ltsbpf [a-z]* \[options\]")" 1
done
check_match "--version" "$("$ltsbpf" --version)" '^ltsbpf [0-9]+\.[0-9]+\.[0-9]+$'
"$ltsbpf" >"$work/out" 2>"$work/err"
check "nothing at all: status" $? 2
check_match "nothing at all: help on stderr" "$(cat "$work/err")" "record"
check "nothing at all: stdout" "$(cat "$work/out")" ""
for option in rate clock duration output name format no-subprocesses threads user as-root quiet verbose \
	no-native inlines fold-kernel pstats-native lines process thread skip-first sort top markdown \
	json html checklist baseline fail-on; do
	check_match "--help tells of --$option" "$("$ltsbpf" --help)" "--$option "
done
"$ltsbpf" --help >/dev/full 2>/dev/null
check_match "--help onto a full disk: status" $? '^[1-9]'

# --- the program's own options
need_root
record own -- "$python" -c 'import sys; print(sys.argv[1:])' -r 5 --rate=7 -- -x
check "behind --" "$(cat "$work/own.out")" "['-r', '5', '--rate=7', '--', '-x']"
record own "$python" -c 'import sys; print(sys.argv[1:])' -r 5 --rate=7 -- -x
check "without --" "$(cat "$work/own.out")" "['-r', '5', '--rate=7', '--', '-x']"
for options in "-r 999" "-r999" "--rate 999" "--rate=999" "--rat=999" "-qr999"; do
	# shellcheck disable=SC2086 # several words
	record own $options -- "$python" -c 0
	check_match "$options" "$("$ltsbpf" report "$work/own/profile.ltsbpf")" "at 999 Hz"
done
record own -- "$python" -c 0
check_match "the default rate" "$("$ltsbpf" report "$work/own/profile.ltsbpf")" "cpu clock at 99 Hz"
record own --clock tick -- "$python" "$OLDPWD/tests/targets/shares.py" 1
check_match "the tick" "$("$ltsbpf" report "$work/own/profile.ltsbpf")" "tick clock at [0-9]+ Hz"
check_match "the tick has samples" "$("$ltsbpf" report "$work/own/profile.ltsbpf")" "  f \("
record own -v -- "$python" -c 0
check_match "-v tells more" "$(cat "$work/own.err")" "ltsbpf: running $python .*as root"
check_match "and the summary" "$(cat "$work/own.err")" "Samples: "
record own -q -- "$python" -c 0
check "-q: nothing" "$(cat "$work/own.err")" ""
record own -r 4999 --no-subprocesses -- sh -c "'$python' -c 0; true"
check_match "--no-subprocesses: one process" "$("$ltsbpf" report "$work/own/profile.ltsbpf")" "Processes \(1\)"
cd "$work" && "$ltsbpf" record -q -- "$python" -c 0
check "the default folder" "$(cd "$work" && echo profiles/*)" \
	"profiles/profile.folded profiles/profile.ltsbpf profiles/profile.stats profiles/profile.svg"
cd "$OLDPWD" || exit 1
finish
