#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Without rights: one line that names the command which gives them, and nothing else happens. With
# that command's rights: recording works without root, and the program has none of them.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
type -P setpriv >/dev/null || skip_all "setpriv is not installed"
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --)
"${as_nobody[@]}" "$python" -c 0 || skip_all "$python is not for everybody"
install -m 755 "$ltsbpf" "$work/ltsbpf"
install -m 644 tests/targets/shares.py "$work/shares.py"
install -d -o 65534 -g 65534 "$work/nobody"

# of_nobody COMMAND...: what it says goes to $work/out and $work/err, all files to a folder of theirs
of_nobody() {
	(cd "$work/nobody" && exec "${as_nobody[@]}" "$@") >"$work/out" 2>"$work/err" </dev/null
}

refused() { # NAME REGEX: after a record that must not have happened
	check "$1: status" $? 125
	check "$1: one line" "$(wc -l <"$work/err")" 1
	check_match "$1: says" "$(cat "$work/err")" "^ltsbpf: error: $2"
	check "$1: stdout" "$(cat "$work/out")" ""
	check "$1: nothing was run or made" "$(ls -A "$work/nobody")" ""
}

for options in "" -v -q "--clock tick" "-o deep/er"; do
	# shellcheck disable=SC2086 # several words
	of_nobody "$work/ltsbpf" record $options -- touch ran
	refused "no rights ${options:-without options}" \
		".*CAP_BPF.*CAP_PERFMON.*run: sudo .*ltsbpf.* once: sudo setcap [a-z_,]+\+ep .*ltsbpf"
done
of_nobody env SUDO_UID=0 SUDO_GID=0 "$work/ltsbpf" record -- touch ran
refused "SUDO_UID is no proof" ".*CAP_BPF"
advice=$(sed -nE 's/.*or once: sudo (setcap [a-z_,]+\+ep ([^ ]+)).*/\1/p' "$work/err")
check_match "the command that helps" "$advice" "^setcap cap_.* $work/ltsbpf\$"

# --- what needs no rights
of_nobody "$work/ltsbpf" --version
check "--version: status" $? 0
record rooted -r 999 -- "$python" "$work/shares.py" 0.2
of_nobody "$work/ltsbpf" convert "$work/rooted/profile.ltsbpf" -o converted
check "convert: status" $? 0
check "convert: the files are theirs" "$(find "$work/nobody" -type f -user 65534 | wc -l)" 3
of_nobody "$work/ltsbpf" report "$work/rooted/profile.ltsbpf"
check "report: status" $? 0
rm -rf "$work/nobody/converted"

# --- the command that helps, taken from the message
read -ra words <<<"$advice"
if ! PATH=$PATH:/usr/sbin:/sbin "${words[@]}" || ! of_nobody "$work/ltsbpf" doctor; then
	skip "file capabilities do not work in the folder of temporary files"
	finish
fi
cat >"$work/who.py" <<'END'
import os
lines = open("/proc/self/status").read().splitlines()
print(os.getresuid(), *(line.split()[1].strip("0") or "none" for line in lines
                        if line[:6] in ("CapInh", "CapPrm", "CapEff", "CapAmb")))
END
of_nobody "$work/ltsbpf" record -r 999 -- "$python" "$work/shares.py" 0.5
check "with setcap: status" $? 0
judge "with setcap: samples with names" with_names "$work/nobody/profiles" "$work/out" "$work/shares.py"
check "with setcap: nothing is complained about" "$(grep -E 'warning|error' "$work/err")" ""
check "with setcap: the files are theirs" "$(find "$work/nobody/profiles" -type f -user 65534 | wc -l)" 4
of_nobody "$work/ltsbpf" record -q -- "$python" "$work/who.py"
check "with setcap: the program has no capability" "$(cat "$work/out")" "(65534, 65534, 65534) none none none none"
check "with setcap: -q is silent" "$(cat "$work/err")" ""
rm -rf "$work/nobody/profiles"
of_nobody "$work/ltsbpf" record --user root -- touch ran
refused "with setcap: no way to another user" ".*'root'.*only root may"
of_nobody env SUDO_UID=0 SUDO_GID=0 SUDO_USER=root "$work/ltsbpf" record -q -- "$python" "$work/who.py"
check "with setcap: SUDO_UID is not believed" "$(cat "$work/out")" "(65534, 65534, 65534) none none none none"
install -d -m 755 "$work/of-root"
rm -rf "$work/nobody/profiles"
of_nobody "$work/ltsbpf" record -o "$work/of-root" -- touch ran
refused "with setcap: no way into a folder of root" "cannot write into .*'$work/of-root'.*Permission denied.* -o"
install -d -m 700 "$work/secret"
echo secret >"$work/secret/file.ltsbpf"
of_nobody "$work/ltsbpf" report "$work/secret/file.ltsbpf"
check "with setcap: what is not theirs stays unread: status" $? 1
check_match "with setcap: what is not theirs stays unread" "$(cat "$work/err")" "Permission denied"
install -m 755 /dev/null "$work/secret/program"
rm -rf "$work/nobody/profiles"
of_nobody "$work/ltsbpf" record -q -- "$work/secret/program"
check "with setcap: no program is run that they could not run" $? 126
check_match "with setcap: and that is told" "$(cat "$work/err")" "cannot execute .*/secret/program.*[Pp]ermission denied"
rm -rf "$work/nobody/profiles"
PATH=$PATH:/usr/sbin:/sbin setcap cap_bpf+ep "$work/ltsbpf"
of_nobody "$work/ltsbpf" record -- touch ran
refused "a part of the rights" ".*without CAP_PERFMON"
finish
