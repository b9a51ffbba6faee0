/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_CAPABILITIES_H
#define LTSBPF_CAPTURE_CAPABILITIES_H
/*
 * The capabilities that sampling takes: CAP_BPF and CAP_PERFMON for anything at all,
 * CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH and CAP_SYSLOG for all of it. Sets are masks with bit n for
 * number n of linux/capability.h. Pure.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether a process with this set may do what the capability is for; capabilities(7) tells which
 * others stand in for it: CAP_SYS_ADMIN for BPF and PERFMON, CAP_DAC_OVERRIDE for DAC_READ_SEARCH.
 */
bool capabilities_allow(uint64_t set, unsigned int capability);

/* Whether the set is enough to load programs and to open clock events. */
bool capabilities_suffice(uint64_t set);

/* The names of those that the set lacks: "CAP_BPF, CAP_SYSLOG"; "" = none. */
void capabilities_missing(uint64_t set, char *names, size_t size);

/* What does not work for want of those beyond CAP_BPF and CAP_PERFMON; "" = all works. */
void capabilities_losses(uint64_t set, char *losses, size_t size);

/* The commands that grant all of them to the program in this file. 1000 bytes are enough. */
void capabilities_fix(const char *program, char *commands, size_t size);

/* The same for root in a container that lacks them. */
void capabilities_fix_container(char *commands, size_t size);

#endif
