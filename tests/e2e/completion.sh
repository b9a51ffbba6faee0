#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# What is made of the table of options: the manual page is read without a complaint, and the shells
# complete commands, options, values, files and the program of `record`.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"

# --- the manual page
"$ltsbpf" man >"$work/ltsbpf.1"
check "man: status" $? 0
if command -v mandoc >/dev/null; then
	# That there is no page of perf(1) is no fault of this one.
	check "mandoc has no complaint" \
		"$(mandoc -T lint -W warning "$work/ltsbpf.1" 2>&1 | grep -v mandoc.db)" ""
	check_match "it reads as a page" "$(mandoc -T utf8 "$work/ltsbpf.1" | sed 's/.\x08//g')" \
		"-k, --kernel\[=auto\|yes\|no\].*--skip-first SEC.*EXIT STATUS"
else
	skip "there is no mandoc"
fi
if command -v man >/dev/null; then
	check "man has no complaint" \
		"$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 "$work/ltsbpf.1" 2>&1 >/dev/null)" ""
else
	skip "there is no man"
fi
"$ltsbpf" man >/dev/full 2>"$work/err"
check_match "onto a full disk: status" $? '^[1-9]'

mkdir "$work/files" "$work/files/a folder"
touch "$work/files/old run.ltsbpf" "$work/files/new.ltsbpf" "$work/files/other.txt"
for shell in bash zsh fish; do
	"$ltsbpf" completion $shell >"$work/completion.$shell"
	check "completion $shell: status" $? 0
done

# The words that are offered for the last of the words, joined by blanks; "=" is a word to bash.
in_bash() { # WORD...
	(
		cd "$work/files" || exit
		exec bash --norc --noprofile -c '. "$1"
			shift
			compopt() { :; } # only within a real completion
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
			_ltsbpf
			printf "%s\n" "${COMPREPLY[@]}"' bash "$work/completion.bash" "$@" 2>&1
	) | awk '!seen[$0]++' | paste -sd ' ' # a program is found in several folders
}
check "bash: commands" "$(in_bash ltsbpf re)" "record report"
check "bash: options" "$(in_bash ltsbpf report --t)" "--top --threads --thread"
check "bash: those of its command alone" "$(in_bash ltsbpf convert --ra)" ""
check "bash: a value" "$(in_bash ltsbpf record --clock "")" "cpu tick"
check "bash: a value behind =" "$(in_bash ltsbpf record --kernel = "")" "auto yes no"
check "bash: and the beginning of one" "$(in_bash ltsbpf record --kernel = y)" "yes"
check "bash: no value of -k behind a blank" "$(in_bash ltsbpf report --sort n)" "name"
check_match "bash: formats" "$(in_bash ltsbpf record -f "")" "^svg pstats folded"
check "bash: one more format" "$(in_bash ltsbpf convert -f svg,fol)" "svg,folded"
check "bash: folders" "$(in_bash ltsbpf convert -o "")" "a folder"
check "bash: recordings" "$(in_bash ltsbpf report "" | tr ' ' '\n' | sort | xargs)" \
	"a folder new.ltsbpf old run.ltsbpf"
check "bash: users" "$(in_bash ltsbpf record --user roo)" "root"
check "bash: shells" "$(in_bash ltsbpf completion z)" "zsh"
check "bash: a program" "$(in_bash ltsbpf record -- runuse)" "runuser"
check "bash: one without --" "$(in_bash ltsbpf record -r 99 --rate = 5 runuse)" "runuser"
check "bash: its files" "$(in_bash ltsbpf record -- cat oth)" "other.txt"
check "bash: its options are its own" "$(in_bash ltsbpf record cat --ra)" ""

# Types a line into a zsh with a terminal and prints what it has become when TAB was pressed.
in_zsh() { # LINE
	local line=$1
	(
		cd "$work/files" || exit
		# shellcheck disable=SC2016 # zsh expands it
		exec timeout 30 zsh -f -c 'zmodload zsh/zpty
			zpty shell "exec zsh -f -i"
			zpty -w shell "PS1=; fpath=($2 \$fpath); autoload -Uz compinit"
			zpty -w shell "compinit -D -u; setopt no_always_last_prompt"
			zpty -w shell "tell() { print -r -- \$BUFFER >$2/line; BUFFER=; zle accept-line }"
			zpty -w shell "zle -N tell; bindkey \"^I\" complete-word; bindkey \"^X\" tell"
			zpty -w -n shell "$1"$'"'\\t\\x18'"'
			for i in {1..200}; do
				[ ! -s $2/line ] || break
				zpty -r -t shell dropped
				sleep 0.05
			done
			zpty -d shell' zsh "$line" "$work/zsh" >/dev/null 2>&1
	)
	cat "$work/zsh/line" 2>/dev/null
	rm -f "$work/zsh/line"
}
if command -v zsh >/dev/null; then
	mkdir "$work/zsh"
	cp "$work/completion.zsh" "$work/zsh/_ltsbpf"
	check_that "zsh: the script is one" zsh -n "$work/completion.zsh"
	check "zsh: a command" "$(in_zsh 'ltsbpf rec')" "ltsbpf record "
	check "zsh: an option" "$(in_zsh 'ltsbpf report --mark')" "ltsbpf report --markdown "
	check "zsh: a value" "$(in_zsh 'ltsbpf record --clock t')" "ltsbpf record --clock tick "
	check "zsh: an optional value" "$(in_zsh 'ltsbpf record --kernel=y')" "ltsbpf record --kernel=yes "
	check "zsh: a recording" "$(in_zsh 'ltsbpf report n')" "ltsbpf report new.ltsbpf "
	check "zsh: a folder" "$(in_zsh 'ltsbpf convert -o a')" 'ltsbpf convert -o a\ folder/'
	check "zsh: one more format" "$(in_zsh 'ltsbpf convert -f svg,fol')" "ltsbpf convert -f svg,folded,"
	check "zsh: a program" "$(in_zsh 'ltsbpf record -r 99 runuse')" "ltsbpf record -r 99 runuser "
else
	skip "there is no zsh"
fi

in_fish() { # LINE: what is offered, without the explanations
	# shellcheck disable=SC2016 # fish expands it
	(cd "$work/files" && HOME=$work fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
		"$work/completion.fish" "$1" 2>&1 | cut -f 1 | paste -sd ' ')
}
if command -v fish >/dev/null; then
	check_that "fish: the script is one" fish --no-execute "$work/completion.fish"
	check "fish: commands" "$(in_fish 'ltsbpf re')" "record report"
	check "fish: an option" "$(in_fish 'ltsbpf report --mark')" "--markdown"
	check "fish: those of its command alone" "$(in_fish 'ltsbpf convert --ra')" ""
	check "fish: a value" "$(in_fish 'ltsbpf record --clock ')" "cpu tick"
	check "fish: an optional value" "$(in_fish 'ltsbpf record --kernel=y')" "--kernel=yes"
	check_match "fish: recordings" "$(in_fish 'ltsbpf report ')" "new.ltsbpf old.*run.ltsbpf"
	check_match "fish: a program" "$(in_fish 'ltsbpf record -r 99 runuse')" "^runuser"
	check_match "fish: its files" "$(in_fish 'ltsbpf record -- cat oth')" "^other.txt"
else
	skip "there is no fish"
fi
finish
