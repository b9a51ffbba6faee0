#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# What `ltsbpf doctor` says and returns on this machine as it is, and where something is taken from
# it: rights, process numbers, kernel types. Each place is a private namespace or another user;
# nothing of the machine changes. Takes root.
set -u
cd "$(dirname "$0")/../.." || exit 1

built=${LTSBPF:-build/release/ltsbpf}
if [ ! -x "$built" ] || [ "$(id -u)" != 0 ]; then
	echo "SKIP: the doctor's tests take root and $built ('make')"
	exit 77
fi

passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Where another user may run it, too.
chmod 755 "$work"
install -m 755 "$built" "$work/ltsbpf"
ltsbpf=$work/ltsbpf
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --)

# run COMMAND...: its stdout, stderr and status go to $work
run() {
	"$@" >"$work/out" 2>"$work/err"
	echo $? >"$work/status"
}

# check NAME COMMAND...
check() {
	local name=$1
	shift
	if "$@" >/dev/null; then
		passed=$((passed + 1))
		echo "ok    $name"
	else
		failed=$((failed + 1))
		echo "FAIL  $name ($*)"
		sed 's/^/    /' "$work/out" "$work/err"
	fi
}

says() {
	grep -qE -- "$1" "$work/out"
}

does_not_say() {
	! grep -qE -- "$1" "$work/out"
}

complains() {
	grep -qE -- "$1" "$work/err"
}

does_not_complain() {
	[ ! -s "$work/err" ]
}

status_is() {
	[ "$(cat "$work/status")" = "$1" ]
}

ends_with() {
	tail -n 1 "$work/out" | grep -qE -- "$1"
}

run "$ltsbpf" doctor
check "root: it is ready" status_is 0
check "root: and says so last" ends_with "^ready: "
check "root: the programs were loaded" says "^OK +trial .* [0-9]+ ms$"
check "root: nothing is missing" does_not_say "^MISSING"
check "root: the kernel is this one" says "^OK +kernel +$(uname -r)"
check "root: stderr is empty" does_not_complain
check "root: no colour in a file" does_not_say $'\033'
python=$(PATH=/usr/bin:/usr/local/bin command -v python3)
PATH=$(dirname "$python"):$PATH run "$ltsbpf" doctor
version=$("$python" -c 'import platform; print(platform.python_version())')
check "root: the Python in PATH is known" \
	says "^python3 \($(readlink -f "$python")\): $version, layout from "
check "root: what its probes give is told" \
	says "$version, layout from [^,]*, (no probes \(not built|gc and import probes, (no call probes|calls: ))"

run script -qec "TERM=xterm $ltsbpf doctor" /dev/null
check "terminal: the state is green" says $'^\033\\[32mOK'
run script -qec "TERM=xterm NO_COLOR=1 $ltsbpf doctor" /dev/null
check "terminal: not with NO_COLOR" does_not_say $'\033'

run "${as_nobody[@]}" "$ltsbpf" doctor
check "nobody: it is not ready" status_is 1
check "nobody: capabilities are missing" says "^MISSING +capabilities +without CAP_BPF, CAP_PERFMON"
check "nobody: how to get them" says "run: sudo $ltsbpf \.\.\., or once: sudo setcap .* $ltsbpf$"
check "nobody: the kernel's refusal is seen" says "^MISSING +BPF programs +bpf\(\): "
check "nobody: nothing is loaded" says "^WARN +trial +not made"
check "nobody: sudo would do" ends_with "root has all of it, see: sudo $ltsbpf doctor$"
run "${as_nobody[@]}" "$ltsbpf" record -o "$work" -- touch "$work/ran"
check "nobody: record refuses" status_is 125
check "nobody: in one line" test "$(wc -l <"$work/err")" = 1
check "nobody: with the command that helps" complains "CAP_BPF.*sudo $ltsbpf \.\.\., or once: sudo setcap "

if setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search,cap_syslog+ep "$ltsbpf" &&
	"${as_nobody[@]}" "$ltsbpf" doctor | grep -q "^OK .*capabilities"; then
	run "${as_nobody[@]}" "$ltsbpf" doctor
	check "nobody with setcap: it is ready" status_is 0
	check "nobody with setcap: the programs were loaded" says "^OK +trial .* [0-9]+ ms$"
else
	skipped=$((skipped + 1))
	echo "SKIP: file capabilities do not work in the folder of temporary files"
fi
setcap -r "$ltsbpf" 2>/dev/null

run setpriv --bounding-set -bpf,-perfmon,-sys_admin --inh-caps -bpf,-perfmon,-sys_admin \
	"$ltsbpf" doctor
check "root without capabilities: it is not ready" status_is 1
check "root without capabilities: they are named" says "without CAP_BPF, CAP_PERFMON$"
check "root without capabilities: sudo is no help" does_not_say "sudo"

run unshare -pf --mount-proc "$ltsbpf" doctor
check "pid namespace: it is not ready" status_is 1
check "pid namespace: is what is missing" ends_with "^not ready, missing: pid namespace$"
check "pid namespace: what to do" says "or the container with --pid=host"
run unshare -pf --mount-proc "$ltsbpf" record -o "$work" -- touch "$work/ran"
check "pid namespace: record refuses" status_is 125
check "pid namespace: and says why" complains "pid namespace: .*--pid=host"

run unshare -Ur "$ltsbpf" doctor
check "user namespace: it is not ready" status_is 1
check "user namespace: is what is missing" says "^MISSING +user namespace"

run unshare -m sh -c "mount --bind /dev/null /sys/kernel/btf/vmlinux && $ltsbpf doctor"
check "empty BTF: it is not ready" status_is 1
check "empty BTF: is what is missing" ends_with "^not ready, missing: kernel types$"
run unshare -m sh -c "mount -t tmpfs none /sys/kernel/btf && $ltsbpf doctor"
check "no BTF: it is not ready" status_is 1
check "no BTF: says which file" says "^MISSING +kernel types +/sys/kernel/btf/vmlinux: No such file"

lockdown() {
	run unshare -m sh -c "mount -t tmpfs none /sys/kernel/security &&
		echo '$1' >/sys/kernel/security/lockdown && $ltsbpf doctor"
}
lockdown "none [integrity] confidentiality"
check "lockdown integrity: it is ready" status_is 0
lockdown "none integrity [confidentiality]"
check "lockdown confidentiality: it is not ready" status_is 1
check "lockdown confidentiality: is what is missing" ends_with "^not ready, missing: lockdown$"

run setarch --uname-2.6 "$ltsbpf" doctor
check "old kernel: it is not ready" status_is 1
check "old kernel: is what is missing" ends_with "^not ready, missing: kernel$"
run setarch --uname-2.6 "$ltsbpf" record -o "$work" -- touch "$work/ran"
check "old kernel: record refuses" status_is 125
check "old kernel: in one line" test "$(wc -l <"$work/err")" = 1
check "old kernel: and says why" complains "kernel: 2\.6\..*5\.15 or later"

run prlimit --nofile=9 "$ltsbpf" doctor
check "a trial that fails: it is not ready" status_is 1
check "a trial that fails: is what is missing" ends_with "^not ready, missing: trial$"
check "a trial that fails: the reason is told" complains "^ltsbpf: error: .*Too many open files"

check "no refused recording has run its program" test ! -e "$work/ran"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
