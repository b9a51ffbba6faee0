/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_BLOCK_COUNTS_H
#define LTSBPF_PROFILE_BLOCK_COUNTS_H
/*
 * The samples of a run, cut into blocks of equally many samples that follow each other in time, and
 * how many of each block every function has. How these differ from block to block tells how far
 * the shares can be trusted: stacks come in runs, so single samples do not tell.
 */
#include <stddef.h>
#include <stdint.h>

struct profile;

struct block_counts {
	uint32_t blocks;
	size_t functions;
	uint64_t *samples; /* by block */
	uint32_t *self;	   /* by function, then by block */
	uint32_t *total;   /* likewise; once per stack, however often the function recurs in it */
};

/*
 * function_of: by frame of the profile, each less than `functions`; frames of one function count
 * together. blocks > 0; more than one need profile->samples. 0 or -ENOMEM; block_counts_done() is
 * right after both.
 */
int block_counts_init(struct block_counts *counts, const struct profile *profile,
		      const uint32_t *function_of, size_t functions, uint32_t blocks);
void block_counts_done(struct block_counts *counts);

#endif
