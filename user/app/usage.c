// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/usage.h"

#include <string.h>

static const char text[] =
	"ltsbpf profiles Python programs on Linux from the outside, by eBPF.\n"
	"\n"
	"  sudo ltsbpf record [options] -- COMMAND...\n"
	"      runs the command, writes profiles/profile.{svg,stats,folded,ltsbpf}\n"
	"    -r, --rate HZ         samples per second of CPU time, 1 to 20000 (default 99)\n"
	"        --clock cpu|tick  cpu: a clock of our own; tick: the scheduler's tick, for long\n"
	"                          runs at almost no cost (default cpu)\n"
	"    -d, --duration SEC    stop profiling after so long; the program runs on\n"
	"    -o, --output DIR      where the files go (default profiles; made if missing)\n"
	"        --name BASE       their base name (default profile; an older set becomes .old)\n"
	"    -f, --format LIST     of svg, pstats, folded (default: all three)\n"
	"        --no-subprocesses only the first process\n"
	"        --user NAME       run the command as this user (default: who called sudo)\n"
	"        --as-root         run the command as root\n"
	"        --calls[=require] count calls exactly, where the Python has the probes for it:\n"
	"                          1 to 2 us a call; require: fail where it has not\n"
	"        --calls-budget PERCENT\n"
	"                          of the program's time that counting may cost, then it ends\n"
	"                          (default 50; none = no limit)\n"
	"        --include REGEX   count only functions that match, by name or file\n"
	"        --exclude REGEX   do not count functions that match\n"
	"        --no-native       Python functions only: no native, JIT and kernel frames\n"
	"    -k, --kernel[=auto|yes|no]\n"
	"                          kernel frames; auto (default): where their names can be read;\n"
	"                          -k alone: yes\n"
	"        --inlines         lines and inlined functions of native code, from DWARF: the\n"
	"                          files take longer to make\n"
	"    and those of the view, below\n"
	"\n"
	"  ltsbpf report FILE [view]\n"
	"      prints the summary of a recording again\n"
	"  ltsbpf convert FILE [-f LIST] [-o DIR] [--name BASE] [view]\n"
	"      makes the output files again from a recording, on any machine\n"
	"    -t, --threads         split the graph by thread\n"
	"        --interpreter-frames\n"
	"                          show the interpreter's own machinery as well\n"
	"        --fold-kernel     kernel frames count for the function that called the kernel\n"
	"        --pstats-native   in pstats, native, JIT and kernel functions have entries of\n"
	"                          their own\n"
	"    -q, --quiet           errors and warnings only\n"
	"    -v, --verbose         more detail\n"
	"\n"
	"  ltsbpf doctor\n"
	"      checks what this machine offers and tells what to do about what is missing\n"
	"  ltsbpf --version | --help\n"
	"\n"
	"Exit status of record: the command's own; 128+n when signal n ended it; 125 when ltsbpf\n"
	"failed before it started; 126 not executable; 127 not found. Usage errors: 2.\n";

void usage_print(FILE *stream)
{
	fputs(text, stream);
}

bool usage_asked_for(const char *word, FILE *stream)
{
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		usage_print(stream);
		return true;
	}
	if (!strcmp(word, "--version") || !strcmp(word, "-V") || !strcmp(word, "version")) {
		fprintf(stream, "ltsbpf %s\n", LTSBPF_VERSION);
		return true;
	}
	return false;
}

enum {
	LONGEST_NAME = 32
};

static size_t least(size_t a, size_t b, size_t c)
{
	size_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* How many letters must be changed, added or dropped to make b of a (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST_NAME + 1], width = strlen(b);

	for (size_t i = 0; i <= width; i++)
		row[i] = i;
	for (size_t i = 1; *a; i++, a++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1, corner + (*a != b[j - 1]));
			corner = above;
		}
	}
	return row[width];
}

const char *usage_nearest(const char *given, const char *const names[], size_t count)
{
	const char *nearest = NULL;
	size_t best = strlen(given) / 2 + 1;

	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) > LONGEST_NAME)
			continue;
		size_t far = distance(given, names[i]);
		if (far < best) {
			best = far;
			nearest = names[i];
		}
	}
	return nearest;
}
