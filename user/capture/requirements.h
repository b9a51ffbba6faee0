/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_REQUIREMENTS_H
#define LTSBPF_CAPTURE_REQUIREMENTS_H
/*
 * What sampling needs of a machine, judged from what was observed of it (capture/machine.h). Pure,
 * but for requirements_first_missing(), which observes first. Nothing prints.
 */
#include <stdbool.h>
#include <stddef.h>

#include "capture/machine.h"

enum requirement_state {
	REQUIREMENT_OK,
	REQUIREMENT_WARN,    /* recording works; the meaning says what does not */
	REQUIREMENT_MISSING, /* recording does not work */
};

struct requirement {
	const char *name; /* a word or two, at most 16 bytes */
	enum requirement_state state;
	bool sudo;	   /* missing to this process; root on this machine has it */
	char found[192];   /* what was observed */
	char meaning[256]; /* what works or does not, and why; may be "" when all is well */
	char fix[1024];	   /* a command that changes it, to be copied; "" = no command does */
};

enum {
	REQUIREMENTS = 13
};

/* All of them, in the order in which they are best looked into. */
void requirements_judge(const struct machine *machine, struct requirement list[REQUIREMENTS]);

/*
 * For the start of a recording, in less than a millisecond: 0 when nothing is missing (*missing is
 * then untouched), or -ENOTSUP with the first that is, untold.
 */
int requirements_first_missing(struct requirement *missing);

/*
 * The whole of a missing one in one line: what it is, what was found, what that means and the
 * command that changes it. 1600 bytes are enough.
 */
void requirements_line(const struct requirement *requirement, char *line, size_t size);

#endif
