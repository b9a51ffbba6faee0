#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# The files: which, where, whole or not there, the older set kept; made again from the recording
# byte by byte; what is cut, damaged or no recording is explained.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
shares=$PWD/tests/targets/shares.py

files() { # FOLDER
	(cd "$1" && find . -mindepth 1 | sed 's|^\./||' | sort | xargs)
}

# --- which and where
set=$work/deep/er/folder
make_set() { # OPTION... -- COMMAND...
	"$ltsbpf" record -r 999 -o "$set" "$@" >/dev/null 2>"$work/err"
}
make_set -- "$python" "$shares" 0.3
check "folders are made, four files" "$(files "$set")" \
	"profile.folded profile.ltsbpf profile.stats profile.svg"
for file in profile.svg profile.stats profile.folded profile.ltsbpf; do
	check_match "the absolute path of $file is told" "$(cat "$work/err")" "$(realpath "$set")/$file"
done
record some --name "my run" -f folded,svg -- "$python" -c 0
check "--name and a shorter list" "$(files "$work/some")" "my run.folded my run.ltsbpf my run.svg"
record one -f pstats -- "$python" -c 0
check "one format" "$(files "$work/one")" "profile.ltsbpf profile.stats"
mkdir "$work/bin"
printf '#!/bin/sh\nexec "%s" -c "print(1)"\n' "$python" >"$work/bin/printing" && chmod +x "$work/bin/printing"
check "-q says nothing" "$("$ltsbpf" record -q -o "$work/one" -- "$work/bin/printing" 2>&1)" 1
umask 027
record masked -- "$python" -c 0
check "the umask counts" "$(stat -c %a "$work/masked" "$work/masked/profile.svg" "$work/masked/profile.ltsbpf" | xargs)" \
	"750 640 640"
umask 022

# --- the older set
set_of() { # FOLDER [ENDING]: what the files of a set hold, as one checksum
	(cd "$1" && for ending in ltsbpf svg stats folded; do cat "profile.$ending$2"; done | sha256sum)
}
first=$(set_of "$set" "")
make_set -- "$python" "$shares" 0.3
check "the older set is kept" "$(set_of "$set" .old)" "$first"
check "and nothing else" "$(files "$set" | wc -w)" 8
check_that "the newer one is new" test "$first" != "$(set_of "$set" "")"
make_set -f folded -- "$python" "$shares" 0.3
# What stays must belong to the recording beside it.
check "a smaller set replaces the whole older one" "$(files "$set")" \
	"profile.folded profile.folded.old profile.ltsbpf profile.ltsbpf.old profile.stats.old profile.svg.old"
third=$(sha256sum <"$set/profile.ltsbpf")
make_set -- "$work/bin/no-such-program"
check "a program that is not found: status" $? 127
check "a program that is not found leaves the files alone" "$(sha256sum <"$set/profile.ltsbpf")" "$third"
printf '#!/no/such/interpreter\n' >"$work/bin/broken" && chmod +x "$work/bin/broken"
record broken -- "$work/bin/broken"
check "one that cannot be executed: status" $? 127
check "one that cannot be executed leaves no files" "$(files "$work/broken" 2>/dev/null)" ""

# --- whole or not there
begin=$SECONDS
"$ltsbpf" record -q -o "$work/whole" -- "$python" "$shares" 1 >/dev/null &
recorder=$! early=
until_true 10 test -e "$work/whole/profile.ltsbpf"
while kill -0 $recorder 2>/dev/null; do
	for file in "$work"/whole/*; do
		case $file in
		*.svg) tail -c 20 "$file" | grep -q '</svg>' || early="$early half an SVG;" ;;
		*.ltsbpf) ;;
		*.stats | *.folded) [ -s "$file" ] || early="$early an empty ${file##*/};" ;;
		*) early="$early ${file##*/};" ;;
		esac
	done
done
wait $recorder
check "no file was seen before it was whole" "$early" ""
check "no temporary file stays" "$(files "$work/whole")" "profile.folded profile.ltsbpf profile.stats profile.svg"
[ $((SECONDS - begin)) -lt 20 ] || fail "time" "took $((SECONDS - begin)) s"

# Room to begin, not to end: the recording of one second takes 40 KiB or more.
mkdir "$work/small"
if mount -t tmpfs -o size=16k none "$work/small" 2>/dev/null; then
	printf '"%s" "%s" 1\nexit 5\n' "$python" "$shares" >"$work/script.sh"
	"$ltsbpf" record -o "$work/small/full" -r 4999 -- sh "$work/script.sh" >"$work/out" 2>"$work/err"
	check "a full disk: the program's status" $? 5
	check_match "a full disk: told" "$(cat "$work/err")" "cannot write the recording: No space left"
	check_match "a full disk: told of each file" "$(cat "$work/err")" "cannot write .*profile.svg': No space left"
	check_match "a full disk: the program ran" "$(cat "$work/out")" '"f": 0.6'
	for file in "$work"/small/full/* "$work"/small/full/.[!.]*; do
		case $file in
		*.ltsbpf | *\*) ;;
		*.svg) check_that "a full disk: a whole SVG or none" grep -q '</svg>' "$file" ;;
		*.stats | *.folded) check_that "a full disk: a whole ${file##*/} or none" test -s "$file" ;;
		*) fail "a full disk: no temporary file stays" "${file##*/}" ;;
		esac
	done
	check_that "a full disk: what is recorded can be read" "$ltsbpf" report "$work/small/full/profile.ltsbpf"
	umount "$work/small"
	# Full when all but the last block is written, which is the first one of a program of no time.
	mount -t tmpfs -o size=8k none "$work/small"
	"$ltsbpf" record -o "$work/small/full" -- "$python" -c pass 2>"$work/err"
	check_match "a disk full at the end: told" "$(cat "$work/err")" "cannot write the recording: No space left"
	umount "$work/small"
else
	skip "cannot mount a small file system"
fi

# --- where nothing can be written: told, 125, and the program does not run
touch "$work/in-the-way"
for folder in "$work/in-the-way" "$work/in-the-way/sub" /proc/no /dev/null; do
	"$ltsbpf" record -o "$folder" -- touch "$work/ran" >"$work/out" 2>"$work/err"
	check "into $folder: status" $? 125
	check_match "into $folder: told" "$(cat "$work/err")" "$folder.*-o"
done
check "and nothing ran" "$(ls "$work/ran" 2>/dev/null)" ""

# --- from the recording again
record again -r 999 -- "$python" "$shares" 0.5
check_that "convert" "$ltsbpf" convert "$work/again/profile.ltsbpf" -o "$work/converted"
for ending in svg stats folded; do
	check_that "convert makes the same .$ending" cmp "$work/again/profile.$ending" "$work/converted/profile.$ending"
done
check_that "convert replaces its own files" "$ltsbpf" convert "$work/again/profile.ltsbpf" -o "$work/again"
check_match "not those of another recording" \
	"$("$ltsbpf" convert "$work/one/profile.ltsbpf" -o "$work/again" 2>&1)" "another recording.*--name"
check_that "which are as before" cmp "$work/again/profile.svg" "$work/converted/profile.svg"
check_that "options in front and behind" "$ltsbpf" convert -f svg "$work/again/profile.ltsbpf" --name x -o "$work/x"
check "only what was asked for" "$(files "$work/x")" x.svg
check "no recording is made of a recording" "$(files "$work/converted")" "profile.folded profile.stats profile.svg"
record by_thread -r 999 -t -- "$python" "$PWD/tests/targets/threads.py" 0.5
"$ltsbpf" convert -q "$work/by_thread/profile.ltsbpf" -f folded -o "$work/merged"
"$ltsbpf" convert -q "$work/again/profile.ltsbpf" -t -f folded -o "$work/split"
judge "convert splits by thread or not" threads "$work/by_thread" "$work/merged" "$work/split"
record by_line -r 999 --lines -- "$python" "$shares" 0.5
"$ltsbpf" convert -q "$work/by_line/profile.ltsbpf" --lines -f folded -o "$work/lines"
check_that "convert splits by line as record does" cmp "$work/by_line/profile.folded" "$work/lines/profile.folded"
"$ltsbpf" convert -q "$work/by_line/profile.ltsbpf" -f folded -o "$work/functions"
check_that "which is not how it does without" test "$(wc -l <"$work/lines/profile.folded")" -gt "$(wc -l <"$work/functions/profile.folded")"
"$ltsbpf" convert -q "$work/by_line/profile.ltsbpf" --exclude '^f ' -f folded -o "$work/without"
check "convert leaves stacks out" "$(grep -c ';f (' "$work/without/profile.folded") $(grep -c ';f (' "$work/functions/profile.folded" | sed 's/[0-9][0-9]*/n/')" "0 n"
cp "$work/again/profile.ltsbpf" "$work/readable.ltsbpf" && chmod 644 "$work/readable.ltsbpf"
mkdir "$work/theirs" && chown nobody "$work/theirs"
cp "$ltsbpf" "$work/bin/ltsbpf" && chmod 755 "$work/bin/ltsbpf"
check_that "convert without root" setpriv --reuid nobody --regid nogroup --clear-groups "$work/bin/ltsbpf" convert "$work/readable.ltsbpf" -o "$work/theirs"
check_that "the same without root" cmp "$work/again/profile.svg" "$work/theirs/profile.svg"

# --- report says what record said
"$ltsbpf" report "$work/again/profile.ltsbpf" >"$work/report" 2>"$work/report.err"
check "report: status, nothing on stderr" "$?$(cat "$work/report.err")" 0
judge "report prints record's summary" same_summary "$work/report" "$work/again.err"
"$ltsbpf" report "$work/again/profile.ltsbpf" >/dev/full 2>"$work/report.err"
check_match "report onto a full disk: status" $? '^[1-9]'

# --- what cannot be read
explained() { # NAME REGEX FILE
	local status command
	for command in "report" "convert -o $work/nothing"; do
		# shellcheck disable=SC2086 # several words
		"$ltsbpf" $command "$3" >"$work/out" 2>"$work/err"
		status=$?
		check "${command%% *} of $1: status" $status 1
		check_match "${command%% *} of $1: told" "$(cat "$work/err")" "$2"
		check "${command%% *} of $1: nothing on stdout" "$(cat "$work/out")" ""
	done
}
recording=$work/again/profile.ltsbpf
: >"$work/nothing-in-it"
head -c 100000 /dev/urandom >"$work/random"
cp "$recording" "$work/newer" && printf '\xff' | dd of="$work/newer" bs=1 seek=16 conv=notrunc status=none
explained "no file" "No such file" "$work/no-such-file"
explained "a folder" "directory|folder|no recording" "$work"
explained "an empty file" "no recording|empty" "$work/nothing-in-it"
explained "something else" "no recording" "$work/random"
explained "another version" "version" "$work/newer"
explained "an SVG" "no recording" "$work/again/profile.svg"

size=$(stat -c %s "$recording")
head -c $((size * 2 / 3)) "$recording" >"$work/cut"
"$ltsbpf" report "$work/cut" >"$work/out" 2>"$work/err"
check "cut: status" $? 0
check_match "cut: told" "$(cat "$work/err")" "damaged|cut"
cp "$recording" "$work/damaged" && printf 'damage' | dd of="$work/damaged" bs=1 seek=$((size / 2)) conv=notrunc status=none
"$ltsbpf" report "$work/damaged" >"$work/out" 2>"$work/err"
check "damaged: status" $? 0
check_match "damaged: told" "$(cat "$work/err")" "damaged|cut"

# Cut anywhere, with a byte changed anywhere: an answer, never a crash.
crashed=
for i in $(seq 40); do
	at=$((size * i / 41))
	head -c $at "$recording" >"$work/cut"
	cp "$recording" "$work/damaged"
	other=$(printf '\\x%02x' $(($(od -An -tu1 -j "$at" -N 1 "$recording") ^ 0xa5)))
	printf "%b" "$other" | dd of="$work/damaged" bs=1 seek=$at conv=notrunc status=none
	for file in "$work/cut" "$work/damaged"; do
		"$ltsbpf" report "$file" >/dev/null 2>"$work/err"
		status=$?
		[ $status -le 1 ] && [ -s "$work/err" ] || crashed="$crashed ${file##*/} at $at: status $status;"
	done
done
check "cut or damaged at 40 places" "$crashed" ""
finish
