// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/flamegraph_layout.h"

#include "base/cleanup.h"
#include "check.h"
#include "pstats_stacks.h"

/* "all@0 python@0 ": label and left edge of each box, owned by the caller. */
static char *describe(const struct flamegraph_layout *layout)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; i < layout->boxes.count; i++) {
		const struct flamegraph_box *box = &layout->boxes.items[i];
		fprintf(stream, "%s/%u@%" PRIu64 " ",
			box->node ? call_order_label(&layout->order, box->node) : "all", box->depth,
			box->left);
	}
	fclose(stream);
	return text;
}

static void callees_stand_side_by_side_from_the_left_of_their_caller(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(flamegraph_layout_done) struct flamegraph_layout layout = {0};

	check_ok(stack_add(profile, "process:a native:x", 3));
	check_ok(stack_add(profile, "process:b native:y", 2));
	check_ok(stack_add(profile, "process:b native:z native:w", 4));
	check_ok(stack_add(profile, "process:b", 1));
	if (!check_ok(flamegraph_layout_init(&layout, profile)))
		return;
	CLEANUP(freep) char *boxes = describe(&layout);
	check_str(boxes, "all/0@0 a/1@0 x/2@0 b/1@3 y/2@3 z/2@5 w/3@5 ");
	check_uint(layout.rows, 4);
	check_uint(layout.hidden_frames, 0);
}

static void what_has_under_one_per_mille_is_left_out_and_counted(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(flamegraph_layout_done) struct flamegraph_layout layout = {0};

	check_ok(stack_add(profile, "process:p native:a native:deep native:deeper", 9));
	check_ok(stack_add(profile, "process:p native:b", 10));
	check_ok(stack_add(profile, "process:p native:c", 9981));
	if (!check_ok(flamegraph_layout_init(&layout, profile)))
		return;
	CLEANUP(freep) char *boxes = describe(&layout);
	check_str(boxes, "all/0@0 p/1@0 b/2@0 c/2@10 ");
	check_uint(layout.hidden_frames, 3);
	check_uint(layout.hidden_samples, 9);
	check_uint(layout.per_mille, 1);
}

/* 500 processes of equal size, each with a chain of 30 frames of long names. */
static void add_too_much(struct profile *profile)
{
	char name[200];
	uint32_t frames[31];

	for (int i = 0; i < 500; i++) {
		for (int depth = 0; depth < 31; depth++) {
			snprintf(name, sizeof(name), "%0100d_%d_%d", 0, i, depth);
			frames[depth] = (uint32_t)frames_add(&profile->frames, FRAME_NATIVE, name);
		}
		check_ok(profile_add(profile, frames, 31, 0, 1));
	}
}

static void the_smallest_and_deepest_go_when_the_file_gets_too_long(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(flamegraph_layout_done) struct flamegraph_layout layout = {0};

	add_too_much(profile);
	if (!check_ok(flamegraph_layout_init(&layout, profile)))
		return;
	check_true(layout.boxes.count > 1200);
	check_true(layout.boxes.count < 2000);
	check_uint(layout.hidden_frames + layout.boxes.count, profile->nodes.count);
	check_uint(layout.hidden_samples, 500);
	check_uint(layout.per_mille, 3);
	check_true(layout.rows < 15);
}

static void an_empty_profile_has_no_boxes(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(flamegraph_layout_done) struct flamegraph_layout layout = {0};

	check_ok(flamegraph_layout_init(&layout, profile));
	check_uint(layout.boxes.count, 0);
	check_true(flamegraph_layout_height(&layout) > FLAMEGRAPH_HEAD + 42);
}

static void the_height_grows_with_the_rows(void)
{
	struct flamegraph_layout few = {.rows = 10}, many = {.rows = 1000};

	check_uint(flamegraph_layout_height(&many) - flamegraph_layout_height(&few),
		   990 * FLAMEGRAPH_ROW);
}

CU_TestInfo flamegraph_layout_tests[] = {
	TEST(callees_stand_side_by_side_from_the_left_of_their_caller),
	TEST(what_has_under_one_per_mille_is_left_out_and_counted),
	TEST(the_smallest_and_deepest_go_when_the_file_gets_too_long),
	TEST(an_empty_profile_has_no_boxes),
	TEST(the_height_grows_with_the_rows),
	CU_TEST_INFO_NULL,
};
