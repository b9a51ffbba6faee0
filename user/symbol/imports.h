/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_IMPORTS_H
#define LTSBPF_SYMBOL_IMPORTS_H
/*
 * Imports of all processes as one tree: a node is a module below the import that wanted it. What
 * counts as an import, and its cumulative and own time, are what `python3 -X importtime` means by
 * them: probe and option stand around the same call (import_find_and_load, Python/import.c, 3.11).
 * An import of a.b wants a, so a stands below a.b, as it does there.
 *
 * In each thread imports end in the reverse order of their beginning. What is out of order is the
 * doing of lost records, or of a recording that begins in the middle: an end that belongs to no
 * open import is passed over; one that belongs to an outer import ends those inside it too.
 */
#include <stdint.h>

#include "base/map64.h"
#include "base/strings.h"
#include "base/vec.h"
#include "ltsbpf.h"

struct profile;

enum {
	MAX_OPEN_IMPORTS = 1024 /* of one thread; what begins further inside is not counted */
};

struct import_node {
	const char *module; /* interned */
	uint32_t parent;    /* index + 1 of a node before this one; 0 = none */
	uint64_t count, total_ns, self_ns;
};

/* An import that has not ended. */
struct open_import {
	uint32_t node;
	uint32_t outer; /* index + 1 of the open import around it; 0 = none */
	uint64_t begin_ns, below_ns;
};

struct import_thread {
	uint32_t pid;
	uint32_t next;		   /* index + 1 of another thread of the process; 0 = none */
	uint32_t innermost, depth; /* of its open imports: index + 1, number */
	uint32_t too_deep;	   /* open imports beyond MAX_OPEN_IMPORTS */
	uint64_t heard_ns;	   /* time of its latest record */
};

/* Zeroed: none yet. One node at most for each import that began, one thread for each process and
 * thread that imported. */
struct imports {
	VEC(struct import_node) nodes;
	VEC(struct open_import) open;
	uint32_t unused; /* index + 1 of a place in open, the next one is its outer; 0 = none */
	VEC(struct import_thread) threads;
	struct map64 node_by_name;  /* hash of parent and module -> node */
	struct map64 thread_by_tid; /* tid -> thread */
	struct map64 thread_by_pid; /* pid -> index + 1 of its first thread; 0 = none */
};

/*
 * RECORD_IMPORT; RECORD_EXEC and RECORD_EXIT end what is open in the process; RECORD_FORK shows
 * that pid and tid begin anew. strings: for names, the same ones in all calls. 0 or -ENOMEM.
 */
int imports_feed(struct imports *imports, const struct record *record, struct strings *strings);

/*
 * Ends what is open at the time end_ns, or when its thread was last heard of if that is later, and
 * fills profile->imports, whose strings must be those of imports_feed(). 0 or -ENOMEM.
 */
int imports_fill(struct imports *imports, uint64_t end_ns, struct profile *profile);

void imports_done(struct imports *imports);

#endif
