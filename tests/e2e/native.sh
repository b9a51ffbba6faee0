#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Native stacks are whole under each rule of unwinding: chains of functions with known answers,
# which a debugger has to confirm, built in the ways that programs are built.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
targets=$PWD/tests/targets
# shellcheck disable=SC2317 # called by expect.sh
cleanup() { # what -m wrote
	grep -lw jit_framed /tmp/perf-*.map 2>/dev/null | xargs -r rm -f
}
seconds=0.2 mode=''

# build VARIANT COMPILER C++-COMPILER [FLAG...]: into $work/VARIANT; no C++-compiler: without C++.
# What the compiler said is in $work/VARIANT.err.
build() {
	local to=$work/$1 cc=$2 cxx=$3 part objects=()
	shift 3
	[ -n "$cxx" ] || set -- -DNO_CXX "$@"
	mkdir -p "$to"
	{
		for part in native_rules.c native_chains.c native_rules.S; do
			objects+=("$to/$part.o")
			"$cc" -D_GNU_SOURCE -O2 -Wall -Wextra "$@" -c "$targets/$part" -o "$to/$part.o" || return
		done
		if [ -n "$cxx" ]; then
			objects+=("$to/cxx.o")
			"$cxx" -O2 -Wall -Wextra "$@" -c "$targets/native_cxx.cc" -o "$to/cxx.o" || return
		fi
		"${cxx:-$cc}" "$@" "${objects[@]}" -o "$to/native_rules" -ldl -lpthread
	} 2>"$work/$(basename "$to").err"
}

library() { # VARIANT COMPILER PREFIX [FLAG...]
	"$2" -O2 -shared -fPIC "${@:4}" -DPREFIX="$3" "$targets/native_library.c" \
		-o "$work/$1/libnative_$3.so"
}

libraries() { # VARIANT COMPILER
	library "$1" "$2" library
	library "$1" "$2" memory
	library "$1" "$2" hopped -fno-asynchronous-unwind-tables -fno-omit-frame-pointer
	library "$1" "$2" unknown -fno-asynchronous-unwind-tables -fomit-frame-pointer
}

# try VARIANT NAME COMPILER C++-COMPILER [FLAG...]: with libraries when it can load some
try() {
	local variant=$1 name=$2 folder=''
	if ! type "$3" >/dev/null 2>&1 || { [ -n "$4" ] && ! type "$4" >/dev/null 2>&1; }; then
		skip "$3 is not installed: no native chains of a program $name"
		return
	fi
	if ! build "$variant" "${@:3}"; then
		skip "$3 cannot build a program $name: $(grep -m 1 -i error "$work/$variant.err")"
		return
	fi
	if [[ " $* " != *" -static"* ]]; then
		libraries "$variant" "$3"
		folder=$work/$variant
	fi
	trial "chains of a program $name" rules "$mode" -- -- \
		"$work/$variant/native_rules" -m "$seconds" "$folder"
}

cxx=g++
type $cxx >/dev/null 2>&1 || cxx=''
try gcc "by GCC" gcc "$cxx" -Wl,-z,lazy
judge "the vdso" vdso "$work/rules"
judge "kernel frames" kernel "$work/rules"
trial "code made at run time without a name" unnamed -- -- "$work/gcc/native_rules" 0.3 '' jit
seconds=0.1

# --- the expectations themselves, and that the program holds what it is meant to
if type gdb >/dev/null 2>&1; then
	cat >"$work/backtraces" <<-'END'
		set pagination off
		set width 0
		set backtrace past-main on
		set print frame-arguments none
		set print frame-info short-location
		set print address off
		set debuginfod enabled off
		handle SIGILL SIGUSR1 nostop noprint pass
		run
		while $_isvoid($_exitcode)
		bt
		echo --\n
		continue
		end
	END
	for variant in gcc clang; do
		if [ $variant = clang ]; then
			type clang clang++ >/dev/null 2>&1 || continue
			build clang clang clang++ || continue
			libraries clang clang
		fi
		timeout 60 gdb -q -nx -batch -x "$work/backtraces" --args "$work/$variant/native_rules" -g 0.1 \
			"$work/$variant" >"$work/$variant.bt" 2>"$work/$variant.bt.err"
		judge "gdb confirms the chains of $variant" debugger "$work/$variant.bt"
	done
else
	skip "gdb is not installed: nobody confirms the native chains"
fi
if type readelf >/dev/null 2>&1; then
	rows=$(readelf --debug-dump=frames "$work/gcc/native_rules" 2>/dev/null)
	for rule in 'breg6 \(rbp\): -[0-9]*; DW_OP_deref' 'breg7 \(rsp\): 0; DW_OP_deref; DW_OP_plus_uconst: 8' \
		'def_cfa_register: r11' 'DW_CFA_register: r16.* in r4' 'DW_CFA_register: r6.* in r8' \
		'DW_CFA_remember_state' 'def_cfa: r10 .* ofs 0'; do
		check_that "a rule $rule is among them" grep -qE "$rule" <<<"$rows"
	done
fi

try clang "by Clang" clang clang++
try ibt "with indirect branch tracking" gcc "$cxx" -fcf-protection=full -Wl,-z,ibtplt -Wl,-z,now
try no_pie "that is not position-independent" gcc "$cxx" -no-pie -fno-pie
try static "that is static" gcc "$cxx" -static
try static_pie "that is static and position-independent" gcc "$cxx" -static-pie -fPIE
mode=skips # without unwind information there is nothing else to go by
try framed "with frame pointers" gcc "$cxx" -fno-omit-frame-pointer -O1
mode=gaps # Debian's musl has no unwind information
try musl "with musl" musl-gcc '' -DNO_CONTEXT
finish
