#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# What the program sees when ltsbpf starts it: nothing but itself. Each check compares a run through
# user/target/ (launch_driver.c) with a run by the shell, or with what the user had before sudo.
# shellcheck disable=SC2016 # single quotes: the inner shell expands
set -u
cd "$(dirname "$0")/../.." || exit 1

[ "$(id -u)" = 0 ] || { echo "SKIP: needs root to start programs as other users"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
driver=$work/driver passed=0 failed=0 skipped=0
stranger=3999999999 # a uid without an entry in passwd

${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-Iuser tests/integration/launch_driver.c user/base/{file,log,text}.c \
	user/target/{identity,environment,command,signals,launch}.c -o "$driver" || exit 1
unset SUDO_UID SUDO_GID SUDO_USER

check() { # name actual expected
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s:\n  is       %s\n  expected %s\n' "$1" "$2" "$3"
	fi
}

code_of() { # the exit code of a command, and nothing else
	"$@" >/dev/null 2>&1
	echo $?
}

until_true() { # waits up to 10 s for a condition
	for _ in $(seq 500); do
		if "$@" 2>/dev/null; then return 0; fi
		sleep 0.02
	done
	return 1
}

state_is() { # pid letter
	[ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")" = "$2" ]
}

# --- exit codes
check "exit code" "$(code_of "$driver" run sh -c 'exit 7')" 7
check "killed by a signal" "$(code_of "$driver" run sh -c 'kill -TERM $$')" 143
check "not found" "$(code_of "$driver" run no-such-command-here)" 127
check "not found by path" "$(code_of "$driver" run ./no/such)" 127
check "may not be executed" "$(code_of "$driver" run /etc/passwd)" 126
check "a folder" "$(code_of "$driver" run /etc)" 126
printf '#!/no/such/interpreter\n' >"$work/script" && chmod 755 "$work/script"
check "no interpreter" "$(code_of "$driver" run "$work/script")" 127
printf 'exit $(($# + 20))\n' >"$work/script"
check "a script without #!" "$(code_of "$driver" run "$work/script" 1 2)" 22
check "unknown user" "$(code_of "$driver" --user no-such-user run true)" 125

# --- what is inherited stays as it was
same() { # name script: the script prints the same with and without us
	check "$1" "$("$driver" run sh -c "$2" 2>&1)" "$(sh -c "$2" 2>&1)"
}
look='grep -E "^(Sig(Blk|Ign|Cgt)|Cap|NoNewPrivs|Seccomp:|Cpus_allowed:|Groups)" /proc/self/status'
same "signals, capabilities, CPUs" "$look"
same "umask, folder, nice value, limits" 'umask; pwd; nice; ulimit -a; cat /proc/self/oom_score_adj'
same "session and terminal" 'ps -o sid=,tty= -p $$'
same "environment" 'env | grep -v ^_= | sort'
same "descriptors" 'ls /proc/self/fd'
exec 7</dev/null
same "descriptors that were inherited" 'ls /proc/self/fd'
exec 7<&-
signals="env --ignore-signal=CHLD --ignore-signal=HUP --ignore-signal=PIPE --block-signal=TERM"
check "unusual dispositions" "$($signals "$driver" run sh -c "$look")" "$($signals sh -c "$look")"
check "unusual limits" "$(umask 027; ulimit -Sn 77; nice -n 5 taskset -c 0 "$driver" run sh -c \
	'umask; ulimit -Sn; nice; taskset -p $$ | sed "s/.*: //"' | xargs)" "0027 77 5 1"
check "status with SIGCHLD ignored" "$(code_of env --ignore-signal=CHLD "$driver" run sh -c 'exit 9')" 9
check "standard streams" "$(echo in | "$driver" run sh -c 'cat; echo err >&2' 2>&1)" "in
err"
check "process group" "$("$driver" run sh -c 'ps -o pgid= -p $$; ps -o pgid= -p $PPID' | xargs -n 1 | sort -u | wc -l)" 1
check "closed standard input" "$("$driver" run sh -c '[ -e /proc/self/fd/0 ]; echo $?' <&-)" 1

# --- who it runs as
who='id -u; id -g; id -G; grep -cE "^Cap(Prm|Eff|Amb):.0000000000000000" /proc/self/status'
check "a user without an entry" "$("$driver" --user $stranger run sh -c "$who" 2>/dev/null | xargs)" \
	"$stranger $stranger $stranger 3"
check "nobody by name" "$("$driver" --user nobody run sh -c "$who" 2>/dev/null | xargs)" \
	"$(id -u nobody) $(id -g nobody) $(id -G nobody) 3"
check "their home" "$("$driver" --user nobody run sh -c 'echo $HOME $USER' 2>/dev/null)" \
	"$(getent passwd nobody | cut -d: -f6) nobody"
check "kept capabilities are dropped" "$(capsh --secbits=0xc -- -c \
	"'$driver' --user nobody run grep -cE '^Cap(Prm|Eff|Amb):.0000000000000000' /proc/self/status" 2>/dev/null)" 3
check "--as-root" "$(SUDO_UID=$stranger SUDO_GID=5 "$driver" --as-root run id -u 2>/dev/null)" 0
check "SUDO_UID is no number" "$(SUDO_UID=x code_of "$driver" run true)" 125
mkdir -m 700 "$work/private" && cp "$(type -P true)" "$work/private/tool"
check "resolved with their rights" "$(code_of "$driver" --user nobody run "$work/private/tool")" 126
check "not in a folder they cannot see" \
	"$(PATH=$work/private:$PATH code_of "$driver" --user nobody run tool)" 126
mkdir "$work/public" && cp "$work/private/tool" "$work/public"
check "but in the next one that they can" \
	"$(PATH=$work/private:$work/public:$PATH code_of "$driver" --user nobody run tool)" 0
check "SUDO_UID from somebody who is not root" "$(SUDO_UID=$stranger SUDO_GID=$stranger \
	setpriv --reuid 65534 --regid 65534 --clear-groups "$driver" run id -u 2>/dev/null)" 65534

# --- behind sudo: a root process of that name, with the user's environment
mkdir -p "$work/venv/bin"
cp "$(type -P bash)" "$work/sudo"
printf '#!/bin/sh\necho "venv python as $(id -u):$(id -g)"\n' >"$work/venv/bin/python"
chmod 755 "$work/venv/bin/python" "$work/venv" "$work/venv/bin"
behind_sudo() { # the arguments of the driver, with what sudo would have set in front
	env -i PATH="$work/venv/bin:/usr/bin:/bin" VIRTUAL_ENV="$work/venv" HOME=/home/someone \
		USER=someone LD_LIBRARY_PATH=/some/lib PYTHONPATH=src SHARED=theirs TERM=xterm \
		"$work/sudo" -c 'env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root \
			MAIL=/var/mail/root TERM=dumb SUDO_USER=someone SUDO_COMMAND=x TYPED=yes \
			SHARED=ours SUDO_UID='$stranger' SUDO_GID=3999999998 "$@"; exit $?' \
		sudo "$@" 2>"$work/said"
}
check "the virtual environment's python" "$(behind_sudo "$driver" run python)" \
	"venv python as $stranger:3999999998"
check "it is told" "$(cat "$work/said")" "ltsbpf: running $work/venv/bin/python as $stranger"
check "the user's environment" "$(behind_sudo "$driver" run env | grep -vE '^(_|PWD|OLDPWD|SHLVL)=' | sort | xargs)" \
	"HOME=/home/someone LD_LIBRARY_PATH=/some/lib LOGNAME=$stranger PATH=$work/venv/bin:/usr/bin:/bin PYTHONPATH=src SHARED=ours SHELL=/bin/sh TERM=xterm TYPED=yes USER=someone VIRTUAL_ENV=$work/venv"
check "through a shell and make" "$(behind_sudo sh -c "sh -c '\"$driver\" run python; :'; :")" \
	"venv python as $stranger:3999999998"
check "another user than the caller" "$(behind_sudo "$driver" --user nobody run sh -c \
	'echo $USER $SUDO_USER $VIRTUAL_ENV $TYPED')" "nobody yes"
# Left by its parent, and so without the sudo that these tests may be run with.
(sleep 0.3 && SUDO_UID=$stranger SUDO_GID=$stranger HOME=/root "$driver" run \
	sh -c 'echo $HOME $USER $SUDO_UID' >"$work/alone" 2>"$work/said" &)
until_true test -s "$work/alone"
check "without a sudo above" "$(cat "$work/alone")" "/ $stranger"
check "which is told" "$(grep -c "the program gets sudo's PATH" "$work/said")" 1
if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	check "the real sudo" "$(PATH=$work/venv/bin:$PATH VIRTUAL_ENV=$work/venv sudo -n TYPED=yes \
		"$driver" run sh -c 'command -v python; echo $VIRTUAL_ENV $TYPED $SUDO_UID' 2>/dev/null | xargs)" \
		"$work/venv/bin/python $work/venv yes"
else
	echo "SKIP: sudo is not installed or asks for a password"
	skipped=$((skipped + 1))
fi

# --- ltsbpf dies
"$driver" --hold "$work/open" run touch "$work/ran" &
dying=$!
until_true pgrep -P $dying >/dev/null
child=$(pgrep -P $dying)
kill -KILL $dying
wait $dying 2>/dev/null
until_true test ! -e "/proc/$child" || kill -KILL "$child"
check "killed before the release: nothing ran" "$(test -e "$work/ran" && echo ran)" ""
check "and the child is gone" "$(test -e "/proc/$child" && echo waits)" ""
"$driver" run sh -c "sleep 0.3; echo done >'$work/survived'" &
dying=$!
until_true pgrep -P $dying sh >/dev/null
kill -KILL $dying
wait $dying 2>/dev/null
check "killed afterwards: the program goes on" "$(until_true test -s "$work/survived" && cat "$work/survived")" "done"

# --- signals that are sent to us
counting='import signal, sys, time
seen = []
def out():
    with open(sys.argv[1], "w") as f: f.write(" ".join(map(str, seen)))
for s in sys.argv[2:]:
    signal.signal(getattr(signal, s), lambda n, f: (seen.append(n), out()))
out()
for _ in range(400):
    if signal.SIGQUIT in seen: sys.exit(50)
    time.sleep(0.05)'
start_counting() {
	rm -f "$work/seen"
	# A shell without job control has what it starts with & ignore these two.
	env --default-signal=INT,QUIT "$driver" run python3 -c "$counting" "$work/seen" SIGINT SIGTERM SIGUSR1 SIGUSR2 SIGQUIT SIGHUP 2>"$work/said" &
	driver_pid=$!
	until_true test -e "$work/seen"
	sleep 0.1
}
seen_is() { [ "$(cat "$work/seen")" = "$1" ]; }
if command -v python3 >/dev/null; then
	start_counting
	for signal in USR1 USR2 HUP TERM; do
		kill -$signal $driver_pid
		sleep 0.1
	done
	until_true seen_is "10 12 1 15"
	check "handed on once each" "$(cat "$work/seen")" "10 12 1 15"
	kill -QUIT $driver_pid
	wait $driver_pid
	check "and the program's exit code is ours" $? 50
	check "what we made of them" "$(xargs <"$work/said")" \
		"driver: action 0, forward 10 driver: action 0, forward 12 driver: action 1, forward 1 driver: action 1, forward 15 driver: action 1, forward 3"
	start_counting
	program=$(pgrep -P $driver_pid)
	kill -TERM $driver_pid
	until_true seen_is 15
	sleep 0.2
	kill -TERM $driver_pid
	wait $driver_pid
	check "a second SIGTERM leaves" $? 99
	check "and leaves the program alone" "$(until_true seen_is "15 15" && ps -o stat= -p "$program" | cut -c 1)" S
	kill -KILL "$program"
	check "timeout(1) asks once" "$(code_of timeout 0.5 "$driver" run python3 -c 'import signal, time
signal.signal(signal.SIGTERM, lambda *a: (time.sleep(0.3), exit(60)))
time.sleep(20)'; rm -f "$work/said")" 124
	python3 tests/integration/launch_terminal.py "$driver" "$work"
	case $? in
	0) passed=$((passed + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
else
	echo "SKIP: no python3 to count signals with"
	skipped=$((skipped + 1))
fi

# --- files as the user
mkdir -m 755 "$work/home" "$work/secret"
chown $stranger "$work/home"
chmod 700 "$work/secret"
echo keep >"$work/secret/f"
check "writing as the user" "$(code_of "$driver" --user $stranger write "$work/home/a/b" f)" 0
check "folders and file are theirs" "$(stat -c %u:%a "$work/home/a" "$work/home/a/b" "$work/home/a/b/f" | xargs)" \
	"$stranger:755 $stranger:755 $stranger:644"
check "writing again keeps the old one" "$("$driver" --user $stranger write "$work/home/a/b" f; echo "$work"/home/a/b/*)" "$work/home/a/b/f $work/home/a/b/f.old"
ln -s "$work/secret" "$work/home/link" && chown -h $stranger "$work/home/link"
ln -sf "$work/secret/f" "$work/home/a/b/g" && chown -h $stranger "$work/home/a/b/g"
check "a link leads them where they may not" "$(code_of "$driver" --user $stranger write "$work/home/link" f)" 13
check "root does not follow their link" "$(code_of "$driver" --as-root write "$work/home/link" f)" 1
check "a linked file is replaced" "$(code_of "$driver" --as-root write "$work/home/a/b" g)" 0
check "nothing was written there" "$(cat "$work/secret/f"; ls -A "$work/secret")" "keep
f"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
