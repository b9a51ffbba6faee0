#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# No mutable variable, static ones in functions included, but those of globals.txt. Looks at what
# the compiler put into .data and .bss (constants with addresses in them live in .data.rel.ro).
status=0
allowed=tests/check/globals.txt
objects=${BUILD:-build}/release

mutable_in() {
	objdump -t "$1" | awk 'NF > 3 && $3 == "O" && $4 ~ /^\.(data|bss)/ && $4 !~ /^\.data\.rel\.ro/ {
		print $NF }'
}

while read -r object; do
	source=${object#"$objects/"}
	source=${source%.o}.c
	[ -e "$source" ] || continue
	for name in $(mutable_in "$object"); do
		if ! grep -q "^$source ${name%.[0-9]*}: ." $allowed; then
			echo "$source: '$name' is a mutable global and not in $allowed"
			status=1
		fi
	done
done < <(find "$objects/user" -name '*.o' | sort)
exit $status
