// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Runs the unit tests: all, or those of the suites whose name begins with the argument
 * ("base", "base/map64"). A suite is one file tests/unit/<layer>/<module>_test.c; the build makes
 * suites.h from the file names. CUnit returns success when asserts fail, so the exit status
 * comes from what was counted here; a test that checks nothing and a run of no test fail too.
 */
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SUITE(name, tests) extern CU_TestInfo tests[];
#include "suites.h"
#undef SUITE

static const struct {
	const char *name;
	CU_TestInfo *tests;
} suites[] = {
#define SUITE(name, tests) {name, tests},
#include "suites.h"
	{NULL, NULL},
};

static unsigned int passed, failed, asserts_before;

static void test_begins(const CU_pTest test, const CU_pSuite suite)
{
	(void)test, (void)suite;
	asserts_before = CU_get_number_of_asserts();
}

static void test_ends(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failures)
{
	if (!failures && CU_get_number_of_asserts() > asserts_before) {
		passed++;
		return;
	}
	failed++;
	printf("FAIL %s: %s%s\n", suite->pName, test->pName,
	       failures ? "" : " (it checks nothing)");
}

/* Tests ask for too much memory on purpose. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static CU_ErrorCode register_suites(const char *wanted)
{
	for (size_t i = 0; suites[i].name; i++) {
		if (strncmp(suites[i].name, wanted, strlen(wanted)))
			continue;
		CU_pSuite suite = CU_add_suite(suites[i].name, NULL, NULL);
		if (!suite)
			return CU_get_error();
		for (CU_TestInfo *test = suites[i].tests; test->pName; test++)
			if (!CU_add_test(suite, test->pName, test->pTestFunc))
				return CU_get_error();
	}
	return CUE_SUCCESS;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() || register_suites(argc > 1 ? argv[1] : "")) {
		fprintf(stderr, "cannot register the tests: %s\n", CU_get_error_msg());
		return 1;
	}
	CU_set_test_start_handler(test_begins);
	CU_set_test_complete_handler(test_ends);
	CU_ErrorCode err = CU_run_all_tests();
	if (err)
		fprintf(stderr, "CUnit stopped: %s\n", CU_get_error_msg());
	if (!passed && !failed)
		fprintf(stderr, "no test has run\n");
	printf("%u passed, %u failed\n", passed, failed);
	bool good = !err && passed && !failed && !CU_get_number_of_failures();
	CU_cleanup_registry();
	return good ? 0 : 1;
}
