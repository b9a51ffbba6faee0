#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The program is left alone: its status is ours, its streams, signals and terminal are its own, and
# it goes on when profiling ends.
# shellcheck source=tests/expect.sh disable=SC2016,SC2317 # another shell expands; check_that calls
. "$(dirname "$0")/../expect.sh"
need_root
targets=$PWD/tests/targets

# --- exit status
status() { # NAME EXPECTED COMMAND...
	local name=$1 expected=$2
	shift 2
	"$ltsbpf" record -q -o "$work/status" -- "$@" >"$work/out" 2>"$work/err" </dev/null
	check "status: $name" $? "$expected"
}
status "success" 0 "$python" -c 0
status "failure" 3 "$python" -c 'import sys; sys.exit(3)'
status "255" 255 sh -c 'exit 255'
status "an exception" 1 "$python" -c '1 / 0'
check_match "its traceback" "$(cat "$work/err")" "ZeroDivisionError"
status "SIGTERM" 143 sh -c 'kill -TERM $$'
status "SIGKILL" 137 "$python" -c 'import os; os.kill(os.getpid(), 9)'
status "SIGSEGV" 139 sh -c 'kill -SEGV $$'
status "SIGINT" 130 sh -c 'kill -INT $$'
status "not found" 127 no-such-program-anywhere
check "not found: one line" "$(wc -l <"$work/err")" 1
status "no such path" 127 ./no/such/program
status "not executable" 126 /etc/passwd
status "a folder" 126 /etc
"$ltsbpf" record -q -o "$work/status" --user no-such-user -- true 2>"$work/err"
check "status: we fail before it starts" $? 125
check "one line says why" "$(wc -l <"$work/err")" 1
check_that "files are written when it fails" test -s "$work/status/profile.svg"

# --- stdin, stdout, stderr
"$python" -c 'import sys
sys.stdout.buffer.write(bytes(range(256)) * 4096)' >"$work/bytes"
echo 'import sys
data = sys.stdin.buffer.read()
sys.stdout.buffer.write(data[::-1])
sys.stderr.buffer.write(data[1::2])
sys.stderr.buffer.write(repr([sys.argv, sys.flags, sys.path]).encode())
sys.exit(7)' >"$work/streams.py"
"$python" "$work/streams.py" a 'b c' <"$work/bytes" >"$work/out.bare" 2>"$work/err.bare"
"$ltsbpf" record -q -o "$work/streams" -- "$python" "$work/streams.py" a 'b c' \
	<"$work/bytes" >"$work/out" 2>"$work/err"
check "streams: status" $? 7
check_that "stdin arrives, stdout is the program's" cmp "$work/out.bare" "$work/out"
check_that "with -q stderr too" cmp "$work/err.bare" "$work/err"
record streams -- "$python" "$work/streams.py" a 'b c' <"$work/bytes"
check_that "without -q stdout still is" cmp "$work/out.bare" "$work/streams.out"
check "stdin that it does not read is left" "$(printf 'one\ntwo\n' | { "$ltsbpf" record -q \
	-o "$work/streams" -- sh -c 'read -r line; echo "$line"' >/dev/null; sleep 0.1; cat; } | wc -l)" \
	"$(printf 'one\ntwo\n' | { sh -c 'read -r line; echo "$line"' >/dev/null; sleep 0.1; cat; } | wc -l)"
check "a closed stdout" "$("$ltsbpf" record -q -o "$work/streams" -- sh -c 'echo x' 2>&1 >&- | wc -l)" 1
"$ltsbpf" record -o "$work/streams" -- sh -c 'exit 9' 2>&-
check "a closed stderr: status" $? 9
"$ltsbpf" record -o "$work/streams" -- sh -c 'exit 9' 2>&1 | true
check "nobody reads our summary: status" "${PIPESTATUS[0]}" 9
check_that "and the files are there" test -s "$work/streams/profile.svg"

# --- what else it sees of itself
look='pwd; umask; nice; env | grep -vE "^(_|SHLVL|PWD|OLDPWD)=" | sort; ls /proc/self/fd | wc -l; ulimit -a
grep -E "^(Sig|Cap|Groups|NoNewPrivs|Cpus_allowed|Uid|Gid|TracerPid)" /proc/self/status'
check "folder, environment, descriptors, limits, signals, rights" \
	"$("$ltsbpf" record -q -o "$work/look" -- sh -c "$look" 2>&1)" "$(sh -c "$look" 2>&1)"

# --- signals to ltsbpf
start() { # RUN OPTION...: signals.py under ltsbpf, which is $recorder
	local run=$1
	shift
	rm -f "$work/seen"
	# What a shell starts with & has SIGINT and SIGQUIT ignored otherwise.
	env --default-signal=INT,QUIT "$ltsbpf" record -o "$work/$run" -r 999 "$@" -- \
		"$python" "$targets/signals.py" "$work/seen" >"$work/$run.out" 2>"$work/$run.err" &
	recorder=$!
	until_true 10 test -e "$work/seen"
	program=$(pgrep -P $recorder)
}
seen() { [ "$(cat "$work/seen")" = "$1" ]; }
written() { [ -s "$work/$1/profile.svg" ] && [ -s "$work/$1/profile.stats" ] && [ -s "$work/$1/profile.folded" ]; }

start term
kill -TERM $recorder
check_that "SIGTERM is handed on" until_true 5 seen 15
sleep 0.3
check "once" "$(cat "$work/seen")" 15
check_that "the program that handles it runs on" kill -0 "$program"
check_that "and we wait for it" kill -0 $recorder
kill -USR2 "$program"
wait $recorder
check "its own status wins" $? 42
check_that "and the files are written" written term

start twice
kill -TERM $recorder
until_true 5 seen 15
sleep 0.3
kill -TERM $recorder
wait $recorder
check "a second SIGTERM leaves: status" $? 143
check_that "with the files written" written twice
check_match "and says that the program still runs" "$(cat "$work/twice.err")" "still run"
check_that "which it does" kill -0 "$program"
judge "what was recorded until then is in them" some "$work/twice" on_signal main
kill -KILL "$program"

start dies
kill -KILL "$program"
wait $recorder
check "the program is killed: status" $? 137
check_that "with the files written" written dies

start hup
kill -HUP $recorder
check_that "SIGHUP is handed on" until_true 5 seen 1
kill -USR2 "$program"
wait $recorder
check "SIGHUP: its own status wins" $? 42

start int
kill -INT $recorder
check_that "SIGINT to us alone is handed on" until_true 5 seen 2
kill -USR2 "$program"
wait $recorder
check "SIGINT: its own status wins" $? 42

# Before the program begins, or after: what is there is whole, or nothing is.
halves=
for delay in 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08; do
	setsid env --default-signal=INT,QUIT "$ltsbpf" record -o "$work/early$delay" -- \
		sleep 20 >"$work/early.out" 2>"$work/early.err" &
	recorder=$!
	sleep $delay
	kill -INT -- -$recorder
	wait $recorder
	[ $? = 130 ] || halves="$halves $delay s: not status 130;"
	for file in "$work/early$delay"/* "$work/early$delay"/.[!.]*; do
		case $file in
		*/profile.ltsbpf | */profile.svg | */profile.stats | */profile.folded | *\*) ;;
		*) halves="$halves $delay s: ${file##*/};" ;;
		esac
	done
	! grep -q error "$work/early.err" || halves="$halves $delay s: $(cat "$work/early.err");"
done
check "Ctrl-C while ltsbpf gets ready leaves no half file" "$halves" ""

check "timeout(1) ends a program that does not listen" "$(timeout 1 "$ltsbpf" record -q -o "$work/timeout" -- \
	"$python" "$targets/shares.py" 20 >/dev/null 2>&1; echo $?)" 124
check_that "with the files written by then or soon" until_true 5 written timeout

# --- -d stops profiling, never the program
begin=$EPOCHREALTIME
start short -d 0.7
check_that "-d: the files are there while the program runs" until_true 5 written short
took_ms=$(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 1000))
check_that "-d: at its time" test $took_ms -lt 4000
check_that "-d: the program runs on" kill -0 "$program"
check_that "-d: and we wait for it" kill -0 $recorder
kill -USR2 "$program"
wait $recorder
check "-d: its status is ours" $? 42
judge "-d: so long was recorded" duration "$work/short" 0.7

# --- a terminal
"$python" tests/e2e/terminal.py "$ltsbpf" "$work" "$targets" >"$work/terminal" 2>&1
result=$?
sed -n 's/^\(ok\|FAIL\) /\1 /p' "$work/terminal"
passed=$((passed + $(grep -c '^ok ' "$work/terminal")))
failed=$((failed + $(grep -c '^FAIL ' "$work/terminal")))
check "terminal.py" $result 0
grep -vE '^(ok|FAIL) ' "$work/terminal"
finish
