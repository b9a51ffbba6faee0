/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_RESOLVED_H
#define LTSBPF_TESTS_RESOLVED_H
/* A program's records, what the resolver makes of them, and its nodes by names. */
#include "base/cleanup.h"
#include "check.h"
#include "profile/profile.h"
#include "recording/reader.h"
#include "records.h"
#include "symbol/resolver.h"

enum {
	MAIN = 1,
	WORK,
	LEAF,
	NEVER_CAME
};

/* Functions main, work and leaf, whose first instructions are on lines 11 and 12, 21 ... */
static inline void put_program(struct records *records)
{
	static const char *const names[] = {[MAIN] = "main", [WORK] = "work", [LEAF] = "leaf"};
	static const uint8_t lines[] = {2, 1, 2, 1};

	put_begin(records, "python x.py", 10000000);
	put_name(records, RECORD_EXEC, 7, 7, "python3", 0);
	put_interpreter(records, 7, "3.10.1");
	for (uint32_t id = MAIN; id <= LEAF; id++)
		put_function(records, &(struct function_facts){id, 10 * id, 10, names[id], NULL,
							       "x.py", lines, sizeof(lines)});
}

/* Feeds the records and drops them. */
static inline int feed(struct resolver *resolver, struct records *records)
{
	int err = 0;

	for (const struct record *each = NULL; !err && (each = records_next(records, each));) {
		check_true(record_fits(each));
		err = resolver_feed(resolver, each);
	}
	records_done(records);
	return err;
}

/* The profile of the records; NULL with a failed check. */
static inline struct profile *viewed(struct records *records, struct resolver_view view)
{
	CLEANUP(resolver_freep) struct resolver *resolver = resolver_new(&view);
	struct profile *profile = NULL;

	check_ok(feed(resolver, records));
	check_ok(resolver_finish(resolver, &profile));
	return profile;
}

static inline struct profile *resolved(struct records *records, bool by_thread)
{
	return viewed(records, (struct resolver_view){.by_thread = by_thread});
}

/* Where the names, root first and with a slash between them, lead; NULL where they do not. */
static inline const struct profile_node *node_at(const struct profile *profile, const char *path)
{
	const struct profile_node *nodes = profile->nodes.items;
	uint32_t node = PROFILE_ROOT, child;

	while (*path) {
		size_t length = strcspn(path, "/");
		for (child = nodes[node].first_child; child; child = nodes[child].next_sibling) {
			const char *name = frames_get(&profile->frames, nodes[child].frame)->name;
			if (strlen(name) == length && !memcmp(name, path, length))
				break;
		}
		if (!child)
			return NULL;
		node = child;
		path += length + (path[length] == '/');
	}
	return &nodes[node];
}

static inline uint64_t self_at(const struct profile *profile, const char *path)
{
	const struct profile_node *node = node_at(profile, path);

	return node ? node->self : 0;
}

#endif
