/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_MACHINE_H
#define LTSBPF_TESTS_MACHINE_H
/* Images of a process, as user/capture/unwind_tables.c and image_sets.c lay them out. */
#include "check.h"
#include "host.h"

/* A row of unwind.h; rbp: where it was saved, in words from the CFA; 0 = nowhere. */
static inline __u64 row(__u32 address, enum unwind_kind kind, int rbp, int operand)
{
	return address | (__u64)kind << UNWIND_KIND_SHIFT | (__u64)(__u8)rbp << UNWIND_RBP_SHIFT |
	       (__u64)(__u16)operand << UNWIND_OPERAND_SHIFT;
}

/* Returns its number: the operand of an UNWIND_RULE row. */
static inline int put_rule(struct unwind_rule rule)
{
	check_ok(vec_push(&host.rules, rule));
	return (int)host.rules.count - 1;
}

static inline void put_word(__u64 word)
{
	check_ok(vec_push(&host.words, word));
}

/* Rows by address; returns the index and its pages in a range that is else empty. */
static inline struct image_range put_rows(const __u64 *rows, size_t count)
{
	struct image_range range = {.index = host.words.count};
	size_t next = 0;

	range.pages = count ? ((__u32)rows[count - 1] >> IMAGE_PAGE_SHIFT) + 1 : 0;
	for (__u64 page = 0; count && page <= range.pages; page++) {
		while (next < count && (__u32)rows[next] < page << IMAGE_PAGE_SHIFT)
			next++;
		put_word(range.index + range.pages + 2 + next);
	}
	if (count)
		put_word(0);
	for (size_t i = 0; i < count; i++)
		put_word(rows[i]);
	return range;
}

/* One more mapping, above those that are there. */
static inline void put_range(struct image_range range, __u64 start, __u64 end, __u64 base,
			     __u32 image)
{
	range.start = start;
	range.end = end;
	range.base = base;
	range.image = image;
	check_ok(vec_push(&host.ranges, range));
	host.images.count = host.ranges.count - host.images.first;
	host.images.version++;
	host.native.set = host.images;
}

#endif
