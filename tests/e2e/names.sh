#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Names of every kind come out right, and as nothing but names: identifiers and paths beyond ASCII,
# and names made to break the folded file, the pstats file and the SVG.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null
export LANG=C.UTF-8

# Cyrillic, CJK, an emoji, an e with a combining accent, a blank
folder="$work/каталог 目录 🐍 é"
mkdir "$folder"
cp tests/targets/non_ascii.py "$folder/скрипт_🐍.py"
for each in "${pythons[@]}"; do
	exe=${each#* } of="of ${each%% *} (${each#* })"
	trial "names beyond ASCII $of" non_ascii -- -- "$exe" "$folder/скрипт_🐍.py" 0.3
	trial "hostile names $of" hostile_names -- -- "$exe" "$PWD/tests/targets/hostile_names.py" 0.4
done
judge "the last SVG has the names" hostile_svg "$work/hostile_names"

# Names of processes and threads are the program's choice too.
cp "$(readlink -f "$python")" "$work/a;b (12) 7"
record process -r 999 -- "$work/a;b (12) 7" "$PWD/tests/targets/shares.py" 0.3
judge "a process with a hostile name" process_name "$work/process" "a;b (12) 7"

for run in non_ascii hostile_names process; do
	svg=$work/$run/profile.svg
	if command -v xmllint >/dev/null; then
		check_that "$run: well-formed SVG" xmllint --noout --nonet "$svg"
	else
		skip "xmllint is not installed"
	fi
	check "$run: one script in the SVG" "$(grep -c '<script' "$svg")" 1
done

# Some viewers show what folded files hold: theirs must accept every line.
if command -v flamegraph.pl >/dev/null; then
	check_that "flamegraph.pl reads the hostile folded file" \
		flamegraph.pl "$work/hostile_names/profile.folded"
fi

# Selenium is the distribution's, or pip's in an environment that is kept in the build folder.
browser=$python venv=${BUILD:-build}/browser
if ! "$browser" -c 'import selenium' 2>/dev/null && command -v chromium >/dev/null; then
	browser=$venv/bin/python
	"$browser" -c 'import selenium' 2>/dev/null || { rm -rf "$venv" && "$python" -m venv "$venv" &&
		"$browser" -m pip install -q --disable-pip-version-check 'selenium>=4.11,<5'; } >/dev/null 2>&1
	[ -x "$browser" ] || browser=$python
fi
record threads -r 499 -- "$python" "$PWD/tests/targets/threads.py" 0.5
"$browser" tests/e2e/svg_browser.py "$work/hostile_names/profile.svg" "$work/non_ascii/profile.svg" \
	"$work/threads/profile.svg" >"$work/browser" 2>&1
status=$?
missing=$(sed -n 's/^skip .*(axe-core: \(.*\))$/axe-core: \1/p' "$work/browser" | head -n 1)
[ -z "$missing" ] || skip "$missing"
case $status in
0) pass "in a browser: $(tail -n 1 "$work/browser")" ;;
77) skip "$(sed -n 's/^SKIP: //p' "$work/browser" | tail -n 1)" ;;
*) fail "in a browser" "$(grep -vE '^(ok|pass)' "$work/browser" | tail -n 5 | paste -sd ' ')" ;;
esac
finish
