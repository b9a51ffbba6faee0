#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The steps of the action for GitHub, run here: record, report, compare with an older recording.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root

mkdir "$work/bin"
ln -s "$ltsbpf" "$work/bin/ltsbpf"
ln -s "$python" "$work/bin/python3"
export PATH=$work/bin:/usr/bin:/bin:/usr/sbin:/sbin
export GITHUB_STEP_SUMMARY=$work/summary GITHUB_OUTPUT=$work/output
run=$PWD/.github/actions/ltsbpf/run.sh
cd "$work" || exit 1

# A tenth of the time is in slow(), or with SLOWER about a third.
cat >benchmark.py <<'END'
import os
import time


def fast(end):
    while time.process_time() < end:
        sum(range(1000))


def slow(end):
    while time.process_time() < end:
        sum(range(1000))


part = 0.3 if os.environ.get("SLOWER") else 0.1
for i in range(40):
    begin = time.process_time()
    slow(begin + part * 0.1)
    fast(begin + 0.1)
END

step() { # STEP [VARIABLE=VALUE...]: its summary alone is in $work/summary
	local name=$1
	shift
	: >"$GITHUB_STEP_SUMMARY"
	env "$@" "$run" "$name" >"$work/out" 2>"$work/err"
}

(cd "$OLDPWD" && judged agrees)
check "action.yml and run.sh agree" "$?: $(cat "$work/.said")" "0: "

# --- record
step record PROFILE_COMMAND="python3 benchmark.py" PROFILE_OUTPUT=before
check "record: status" $? 0
check "the files" "$(echo before/*)" \
	"before/profile.folded before/profile.ltsbpf before/profile.stats before/profile.svg"
check_match "what the machine offers is in the log" "$(cat "$work/out")" "OK +BPF programs"
check "the recording is told" "$(cat "$GITHUB_OUTPUT")" "recording=before/profile.ltsbpf"
step record PROFILE_COMMAND="python3 benchmark.py" PROFILE_OUTPUT=same \
	PROFILE_OPTIONS="--no-native -f folded"
check "the same again, with options" "$?: $(echo same/*)" "0: same/profile.folded same/profile.ltsbpf"
step record PROFILE_COMMAND="python3 benchmark.py" PROFILE_OUTPUT=after SLOWER=1
check "slower: status" $? 0
step record PROFILE_COMMAND="python3 benchmark.py" PROFILE_OUTPUT=other PROFILE_RATE=499
check_match "the rate" "$("$ltsbpf" report other/profile.ltsbpf)" "at 499 Hz"
step record PROFILE_COMMAND="python3 -c pass && exit 3" PROFILE_OUTPUT=failed
check "the status is the program's" $? 3
check_that "and there is a recording" test -s failed/profile.ltsbpf

# --- report
step report PROFILE_OUTPUT=before
check "report: status" $? 0
check_match "report: headings" "$(cat "$work/summary")" "(^|"$'\n'")### "
check_match "report: the function" "$(cat "$work/summary")" "fast"
step report PROFILE_OUTPUT=no-such-folder
check "report of nothing" "$?: $(cat "$work/summary")" "0: "

# --- compare
rules=$'func:slow \\(>50%\n\n+15pp'
step compare PROFILE_OUTPUT=same PROFILE_BASELINE='older/*.ltsbpf' PROFILE_FAIL_ON="$rules"
check "nothing to compare with: status" $? 0
check_match "nothing to compare with: told" "$(cat "$work/summary")" "no recording older/"
step compare PROFILE_OUTPUT=same PROFILE_BASELINE='bef*/profile.ltsbpf' PROFILE_FAIL_ON="$rules"
check "no function got slower: status" $? 0
check_match "no function got slower: the comparison" "$(cat "$work/summary")" "slow"
check_that "the graph is with the files" grep -q "</svg>" same/diff.svg
step compare PROFILE_OUTPUT=after PROFILE_BASELINE=before/profile.ltsbpf PROFILE_FAIL_ON="$rules"
check "a function got slower: status" $? 1
check_match "a function got slower: told" "$(cat "$work/out" "$work/err")" "::error::a function got slower"
check_match "which one" "$(cat "$work/summary")" "slow"
step compare PROFILE_OUTPUT=after PROFILE_BASELINE=before/profile.ltsbpf
check "without a rule it is only shown" $? 0
step compare PROFILE_OUTPUT=other PROFILE_BASELINE=before/profile.ltsbpf PROFILE_FAIL_ON="$rules"
check "another rate: status" $? 3
check_match "another rate: told" "$(cat "$work/out" "$work/err")" "::error::the recordings cannot be compared"
step compare PROFILE_OUTPUT=same PROFILE_BASELINE=before/profile.ltsbpf PROFILE_FAIL_ON=much
check "a rule that is none: status" $? 2

# --- install
check "it is there" "$("$run" install)" "$work/bin/ltsbpf"
mkdir "$work/empty"
printf '#!/bin/sh\necho make "$@"\n' >"$work/empty/make" && chmod +x "$work/empty/make"
for tool in bash id realpath dirname; do
	ln -s "$(type -P $tool)" "$work/empty/"
done
check_match "it is not: it is built" "$(PATH=$work/empty "$run" install 2>&1 | tr '\n' ';')" \
	"^make -C [^;]* deps;make -C [^;]*;make -C [^;]* install;$"
"$run" uninstall 2>/dev/null
check "no such step" $? 2
cd "$OLDPWD" || exit 1
finish
