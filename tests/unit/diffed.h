/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_DIFFED_H
#define LTSBPF_TESTS_DIFFED_H
/* What a form of a comparison looks like: work grows from 10 % to 30 %, gone vanishes. */
#include "compared.h"
#include "memory.h"
#include "output/diff.h"

typedef int diff_writer(const struct diff_view *view, FILE *stream);

struct diffed {
	struct comparison comparison;
	struct gate gate;
	uint32_t order[16];
	struct diff_view view;
};

static inline void diffed_done(struct diffed *diffed)
{
	comparison_done(&diffed->comparison);
	gate_done(&diffed->gate);
}

/* rule: NULL = none. The rows are in the order in which the functions were met. */
static inline void diffed_make(struct diffed *diffed, const struct compared_stack *old,
			       const struct compared_stack *new, const char *rule)
{
	*diffed = (struct diffed){0};
	check_ok(compared_make(&diffed->comparison, old, new));
	if (rule)
		check_ok(gate_add(&diffed->gate, rule));
	check_ok(gate_judge(&diffed->gate, &diffed->comparison));
	for (uint32_t i = 0; i < 16; i++)
		diffed->order[i] = i;
	diffed->view = (struct diff_view){
		.comparison = &diffed->comparison,
		.gate = &diffed->gate,
		.order = diffed->order,
		.rows = diffed->comparison.functions.count,
	};
}

static inline void diffed_make_usual(struct diffed *diffed, const char *rule)
{
	static const struct compared_stack old[] = {{"process:python main work@10", 100},
						    {"process:python main gone@20", 200},
						    {"process:python main", 700},
						    {NULL, 0}};
	static const struct compared_stack new[] = {
		{"process:python main work@14", 300}, {"process:python main", 700}, {NULL, 0}};

	diffed_make(diffed, old, new, rule);
}

/* The name of the only function of both sides is this. */
static inline void diffed_make_named(struct diffed *diffed, const char *name, const char *rule)
{
	*diffed = (struct diffed){0};
	check_ok(comparison_init(&diffed->comparison, 1, 1));
	for (int side = 0; side < SIDES; side++) {
		CLEANUP(profile_freep) struct profile *profile = profile_new();
		int64_t frame = frames_add(&profile->frames, FRAME_NATIVE, name);
		profile->facts.command = name;
		check_ok(profile_add(profile, NULL, 0, 0, side == SIDE_OLD ? 900 : 500));
		check_ok(profile_add(profile, &(uint32_t){(uint32_t)frame}, 1, 0,
				     side == SIDE_OLD ? 100 : 500));
		check_ok(compared_spread(profile));
		check_ok(comparison_add(&diffed->comparison, (enum comparison_side_id)side,
					profile));
	}
	check_ok(comparison_finish(&diffed->comparison));
	if (rule)
		check_ok(gate_add(&diffed->gate, rule));
	check_ok(gate_judge(&diffed->gate, &diffed->comparison));
	diffed->view = (struct diff_view){&diffed->comparison, &diffed->gate, diffed->order, 1};
}

/* Owned; NULL with a failed check. */
static inline char *diffed_text(diff_writer *write, const struct diffed *diffed)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int err = stream ? write(&diffed->view, stream) : -ENOMEM;

	if (stream)
		fclose(stream);
	if (check_ok(err))
		return text;
	free(text);
	return NULL;
}

/* A full disk and lack of memory are told. */
static inline void diffed_check_failures(diff_writer *write, const struct diffed *diffed)
{
	FILE *full = fopen("/dev/full", "w");

	check_int(write(&diffed->view, full), -ENOSPC);
	fclose(full);
	for (unsigned int nth = 1;; nth++) {
		FILE *null = fopen("/dev/null", "w");
		memory_fail_at(nth);
		int err = write(&diffed->view, null);
		bool failed = memory_failed();
		fclose(null);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
}

/* What could break out of a table, a tag or a line, in any of the forms. */
#define HOSTILE                                                                                    \
	"</title><script>x</script>\n\r\x1b[31m|`@me` #1 **b** "                                   \
	"[l](http://u) &amp; \"'\\\xff\xed\xb2\x80"

#endif
