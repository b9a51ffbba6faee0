// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Compares our line of every instruction with the one that CPython tells. Reads from stdin, for
 * each code object: u32 minor version, first line, bytes of line table, number of positions; then
 * the table; then a u32 line for each position, 0 = none. Says on stdout how much it has compared,
 * and fails when a line differs or there was nothing to compare.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "python/linetable.h"

struct head {
	uint32_t version_minor, first_line, table_bytes, positions;
};

static uint64_t objects, positions, differences;

static void compare(const struct head *head, const uint8_t *table, const uint32_t *expected)
{
	enum linetable_format format = linetable_format_of(head->version_minor);

	for (uint32_t i = 0; i < head->positions; i++) {
		uint32_t line =
			linetable_line(format, table, head->table_bytes, head->first_line, i + 1);
		if (line == expected[i])
			continue;
		if (differences++ < 10)
			fprintf(stderr, "code object %llu from line %u, position %u: %u, not %u\n",
				(unsigned long long)objects, head->first_line, i, line,
				expected[i]);
	}
	objects++;
	positions += head->positions;
}

/* 1 = read and compared, 0 = end of input, -1 = the input is broken. */
static int compare_next(void)
{
	struct head head;
	size_t got = fread(&head, 1, sizeof(head), stdin);

	if (got != sizeof(head))
		return got ? -1 : 0;
	CLEANUP(freep) uint8_t *table = malloc(head.table_bytes + 1);
	CLEANUP(freep) uint32_t *expected = calloc(head.positions + 1, sizeof(*expected));
	if (!table || !expected || fread(table, 1, head.table_bytes, stdin) != head.table_bytes ||
	    fread(expected, sizeof(*expected), head.positions, stdin) != head.positions)
		return -1;
	compare(&head, table, expected);
	return 1;
}

int main(void)
{
	int more;

	while ((more = compare_next()) > 0)
		;
	printf("%llu code objects, %llu positions, %llu differences%s\n",
	       (unsigned long long)objects, (unsigned long long)positions,
	       (unsigned long long)differences, more < 0 ? ", input broken" : "");
	return more < 0 || differences || !positions;
}
