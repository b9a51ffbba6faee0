// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/function.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "python/layout.h"
#include "python/unicode.h"
#include "target/memory.h"

/* A text as bytes: in the record, or read from the process. */
struct raw_text {
	const uint8_t *bytes;
	size_t size_bytes;
	struct unicode_form form;
	bool is_whole;
	uint8_t *owned; /* bytes that were read, or NULL */
};

struct raw_texts {
	struct raw_text items[MAX_CODE_TEXTS];
};

static void raw_texts_done(struct raw_texts *raw)
{
	for (int i = 0; i < MAX_CODE_TEXTS; i++)
		free(raw->items[i].owned);
}

/* Takes what was shipped. An empty text cannot be told from one that was not read. */
static int record_texts(const struct code_record *record, const struct python_layout *layout,
			struct raw_texts *raw)
{
	size_t room = record->head.size, used = 0;

	if (room < sizeof(*record))
		return -EINVAL;
	room -= sizeof(*record);
	for (int i = 0; i < MAX_CODE_TEXTS; i++) {
		const struct code_text_record *text = &record->texts[i];

		if (text->size_bytes > room - used)
			return -EINVAL;
		raw->items[i] = (struct raw_text){
			.bytes = record->data + used,
			.size_bytes = text->size_bytes,
			.form = unicode_form_of(text->state, layout->unicode_kind_shift),
			.is_whole = !text->address || (text->size_bytes &&
						       text->size_bytes == text->size_whole_bytes),
		};
		if (i != TEXT_LINETABLE && !raw->items[i].form.compact)
			raw->items[i].is_whole = !text->address; /* it was elsewhere */
		used += text->size_bytes;
	}
	return 0;
}

static bool all_whole(const struct raw_texts *raw)
{
	for (int i = 0; i < MAX_CODE_TEXTS; i++)
		if (!raw->items[i].is_whole)
			return false;
	return true;
}

/* Whether the code object still has the texts and the first line that the record tells of. */
static bool code_is_same(const struct code_record *record, const struct python_layout *layout)
{
	const uint16_t fields[MAX_CODE_TEXTS] = {
		[TEXT_NAME] = layout->code_name,
		[TEXT_QUALNAME] = layout->code_qualname,
		[TEXT_FILENAME] = layout->code_filename,
		[TEXT_LINETABLE] = layout->code_linetable,
	};
	uint8_t code[LAYOUT_CODE_BYTES];
	int32_t first_line;

	if (layout_check(layout) ||
	    memory_read((pid_t)record->head.pid, record->address, code, layout->code_bytes))
		return false;
	for (int i = 0; i < MAX_CODE_TEXTS; i++) {
		uint64_t address = 0;

		if (fields[i] != NO_FIELD)
			memcpy(&address, code + fields[i], sizeof(address));
		if (address != record->texts[i].address)
			return false;
	}
	memcpy(&first_line, code + layout->code_firstlineno, sizeof(first_line));
	return first_line == record->first_line;
}

/* Reads the characters or bytes of an object. */
static int data_read(pid_t pid, uint64_t address, uint64_t size_bytes, struct raw_text *raw)
{
	if (size_bytes > FUNCTION_TEXT_BYTES)
		return -EINVAL;
	CLEANUP(freep) uint8_t *bytes = malloc(size_bytes + 1);
	if (!bytes)
		return -ENOMEM;
	int err = size_bytes ? memory_read(pid, address, bytes, size_bytes) : 0;
	if (err)
		return err;
	raw->bytes = raw->owned = TAKE(bytes);
	raw->size_bytes = size_bytes;
	raw->is_whole = true;
	return 0;
}

static int bytes_read(pid_t pid, uint64_t address, const struct python_layout *layout,
		      struct raw_text *raw)
{
	uint64_t size;
	int err = memory_read(pid, address + layout->bytes_size, &size, sizeof(size));

	return err ? err : data_read(pid, address + layout->bytes_data, size, raw);
}

static int unicode_read(pid_t pid, uint64_t address, const struct python_layout *layout,
			struct raw_text *raw)
{
	uint64_t length, data = address + layout->unicode_compact_data;
	uint32_t state;
	int err = memory_read(pid, address + layout->unicode_length, &length, sizeof(length));

	if (!err)
		err = memory_read(pid, address + layout->unicode_state, &state, sizeof(state));
	if (err)
		return err;
	struct unicode_form form = unicode_form_of(state, layout->unicode_kind_shift);
	if (form.compact && form.is_ascii)
		data = address + layout->unicode_ascii_data;
	if (!form.compact)
		err = memory_read(pid, data, &data, sizeof(data));
	if (!err)
		err = length <= FUNCTION_TEXT_BYTES ? data_read(pid, data, length * form.kind, raw)
						    : -EINVAL;
	if (!err)
		raw->form = form;
	return err;
}

/* Reads each text that is missing; what cannot be read is left out. 0 or -ENOMEM. */
static int missing_read(const struct code_record *record, const struct python_layout *layout,
			const struct raw_texts *raw, struct raw_texts *read)
{
	pid_t pid = (pid_t)record->head.pid;
	int err = 0;

	for (int i = 0; err != -ENOMEM && i < MAX_CODE_TEXTS; i++) {
		uint64_t address = record->texts[i].address;

		if (raw->items[i].is_whole)
			continue;
		err = i == TEXT_LINETABLE ? bytes_read(pid, address, layout, &read->items[i])
					  : unicode_read(pid, address, layout, &read->items[i]);
	}
	return err == -ENOMEM ? err : 0;
}

/*
 * Fills in what is missing from the process. All of it is dropped again when the code object is not
 * the same before and after, for then the memory may have become something else in between.
 */
static int process_texts(const struct code_record *record, const struct python_layout *layout,
			 struct raw_texts *raw)
{
	CLEANUP(raw_texts_done) struct raw_texts read = {0};

	if (!code_is_same(record, layout))
		return 0;
	int err = missing_read(record, layout, raw, &read);
	if (err || !code_is_same(record, layout))
		return err;
	for (int i = 0; i < MAX_CODE_TEXTS; i++) {
		if (!read.items[i].is_whole)
			continue;
		raw->items[i] = read.items[i];
		read.items[i].owned = NULL;
	}
	return 0;
}

/* The text, as much of it as there is, or the word for none. */
static int decode(const struct raw_text *raw, char **text, bool *complete)
{
	size_t size = raw->size_bytes - (raw->form.kind ? raw->size_bytes % raw->form.kind : 0);
	int err = -EINVAL;

	if (size || raw->is_whole)
		err = unicode_decode(raw->form, raw->bytes, size, text);
	if (err || !raw->is_whole)
		*complete = false;
	if (err != -EINVAL)
		return err;
	*text = strdup(FUNCTION_UNREADABLE);
	return *text ? 0 : -ENOMEM;
}

static int linetable_copy(const struct raw_text *raw, struct function_text *function)
{
	if (!raw->is_whole)
		function->complete = false;
	if (!raw->size_bytes)
		return 0;
	function->linetable = malloc(raw->size_bytes);
	if (!function->linetable)
		return -ENOMEM;
	memcpy(function->linetable, raw->bytes, raw->size_bytes);
	function->linetable_size = raw->size_bytes;
	return 0;
}

static int texts_decode(const struct code_record *record, const struct raw_texts *raw,
			struct function_text *function)
{
	bool has_qualname = record->texts[TEXT_QUALNAME].address;
	int qualname = has_qualname ? TEXT_QUALNAME : TEXT_NAME;
	int err = decode(&raw->items[TEXT_NAME], &function->name, &function->complete);

	if (!err)
		err = decode(&raw->items[qualname], &function->qualname, &function->complete);
	if (!err)
		err = decode(&raw->items[TEXT_FILENAME], &function->filename, &function->complete);
	return err ? err : linetable_copy(&raw->items[TEXT_LINETABLE], function);
}

int function_from_record(const struct code_record *record, const struct python_layout *layout,
			 struct function_text *function)
{
	CLEANUP(raw_texts_done) struct raw_texts raw = {0};
	CLEANUP(function_done)
	struct function_text found = {.fingerprint = record->fingerprint, .complete = true};
	int err = record_texts(record, layout, &raw);

	if (err)
		return err;
	if (!all_whole(&raw))
		err = process_texts(record, layout, &raw);
	if (!err)
		err = texts_decode(record, &raw, &found);
	if (err)
		return err;
	found.first_line = record->first_line > 0 ? (uint32_t)record->first_line : 0;
	*function = found;
	found = (struct function_text){0};
	return 0;
}

void function_done(struct function_text *function)
{
	free(function->name);
	free(function->qualname);
	free(function->filename);
	free(function->linetable);
	*function = (struct function_text){0};
}
