// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "modes.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

/* Renamed into its place, so that whoever waits for the file finds it whole. */
int stamp(const char *file, char **argv)
{
	uint64_t now = now_ns();
	char draft[4096];
	FILE *stream;

	snprintf(draft, sizeof(draft), "%s.%d", file, (int)getpid());
	stream = fopen(draft, "we");
	if (!stream)
		return -fail(-1, "cannot write '%s': %s", draft, strerror(errno));
	fprintf(stream, "%d %" PRIu64 "\n", (int)getpid(), now);
	if (fclose(stream) || rename(draft, file))
		return -fail(-1, "cannot write '%s': %s", file, strerror(errno));
	execvp(argv[0], argv);
	return -fail(-1, "cannot execute '%s': %s", argv[0], strerror(errno));
}
