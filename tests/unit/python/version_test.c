// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/version.h"

#include "check.h"

static uint32_t parsed(const char *text)
{
	return version_parse(text, strlen(text));
}

static const char *text_of(uint32_t version)
{
	static char text[VERSION_TEXT_BYTES];

	version_text(version, text);
	return text;
}

static uint32_t found_in(unsigned int minor, const char *bytes, size_t size)
{
	struct version_search search = {.minor = minor};

	version_search(&search, (const uint8_t *)bytes, size);
	return version_found(&search);
}

#define FOUND_IN(minor, bytes) found_in(minor, bytes, sizeof(bytes))

static void a_version_is_told_as_python_tells_it(void)
{
	check_str(text_of(0x030b02f0), "3.11.2");
	check_str(text_of(0x030f00c1), "3.15.0rc1");
	check_str(text_of(0x030e00a7), "3.14.0a7");
	check_str(text_of(0), "unknown version");
	check_str(text_of(0xffffffff), "255.255.255");
}

static void a_version_is_read_as_python_writes_it(void)
{
	check_uint(parsed("3.9.18"), 0x030912f0);
	check_uint(parsed("3.10.0rc2"), 0x030a00c2);
	check_uint(parsed("3.12.0b4+"), 0x030c00b4);
	check_uint(parsed("3.9.2+"), 0x030902f0);
}

static void other_texts_are_no_version(void)
{
	static const char *const texts[] = {"",	       "3",	   "3.9",     "3.9.",	 "2.7.18",
					    "3..1",    "3.9.1x",   "3.9.1rc", "3.9.1.2", "3.100.1",
					    "3.9.100", "3.9.1a16", " 3.9.1",  "3.9.1++"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!check_uint(parsed(texts[i]), 0))
			fprintf(stderr, "for '%s'\n", texts[i]);
}

static void the_parts_of_a_version_are_told_apart(void)
{
	check_uint(version_major(0x030b02f0), 3);
	check_uint(version_minor(0x030b02f0), 11);
}

static void a_file_name_may_tell_the_minor_version(void)
{
	check_uint(version_minor_of_path("/usr/lib/libpython3.9.so.1.0"), 9);
	check_uint(version_minor_of_path("/opt/python3.8/bin/python3.10"), 10);
	check_uint(version_minor_of_path("python3.11-dbg"), 11);
	check_uint(version_minor_of_path("/opt/python3.8/bin/uwsgi"), 0);
	check_uint(version_minor_of_path("/usr/bin/python3"), 0);
	check_uint(version_minor_of_path(""), 0);
}

static void a_version_is_found_among_other_texts(void)
{
	check_uint(FOUND_IN(0, "a\0"
			       "3.2.0\0"
			       "3.9.2\0"
			       "b"),
		   0x030902f0);
	check_uint(FOUND_IN(0, "3.8.1"), 0x030801f0);
	check_uint(FOUND_IN(0, "no version"), 0);
	check_uint(found_in(0, "", 0), 0);
}

static void a_version_may_be_the_end_of_a_longer_text(void)
{
	check_uint(FOUND_IN(0, "a\0/opt/python/3.10.13\0b"), 0x030a0df0);
	check_uint(FOUND_IN(0, "a\0"
			       "13.10.13\0b"),
		   0);
	check_uint(FOUND_IN(0, "a\0libpython3.10.13\0b"), 0);
}

static void a_text_of_its_own_counts_for_more(void)
{
	check_uint(FOUND_IN(0, "/opt/3.8.4\0"
			       "3.9.2\0/opt/3.10.1"),
		   0x030902f0);
}

static void several_versions_are_none_unless_one_is_wanted(void)
{
	check_uint(FOUND_IN(0, "\0"
			       "3.8.7\0"
			       "3.9.2"),
		   0);
	check_uint(FOUND_IN(9, "\0"
			       "3.8.7\0"
			       "3.9.2"),
		   0x030902f0);
	check_uint(FOUND_IN(0, "/3.8.7\0/3.9.2"), 0);
	check_uint(FOUND_IN(10, "\0"
				"3.8.7\0"
				"3.9.2"),
		   0);
}

static void a_text_that_is_cut_off_is_not_found(void)
{
	check_uint(found_in(0,
			    "a\0"
			    "3.9.18",
			    7),
		   0);
	check_uint(found_in(0,
			    "a\0"
			    "3.9.18",
			    8),
		   0);
	check_uint(found_in(0,
			    "a\0"
			    "3.9.18",
			    9),
		   0x030912f0);
}

CU_TestInfo version_tests[] = {
	TEST(a_version_is_told_as_python_tells_it),
	TEST(a_version_is_read_as_python_writes_it),
	TEST(other_texts_are_no_version),
	TEST(the_parts_of_a_version_are_told_apart),
	TEST(a_file_name_may_tell_the_minor_version),
	TEST(a_version_is_found_among_other_texts),
	TEST(a_version_may_be_the_end_of_a_longer_text),
	TEST(a_text_of_its_own_counts_for_more),
	TEST(several_versions_are_none_unless_one_is_wanted),
	TEST(a_text_that_is_cut_off_is_not_found),
	CU_TEST_INFO_NULL,
};
