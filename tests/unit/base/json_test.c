// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "check.h"

static void a_document_is_written(void)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct json json;

	json_open(&json, stream, false);
	json_begin_object(&json);
	json_put_text(&json, "name", "a\"b\\\n</script>\xed\xb2\x80\xff");
	json_put_text(&json, "none", NULL);
	json_put_integer(&json, "count", -9007199254740993);
	json_put_number(&json, "share", 12.3456, 2);
	json_put_number(&json, "nothing", NAN, 2);
	json_put_bool(&json, "whole", true);
	json_key(&json, "list");
	json_begin_array(&json);
	json_integer(&json, 1);
	json_number(&json, 0.5, 1);
	json_bool(&json, false);
	json_end_array(&json);
	json_end_object(&json);
	check_ok(json_close(&json));
	fclose(stream);
	check_str(text, "{\"name\":\"a\\\"b\\\\\\\\n</script>\\\\udc80\\\\xff\",\"none\":null,"
			"\"count\":-9007199254740993,\"share\":12.35,\"nothing\":null,"
			"\"whole\":true,\"list\":[1,0.5,false]}\n");
	free(text);
}

static void a_full_disk_is_told(void)
{
	FILE *stream = fopen("/dev/full", "w");
	struct json json;

	json_open(&json, stream, true);
	json_begin_array(&json);
	json_end_array(&json);
	check_int(json_close(&json), -ENOSPC);
	fclose(stream);
}

static void what_is_out_of_place_is_told(void)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct json json;

	json_open(&json, stream, false);
	json_begin_object(&json);
	json_integer(&json, 1);
	json_text(&json, "after it");
	check_int(json_close(&json), -EINVAL);
	fclose(stream);
	free(text);
}

CU_TestInfo json_tests[] = {
	TEST(a_document_is_written),
	TEST(a_full_disk_is_told),
	TEST(what_is_out_of_place_is_told),
	CU_TEST_INFO_NULL,
};
