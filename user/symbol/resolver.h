/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_RESOLVER_H
#define LTSBPF_SYMBOL_RESOLVER_H
/*
 * From the records of a run to its profile: words of stacks become frames, counts become a tree.
 * It takes records in their order, from the kernel or from a file alike, and keeps one entry per
 * stack, thread and code object, not per sample.
 */
#include <stdbool.h>
#include <stdint.h>

#include "symbol/view.h"

struct profile;
struct record;
struct resolver;

/* NULL when memory is out. */
struct resolver *resolver_new(const struct resolver_view *view);
void resolver_free(struct resolver *resolver);
void resolver_freep(struct resolver **resolver);

/*
 * Takes one record for which record_fits() holds. Kinds that are not known are passed over. 0 or
 * -ENOMEM.
 */
int resolver_feed(struct resolver *resolver, const struct record *record);

/* True when the stack came before: the kernel side need not ship it again. */
bool resolver_knows_stack(const struct resolver *resolver, uint64_t stack);

/* The profile of what was fed so far; the caller frees it. 0 or -ENOMEM. */
int resolver_finish(struct resolver *resolver, struct profile **profile);

#endif
