// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"

static void print(void *context, const char *text, size_t length)
{
	fwrite(text, 1, length, context);
}

void json_open(struct json *json, FILE *stream, bool indent)
{
	*json = (struct json){.generator = yajl_gen_alloc(NULL), .stream = stream};
	if (!json->generator) {
		json->err = -ENOMEM;
		return;
	}
	yajl_gen_config(json->generator, yajl_gen_print_callback, print, (void *)stream);
	yajl_gen_config(json->generator, yajl_gen_beautify, (int)indent);
	yajl_gen_config(json->generator, yajl_gen_indent_string, " ");
}

static void keep(struct json *json, yajl_gen_status status)
{
	if (!json->err && status != yajl_gen_status_ok && status != yajl_gen_generation_complete)
		json->err = -EINVAL;
}

#define GENERATE(json, name, ...)                                                                  \
	do {                                                                                       \
		if (!(json)->err)                                                                  \
			keep(json, yajl_gen_##name((json)->generator, ##__VA_ARGS__));             \
	} while (0)

int json_close(struct json *json)
{
	int err = json->err;

	if (json->generator)
		yajl_gen_free(json->generator);
	json->generator = NULL;
	if (err)
		return err;
	fputc('\n', json->stream);
	return file_stream_error(json->stream);
}

void json_begin_object(struct json *json)
{
	GENERATE(json, map_open);
}

void json_end_object(struct json *json)
{
	GENERATE(json, map_close);
}

void json_begin_array(struct json *json)
{
	GENERATE(json, array_open);
}

void json_end_array(struct json *json)
{
	GENERATE(json, array_close);
}

void json_key(struct json *json, const char *key)
{
	json_text(json, key);
}

void json_text(struct json *json, const char *text)
{
	CLEANUP(freep) char *printable = text ? text_printable(text, "") : NULL;

	if (!text) {
		GENERATE(json, null);
		return;
	}
	if (!printable && !json->err)
		json->err = -ENOMEM;
	if (printable)
		GENERATE(json, string, (const unsigned char *)printable, strlen(printable));
}

void json_integer(struct json *json, int64_t number)
{
	GENERATE(json, integer, (long long)number);
}

void json_number(struct json *json, double number, int decimals)
{
	char text[400];

	if (!isfinite(number)) {
		GENERATE(json, null);
		return;
	}
	snprintf(text, sizeof(text), "%.*f", decimals, number);
	GENERATE(json, number, text, strlen(text));
}

void json_bool(struct json *json, bool value)
{
	GENERATE(json, bool, value);
}

void json_put_text(struct json *json, const char *key, const char *text)
{
	json_key(json, key);
	json_text(json, text);
}

void json_put_integer(struct json *json, const char *key, int64_t number)
{
	json_key(json, key);
	json_integer(json, number);
}

void json_put_number(struct json *json, const char *key, double number, int decimals)
{
	json_key(json, key);
	json_number(json, number, decimals);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}
