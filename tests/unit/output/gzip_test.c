// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/gzip.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "unzipped.h"

static void what_is_written_is_read(void)
{
	CLEANUP(freep) char *file = NULL;
	CLEANUP(gzip_done) struct gzip gzip;
	size_t file_size, size;
	FILE *stream = open_memstream(&file, &file_size);
	static char many[100000];

	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = (char)(i * i % 251 + 1);
	check_ok(gzip_open(&gzip, stream));
	check_ok(gzip_write(&gzip, "head ", 5));
	check_ok(gzip_write(&gzip, many, sizeof(many)));
	check_ok(gzip_finish(&gzip));
	fclose(stream);
	CLEANUP(freep) char *content = unzipped(file, file_size, &size);
	check_uint(size, 5 + sizeof(many));
	check_true(!memcmp(content, "head ", 5) && !memcmp(content + 5, many, sizeof(many)));
}

static void a_full_disk_is_told(void)
{
	CLEANUP(fclosep) FILE *full = fopen("/dev/full", "w");
	CLEANUP(gzip_done) struct gzip gzip;

	check_ok(gzip_open(&gzip, full));
	check_ok(gzip_write(&gzip, "x", 1));
	check_int(gzip_finish(&gzip), -ENOSPC);
}

CU_TestInfo gzip_tests[] = {
	TEST(what_is_written_is_read),
	TEST(a_full_disk_is_told),
	CU_TEST_INFO_NULL,
};
