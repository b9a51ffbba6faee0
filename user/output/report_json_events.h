/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_REPORT_JSON_EVENTS_H
#define LTSBPF_OUTPUT_REPORT_JSON_EVENTS_H
/* Parts of docs/report.schema.json: members of the object that is open. Errors are in *json. */
#include <stdint.h>

struct json;
struct profile;

/* A number that a damaged recording may have made larger than JSON's readers take. */
void report_json_count(struct json *json, const char *key, uint64_t count);

/* "samples": due, received, what of them is lost, and why. */
void report_json_samples(struct json *json, const struct profile *profile, const char *filters);

/* "processes", "gc", "imports", "calls", "gaps". */
void report_json_events(struct json *json, const struct profile *profile);

#endif
