// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/slowest.h"

#include "check.h"
#include "memory.h"

static void the_slowest_come_first(void)
{
	static const struct profile_process processes[] = {
		{.pid = 9, .cpu_s = 1}, {.pid = 8, .cpu_s = 2}, {.pid = 7, .cpu_s = 1}};
	static const double totals[] = {1, 3, 3, 2};
	struct profile *profile = profile_new();

	for (size_t i = 0; i < 3; i++)
		check_ok(vec_push(&profile->processes, processes[i]));
	for (size_t i = 0; i < 4; i++)
		check_ok(vec_push(&profile->imports,
				  ((struct profile_import){.total_s = totals[i]})));
	const struct profile_process **order = slowest_processes(profile);
	check_uint(order[0]->pid, 8);
	check_uint(order[1]->pid, 7);
	check_uint(order[2]->pid, 9);
	free(order);
	const struct profile_import **imports = slowest_imports(profile);
	check_uint(imports[0] - profile->imports.items, 1);
	check_uint(imports[1] - profile->imports.items, 2);
	check_uint(imports[2] - profile->imports.items, 3);
	check_uint(imports[3] - profile->imports.items, 0);
	free(imports);
	memory_fail_at(1);
	check_true(!slowest_processes(profile));
	check_true(memory_failed());
	memory_fail_at(1);
	check_true(!slowest_imports(profile));
	check_true(memory_failed());
	profile_free(profile);
}

CU_TestInfo slowest_tests[] = {
	TEST(the_slowest_come_first),
	CU_TEST_INFO_NULL,
};
