#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# At a terminal: how far a long run is, where that does not disturb the program; colours; by which
# signal the program was ended.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root

judge "colours are for terminals that want them" colours
judge "a program that prints elsewhere: how far the run is" silent_program "$work/silent"
judge "a program at the terminal is not disturbed" nothing "$work/loud"
judge "-q shows nothing" quiet "$work/quiet"
judge "a dumb terminal" dumb "$work/dumb"
record file -- sh -c "exec $python tests/targets/shares.py 4.5 >/dev/null 2>&1"
check "no line in a file" "$(grep -c "$(printf '\033')\| lost$" "$work/file.err")" 0

record killed -- sh -c 'kill -9 $$'
check "ended by a signal: status" $? 137
check_match "ended by a signal: told" "$(cat "$work/killed.err")" \
	'the program was ended by signal 9 \(Killed\)'
record status -- sh -c 'exit 137'
check "a status like that of a signal" $? 137
check "is no signal" "$(grep -c 'ended by signal' "$work/status.err")" 0
finish
