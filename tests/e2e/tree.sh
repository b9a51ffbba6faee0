#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The whole tree of a program from its first instruction: pools, subprocesses, children that live
# 20 ms, daemons, Pythons that something else started, renamed and embedded ones.
# shellcheck source=tests/expect.sh disable=SC2016 # another shell expands
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null
targets=$PWD/tests/targets

# fork copies a process that is being walked, so every version; the others start afresh
for each in "${pythons[@]}"; do
	trial "fork pool of ${each%% *} (${each#* })" pool -- -- "${each#* }" "$targets/pool.py" fork 0.5
done
trial "spawn pool" pool -- -- "$python" "$targets/pool.py" spawn 0.8
trial "forkserver pool" pool -- -- "$python" "$targets/pool.py" forkserver 0.8
trial "subprocesses" subprocesses -- -- "$python" "$targets/subprocesses.py" 1
trial "only the first process" first_only -- --no-subprocesses -- "$python" "$targets/subprocesses.py" 0.6
trial "100 children of 20 ms" short_children -- -- "$python" "$targets/short_children.py" 100 0.02
trial "daemon while the program runs" daemon_inside "$work/daemon" -- -- \
	"$python" "$targets/daemon.py" "$work/daemon" 0.3 0.6

# A daemon that outlives the program: the program's end is the end, and the daemon is left to run.
rm -f "$work/daemon"
begin=$SECONDS
record daemon -r 999 -- "$python" "$targets/daemon.py" "$work/daemon" 3 0.3
check "status with a daemon left" $? 0
check_that "it does not wait for the daemon" test $((SECONDS - begin)) -lt 3
check_match "the daemon is told" "$(cat "$work/daemon.err")" "1 more process.* still runs"
judge "and counted as far as it was seen" daemon_left "$work/daemon"
check_that "the daemon runs to its end" until_true 20 test -s "$work/daemon"

# --- Pythons that something else started
cat >"$work/script.sh" <<END
#!/bin/sh
"$python" "$targets/shares.py" 0.4
:
END
printf 'all:\n\t@%s %s 0.4\n' "$python" "$targets/shares.py" >"$work/Makefile"
printf '#!%s\nimport sys\nsys.argv = ["x", "0.4"]\nexec(compile(open("%s").read(), "%s", "exec"))\n' \
	"$python" "$targets/shares.py" "$targets/shares.py" >"$work/console-script"
chmod +x "$work/script.sh" "$work/console-script"
trial "python -m" started "$(basename "$python")" -- -- \
	env -C "$targets" "$python" -m shares 0.4
trial "a shell script" started "$(basename "$python")" -- -- "$work/script.sh"
trial "make" started "$(basename "$python")" -- -- make -s -f "$work/Makefile"
trial "a console script" started console-script -- -- "$work/console-script"
if "$python" -m venv --without-pip "$work/venv" >/dev/null 2>&1; then
	trial "a virtual environment's python" started python -- -- \
		"$work/venv/bin/python" "$targets/shares.py" 0.4
else
	skip "python3-venv is not installed"
fi

# --- interpreters under other names
cp "$(readlink -f "$python")" "$work/blender-like"
ln "$work/blender-like" "$work/hard-link"
trial "a renamed interpreter" started blender-like -- -- "$work/blender-like" "$targets/shares.py" 0.4
trial "a hard link" started hard-link -- -- "$work/hard-link" "$targets/shares.py" 0.4
embedded=0
for each in "${pythons[@]}"; do
	config=${each#* }-config
	[ -x "$config" ] || continue
	build=$work/embedded-${each%% *}
	# shellcheck disable=SC2046 # several flags
	${CC:-gcc} -o "$build" tests/targets/embedded.c $("$config" --includes) \
		$("$config" --ldflags --embed) -Wl,-rpath,"$(dirname "$config")/../lib" 2>"$work/.cc" ||
		continue
	embedded=$((embedded + 1))
	home=$("${each#* }" -c 'import sys; print(sys.base_prefix)')
	trial "embedded ${each%% *} (${each#* })" started "$(basename "$build" | cut -c -15)" -- -- \
		env PYTHONHOME="$home" "$build" "$work/console-script"
done
[ $embedded -gt 0 ] || skip "no Python here can be embedded (no python3-config and headers)"

# --- programs that make it hard
mkdir "$work/modules"
trial "a chain of imports" deep_import -- -- "$python" "$targets/deep_import.py" "$work/modules" 40 0.4
trial "a thread executes another program" functions -- -- "$python" "$targets/exec_in_thread.py" 0.3
cp "$work/blender-like" "$work/deleted"
printf 'import os, sys\nos.unlink(sys.executable)\n' >"$work/delete.py"
cat "$targets/threads.py" >>"$work/delete.py"
trial "an interpreter whose file is deleted" functions -- -- \
	sh -c 'cp "$0" "$1" && exec "$1" "$2" 0.5' "$work/blender-like" "$work/deleted" "$work/delete.py"
if unshare -pf --mount-proc true 2>/dev/null; then
	trial "in a pid and a mount namespace" functions -- -- \
		unshare -pf --mount-proc "$python" "$targets/threads.py" 0.5
else
	skip "cannot make a pid namespace"
fi
for each in "${pythons[@]}"; do
	"${each#* }" -c 'import concurrent.interpreters' 2>/dev/null || continue
	trial "subinterpreters of ${each%% *} (${each#* })" functions -- -- \
		"${each#* }" "$targets/subinterpreters.py" 0.9
done
finish
