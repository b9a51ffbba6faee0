// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recording/build.h"

#include <string.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void build_head(struct record *head, uint16_t kind, size_t size, pid_t pid)
{
	*head = (struct record){
		.kind = kind,
		.weight = 1,
		.size = (uint32_t)((size + 7) & ~(size_t)7),
		.time_ns = now_ns(),
		.pid = (uint32_t)pid,
		.tid = (uint32_t)pid,
	};
}

/* Room for so many bytes, zeroed up to the next multiple of 8. */
static void *make_room(struct record_buffer *buffer, size_t size)
{
	buffer->bytes.count = 0;
	if (vec_reserve(&buffer->bytes, size + 8))
		return NULL;
	memset(buffer->bytes.items, 0, size + 8);
	return buffer->bytes.items;
}

static uint8_t *put_text(void *place, const char *text)
{
	size_t size = strlen(text) + 1;

	memcpy(place, text, size);
	return (uint8_t *)place + size;
}

const struct record *build_begin(struct record_buffer *buffer, pid_t pid,
				 const struct begin_record *begin, const char *command,
				 const char *ltsbpf_version, const char *kernel_release)
{
	size_t size = sizeof(*begin) + strlen(command) + strlen(ltsbpf_version) +
		      strlen(kernel_release) + 3;
	struct begin_record *record = make_room(buffer, size);

	if (!record)
		return NULL;
	*record = *begin;
	build_head(&record->head, RECORD_BEGIN, size, pid);
	put_text(put_text(put_text(record->data, command), ltsbpf_version), kernel_release);
	return &record->head;
}

const struct record *build_function(struct record_buffer *buffer, pid_t pid,
				    const struct function_source *source)
{
	const char *qualname = strcmp(source->qualname, source->name) ? source->qualname : "";
	size_t texts = strlen(source->name) + strlen(qualname) + strlen(source->filename) + 3;
	size_t size = sizeof(struct function_record) + texts + source->linetable_bytes;
	struct function_record *record = make_room(buffer, size);
	uint8_t *place;

	if (!record)
		return NULL;
	build_head(&record->head, RECORD_FUNCTION, size, pid);
	record->fingerprint = source->fingerprint;
	record->first_line = source->first_line;
	record->python_minor = source->python_minor;
	record->linetable_bytes = (uint32_t)source->linetable_bytes;
	record->text_bytes = (uint32_t)texts;
	place = put_text(put_text(put_text(record->data, source->name), qualname),
			 source->filename);
	if (source->linetable_bytes)
		memcpy(place, source->linetable, source->linetable_bytes);
	return &record->head;
}

const struct record *build_interpreter(struct record_buffer *buffer, pid_t pid,
				       const struct interpreter_record *interpreter,
				       const char *version, const char *layout_source)
{
	size_t size =
		sizeof(struct interpreter_record) + strlen(version) + strlen(layout_source) + 2;
	struct interpreter_record *record = make_room(buffer, size);

	if (!record)
		return NULL;
	*record = *interpreter;
	build_head(&record->head, RECORD_INTERPRETER, size, pid);
	put_text(put_text(record->data, version), layout_source);
	return &record->head;
}

const struct record *build_image(struct record_buffer *buffer, pid_t pid, uint32_t image,
				 const char *path, const char *build_id)
{
	size_t size = sizeof(struct image_record) + strlen(path) + strlen(build_id) + 2;
	struct image_record *record = make_room(buffer, size);

	if (!record)
		return NULL;
	build_head(&record->head, RECORD_IMAGE, size, pid);
	record->image = image;
	put_text(put_text(record->data, path), build_id);
	return &record->head;
}

const struct record *build_symbol(struct record_buffer *buffer, pid_t pid, uint64_t word,
				  uint32_t flags, const struct symbol_function *functions,
				  uint32_t count)
{
	size_t size = sizeof(struct symbol_record);
	struct symbol_record *record;
	void *place;

	for (uint32_t i = 0; i < count; i++)
		size += strlen(functions[i].name) + strlen(functions[i].place) + 2;
	record = make_room(buffer, size);
	if (!record)
		return NULL;
	build_head(&record->head, RECORD_SYMBOL, size, pid);
	record->word = word;
	record->flags = flags;
	record->count = count;
	place = record->data;
	for (uint32_t i = 0; i < count; i++)
		place = put_text(put_text(place, functions[i].name), functions[i].place);
	return &record->head;
}

void record_buffer_done(struct record_buffer *buffer)
{
	vec_done(&buffer->bytes);
}
