/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_SYNTHETIC_RECORDING_H
#define LTSBPF_TESTS_SYNTHETIC_RECORDING_H
/*
 * A recording of any size, of a program that nobody ran: four threads of deep recursion that take
 * turns. From one stack to the next a thread returns from n or more calls with probability 1/n, and
 * calls others until it is about as deep as before, so that stacks share their outer frames as they
 * do in programs. Every second stack ends in machine code. Seeded: the same sizes give the same
 * recording.
 */
#include <stdint.h>

struct synthetic_size {
	uint64_t samples; /* at least `stacks` */
	uint32_t stacks;  /* that differ */
	uint32_t depth;	  /* frames of a stack, on average; 16 to 768 */
};

/* Writes it to an empty file open for writing. 0 or a negative errno. */
int synthetic_recording_write(int fd, const struct synthetic_size *size);

#endif
