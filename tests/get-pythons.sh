#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: tests/get-pythons.sh [SUITE:VERSION...]
#
# Unpacks Pythons of Debian's other suites, each with the C library it was built for, under
# $PYTHON_CACHE (default: build/pythons), as SUITE-VERSION/usr/bin/pythonVERSION. Nothing of the
# system changes: apt works on lists and a package database of its own, taken from the mirror that
# this machine uses anyway. What is there already is kept. Every Python that cannot be had is told
# by a line "SKIP: Python ...: reason"; that alone is no failure.
#
# bookworm:3.11-entry, on request alone, takes two minutes: built from Debian's source with
# tests/python3.11-function-entry.patch, as bookworm-3.11-entry/bin/python3.11.
set -u
cd "$(dirname "$0")/.." || exit 1

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(bullseye:3.9 trixie:3.13 sid:3.14 sid:3.15)
cache=${PYTHON_CACHE:-${BUILD:-build}/pythons}
mkdir -p "$cache" || exit 1
cache=$(cd "$cache" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip_all() {
	local each
	for each in "${wanted[@]}"; do
		echo "SKIP: Python ${each#*:} of ${each%:*}: $1"
	done
	exit 0
}

# The first mirror that the machine's own lists name, in either of apt's two formats.
mirror() {
	local files=()
	shopt -s nullglob
	files=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list)
	shopt -u nullglob
	awk '
		/^#/ { next }
		/^URIs:/ { uri = $2 }
		/^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z+]+:\//) { uri = $i; break } }
		uri ~ /\/debian\/?$/ { print uri; exit }
	' "${files[@]}" 2>/dev/null
}

# A root folder for apt that knows one suite and has no package installed: what it would install
# for pythonX.Y is then everything that pythonX.Y needs, down to the C library.
make_apt_root() { # SUITE [deb-src]
	local root=$work/$1
	mkdir -p "$root"/{lists/partial,archives/partial,etc/apt.conf.d,etc/preferences.d}
	: >"$root/status"
	echo "deb [signed-by=$keyring] $uri $1 main" >"$root/etc/sources.list"
	[ -z "${2:-}" ] || sed -i "p; s/^deb /$2 /" "$root/etc/sources.list"
	cat >"$root/apt.conf" <<-END
		Dir::Etc "$root/etc";
		Dir::Etc::sourcelist "$root/etc/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State "$root";
		Dir::State::Lists "$root/lists";
		Dir::State::status "$root/status";
		Dir::Cache "$root";
		Dir::Cache::Archives "$root/archives";
		APT::Architecture "$(dpkg --print-architecture)";
		APT::Sandbox::User "";
		APT::Install-Recommends "false";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
		Acquire::Retries "2";
		Debug::NoLocking "true";
	END
	APT_CONFIG=$root/apt.conf apt-get -q update >"$root/said" 2>&1 && ! grep -q '^[EW]: Failed' "$root/said"
}

# The tree's own loader and libraries, by absolute path and for all that the interpreter loads.
bind_to_own_libraries() { # TREE PYTHON
	local tree=$1 loader
	loader=$(find "$tree"/lib64 "$tree"/usr/lib64 "$tree"/lib "$tree"/usr/lib -maxdepth 1 \
		-name 'ld-linux*.so.*' 2>/dev/null | head -n 1)
	[ -n "$loader" ] || return 1
	# Links such as lib64/ld-linux -> /lib/..., absolute in older suites, would lead out of the tree.
	[ -e "$(readlink -f "$loader")" ] && [[ $(readlink -f "$loader") == "$tree"/* ]] ||
		loader=$tree$(readlink "$loader")
	patchelf --set-interpreter "$loader" --force-rpath --set-rpath \
		"$tree/usr/lib/$multiarch:$tree/lib/$multiarch" "$2"
}

# Unpacks one Python into a folder and leaves the reason in $reason when that fails.
unpack() { # SUITE VERSION TREE
	local root=$work/$1 python=$3/usr/bin/python$2 package
	if [ ! -d "$root" ] && ! make_apt_root "$1"; then
		reason="the mirror does not give its lists: $(grep -E '^[EW]:' "$root/said" | head -n 1)"
		return 1
	fi
	if grep -q '^E:' "$root/said"; then
		reason="the mirror does not give its lists"
		return 1
	fi
	export APT_CONFIG=$root/apt.conf
	if ! apt-get -qq -y --download-only install "python$2" >"$root/said.$2" 2>&1; then
		unset APT_CONFIG
		reason=$(grep '^E:' "$root/said.$2" | head -n 1)
		return 1
	fi
	unset APT_CONFIG
	for package in "$root"/archives/*.deb; do
		dpkg-deb -x "$package" "$3" || { reason="cannot unpack ${package##*/}"; return 1; }
	done
	rm -f "$root"/archives/*.deb
	if ! bind_to_own_libraries "$3" "$python"; then
		reason="cannot bind it to its own libraries"
		return 1
	fi
}

runs() { # PYTHON VERSION
	[ "$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1)" = "$2" ]
}

# The source with the patch, and what --with-dtrace needs, which is not installed for that.
fetch_source() { # SUITE VERSION
	local root=$work/$1
	make_apt_root "$1" deb-src &&
		cd "$root" && export APT_CONFIG=$root/apt.conf &&
		apt-get -q source "python$2" && apt-get -q download systemtap-sdt-dev &&
		dpkg-deb -x systemtap-sdt-dev_*.deb "$root/sdt" &&
		mv "python$2"-*/ source && patch -d source -p1 <"$patch"
}

build_source() { # SOURCE SDT TREE
	export PATH=$2/usr/bin:$PATH C_INCLUDE_PATH=$2/usr/include:$2/usr/include/$multiarch
	cd "$1" && ./configure -q --prefix="$3" --with-dtrace --without-ensurepip &&
		make -s -j"$(nproc)" && make -s altinstall
}

get_built() { # SUITE VERSION
	local tree=$cache/$1-$2-entry log=$work/log patch=$PWD/tests/python$2-function-entry.patch
	local python=$tree/bin/python$2 tool
	runs "$python" "$2" 2>/dev/null && return
	rm -rf "$tree"
	for tool in dpkg-source patch make gcc; do
		command -v $tool >/dev/null || reason="$tool is not installed"
	done
	if [ -z "$reason" ] && ! (fetch_source "$1" "$2") >"$log" 2>&1; then
		reason="no source: $(grep -E '^[EW]:' "$log" "$work/$1/said" | head -n 1)"
	elif [ -z "$reason" ] && ! (build_source "$work/$1/source" "$work/$1/sdt" "$tree") >"$log" 2>&1; then
		reason="does not build: $(tail -n 1 "$log")"
	elif [ -z "$reason" ] && runs "$python" "$2"; then
		echo "built $python"
		return
	fi
	rm -rf "$tree"
	echo "SKIP: Python $2 of $1 with function__entry: ${reason:-does not run}"
}

get() { # SUITE VERSION
	local tree=$cache/$1-$2 python
	python=$tree/usr/bin/python$2
	runs "$python" "$2" 2>/dev/null && return
	rm -rf "$tree"
	# Bound to absolute paths, so it is made where it stays; a broken one is removed again.
	if unpack "$1" "$2" "$tree" && runs "$python" "$2"; then
		# Compiles what tests import: packages bring no .pyc, and each run would do it anew.
		PYTHONDONTWRITEBYTECODE='' "$python" -c 'import asyncio, hashlib, json, multiprocessing.pool
import pickle, pstats, runpy, subprocess, threading, xml.etree.ElementTree'
		echo "unpacked $python"
		return
	fi
	[ ! -e "$python" ] || reason=${reason:-"does not run: $("$python" -c 0 2>&1 | tail -n 1)"}
	rm -rf "$tree"
	echo "SKIP: Python $2 of $1: $reason"
}

for tool in apt-get dpkg-deb patchelf; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $keyring ] || skip_all "there is no $keyring"
uri=$(mirror)
[ -n "$uri" ] || skip_all "this machine's apt sources name no Debian mirror"
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
for each in "${wanted[@]}"; do
	reason=
	case $each in
	*-entry) each=${each%-entry} && get_built "${each%:*}" "${each#*:}" ;;
	*) get "${each%:*}" "${each#*:}" ;;
	esac
done
