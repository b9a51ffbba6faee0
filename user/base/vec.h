/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_BASE_VEC_H
#define LTSBPF_BASE_VEC_H
/*
 * A growable array. Declare it with VEC(type), zero it, push, index .items, vec_done().
 * Items move when the array grows: keep indexes, not pointers.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t count, capacity;                                                            \
	}

/* Makes room for `more` further items. 0 or -ENOMEM; the array is unchanged on failure. */
#define vec_reserve(vec, more)                                                                     \
	vec_grow_((void **)&(vec)->items, &(vec)->capacity, (vec)->count + (more),                 \
		  sizeof(*(vec)->items))

/* Appends one item by value. 0 or -ENOMEM. */
#define vec_push(vec, item)                                                                        \
	({                                                                                         \
		int grown_ = vec_reserve(vec, 1);                                                  \
		if (!grown_)                                                                       \
			(vec)->items[(vec)->count++] = (item);                                     \
		grown_;                                                                            \
	})

/*
 * How many items have a field that is not above the key, in an array that is sorted by this field:
 * the last of them, if any, is the one to look at.
 */
#define vec_up_to(vec, field, key)                                                                 \
	({                                                                                         \
		size_t low_ = 0, high_ = (vec)->count;                                             \
		while (low_ < high_) {                                                             \
			size_t middle_ = low_ + (high_ - low_) / 2;                                \
			if ((vec)->items[middle_].field <= (key))                                  \
				low_ = middle_ + 1;                                                \
			else                                                                       \
				high_ = middle_;                                                   \
		}                                                                                  \
		low_;                                                                              \
	})

#define vec_done(vec)                                                                              \
	do {                                                                                       \
		free((vec)->items);                                                                \
		(vec)->items = NULL;                                                               \
		(vec)->count = (vec)->capacity = 0;                                                \
	} while (0)

static inline int vec_grow_(void **items, size_t *capacity, size_t wanted, size_t item_size)
{
	if (*items && wanted <= *capacity)
		return 0;
	size_t larger = *capacity ? *capacity * 2 : 16;
	if (larger < wanted)
		larger = wanted;
	void *moved = reallocarray(*items, larger, item_size);
	if (!moved)
		return -ENOMEM;
	*items = moved;
	*capacity = larger;
	return 0;
}

#endif
