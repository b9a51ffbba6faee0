// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/unicode.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

static const struct unicode_form ascii = {.kind = 1, .compact = true, .is_ascii = true};
static const struct unicode_form latin1 = {.kind = 1, .compact = true};
static const struct unicode_form ucs2 = {.kind = 2, .compact = true};
static const struct unicode_form ucs4 = {.kind = 4, .compact = true};

static void check_decoded(struct unicode_form form, const void *bytes, size_t size,
			  const char *expected)
{
	CLEANUP(freep) char *text = NULL;

	if (check_ok(unicode_decode(form, bytes, size, &text)))
		check_str(text, expected);
}

static void the_state_tells_the_form(void)
{
	/* interned, kind 1, compact, ascii in a build with the GIL */
	struct unicode_form form = unicode_form_of(1 | 1 << 2 | 1 << 5 | 1 << 6, 2);

	check_uint(form.kind, 1);
	check_true(form.compact);
	check_true(form.is_ascii);
	/* kind 4, not compact, not ascii in one without */
	form = unicode_form_of(1 | 4 << 8, 8);
	check_uint(form.kind, 4);
	check_true(!form.compact);
	check_true(!form.is_ascii);
}

static void ascii_comes_out_as_it_is(void)
{
	check_decoded(ascii, "run", 3, "run");
}

static void an_empty_text_is_empty(void)
{
	check_decoded(ascii, NULL, 0, "");
}

static void latin1_comes_out_as_utf8(void)
{
	check_decoded(latin1,
		      "gr\xf6\xdf"
		      "e\xff",
		      6, "größeÿ");
}

static void ucs2_comes_out_as_utf8(void)
{
	static const uint8_t bytes[] = {'a', 0, 0xd8, 0x53, 0x20, 0x20, 0xff, 0xff};

	check_decoded(ucs2, bytes, sizeof(bytes), "a\xe5\x8f\x98\xe2\x80\xa0\xef\xbf\xbf");
}

static void surrogates_keep_three_bytes_each(void)
{
	static const uint8_t bytes[] = {0x3d, 0xd8, 0x00, 0xde, 0x80, 0xdc};

	check_decoded(ucs2, bytes, sizeof(bytes), "\xed\xa0\xbd\xed\xb8\x80\xed\xb2\x80");
}

static void ucs4_comes_out_as_utf8(void)
{
	static const uint8_t bytes[] = {0x00, 0x04, 0x01, 0x00, 0xff, 0xff, 0x10, 0x00};

	check_decoded(ucs4, bytes, sizeof(bytes), "\xf0\x90\x90\x80\xf4\x8f\xbf\xbf");
}

static void what_is_no_character_is_replaced(void)
{
	static const uint8_t bytes[] = {0, 0, 0x11, 0, 0xff, 0xff, 0xff, 0xff, 'a', 0, 0, 0};

	check_decoded(ucs4, bytes, sizeof(bytes),
		      "\xef\xbf\xbd\xef\xbf\xbd"
		      "a");
}

static void a_nul_does_not_end_the_text(void)
{
	static const uint8_t wide[] = {'a', 0, 0, 0, 'b', 0};

	check_decoded(ascii, "a\0b", 3,
		      "a\xef\xbf\xbd"
		      "b");
	check_decoded(ucs2, wide, sizeof(wide),
		      "a\xef\xbf\xbd"
		      "b");
}

static void bytes_that_are_not_what_the_state_says_are_refused(void)
{
	static const struct unicode_form wide_ascii = {.kind = 2, .is_ascii = true};
	char *text = NULL;

	check_int(unicode_decode((struct unicode_form){.kind = 0}, NULL, 0, &text), -EINVAL);
	check_int(unicode_decode((struct unicode_form){.kind = 3}, (void *)"abc", 3, &text),
		  -EINVAL);
	check_int(unicode_decode(ucs2, (void *)"abc", 3, &text), -EINVAL);
	check_int(unicode_decode(ucs4, (void *)"abcdef", 6, &text), -EINVAL);
	check_int(unicode_decode(ascii, (void *)"a\x80", 2, &text), -EINVAL);
	check_int(unicode_decode(wide_ascii, (void *)"a\0", 2, &text), -EINVAL);
	check_null(text);
}

static void memory_may_run_out(void)
{
	char *text = NULL;

	memory_fail_at(1);
	check_int(unicode_decode(ascii, (void *)"a", 1, &text), -ENOMEM);
	check_true(memory_failed());
	check_null(text);
}

CU_TestInfo unicode_tests[] = {
	TEST(the_state_tells_the_form),	   TEST(ascii_comes_out_as_it_is),
	TEST(an_empty_text_is_empty),	   TEST(latin1_comes_out_as_utf8),
	TEST(ucs2_comes_out_as_utf8),	   TEST(surrogates_keep_three_bytes_each),
	TEST(ucs4_comes_out_as_utf8),	   TEST(what_is_no_character_is_replaced),
	TEST(a_nul_does_not_end_the_text), TEST(bytes_that_are_not_what_the_state_says_are_refused),
	TEST(memory_may_run_out),	   CU_TEST_INFO_NULL,
};
