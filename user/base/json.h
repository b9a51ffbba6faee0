/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_JSON_H
#define LTSBPF_BASE_JSON_H
/*
 * Writes one JSON document to a stream as it is told to, by yajl. The first failure is kept and
 * makes the rest do nothing: only json_close() need be looked at. Texts may be anything; what is
 * no UTF-8 is escaped as text_printable() does.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	struct yajl_gen_t *generator;
	FILE *stream; /* borrowed */
	int err;
};

/* Zeroes and begins. indent: for people too. */
void json_open(struct json *json, FILE *stream, bool indent);

/* Ends the document with a line break. 0, -ENOMEM or what file_stream_error() tells. */
int json_close(struct json *json);

void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_array(struct json *json);
void json_end_array(struct json *json);

void json_key(struct json *json, const char *key);
void json_text(struct json *json, const char *text); /* NULL: null */
void json_integer(struct json *json, int64_t number);
void json_number(struct json *json, double number, int decimals); /* not finite: null */
void json_bool(struct json *json, bool value);

/* A key and its value. */
void json_put_text(struct json *json, const char *key, const char *text);
void json_put_integer(struct json *json, const char *key, int64_t number);
void json_put_number(struct json *json, const char *key, double number, int decimals);
void json_put_bool(struct json *json, const char *key, bool value);

#endif
