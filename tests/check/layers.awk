# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# usage: awk -f layers.awk layers.txt FILE...   (paths from the top: user/<layer>/<module>.[ch])
# Tells every include that layers.txt does not allow, and every layer that it does not know.

function what_is(name) {
	if (name ~ /^<bpf\//)
		return "<bpf/>"
	if (name !~ /^"/)
		return ""
	gsub(/"/, "", name)
	if (name ~ /\.skel\.h$/)
		return "*.skel.h"
	split(name, part, "/")
	return part[1]
}

function complain(text) {
	print FILENAME ":" FNR ": " text
	bad = 1
}

FNR == NR && /^[^#]/ {
	layer = substr($1, 1, length($1) - 1)
	known[layer]
	for (i = 2; i <= NF; i++)
		allowed[layer, $i]
}

FNR == NR {
	next
}

FNR == 1 {
	split(FILENAME, path, "/")
	here = path[2]
	if (!(here in known))
		complain("no layer '" here "' in layers.txt")
}

/^[ \t]*#[ \t]*include/ {
	sub(/#[ \t]*include[ \t]*/, "")
	wanted = what_is($1)
	if (wanted != "" && wanted != here && !((here, wanted) in allowed))
		complain(here " may not include " $1)
}

END {
	exit bad
}
