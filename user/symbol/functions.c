// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/functions.h"

#include <errno.h>
#include <string.h>

#include "ltsbpf.h"
#include "python/linetable.h"
#include "recording/format.h"
#include "recording/reader.h"

static int add_frame(const struct function_record *record, struct frames *frames, uint32_t *id)
{
	const char *name = (const char *)record->data;
	const char *qualname = record_next_text(name);
	int64_t frame = frames_intern(frames, &(struct frame){
						      .kind = FRAME_PYTHON,
						      .first_line = record->first_line,
						      .name = *qualname ? qualname : name,
						      .short_name = name,
						      .file = record_next_text(qualname),
					      });

	if (frame < 0)
		return -ENOMEM;
	*id = (uint32_t)frame;
	return 0;
}

static uint64_t table_hash(const struct function_record *record, uint32_t frame)
{
	const uint8_t *table = record->data + record->text_bytes;
	uint64_t hash = hash64(frame, record->linetable_bytes);

	for (uint32_t i = 0; i < record->linetable_bytes; i++)
		hash = (hash ^ table[i]) * 0x100000001b3ULL;
	return hash;
}

/* Every process brings the same functions: their tables are the bulk, and are kept once. */
static int keep_table(struct functions *functions, const struct function_record *record,
		      struct function *function)
{
	const uint8_t *table = record->data + record->text_bytes;
	uint64_t place, hash = table_hash(record, function->frame);
	size_t size = record->linetable_bytes;

	if (!size)
		return 0;
	if (map64_get(&functions->by_table, hash, &place) &&
	    functions->tables.count - place >= size &&
	    !memcmp(functions->tables.items + place, table, size)) {
		function->linetable = place;
		return 0;
	}
	function->linetable = functions->tables.count;
	if (vec_reserve(&functions->tables, size))
		return -ENOMEM;
	memcpy(functions->tables.items + functions->tables.count, table, size);
	functions->tables.count += size;
	return map64_put(&functions->by_table, hash, function->linetable);
}

int functions_add(struct functions *functions, const struct function_record *record,
		  struct frames *frames)
{
	uint64_t known, id = record->fingerprint & FRAME_ID_MASK;
	struct function function = {
		.fingerprint = record->fingerprint,
		.first_line = record->first_line,
		.python_minor = record->python_minor,
		.linetable_bytes = record->linetable_bytes,
	};

	if (map64_get(&functions->by_id, id, &known)) {
		functions->collisions +=
			functions->list.items[known].fingerprint != record->fingerprint;
		return 0;
	}
	if (add_frame(record, frames, &function.frame) ||
	    keep_table(functions, record, &function) || vec_push(&functions->list, function))
		return -ENOMEM;
	return map64_put(&functions->by_id, id, functions->list.count - 1);
}

const struct function *functions_find(const struct functions *functions, uint64_t word)
{
	uint64_t index;

	if (!map64_get(&functions->by_id, word >> FRAME_ID_SHIFT & FRAME_ID_MASK, &index))
		return NULL;
	return &functions->list.items[index];
}

uint32_t functions_line(const struct functions *functions, const struct function *function,
			uint64_t word)
{
	static const uint8_t none[1];
	const uint8_t *table =
		function->linetable_bytes ? functions->tables.items + function->linetable : none;

	return linetable_line(linetable_format_of(function->python_minor), table,
			      function->linetable_bytes, function->first_line,
			      (uint32_t)word & POSITION_UNKNOWN);
}

void functions_done(struct functions *functions)
{
	vec_done(&functions->list);
	vec_done(&functions->tables);
	map64_done(&functions->by_id);
	map64_done(&functions->by_table);
}
