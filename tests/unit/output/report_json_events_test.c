// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/report_json_events.h"

#include "base/json.h"
#include "reported.h"

static char *written(const struct profile *profile)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct json json;

	json_open(&json, stream, false);
	json_begin_object(&json);
	report_json_samples(&json, profile, "--process 'a'");
	report_json_events(&json, profile);
	json_end_object(&json);
	check_ok(json_close(&json));
	fclose(stream);
	return text;
}

static void every_loss_stands_where_it_belongs(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	const struct profile_loss losses[] = {{"ring_full", "no room", 12, LOSS_SAMPLE},
					      {"torn", "torn", 4, LOSS_FRAMES},
					      {"starting", "not up yet", 3, LOSS_NOTHING}};

	for (size_t i = 0; i < 3; i++)
		check_ok(vec_push(&profile->losses, losses[i]));
	profile->facts.filtered = UINT64_MAX;
	CLEANUP(freep) char *text = written(profile);
	check_contains(text, "{\"samples\":{\"due\":1000,\"received\":1000,\"shown\":0,"
			     "\"filtered\":9223372036854775807,\"filters\":\"--process 'a'\"");
	check_contains(text, "\"lost\":{\"ring_full\":12},\"incomplete\":{\"torn\":4},"
			     "\"notes\":{\"starting\":3}}");
	check_contains(text,
		       "\"processes\":[],\"gc\":[],\"imports\":[],\"calls\":null,\"gaps\":[]}");
}

static void everything_that_was_told_is_in_it(void)
{
	CLEANUP(profile_freep) struct profile *profile = run_profile();
	const struct profile_process process = {
		.pid = 8, .name = "py", .python = "", .samples = 9, .cpu_s = 2};
	const struct profile_collection collection = {2, 3, 0.25, 0.125, 99};
	const struct profile_import imports[] = {{"os", 0, 1, 0.02, 0.01},
						 {"stat", 1, 2, 0.01, 0.01}};
	const struct profile_call call = {.calls = 5};
	const struct profile_gap gap = {"[no unwind info: a]", 4};

	check_ok(vec_push(&profile->processes, process));
	check_ok(vec_push(&profile->collections, collection));
	check_ok(vec_push(&profile->imports, imports[0]));
	check_ok(vec_push(&profile->imports, imports[1]));
	check_ok(vec_push(&profile->calls, call));
	check_ok(vec_push(&profile->gaps, gap));
	profile->facts.calls = (struct profile_calls_facts){.kind = CALLS_TIMES, .hits = 10};
	CLEANUP(freep) char *text = written(profile);
	check_contains(text, "{\"pid\":8,\"name\":\"py\",\"python\":null,\"samples\":9,"
			     "\"cpu_s\":2.000000}");
	check_contains(text, "{\"generation\":2,\"count\":3,\"total_s\":0.250000,"
			     "\"longest_s\":0.125000,\"collected\":99}");
	check_contains(text, "{\"module\":\"stat\",\"count\":2,\"total_s\":0.010000,"
			     "\"self_s\":0.010000,\"parent\":\"os\"}");
	check_contains(text, "\"calls\":{\"counted\":5,\"uncounted\":0,\"covered_s\":0.000000,"
			     "\"over_budget\":false,\"times\":true,\"hits\":10,");
	check_contains(text, "{\"marker\":\"[no unwind info: a]\",\"samples\":4}");
}

CU_TestInfo report_json_events_tests[] = {
	TEST(every_loss_stands_where_it_belongs),
	TEST(everything_that_was_told_is_in_it),
	CU_TEST_INFO_NULL,
};
