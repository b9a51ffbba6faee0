// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff_words.h"

#include "diffed.h"

static void labels_are_cut_between_characters(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_named(&diffed, "ééééé", NULL);
	static const struct {
		size_t limit;
		const char *label;
	} cases[] = {{6, "ééééé"}, {5, "ééééé"}, {4, "ééé…"}, {2, "é…"}, {1, "…"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP(freep)
		char *label = diff_words_label(&diffed.comparison, 0, cases[i].limit);
		check_str(label, cases[i].label);
	}
}

static void enough_samples_need_no_words(void)
{
	static const struct compared_stack many[] = {{"process:python main", 40000}, {NULL, 0}};
	CLEANUP(diffed_done) struct diffed diffed;
	char text[64] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	diffed_make(&diffed, many, many, NULL);
	diff_words_precision(&diffed.comparison, stream);
	fclose(stream);
	check_str(text, "");
}

CU_TestInfo diff_words_tests[] = {
	TEST(labels_are_cut_between_characters),
	TEST(enough_samples_need_no_words),
	CU_TEST_INFO_NULL,
};
