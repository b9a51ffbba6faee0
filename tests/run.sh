#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: tests/run.sh COMMAND...
#
# Runs each test from the top of the project and ends with "N passed, N failed, N skipped". A
# COMMAND is one argument, split at blanks. Exit 0 = passed, 77 = skipped (with a line
# "SKIP: reason"), anything else = failed; what a test said is shown only then. A command whose
# last line is such counts itself ("12 passed, 0 failed") stands for that many tests.
#
#   TEST_TIMEOUT=300                       seconds that one command may take
#   ALLOWED_SKIPS=tests/allowed-skips.txt  a skip for a reason that is not in the file fails
set -u
cd "$(dirname "$0")/.." || exit 1
# Tests that are run with sudo are root's own, and so are their folders.
unset SUDO_UID SUDO_GID SUDO_USER SUDO_COMMAND

passed=0 failed=0 skipped=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# "integration/ring_full" for tests/integration/ring_full.sh
name_of() {
	local name=${1%% *}
	name=${name#"$PWD"/}
	name=${name#tests/}
	name=${name#build/}
	echo "${name%.*}"
}

allowed_skip() {
	local allowed
	[ -n "${ALLOWED_SKIPS:-}" ] || return 0
	while read -r allowed; do
		# shellcheck disable=SC2053 # the lines are patterns
		[[ $1 != $allowed ]] || return 0
	done < <(grep -v '^#' "$ALLOWED_SKIPS")
	return 1
}

tell() {
	printf '%-5s %6.1f s  %s\n' "$1" "$2" "$3"
}

# Adds what the command did to the counts: its own ones when it printed some, else one test.
count() {
	local status=$1 name=$2 seconds=$3 last reason
	last=$(tail -n 1 "$said")
	if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
		[ "$status" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || failed=$((failed + 1))
		name="$name: $last"
		while read -r reason; do
			echo "SKIP: $reason"
			allowed_skip "$reason" || { failed=$((failed + 1)) status=1; }
		done < <(sed -n 's/^SKIP: //p' "$said")
	elif [ "$status" = 0 ]; then
		passed=$((passed + 1))
	elif [ "$status" = 77 ]; then
		reason=$(sed -n 's/^SKIP: //p' "$said" | tail -n 1)
		if [ -n "$reason" ] && allowed_skip "$reason"; then
			skipped=$((skipped + 1))
			tell SKIP "$seconds" "$name: $reason"
			return
		fi
		failed=$((failed + 1))
		name="$name: skipped, and that is not allowed: ${reason:-no reason given}"
	else
		failed=$((failed + 1))
		[ "$status" != 124 ] || name="$name: not done after ${TEST_TIMEOUT:-300} s"
	fi
	if [ "$status" = 0 ]; then
		tell ok "$seconds" "$name"
	else
		tail -n 40 "$said" | sed 's/^/    /'
		tell FAIL "$seconds" "$name"
	fi
}

for command in "$@"; do
	read -ra words <<<"$command"
	start=$EPOCHREALTIME
	timeout -k 10 "${TEST_TIMEOUT:-300}" "${words[@]}" </dev/null >"$said" 2>&1
	status=$?
	seconds=$(((${EPOCHREALTIME/[.,]/} - ${start/[.,]/}) / 100000))
	count "$status" "$(name_of "$command")" "$((seconds / 10)).$((seconds % 10))"
done

if [ $((passed + failed + skipped)) = 0 ]; then
	echo "no test has run" >&2
	failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
