// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/collections.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"
#include "profile/profile.h"
#include "records.h"

static struct collections added(struct records *records)
{
	struct collections collections = {0};

	for (const struct record *each = NULL; (each = records_next(records, each));)
		collections_add(&collections, (const struct collection_record *)each);
	records_done(records);
	return collections;
}

static void each_generation_has_its_sums(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct records records = {0};

	put_collection(&records, 7, 2, 30000000, 100);
	put_collection(&records, 7, 0, 2000000, 10);
	put_collection(&records, 8, 0, 5000000, 20);
	put_collection(&records, 7, 0, 1000000, 0);
	struct collections collections = added(&records);
	check_ok(collections_fill(&collections, profile));
	if (!check_uint(profile->collections.count, 2))
		return;
	const struct profile_collection *young = &profile->collections.items[0];
	check_uint(young->generation, 0);
	check_uint(young->count, 3);
	check_near(young->total_s, 0.008, 1e-12);
	check_near(young->longest_s, 0.005, 1e-12);
	check_uint(young->collected, 30);
	check_uint(young[1].generation, 2);
	check_uint(young[1].count, 1);
	check_near(young[1].longest_s, 0.03, 1e-12);
	check_uint(young[1].collected, 100);
}

static void what_was_not_told_adds_nothing(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct records records = {0};

	put_collection(&records, 7, 1, 1000000, -1);
	put_collection(&records, 7, 1, 1000000, 5);
	put_collection(&records, 7, 1, 1000000, INT64_MIN);
	struct collections collections = added(&records);
	check_ok(collections_fill(&collections, profile));
	if (!check_uint(profile->collections.count, 1))
		return;
	check_uint(profile->collections.items[0].count, 3);
	check_uint(profile->collections.items[0].collected, 5);
}

static void a_generation_that_no_python_has_is_passed_over(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct records records = {0};

	put_collection(&records, 7, COLLECTION_GENERATIONS, 1, 1);
	put_collection(&records, 7, UINT32_MAX, 1, 1);
	struct collections collections = added(&records);
	check_ok(collections_fill(&collections, profile));
	check_uint(profile->collections.count, 0);
}

static void lack_of_memory_is_told(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	struct records records = {0};

	put_collection(&records, 7, 0, 1, 1);
	struct collections collections = added(&records);
	memory_fail_at(1);
	check_int(collections_fill(&collections, profile), -ENOMEM);
	check_true(memory_failed());
}

CU_TestInfo collections_tests[] = {
	TEST(each_generation_has_its_sums),
	TEST(what_was_not_told_adds_nothing),
	TEST(a_generation_that_no_python_has_is_passed_over),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
