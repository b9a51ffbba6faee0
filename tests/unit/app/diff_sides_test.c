// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/diff_sides.h"

#include "check.h"

static void folders_and_blanks_are_no_difference(void)
{
	static const struct {
		const char *one, *other;
		bool same;
	} cases[] = {
		{"python x.py", "python x.py", true},
		{"/usr/bin/python /tmp/a/x.py", "python  b/x.py ", true},
		{"./run", "run", true},
		{"", "", true},
		{"", " ", true},
		{"python x.py 1", "python x.py 2", false},
		{"python x.py", "python x.py 1", false},
		{"python x.py 1", "python x.py", false},
		{"python3.11 x.py", "python3.12 x.py", false},
		{"python x.py", "python x.pyc", false},
		{"a/ b", "a b", false},
		{"", "a", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (!check_int(diff_same_command(cases[i].one, cases[i].other), cases[i].same))
			fprintf(stderr, "'%s', '%s'\n", cases[i].one, cases[i].other);
}

static struct comparison of_samples(uint64_t old, uint64_t new)
{
	return (struct comparison){.sides = {{.samples = old}, {.samples = new}}};
}

static void too_few_samples_are_refused_for_a_verdict(void)
{
	struct comparison few = of_samples(399, 5000), enough = of_samples(400, 5000);

	check_int(diff_sides_check(&few, true), -EINVAL);
	check_int(diff_sides_check(&few, false), 0);
	check_int(diff_sides_check(&enough, true), 0);
}

CU_TestInfo diff_sides_tests[] = {
	TEST(folders_and_blanks_are_no_difference),
	TEST(too_few_samples_are_refused_for_a_verdict),
	CU_TEST_INFO_NULL,
};
