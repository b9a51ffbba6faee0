#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Compiled code under Python as people use it: extensions in C and Rust, greenlets, NumPy, pandas,
# numba. What has to be installed for it stays in build/native-venv.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null
targets=$PWD/tests/targets
cache=$PWD/${BUILD:-build}/native-venv
case ${BUILD:-} in /*) cache=$BUILD/native-venv ;; esac

# extension VERSION PYTHON: native_extension.so in $work/VERSION
extension() {
	local include
	include=$("$2" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
	[ -e "$include/Python.h" ] || return
	mkdir -p "$work/$1"
	"${CC:-gcc}" -O2 -Wall -Wextra -shared -fPIC "-I$include" "$targets/native_extension.c" \
		-o "$work/$1/native_extension.so" 2>"$work/.cc"
}

# venv VERSION PYTHON PACKAGE...: the packages are in $cache/VERSION; tried again when they are not
venv() {
	local folder=$cache/$1 exe=$2
	shift 2
	[ ! -e "$folder/done" ] || return 0
	rm -rf "$folder"
	mkdir -p "$cache"
	"$exe" -m venv "$folder" &&
		timeout 150 "$folder/bin/python" -m pip install -q --disable-pip-version-check "$@" &&
		touch "$folder/done"
} >"$work/.pip" 2>&1

# rust PYTHON: native_rust.so in $cache/rust
rust() {
	local folder=$cache/rust
	[ ! "$folder/native_rust.so" -nt "$targets/native_rust.rs" ] || return 0
	mkdir -p "$folder/src"
	cp "$targets/native_rust.rs" "$folder/src/lib.rs"
	cat >"$folder/Cargo.toml" <<-END
		[package]
		name = "native_rust"
		version = "0.1.0"
		edition = "2021"
		[lib]
		crate-type = ["cdylib"]
		[dependencies]
		pyo3 = { version = "0.23", features = ["extension-module"] }
		rayon = "1"
	END
	(cd "$folder" && PYO3_PYTHON=$1 timeout 150 cargo build -q --release) &&
		cp "$folder/target/release/libnative_rust.so" "$folder/native_rust.so"
} >"$work/.cargo" 2>&1

for each in "${pythons[@]}"; do
	version=${each%% *} exe=${each#* }
	if extension "$version" "$exe"; then
		trial "an extension of $version ($exe)" chains -- -- \
			env PYTHONPATH="$work/$version" "$exe" "$targets/native_extended.py" 0.1
	else
		skip "no headers of Python $version for an extension"
	fi
done

green=0
for each in "${pythons[@]}"; do
	version=${each%% *} exe=${each#* }
	case $version in 3.11.* | 3.13.*) ;; *) continue ;; esac
	[ -e "$work/$version/native_extension.so" ] || continue
	if venv "greenlet-$version" "$exe" greenlet; then
		green=$((green + 1))
		trial "greenlets of $version ($exe)" chains -- -- env PYTHONPATH="$work/$version" \
			"$cache/greenlet-$version/bin/python" "$targets/native_extended.py" 0.1
		check_that "they were there" grep -q green_inner "$work/chains.out"
	else
		skip "Python $version: pip cannot install greenlet: $(tail -n 1 "$work/.pip")"
	fi
done
[ $green -gt 0 ] || skip "greenlet: no Python 3.11 or 3.13 with headers and pip"

packages=()
for each in numpy:matmul_inner numpy:sort_inner numpy:exp_inner pandas:groupby_inner \
	pandas:order_inner; do
	"$python" -c "import ${each%:*}" 2>/dev/null && packages+=("${each#*:}")
done
if [ ${#packages[@]} -gt 0 ]; then
	trial "the distribution's packages" packages "${packages[@]}" -- -- \
		"$python" "$targets/native_packages.py" 0.3
fi
if [ ${#packages[@]} -lt 5 ]; then
	skip "python3-numpy and python3-pandas are not installed"
fi

if venv numba "$python" numba; then
	trial "NumPy and numba" packages matmul_inner sort_inner exp_inner compiled_inner -- -- \
		env OPENBLAS_NUM_THREADS=1 "$cache/numba/bin/python" "$targets/native_packages.py" 0.3
	trial "an assembly kernel of OpenBLAS" marked -- -- env OPENBLAS_CORETYPE=Haswell \
		OPENBLAS_NUM_THREADS=1 "$cache/numba/bin/python" "$targets/native_packages.py" 0.2
else
	skip "numba: pip cannot install it: $(tail -n 1 "$work/.pip")"
fi

if type cargo >/dev/null 2>&1 && rust "$python"; then
	trial "Rust under Python" packages alone_inner called_inner -- -- \
		env PYTHONPATH="$cache/rust" "$python" "$targets/native_packages.py" 0.2
	trial "threads of rayon" rust_threads -- -- \
		env PYTHONPATH="$cache/rust" "$python" "$targets/native_packages.py" 0.2
else
	skip "cargo cannot build an extension: $(tail -n 1 "$work/.cargo" 2>/dev/null || echo not installed)"
fi
finish
