#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# usage: tests/kernels/run.sh [SUITE...]
#
# Records a program of known shares with the same ltsbpf on Debian's kernels, one after the other,
# in virtual machines that QEMU emulates: it needs no KVM, and root only to install QEMU. A machine
# boots from a small archive of ltsbpf, one Python and the program (guest.sh is its first process),
# so kernel modules and disks do not matter. Then judge.py looks at what it sent back.
# The machine's clock counts its instructions (-icount), so a busy host changes nothing; but what
# profiling costs cannot be said here, and is not.
#
#   LTSBPF=build/release/ltsbpf   the program to try
#   BUILD=build                   what the machines sent stays in test-kernels/ there
#   KERNEL_CACHE=build/kernels    kernels are kept there; remove it to get newer ones
#   PYTHON=python3                the interpreter to profile
set -u
cd "$(dirname "$0")/../.." || exit 1

build=$(realpath -m "${BUILD:-build}")
# The system's own, if there is one: distributions build theirs with probes.
[ -n "${PYTHON:-}" ] || [ ! -x /usr/bin/python3 ] || PYTHON=/usr/bin/python3
cache=$(realpath -m "${KERNEL_CACHE:-$build/kernels}")
ltsbpf=$(realpath -m "${LTSBPF:-build/release/ltsbpf}")
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
passed=0 failed=0 skipped=0
# Debian's suites, and what is to happen on their kernels.
suites=(bookworm:recorded bookworm-backports:recorded trixie-backports:recorded bullseye:refused)

skip_all() {
	echo "SKIP: $1"
	exit 77
}

[ -x "$ltsbpf" ] || { echo "no $ltsbpf: run make first"; exit 1; }
[ "$(uname -m)" = x86_64 ] || skip_all "kernels: not an x86_64 machine"
work=$build/test-kernels
rm -rf "$work" && mkdir -p "$work" || exit 1

# --- what is needed on this machine
need() { # command package
	command -v "$1" >/dev/null && return
	command -v apt-get >/dev/null || skip_all "kernels: no $1, and no apt to install it with"
	[ "$(id -u)" = 0 ] || skip_all "kernels: no $1, and not root to install $2"
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get install -y --no-install-recommends "$2" ||
		{ apt-get update && apt-get install -y --no-install-recommends "$2"; }; } \
		>"$work/said" 2>&1 && return
	tail -n 3 "$work/said"
	skip_all "kernels: $2 cannot be installed"
}

need qemu-system-x86_64 qemu-system-x86
need busybox busybox-static
need "${PYTHON:-python3}" python3

# --- kernels: from the archive that this machine gets its packages from
archive() {
	cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
		awk '/^URIs:/ { print $2; exit } /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z]+:\//) { print $i; exit } }'
}

# For another suite than the machine's, with a state of its own; settings like a proxy stay.
set_up_apt() { # suite folder
	mkdir -p "$2"/{lists/partial,archives/partial}
	: >"$2/status"
	echo "deb [signed-by=$keyring arch=amd64] $(archive) $1 main" >"$2/sources.list"
	cat >"$2/apt.conf" <<-END
		Dir::Etc::sourcelist "$2/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::lists "$2/lists";
		Dir::State::status "$2/status";
		Dir::Cache "$2";
		APT::Sandbox::User "$(id -un)";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
		APT::Update::Error-Mode "any";
	END
	APT_CONFIG=$2/apt.conf apt-get -qq update >"$2/said" 2>&1
}

depends_on() { # package pattern: the first package of such a name that it depends on
	apt-cache depends "$1" | sed -n "s/.*Depends: \($2\)\$/\1/p" | head -n 1
}

# The image is in linux-image-VERSION, or since 7.3 in the linux-binary-VERSION that that needs.
download() { # suite folder
	local image binary
	set_up_apt "$1" "$2" || return 1
	export APT_CONFIG=$2/apt.conf
	image=$(depends_on linux-image-amd64 'linux-image-.*-amd64')
	binary=$(depends_on "$image" 'linux-binary-.*-amd64')
	(cd "$2" && apt-get -qq download "${binary:-$image}") >"$2/said" 2>&1
}

# Puts the suite's kernel into the cache.
get_kernel() { # suite
	local from=$work/apt-$1
	[ ! -s "$cache/$1/vmlinuz" ] || return 0
	if [ ! -e "$keyring" ] || ! grep -qx 'ID="\?debian"\?' /etc/os-release; then
		echo "this is not Debian, or $keyring is not there"
		return 1
	fi
	(download "$1" "$from") || { tail -n 3 "$from/said"; return 1; }
	mkdir -p "$from/tree" "$cache/$1"
	dpkg-deb --fsys-tarfile "$from"/linux-*.deb |
		tar x -C "$from/tree" --wildcards './boot/vmlinuz-*' './usr/lib/modules/*/vmlinuz' 2>/dev/null
	find "$from/tree" -name 'vmlinuz*' -exec mv {} "$cache/$1/vmlinuz" \; -quit
	rm -rf "$from"
	[ -s "$cache/$1/vmlinuz" ]
}

# --- what the machines boot from
# The files of the interpreter that the program needs: found by a look at one that has started.
python_files() {
	"${PYTHON:-python3}" -I -c 'if True:
		import os, sys, time, encodings.ascii, encodings.latin_1
		print(os.path.realpath(sys.executable))
		print(os.__file__)
		for module in list(sys.modules.values()):
			for name in "__file__", "__cached__":
				path = getattr(module, name, None)
				if path and path.startswith(os.path.dirname(os.__file__)) and os.path.exists(path):
					print(path)' | grep -v /site-packages/ | sort -u
}

libraries_of() { # files: the shared libraries that they need, once each
	local file
	for file in "$@"; do ldd "$file" 2>/dev/null; done | grep -o '/[^ ]*' | sort -u
}

make_image() { # file
	local root=$work/root files
	mkdir -p "$root/bin" "$root/etc"
	mapfile -t files < <(python_files)
	[ ${#files[@]} -gt 2 ] || return 1
	cp -L "$(command -v busybox)" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	ln -s busybox "$root/bin/true"
	cp "$ltsbpf" "$root/ltsbpf"
	cp tests/kernels/{known,calls}.py "$root/"
	install -m 755 tests/kernels/guest.sh "$root/init"
	echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
	"${PYTHON:-python3}" -I -c 'import os, sys; print(os.path.realpath(sys.executable))' >"$root/python"
	cp -L --parents --preserve=timestamps "${files[@]}" "$root"
	mapfile -t files < <(libraries_of "$ltsbpf" "$(command -v busybox)" "${files[@]}")
	cp -L --parents "${files[@]}" "$root"
	(cd "$root" && find . | busybox cpio -o -H newc) >"$1" 2>/dev/null
}

# --- a run
boot() { # kernel folder: whatever the machine sends goes into the folder
	mkdir -p "$2"
	(cd "$2" && timeout --foreground -k 5 100 qemu-system-x86_64 \
		-accel tcg -icount shift=3,sleep=off -cpu max -smp 1 -m 1G -nodefaults -no-user-config \
		-display none -no-reboot -kernel "$1" -initrd "$work/image" \
		-append "console=ttyS0 quiet panic=-1" -serial file:console -serial file:sent.tar \
		</dev/null >qemu 2>&1)
	tar x -C "$2" -f "$2/sent.tar" 2>/dev/null && [ -s "$2/release" ]
}

try_kernel() { # suite recorded|refused
	local folder=$work/$1 line start=$SECONDS
	if ! get_kernel "$1"; then
		skipped=$((skipped + 1))
		echo "SKIP: kernels: none to be had from $1"
		return
	fi
	if ! boot "$cache/$1/vmlinuz" "$folder"; then
		failed=$((failed + 1))
		tail -n 15 "$folder/qemu" "$folder/console"
		echo "FAIL kernel of $1: it did not boot, or not come to an end"
	elif line=$("${PYTHON:-python3}" -B tests/kernels/judge.py "$2" "$folder" 2>&1); then
		passed=$((passed + 1))
		echo "ok   kernel $(cat "$folder/release"): $line ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		if [ -e "$folder/verbose.stderr" ]; then tail -n 30 "$folder/verbose.stderr"; fi
		echo "FAIL kernel $(cat "$folder/release"): $line"
	fi
}

make_image "$work/image" || { echo "FAIL: no image of ${PYTHON:-python3} could be made"; exit 1; }
for suite in "${suites[@]}"; do
	[ $# = 0 ] || [[ " $* " == *" ${suite%:*} "* ]] || continue
	try_kernel "${suite%:*}" "${suite#*:}"
done
[ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID" "$work" "$cache"
echo "$passed passed, $failed failed, $skipped skipped"
[ $((passed + failed)) != 0 ] || skip_all "kernels: none of Debian's kernels can be had"
[ $failed = 0 ]
