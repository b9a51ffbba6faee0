#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# Runs every command that README.md and docs/ show, in their order, in a copy of tests/pipeline with
# the built ltsbpf first in PATH, and compares what they print with what is shown (docs.py says how).
# Then holds the documents against the code: messages, reasons, options, links.
#
# Each block of a document starts in the folder where the one before it ended, and must succeed. A
# sudo that does nothing but run the command stands in for the real one, which may not be there.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root

project=$PWD
build=$(realpath -m "${BUILD:-build}")
mkdir "$work/bin"
install -m 755 "$ltsbpf" "$work/bin/ltsbpf"
ln -s "$python" "$work/bin/python3"
ln -s "$python" "$work/bin/python"
printf '#!/bin/sh\nexec env "$@"\n' >"$work/bin/sudo"
printf '#!%s\nsum(range(1000000))\n' "$python" >"$work/bin/pytest"
chmod 755 "$work/bin/sudo" "$work/bin/pytest"

# Lines that cannot run here as they stand: why not, and what runs instead.
declare -A instead=(
	["sudo make demo"]="installs packages|make -n -C '$project' demo >plan; grep -q 'record.*main.py' plan"
	["sudo make test"]="installs packages, runs this test|make -n -C '$project' test >plan; grep -q run.sh plan"
	["sudo make deps"]="installs packages|make -n -C '$project' deps | grep -q apt-get"
	["make"]="builds into the checkout|make -n -C '$project' >plan"
	["sudo make install"]="changes the system|make -n -C '$project' install | grep -q install"
	["sudo make bench"]="takes minutes|make -n -C '$project' bench >plan; grep -q bench/run.sh plan"
	["make unit SUITE=base/map64"]="stands elsewhere|make -C '$project' BUILD='$build' unit SUITE=base/map64"
	["sudo make -C ltsbpf deps"]="installs packages|make -n -C '$project' deps | grep -q apt-get"
	["make -C ltsbpf"]="builds into the checkout|make -n -C '$project' >plan"
	["sudo make -C ltsbpf install"]="changes the system|make -n -C '$project' install | grep -q install"
)
# shellcheck disable=SC2016 # as the document has them
github=('run=$(gh run list --workflow profile --branch main --event push --status success --limit 1 --json databaseId --jq '"'.[].databaseId')"
	'[ -z "$run" ] || gh run download "$run" --name profile --dir baseline || echo "it has expired"')
instead[${github[0]}]="asks GitHub|:"
instead[${github[1]}]="asks GitHub|sudo ltsbpf record -q -r 999 -o baseline -- python3 benchmark.py"
viewer="needs a network or a screen; pstats_readers.sh runs the viewers"
for line in "python3 -m venv viewers" "viewers/bin/pip install snakeviz" \
	"viewers/bin/snakeviz profiles/profile.stats" \
	"viewers/bin/pip install tuna gprof2dot flameprof" "viewers/bin/tuna profiles/profile.stats" \
	"viewers/bin/gprof2dot -f pstats profiles/profile.stats | dot -Tsvg -o calls.svg" \
	"viewers/bin/python -m flameprof profiles/profile.stats >flameprof.svg"; do
	instead[$line]="$viewer|:"
done
for line in "go tool pprof -top formats/profile.pb.gz" "callgrind_annotate formats/profile.callgrind" \
	"inferno-flamegraph profiles/profile.folded >inferno.svg"; do
	instead[$line]="needs another program; formats.sh runs the readers|:"
done

# The programs that the documents speak of without showing them.
write_programs() {
	local code='sum(i * i for i in range(300000))'
	mkdir package tests
	# Enough samples for a comparison.
	printf 'import time\nwhile time.process_time() < 1: sum(range(1000))\n' >benchmark.py
	for file in script.py package/__init__.py package/module.py; do
		echo "$code" >$file
	done
	printf '#!/bin/sh\npython3 benchmark.py\n' >run_benchmarks.sh
	chmod 755 run_benchmarks.sh
	printf 'benchmarks:\n\tpython3 benchmark.py\n' >Makefile
	"$python" -m venv --without-pip .venv
}

# A fresh folder for a document, and the place where its first block starts.
prepare() {
	rm -rf "$work/ltsbpf" "$work/blocks"
	mkdir -p "$work/ltsbpf/tests" "$work/blocks"
	cp -r "$project/tests/pipeline" "$work/ltsbpf/tests/"
	# Half the work, so that it is done in time on a slow machine; the commands stay as they are.
	sed -i 's/default=16,/default=8,/' "$work/ltsbpf/tests/pipeline/benchmark_comparison/main.py"
	(cd "$work/ltsbpf/tests/pipeline" && write_programs)
	mkdir "$work/ltsbpf/old" "$work/ltsbpf/new" # two versions of a program
	for folder in . old new; do
		cp "$work/ltsbpf/tests/pipeline/benchmark.py" "$work/ltsbpf/$folder/"
	done
	echo "$work/ltsbpf" >"$work/folder"
}

# The block's commands with those replaced that cannot run; says which.
adapt() { # SCRIPT
	local line
	while IFS= read -r line; do
		if [ -n "$line" ] && [ -n "${instead[$line]:-}" ]; then
			echo "not as it stands: $line (${instead[$line]%%|*})" >&2
			line=${instead[$line]#*|}
		elif [[ $line == "sudo setcap "* ]] && ! command -v setcap >/dev/null; then
			echo "not here: $line (there is no setcap)" >&2
			continue
		fi
		printf '%s\n' "$line"
	done <"$1"
}

run_block() { # SCRIPT: what it prints goes to $work/printed
	{
		echo "trap 'pwd >\"$work/folder\"' EXIT"
		adapt "$1"
	} >"$work/block"
	(
		cd "$(cat "$work/folder")" || exit
		unset PYTHONPATH MAKEFLAGS MAKELEVEL
		export PATH=$work/bin:/usr/bin:/bin:/usr/sbin:/sbin GITHUB_STEP_SUMMARY=$work/summary
		exec bash -e "$work/block"
	) >"$work/printed" 2>&1 </dev/null
}

run_document() { # DOCUMENT
	local script name
	prepare
	judge "$1: all its commands can be run" split "$1" "$work/blocks"
	for script in "$work"/blocks/*.sh; do
		[ -e "$script" ] || continue
		name="$1:$(cat "${script%.sh}.line")"
		if ! run_block "$script"; then
			fail "$name runs" "$(tail -n 3 "$work/printed" | paste -sd ' ')"
			continue
		fi
		pass "$name runs"
		[ -e "${script%.sh}.output" ] || continue
		judge "$name prints what is shown" shown "${script%.sh}.output" "$work/printed"
	done
}

for document in README.md docs/*.md; do
	run_document "$document"
done
check_that "the report is on the summary page of the workflow" grep -q "^### " "$work/summary"
judge "every message is in troubleshooting.md" messages
judge "every reason is in limits.md" words
judge "every option is in usage.md" options
judge "every link leads somewhere" links
finish
