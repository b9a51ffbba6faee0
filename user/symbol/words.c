// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/words.h"

#include <errno.h>

int64_t words_add(struct words *words, uint64_t word, uint32_t pid)
{
	bool own = word_kind(word) == FRAME_WORD_JIT;
	uint64_t number, key = own ? hash64(word, pid) : word;

	if (map64_get(&words->numbers, key, &number))
		return (int64_t)number;
	number = words->list.count;
	if (vec_push(&words->list, ((struct known_word){word, own ? pid : 0})))
		return -ENOMEM;
	if (!map64_put(&words->numbers, key, number))
		return (int64_t)number;
	words->list.count--;
	return -ENOMEM;
}

void words_done(struct words *words)
{
	vec_done(&words->list);
	map64_done(&words->numbers);
}
