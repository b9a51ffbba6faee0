// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/frame.h"

#include <errno.h>
#include <stdio.h>

static uint64_t hash_frame(const struct frame *frame, uint64_t salt)
{
	uint64_t hash = hash64(salt, (uint64_t)frame->kind << 32 | frame->first_line);

	hash = hash64(hash, (uintptr_t)frame->name);
	hash = hash64(hash, (uintptr_t)frame->short_name);
	hash = hash64(hash, frame->line);
	return hash64(hash, (uintptr_t)frame->file);
}

/* Interned texts: equal content means equal address. */
static int same_frame(const struct frame *a, const struct frame *b)
{
	return a->kind == b->kind && a->first_line == b->first_line && a->line == b->line &&
	       a->name == b->name && a->short_name == b->short_name && a->file == b->file;
}

int64_t frames_intern(struct frames *frames, const struct frame *frame)
{
	struct frame own = *frame;

	own.name = strings_add(&frames->strings, frame->name);
	own.short_name = strings_add(&frames->strings, frame->short_name);
	own.file = strings_add(&frames->strings, frame->file);
	if (!own.name || !own.short_name || !own.file)
		return -ENOMEM;
	for (uint64_t salt = 0;; salt++) {
		uint64_t id, hash = hash_frame(&own, salt);
		if (!map64_get(&frames->by_hash, hash, &id)) {
			if (vec_push(&frames->list, own))
				return -ENOMEM;
			id = frames->list.count - 1;
			if (!map64_put(&frames->by_hash, hash, id))
				return (int64_t)id;
			frames->list.count--;
			return -ENOMEM;
		}
		if (same_frame(&frames->list.items[id], &own))
			return (int64_t)id;
	}
}

int64_t frames_add(struct frames *frames, enum frame_kind kind, const char *name)
{
	return frames_intern(frames, &(struct frame){
					     .kind = kind,
					     .name = name,
					     .short_name = name,
					     .file = "",
				     });
}

const struct frame *frames_get(const struct frames *frames, uint32_t id)
{
	return &frames->list.items[id];
}

void frames_done(struct frames *frames)
{
	strings_done(&frames->strings);
	map64_done(&frames->by_hash);
	vec_done(&frames->list);
}

char *frame_label(const struct frame *frame)
{
	static const char *const suffixes[FRAME_KINDS] = {
		[FRAME_INLINED] = "_[i]",
		[FRAME_JIT] = "_[j]",
		[FRAME_KERNEL] = "_[k]",
	};
	const char *suffix = suffixes[frame->kind] ? suffixes[frame->kind] : "";
	char *label = NULL;
	int length;

	if (frame->kind == FRAME_PYTHON)
		length = asprintf(&label, "%s (%s:%u)", frame->name, frame->file,
				  frame->line ? frame->line : frame->first_line);
	else if (*frame->file)
		length = asprintf(&label, "%s (%s)%s", frame->name, frame->file, suffix);
	else
		length = asprintf(&label, "%s%s", frame->name, suffix);
	return length < 0 ? NULL : label;
}
