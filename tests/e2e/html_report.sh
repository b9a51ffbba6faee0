#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# `ltsbpf report --html`: one page whose numbers are those of the folded file, that answers in a
# browser, by mouse and by keyboard, says what its names are and executes none of them.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
export LANG=C.UTF-8
build=${BUILD:-build}

record shares -r 999 -- "$python" "$PWD/tests/targets/shares.py" 2
record hostile -r 999 -- "$python" "$PWD/tests/targets/hostile_names.py" 1
record empty -r 1 -- /bin/true
for run in shares hostile empty; do
	"$ltsbpf" report --html "$work/$run/profile.ltsbpf" >"$work/$run.html" 2>"$work/$run.said"
	check "$run: status, nothing on stderr" "$?$(cat "$work/$run.said")" 0
	check_that "$run: it is whole" test "$(tail -n 1 "$work/$run.html")" = "</html>"
	check_that "$run: under 4 MB" test "$(stat -c %s "$work/$run.html")" -lt 4000000
	check "$run: nothing to load" \
		"$(grep -oE '[ "](src|href|action)=["'\''](https?:)?//[^ ]*|url\(|@import' "$work/$run.html" | xargs)" ""
done
check_match "without samples it says why" "$(cat "$work/empty.html")" "No samples: "
"$ltsbpf" report --html "$work/shares/profile.ltsbpf" >"$work/again.html"
check_that "the same recording makes the same page" cmp "$work/shares.html" "$work/again.html"
"$ltsbpf" report --html "$work/shares/profile.ltsbpf" >/dev/full 2>"$work/full.said"
check_match "onto a full disk: status" $? '^[1-9]'

# --- source: changed after the recording, and gone
mkdir "$work/source" && cp tests/targets/shares.py "$work/source/moved.py"
record moved -r 999 -- "$python" "$work/source/moved.py" 0.3
sleep 1.1 && touch "$work/source/moved.py"
check_match "a file that was changed is told" "$("$ltsbpf" report --html "$work/moved/profile.ltsbpf")" \
	"newer than the recording"
rm "$work/source/moved.py"
check_match "a file that is gone is told" "$("$ltsbpf" report --html "$work/moved/profile.ltsbpf")" \
	"The file is not at hand"

# Selenium is the distribution's, or pip's in an environment that is kept in the build folder; axe is
# npm's, kept there too.
browser=$python venv=$build/browser axe=$build/axe/node_modules/axe-core/axe.min.js
if ! "$browser" -c 'import selenium' 2>/dev/null && command -v chromium >/dev/null; then
	browser=$venv/bin/python
	"$browser" -c 'import selenium' 2>/dev/null || { rm -rf "$venv" && "$python" -m venv "$venv" &&
		"$browser" -m pip install -q --disable-pip-version-check 'selenium>=4.11,<5'; } >/dev/null 2>&1
	[ -x "$browser" ] || browser=$python
fi
if [ ! -f "$axe" ] && command -v npm >/dev/null; then
	npm install --silent --no-audit --no-fund --prefix "$build/axe" 'axe-core@4' >/dev/null 2>&1
fi
[ -f "$axe" ] || skip "axe-core: npm cannot install it"
"$browser" tests/e2e/html_report.py "$work" "$axe" >"$work/browser" 2>&1
status=$?
grep -E '^(skip|FAIL|time) ' "$work/browser"
case $status in
0) pass "in a browser: $(tail -n 1 "$work/browser")" ;;
77) skip "$(sed -n 's/^SKIP: //p' "$work/browser" | tail -n 1)" ;;
*) fail "in a browser" "$(grep -v '^ok' "$work/browser" | tail -n 5 | paste -sd ' ')" ;;
esac
finish
