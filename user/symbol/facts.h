/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_FACTS_H
#define LTSBPF_SYMBOL_FACTS_H
/*
 * What a run was and how well it was seen: the numbers of profile.facts, .losses and .processes.
 */
#include <stdint.h>

#include "recording/format.h"
#include "symbol/processes.h"

struct profile;

struct run_facts {
	struct begin_record begin;
	char *command;			 /* owned */
	struct progress_record progress; /* the latest */
	uint64_t received, stackless;	 /* samples */
	uint64_t by_status[STACK_STATUSES];
	uint64_t collisions;
};

/* 0 or -ENOMEM. */
int run_facts_begin(struct run_facts *facts, const struct begin_record *begin);
void run_facts_progress(struct run_facts *facts, const struct progress_record *progress);

/* Fills facts, losses and processes of the profile. 0 or -ENOMEM. */
int run_facts_fill(const struct run_facts *facts, const struct processes *processes,
		   struct profile *profile);

void run_facts_done(struct run_facts *facts);

#endif
