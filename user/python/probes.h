/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_PROBES_H
#define LTSBPF_PYTHON_PROBES_H
/*
 * CPython's USDT probes in an ELF file: where they are, where their first argument is, and what can
 * be learned of calls from them. Nothing in a file is trusted.
 *
 * Each probe site is a note of type 3, owner "stapsdt", in section .note.stapsdt: three 8-byte
 * words (addresses of the instruction, of the linker's .stapsdt.base, of the semaphore or 0) and
 * three strings (provider, name, arguments). Sources: systemtap's includes/sys/sdt.h (version 3 of
 * the note) and its wiki page UserSpaceProbeImplementation; CPython's Include/pydtrace.d.
 */
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

#include "ltsbpf.h"

enum {
	PROBES_MOST = 32 /* sites of one file; CPython 3.15 has 8 of the probes that we use */
};

struct probes {
	uint32_t count;			      /* of sites[] */
	uint32_t dropped;		      /* further sites, for which there was no room */
	struct probe_site sites[PROBES_MOST]; /* in the order of the file; up to `address` */
};

/*
 * Reads the sites of the probes in enum probe from an open x86-64 file, and takes what it has
 * libelf read from *bytes_left. *probes is always filled in, with 0 sites when the file has none
 * or its notes cannot be afforded. Notes that are malformed, or whose instruction is in no
 * executable segment of the file or semaphore in no writable one (then the kernel would refuse it),
 * are passed over. A first argument that cannot be told is ARGUMENT_UNKNOWN, of size 0.
 */
void probes_read(Elf *elf, uint64_t *bytes_left, struct probes *probes);

/* Whether there is a site of this probe. */
bool probes_have(const struct probes *probes, enum probe probe);

/* What function__entry and function__return tell. */
enum calls_support {
	CALLS_UNSUPPORTED_BUILD, /* nothing: they were not compiled in */
	CALLS_REMOVED,		 /* nothing: this version of CPython does not have them */
	CALLS_RETURNS_ONLY,	 /* each return; entries only in a rebuilt 3.11 */
	CALLS_COMPLETE,		 /* each entry and return */
};

/*
 * By file and minor version ("11" of 3.11), which must be known. CPython had both probes up to 3.11
 * and has them again since 3.15 (Python/ceval.c, Include/pydtrace.d; gh-98894 removed them in
 * 3.12, gh-142397 brought them back). 3.11 tests cframe.use_tracing before function__entry, which
 * is off unless a tracer is set, so that none fires (Python/ceval.c of 3.11.2). A 3.11 that was
 * rebuilt without that test cannot be told from its file: that is found out when it runs.
 */
enum calls_support probes_calls_support(const struct probes *probes, unsigned int python_minor);

/* One sentence for people, without a full stop. */
const char *probes_calls_sentence(enum calls_support support);

#endif
