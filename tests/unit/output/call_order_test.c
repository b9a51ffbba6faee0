// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/call_order.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "pstats_stacks.h"

/* "1a 2b 2c 1d ": depth and label of each node in order, owned by the caller. */
static char *walk(const struct profile *profile)
{
	CLEANUP(call_order_done) struct call_order order = {0};
	uint32_t node = PROFILE_ROOT, depth = 0;
	char *text = NULL;
	size_t size;

	if (!check_ok(call_order_init(&order, profile, ";")))
		return NULL;
	FILE *stream = open_memstream(&text, &size);
	while ((node = call_order_next(&order, node, true, &depth)))
		fprintf(stream, "%u%s ", depth, call_order_label(&order, node));
	fclose(stream);
	check_uint(depth, 0);
	return text;
}

static void callees_follow_their_caller_sorted_by_label(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "process:b native:z", 1));
	check_ok(stack_add(profile, "process:b native:a native:q", 1));
	check_ok(stack_add(profile, "process:a kernel:c", 1));
	CLEANUP(freep) char *text = walk(profile);
	check_str(text, "1a 2c_[k] 1b 2a 3q 2z ");
}

static void the_order_of_samples_does_not_matter(void)
{
	CLEANUP(profile_freep) struct profile *first = profile_new(), *second = profile_new();

	check_ok(stack_add(first, "process:a native:x", 1));
	check_ok(stack_add(first, "process:a native:y native:x", 2));
	check_ok(stack_add(second, "process:a native:y native:x", 2));
	check_ok(stack_add(second, "process:a native:x", 1));
	CLEANUP(freep) char *one = walk(first), *other = walk(second);
	check_str(one, "1a 2x 2y 3x ");
	check_str(other, one);
}

static void callees_can_be_skipped(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(call_order_done) struct call_order order = {0};
	uint32_t node, depth = 0;

	check_ok(stack_add(profile, "process:a native:x native:y", 1));
	check_ok(stack_add(profile, "process:b", 1));
	if (!check_ok(call_order_init(&order, profile, "")))
		return;
	node = call_order_next(&order, PROFILE_ROOT, true, &depth);
	node = call_order_next(&order, node, false, &depth);
	check_str(call_order_label(&order, node), "b");
	check_uint(depth, 1);
	check_uint(call_order_next(&order, node, true, &depth), 0);
}

static void labels_are_printable(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	check_ok(stack_add(profile, "native:a;\x01", 1));
	CLEANUP(freep) char *text = walk(profile);
	check_str(text, "1a\\x3b\\x01 ");
}

static void an_empty_tree_has_nothing_after_the_root(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(freep) char *text = walk(profile);

	check_str(text, "");
}

static void lack_of_memory_is_reported(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	unsigned int nth = 1;

	check_ok(stack_add(profile, "process:a native:x native:y", 1));
	for (;; nth++) {
		struct call_order order;
		memory_fail_at(nth);
		int err = call_order_init(&order, profile, "");
		bool failed = memory_failed();
		call_order_done(&order);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	check_true(nth > 4);
}

CU_TestInfo call_order_tests[] = {
	TEST(callees_follow_their_caller_sorted_by_label),
	TEST(the_order_of_samples_does_not_matter),
	TEST(callees_can_be_skipped),
	TEST(labels_are_printable),
	TEST(an_empty_tree_has_nothing_after_the_root),
	TEST(lack_of_memory_is_reported),
	CU_TEST_INFO_NULL,
};
