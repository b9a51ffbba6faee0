#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Behind a real sudo: the program is what it would have been without, in an active virtual
# environment too, and the files are the user's. Takes root, to make a user and to remove it again.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
for tool in sudo useradd userdel runuser; do
	type -P $tool >/dev/null || skip_all "$tool is not installed"
done
user=ltsbpf-test-$$
rights=/etc/sudoers.d/$user
secret=$work/secret

remove() { # USER: with all that was made for them
	rm -f "/etc/sudoers.d/$1"
	userdel -r "$1" >/dev/null 2>&1
	groupdel "$1-more" >/dev/null 2>&1
}
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	until_true 5 test -z "$(pgrep -u "$user" | head -n 1)"
	remove "$user"
}
trap 'exit 1' HUP INT TERM PIPE
# Of a run that was killed, as its number tells.
for old in /etc/sudoers.d/ltsbpf-test-*; do
	[ ! -e "$old" ] || kill -0 "${old##*-}" 2>/dev/null || remove "${old##*/}"
done
{ groupadd "$user-more" && useradd -m -s /bin/bash -G "$user-more" "$user"; } ||
	skip_all "no user can be made on this machine"
home=$(getent passwd "$user" | cut -d : -f 6)
allow() { # use_pty|!use_pty: sudo with and without a terminal of its own between us
	printf 'Defaults:%s %s\n%s ALL=(ALL:ALL) NOPASSWD: ALL\n' "$user" "$1" "$user" >"$rights"
	chmod 440 "$rights"
}
allow use_pty
runuser -u "$user" -- sudo -n true 2>"$work/said" ||
	skip_all "sudo does not let a user of /etc/sudoers.d in: $(tail -n 1 "$work/said")"
runuser -u "$user" -- "$python" -c 0 || skip_all "$python is not for everybody"
install -m 755 "$ltsbpf" "$work/ltsbpf"
install -d -m 700 "$secret"
install -d -m 755 "$work/of-root"
install -d -m 1777 "$work/anybody"
echo untouched >"$secret/target"

cat >"$work/who.py" <<'END'
import json, os, resource, sys, time
stop = time.thread_time() + 0.15
while time.thread_time() < stop:
    pass
status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
print(json.dumps({
    "uids": os.getresuid(), "gids": os.getresgid(), "groups": sorted(os.getgroups()),
    "capabilities": {name: status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")},
    "environment": {name: value for name, value in os.environ.items() if name != "_"},
    "executable": sys.executable, "prefix": sys.prefix, "path": sys.path, "folder": os.getcwd(),
    "umask": status["Umask"], "nice": os.nice(0),
    "limits": [resource.getrlimit(number) for number in range(16)
               if number != resource.RLIMIT_CORE],  # sudo's own doing
}))
END
cp "$work/who.py" "$home/x.py"
cat >"$home/enter" <<END
cd ~/project && umask 022 && . ~/venv/bin/activate
export PYTHONPATH=$home/modules LD_LIBRARY_PATH=$home/lib:/nowhere MINE='two  words; \$x' TERM=vt220
END
chmod 644 "$home/x.py" "$home/enter"

# by_user COMMANDS: what the user types in a shell with the virtual environment active
by_user() {
	runuser -u "$user" -- env -i PATH="/usr/local/bin:/usr/bin:/bin:$home/bin" HOME="$home" USER="$user" \
		LOGNAME="$user" SHELL=/bin/bash bash -c ". ~/enter && $1" </dev/null >"$work/out" 2>"$work/err"
}

# What in a folder, itself included, is not the user's.
not_theirs() { # FOLDER
	find "$1" ! \( -user "$user" -group "$user" \) 2>&1
}

runuser -u "$user" -- bash -c 'mkdir ~/project ~/modules && echo "word = 5" >~/modules/found.py &&
	'"'$python'"' -m venv --without-pip ~/venv' >"$work/said" 2>&1 ||
	skip_all "no virtual environment can be made: $(tail -n 1 "$work/said")"

by_user "python ~/x.py"
check "without ltsbpf" $? 0
cp "$work/out" "$work/expected"
judge "in the virtual environment" tells "$work/expected" "VIRTUAL_ENV=$home/venv" "executable=$home/venv/bin/python" \
	"PYTHONPATH=$home/modules" "LD_LIBRARY_PATH=$home/lib:/nowhere"

for way in use_pty '!use_pty'; do
	allow "$way"
	rm -rf "$home/project/profiles"
	by_user "sudo -n $work/ltsbpf record -r 999 -- python ~/x.py"
	check "sudo with $way: status" $? 0
	tr -d '\r' <"$work/out" >"$work/actual"
	judge "sudo with $way: the program sees no difference" same "$work/expected" "$work/actual"
	judge "sudo with $way: no rights are left" no_rights "$work/actual"
	check "sudo with $way: one line says what runs as whom" "$(grep -c '^ltsbpf: running ' "$work/err")" 1
	check_match "sudo with $way: which" "$(cat "$work/err")" \
		"ltsbpf: running $home/venv/bin/python \($(readlink -f "$python")\) as $user"
	check "sudo with $way: folder and files are theirs" "$(not_theirs "$home/project/profiles")" ""
	check "sudo with $way: all of them" "$(cd "$home/project" && find profiles -printf '%M %p\n' | sort -k 2)" \
		"drwxr-xr-x profiles
-rw-r--r-- profiles/profile.folded
-rw-r--r-- profiles/profile.ltsbpf
-rw-r--r-- profiles/profile.stats
-rw-r--r-- profiles/profile.svg"
	check_match "sudo with $way: and recorded" "$(cat "$work/err")" "<module> \($home/x\.py:1\)"
done
by_user "sudo -n $work/ltsbpf record -- python -c 'import found; raise SystemExit(found.word)'"
check "PYTHONPATH works, and the status is the program's" $? 5
check "files and the .old ones are theirs" "$(not_theirs "$home/project/profiles")" ""
check_that "an older set is there" test -e "$home/project/profiles/profile.svg.old"
by_user "sudo -n $work/ltsbpf record -q -o deep/er/est -- true"
check "every folder on the way is theirs" "$(not_theirs "$home/project/deep")" ""
by_user "sudo -n $work/ltsbpf convert -q profiles/profile.ltsbpf -o converted"
check "those of convert, too" "$(not_theirs "$home/project/converted")" ""
by_user "sudo -n MINE=other MORE=1 $work/ltsbpf record -q -- python ~/x.py"
judge "what stands on sudo's command line goes on top" tells "$work/out" MINE=other MORE=1 "VIRTUAL_ENV=$home/venv"
check "-q: silent" "$(cat "$work/err")" ""

# --- whose signals
cp tests/targets/signals.py "$home/signals.py"
chmod 644 "$home/signals.py"
runuser -u "$user" -- bash -c ". ~/enter && exec sudo -n $work/ltsbpf record -o signalled -- python ~/signals.py ~/seen" \
	</dev/null >/dev/null 2>"$work/err" &
until_true 10 test -e "$home/seen"
sudo_pid=$(pgrep -u root -P $! -f "^sudo -n $work/ltsbpf" | head -n 1)
kill -TERM "${sudo_pid:-$!}"
check_that "SIGTERM to sudo reaches the program" until_true 5 grep -q 15 "$home/seen"
sleep 0.3
check "once" "$(cat "$home/seen")" 15
kill -USR2 "$(pgrep -u "$user" -f "^python $home/signals.py")"
wait $!
check "and the program's status comes through" $? 42
check_match "with its files" "$(cat "$work/err")" "wrote $home/project/signalled/profile\.svg"

# --- outputs that lead elsewhere
refused() { # NAME REGEX OPTIONS: ends with 125 and one line, has run nothing
	by_user "sudo -n $work/ltsbpf record $3 -- touch ~/ran"
	check "$1: status" $? 125
	check_match "$1: clear words" "$(cat "$work/err")" "$2"
	check "$1: in one line" "$(wc -l <"$work/err")" 1
	check_that "$1: nothing was run" test ! -e "$home/ran"
	check "$1: nothing was written there" "$(ls -A "$secret")$(ls -A "$work/of-root") $(cat "$secret/target")" \
		"target untouched"
}
ln -s "$secret" "$home/project/to-secret"
ln -s "$work/of-root" "$home/project/to-root"
chown -h "$user:" "$home/project/to-secret" "$home/project/to-root"
refused "a link to root's secret folder" "error: cannot .*'to-secret'.*Permission denied.* -o" "-o to-secret"
refused "a link to a new folder in it" "error: cannot .*'to-secret/new'.*Permission denied.* -o" "-o to-secret/new"
refused "a link to root's open folder" "error: cannot .*'to-root'.*Permission denied.* -o" "-o to-root"
refused "root's folder itself" "error: cannot .*'$work/of-root'.*Permission denied.* -o" "-o $work/of-root"
refused "a new folder in root's folder" "error: cannot .*'$work/of-root/new'.*Permission denied.* -o" "-o $work/of-root/new"
refused "as root through their link" "error: cannot .*'to-secret'.* link.* -o" "--as-root -o to-secret"
refused "as root through their link to an open folder" "error: cannot .*'to-root'.* link.* -o" "--as-root -o to-root"
# shellcheck disable=SC2016 # the user's shell expands it
by_user 'mkdir planted && cd planted && for ending in svg stats folded ltsbpf; do ln -s '"$secret"'/target profile.$ending; done'
by_user "sudo -n $work/ltsbpf record -q -o planted -- true"
check "links in place of the files: status" $? 0
check "links in place of the files: followed by none" "$(cat "$secret/target")" untouched
check "links in place of the files: files now" \
	"$(find "$home/project/planted" -type f -user "$user" -size +0 ! -name '*.folded' | wc -l)" 3
by_user 'rm planted/*.old; ln -sf '"$secret"'/target planted/profile.ltsbpf'
by_user "sudo -n $work/ltsbpf record -q --as-root -o planted -- true"
check "links in place of the files, as root: followed by none" "$(cat "$secret/target")" untouched

# --- the cache of unwind tables: theirs, and no more than a cache
cache=$home/.cache/ltsbpf
natives() { # NAME PREPARATION [SETTING...]: what the user does before; the program has its native frames
	by_user "{ $2; } && ${*:3} sudo -n $work/ltsbpf record -r 999 -o cached -- python ~/x.py"
	check "$1: status" $? 0
	check_match "$1: native frames" "$(cat "$work/err")" "Native stacks: [0-9]+, (9[5-9]|100)\.[0-9] % of them whole"
	check "$1: no complaint" "$(grep -E 'warning|error' "$work/err")" ""
	check "$1: nothing of root's was touched" "$(ls -A "$secret")$(ls -A "$work/of-root") $(cat "$secret/target")" \
		"target untouched"
}
tables() { # their names and what they hold
	(cd "$cache" && sha256sum -- *.unwind)
}
natives "a cache" 'rm -rf ~/.cache'
kept=$(tables)
check_that "a cache: tables are kept" test -n "$kept"
check "a cache: it is theirs" "$(not_theirs "$home/.cache")" ""
check "a cache: and nobody else's" "$(find "$home/.cache" -perm /077 -type d)" ""
natives "XDG_CACHE_HOME" 'rm -rf ~/.cache' "XDG_CACHE_HOME=$home/xdg"
check_that "XDG_CACHE_HOME: tables are there" test -n "$(ls "$home"/xdg/ltsbpf/*.unwind)"
check "XDG_CACHE_HOME: they are theirs" "$(not_theirs "$home/xdg")" ""
check_that "XDG_CACHE_HOME: and nowhere else" test ! -e "$home/.cache"
natives "a relative XDG_CACHE_HOME" : XDG_CACHE_HOME=xdg2
check "a relative XDG_CACHE_HOME: does not count" "$(tables) $(ls -d "$home"/project/xdg2 2>/dev/null)" "$kept "
each='cd ~/.cache/ltsbpf && for file in *.unwind; do'
natives "tables that are cut" "($each truncate -s 1000 \$file; done)"
check "tables that are cut: made anew" "$(tables)" "$kept"
natives "tables with a changed byte" "($each printf x | dd of=\$file bs=1 seek=5000 conv=notrunc status=none; done)"
check "tables with a changed byte: made anew" "$(tables)" "$kept"
natives "pipes for tables" "($each rm \$file; mkfifo \$file; done)"
check "pipes for tables: made anew" "$(tables)" "$kept"
natives "links for tables" "($each ln -sf '$secret/target' \$file; done)"
check "links for tables: made anew" "$(tables)" "$kept"
natives "folders for tables" "($each rm \$file; mkdir \$file; done)"
natives "a file in place of the folder" 'rm -rf ~/.cache/ltsbpf; touch ~/.cache/ltsbpf'
check "a file in place of the folder: stays" "$(stat -c '%s %U' "$cache")" "0 $user"
natives "a file in place of ~/.cache" 'rm -rf ~/.cache; touch ~/.cache'
natives "a link to root's secret folder" "rm -rf ~/.cache; mkdir ~/.cache; ln -s '$secret' ~/.cache/ltsbpf"
natives "a link to root's open folder" "ln -sfn '$work/of-root' ~/.cache/ltsbpf"
natives "a cache that cannot be written" 'rm -rf ~/.cache; mkdir -m 500 ~/.cache'
check "a cache that cannot be written: is empty" "$(ls -A "$home/.cache")" ""
natives "HOME=/nonexistent" 'rm -rf ~/.cache' HOME=/nonexistent
check_that "HOME=/nonexistent: it is not made" test ! -e /nonexistent
by_user "rm -rf ~/.cache; sudo -n $work/ltsbpf record -q --no-native -o cached -- python ~/x.py"
check "--no-native: status" $? 0
check_that "--no-native: makes no cache" test ! -e "$home/.cache"

# --- somebody else
by_user "sudo -n $work/ltsbpf record --as-root -o $work/anybody/as-root -- '$python' ~/x.py"
check "--as-root: status" $? 0
judge "--as-root: is root" tells "$work/out" uid=0
check "--as-root: the files are root's" "$(find "$work/anybody/as-root" ! -user root)" ""
by_user "sudo -n $work/ltsbpf record --user nobody -o $work/anybody/nobody -- '$python' $work/who.py"
check "--user: status" $? 0
judge "--user: is the other" tells "$work/out" "uid=$(id -u nobody)" USER=nobody LOGNAME=nobody \
	"HOME=$(getent passwd nobody | cut -d : -f 6)" SUDO_UID= SUDO_USER= SUDO_COMMAND=
judge "--user: no rights are left" no_rights "$work/out"
check_match "--user: is told" "$(cat "$work/err")" "ltsbpf: running .* as nobody"
check "--user: the files are theirs" "$(find "$work/anybody/nobody" ! -user nobody)" ""
"$work/ltsbpf" record -o "$work/anybody/from-root" --user "$user" -- "$python" "$work/who.py" >"$work/out" 2>"$work/err"
check "--user from root: status" $? 0
judge "--user from root: is the other" tells "$work/out" "uid=$(id -u "$user")" "HOME=$home" "USER=$user"
judge "--user from root: no rights are left" no_rights "$work/out"
check "--user from root: groups" "$("$work/ltsbpf" record -q -o "$work/anybody/from-root" --user "$user" -- id)" "$(id "$user")"
check "--user from root: the files are theirs" "$(not_theirs "$work/anybody/from-root")" ""
"$work/ltsbpf" record -o "$work/anybody/none" --user no-such-user -- touch "$work/ran" 2>"$work/err"
check "--user with an unknown name: status" $? 125
check_match "--user with an unknown name: told" "$(cat "$work/err")" "no user 'no-such-user'"
check_that "--user with an unknown name: nothing was run" test ! -e "$work/ran"
finish
