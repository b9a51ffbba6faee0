/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_CALL_ORDER_H
#define LTSBPF_OUTPUT_CALL_ORDER_H
/*
 * The order in which writers walk the call tree: depth first, a caller before its callees, the
 * callees of one caller sorted by label (bytes). It depends on names alone, not on the order in
 * which samples came, so two recordings of one program can be compared line by line.
 */
#include <stdbool.h>
#include <stdint.h>

#include "profile/profile.h"

struct call_order {
	const struct profile *profile; /* borrowed; must not change while the order is used */
	char **labels;		       /* by frame id: frame_label() made printable */
	uint32_t *first_child, *next_sibling; /* by node; 0 = none */
};

/*
 * Sorts the tree. Labels go through text_printable(label, also). 0 or -ENOMEM; call_order_done()
 * is right after both.
 */
int call_order_init(struct call_order *order, const struct profile *profile, const char *also);
void call_order_done(struct call_order *order);

/*
 * The node after `node`, 0 at the end. Start at PROFILE_ROOT with *depth 0; *depth then is the
 * depth of the returned node (its first frame has 1). Callees are skipped unless `into`.
 */
uint32_t call_order_next(const struct call_order *order, uint32_t node, bool into, uint32_t *depth);

/* The label of a node that is not the root. */
const char *call_order_label(const struct call_order *order, uint32_t node);

#endif
