// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * probes_list FILE: the probe sites that we find in a Python, one a line, in the words of
 * probes.py. Ends with 2 when the file is no CPython.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "python/interpreter.h"

static const char *const probes[] = {"gc__start",
				     "gc__done",
				     "import__find__load__start",
				     "import__find__load__done",
				     "function__entry",
				     "function__return"};
static const char *const places[] = {"unknown", "constant", "register", "memory"};

int main(int argc, char **argv)
{
	struct interpreter interpreter;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		perror(argc == 2 ? argv[1] : "usage: probes_list FILE");
		return 1;
	}
	if (interpreter_inspect(fd, argv[1], &interpreter))
		return 2;
	for (uint32_t i = 0; i < interpreter.probes.count; i++) {
		const struct probe_site *site = &interpreter.probes.sites[i];

		printf("%s %#" PRIx64 " %#" PRIx64 " %s %d %d %" PRId64 "\n", probes[site->probe],
		       (uint64_t)site->offset, (uint64_t)site->semaphore, places[site->place],
		       site->is_signed ? -site->size_bytes : site->size_bytes, site->reg,
		       (int64_t)site->value);
	}
	return interpreter.probes.dropped != 0;
}
