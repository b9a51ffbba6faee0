// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/diff.h"

#include <yajl/yajl_parse.h>

#include "diffed.h"

static bool is_json(const char *text)
{
	yajl_handle handle = yajl_alloc(NULL, NULL, NULL);
	const unsigned char *bytes = (const unsigned char *)text;
	bool whole = handle && yajl_parse(handle, bytes, strlen(text)) == yajl_status_ok &&
		     yajl_complete_parse(handle) == yajl_status_ok;

	yajl_free(handle);
	return whole;
}

static void all_of_the_comparison_is_there(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_usual(&diffed, "+5pp");
	CLEANUP(freep) char *text = diffed_text(diff_json_write, &diffed);
	check_true(is_json(text));
	check_contains(text, "\"version\": 1,");
	check_contains(text, "\"old\": {\n  \"recordings\": 1,\n  \"samples\": 1000,\n  \"cpu_s\": "
			     "1.000000,\n  \"command\": \"python x.py\",\n  \"clock\": \"cpu\",\n");
	check_contains(text, "\"noise_from\": \"blocks\"");
	check_contains(text, "\"rules\": [\n  \"+5pp\"\n ]");
	check_contains(text,
		       "\"name\": \"work\",\n   \"file\": \"x.py\",\n   \"kind\": \"python\",\n "
		       "  \"at_least\": 0.1");
	check_contains(text, "\"line\": 14,\n   \"self\": {\n    \"old\": 0.100000,\n    \"new\": "
			     "0.300000,\n    \"change\": 0.200000,\n    \"margin\": 0.0");
	check_contains(text, "\"beyond_noise\": true");
	check_contains(text, "\"beyond_noise\": false");
}

static void hostile_names_are_texts(void)
{
	CLEANUP(diffed_done) struct diffed diffed;

	diffed_make_named(&diffed, HOSTILE, "+5pp");
	CLEANUP(freep) char *text = diffed_text(diff_json_write, &diffed);
	check_true(is_json(text));
	check_contains(text, "\"file\": null");
}

static void failures_are_reported(void)
{
	CLEANUP(diffed_done) struct diffed diffed;
	FILE *full = fopen("/dev/full", "w");

	diffed_make_usual(&diffed, NULL);
	check_int(diff_json_write(&diffed.view, full), -ENOSPC);
	fclose(full);
}

CU_TestInfo diff_json_tests[] = {
	TEST(all_of_the_comparison_is_there),
	TEST(hostile_names_are_texts),
	TEST(failures_are_reported),
	CU_TEST_INFO_NULL,
};
