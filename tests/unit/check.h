/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_CHECK_H
#define LTSBPF_TESTS_CHECK_H
/*
 * Checks that name both values when they fail, count as CUnit asserts and return whether they
 * held: if (!check_ok(err)) return; The value under test comes first, the expected one second.
 */
#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define TEST(function) { #function, function }
/* clang-format on */

struct check_place {
	const char *file;
	unsigned int line;
	const char *expression;
};

#define CHECK_HERE(expression) ((struct check_place){__FILE__, __LINE__, expression})

#define check_int(actual, expected)  check_int_(CHECK_HERE(#actual), (actual), (expected))
#define check_uint(actual, expected) check_uint_(CHECK_HERE(#actual), (actual), (expected))
#define check_str(actual, expected)  check_str_(CHECK_HERE(#actual), (actual), (expected))
#define check_ok(err)		     check_int_(CHECK_HERE(#err), (err), 0)
#define check_true(condition)	     check_(CHECK_HERE(#condition), (condition), "false, not true")
#define check_null(pointer)	     check_(CHECK_HERE(#pointer), !(pointer), "not NULL")
#define check_not_null(pointer)	     check_(CHECK_HERE(#pointer), (pointer) != NULL, "NULL")
/* The text has this part in it. */
#define check_contains(text, part) check_contains_(CHECK_HERE(#text), (text), (part))
/* The floating point value is within `slack` of the expected one. */
#define check_near(actual, expected, slack)                                                        \
	check_near_(CHECK_HERE(#actual), (actual), (expected), (slack))

__attribute__((format(printf, 3, 4))) static inline bool check_(struct check_place place, bool held,
								const char *format, ...)
{
	char told[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(told, sizeof(told), format, arguments);
	va_end(arguments);
	if (!held)
		fprintf(stderr, "%s:%u: %s is %s\n", place.file, place.line, place.expression,
			told);
	return CU_assertImplementation(held, place.line, place.expression, place.file, "",
				       CU_FALSE);
}

static inline bool check_int_(struct check_place place, int64_t actual, int64_t expected)
{
	return check_(place, actual == expected, "%" PRId64 ", not %" PRId64, actual, expected);
}

static inline bool check_uint_(struct check_place place, uint64_t actual, uint64_t expected)
{
	return check_(place, actual == expected, "%" PRIu64 " (%#" PRIx64 "), not %" PRIu64, actual,
		      actual, expected);
}

static inline bool check_near_(struct check_place place, double actual, double expected,
			       double slack)
{
	return check_(place, actual - expected <= slack && expected - actual <= slack,
		      "%g, not %g (give or take %g)", actual, expected, slack);
}

static inline bool check_str_(struct check_place place, const char *actual, const char *expected)
{
	bool held = actual && expected ? !strcmp(actual, expected) : actual == expected;

	return check_(place, held, "\"%s\", not \"%s\"", actual ? actual : "(null)",
		      expected ? expected : "(null)");
}

static inline bool check_contains_(struct check_place place, const char *text, const char *part)
{
	return check_(place, text && strstr(text, part), "\"%s\", without \"%s\"",
		      text ? text : "(null)", part);
}

#endif
