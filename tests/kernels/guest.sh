#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# The first process in the virtual machine (busybox): runs /ltsbpf, sends what came of it through
# the second serial port as a tar archive, and switches off.
busybox mkdir -p /proc /sys /dev /tmp /out
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t devtmpfs dev /dev
busybox mount -t tmpfs tmp /tmp
export PATH=/bin HOME=/ LANG=C.UTF-8
cd /out || busybox poweroff -f

# NAME COMMAND...: its output, messages and exit status as files
run() {
	name=$1
	shift
	"$@" >"$name.stdout" 2>"$name.stderr" </dev/null
	echo $? >"$name.status"
}

# Emulated, an interrupt takes many times as long as on a machine: the kernel would think that
# sampling takes too much of the CPU and skip ticks of the clock.
echo 0 >/proc/sys/kernel/perf_cpu_time_max_percent

busybox uname -r >release
run doctor /ltsbpf doctor
for clock in cpu tick; do
	run $clock /ltsbpf record -r 99 --clock $clock -o $clock -- "$(busybox cat /python)" /known.py
	run whole /ltsbpf convert --interpreter-frames -f folded --name whole -o $clock $clock/profile.ltsbpf
done
busybox grep -c -m 1 '^0*[1-9a-f]' /proc/kallsyms >kallsyms
run calls /ltsbpf record --calls --calls-budget none -o calls -- "$(busybox cat /python)" /calls.py
if [ "$(busybox cat cpu.status)" = 125 ]; then
	run verbose /ltsbpf record -v -o verbose -- /bin/true
fi
busybox dmesg >messages
busybox stty -F /dev/ttyS1 raw -echo
busybox tar cf /dev/ttyS1 .
busybox poweroff -f
