#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: run.sh install|record|report|compare
#
# The steps of action.yml beside it. Their inputs are in the environment:
#   PROFILE_COMMAND   what to record, a line for bash
#   PROFILE_RATE      samples per second of CPU time (999)
#   PROFILE_OUTPUT    the folder for the files (profiles)
#   PROFILE_OPTIONS   more options of `ltsbpf record`
#   PROFILE_BASELINE  the older recording, or a pattern of several
#   PROFILE_FAIL_ON   rules of `ltsbpf diff`, one a line
# GITHUB_STEP_SUMMARY and GITHUB_OUTPUT are the files that GitHub names so; without them what would
# go there is printed.
set -eu
project=$(realpath "$(dirname "$0")/../../..")
folder=${PROFILE_OUTPUT:-profiles}
recording=$folder/profile.ltsbpf
summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

install_ltsbpf() {
	if command -v ltsbpf; then
		return
	fi
	as_root make -C "$project" deps
	make -C "$project"
	as_root make -C "$project" install
}

record() {
	local ltsbpf options
	ltsbpf=$(command -v ltsbpf)
	read -ra options <<<"${PROFILE_OPTIONS:-}"
	as_root "$ltsbpf" doctor
	echo "recording=$recording" >>"${GITHUB_OUTPUT:-/dev/stdout}"
	as_root "$ltsbpf" record -r "${PROFILE_RATE:-999}" -o "$folder" "${options[@]}" -- \
		bash -c "$PROFILE_COMMAND"
}

# There is no recording when the machine cannot record: the step before has said so.
report() {
	[ ! -e "$recording" ] || ltsbpf report "$recording" --markdown >>"$summary"
}

compare() {
	local rule arguments=() status=0
	if ! compgen -G "$PROFILE_BASELINE" >/dev/null; then
		echo "There is no recording $PROFILE_BASELINE to compare with." >>"$summary"
		return
	fi
	while IFS= read -r rule; do
		[ -z "$rule" ] || arguments+=(--fail-on "$rule")
	done <<<"${PROFILE_FAIL_ON:-}"
	ltsbpf diff --baseline "$PROFILE_BASELINE" "$recording" --markdown -o "$folder" \
		"${arguments[@]}" >>"$summary" || status=$?
	case $status in
	0) ;;
	1) echo "::error::a function got slower: the comparison is on the summary page" ;;
	3) echo "::error::the recordings cannot be compared: ltsbpf says why above" ;;
	*) echo "::error::ltsbpf diff failed" ;;
	esac
	return $status
}

case ${1:-} in
install) install_ltsbpf ;;
record) record ;;
report) report ;;
compare) compare ;;
*)
	echo "usage: $0 install|record|report|compare" >&2
	exit 2
	;;
esac
