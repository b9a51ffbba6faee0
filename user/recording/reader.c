// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recording/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "recording/format.h"

int recording_reader_init(struct recording_reader *reader, FILE *stream)
{
	struct recording_head head;

	*reader = (struct recording_reader){.stream = stream};
	if (fread(&head, sizeof(head), 1, stream) != 1)
		return ferror(stream) ? -EIO : -EBADMSG;
	if (memcmp(head.magic, RECORDING_MAGIC, sizeof(head.magic)) != 0)
		return -EBADMSG;
	return head.version == RECORDING_VERSION ? 0 : -EPROTONOSUPPORT;
}

static bool make_room(struct recording_reader *reader, uint32_t size)
{
	uint8_t *larger;

	if (size <= reader->capacity)
		return true;
	larger = realloc(reader->block, size);
	if (!larger)
		return false;
	reader->block = larger;
	reader->capacity = size;
	return true;
}

static bool next_block(struct recording_reader *reader)
{
	struct recording_block head;
	size_t got = fread(&head, 1, sizeof(head), reader->stream);

	reader->at = reader->size = 0;
	if (!got && feof(reader->stream))
		return false;
	reader->damaged = true;
	if (got != sizeof(head) || head.magic != RECORDING_BLOCK_MAGIC || head.reserved ||
	    !head.size || head.size > RECORDING_BLOCK_LIMIT || !make_room(reader, head.size))
		return false;
	if (fread(reader->block, head.size, 1, reader->stream) != 1 ||
	    crc32(0, reader->block, head.size) != head.crc32)
		return false;
	reader->damaged = false;
	reader->size = head.size;
	reader->blocks++;
	return true;
}

const struct record *recording_read(struct recording_reader *reader)
{
	const struct record *record;
	uint32_t left;

	if (reader->damaged || (reader->at >= reader->size && !next_block(reader)))
		return NULL;
	record = (const struct record *)(reader->block + reader->at);
	left = reader->size - reader->at;
	if (left < sizeof(*record) || record->size < sizeof(*record) || record->size > left ||
	    record->size % 8) {
		reader->damaged = true;
		reader->at = reader->size = 0;
		return NULL;
	}
	reader->at += record->size;
	return record;
}

void recording_reader_done(struct recording_reader *reader)
{
	free(reader->block);
	*reader = (struct recording_reader){0};
}

/* True when `count` texts end within size bytes. */
static bool holds_texts(const void *data, size_t size, int count)
{
	const char *text = data;

	for (int i = 0; i < count; i++) {
		size_t length = strnlen(text, size);
		if (length == size)
			return false;
		text += length + 1;
		size -= length + 1;
	}
	return true;
}

/* No deeper than the kernel side makes them: what reads the profile may count on that. */
static bool stack_fits(const struct stack_record *stack)
{
	return stack->depth <= MAX_FRAMES && stack->native_depth <= MAX_NATIVE_WORDS &&
	       stack->depth + stack->native_depth <=
		       (stack->head.size - sizeof(*stack)) / sizeof(*stack->frames);
}

static bool function_fits(const struct function_record *function)
{
	size_t room = function->head.size - sizeof(*function);

	return function->text_bytes <= room &&
	       function->linetable_bytes <= room - function->text_bytes &&
	       holds_texts(function->data, function->text_bytes, 3);
}

static bool symbol_fits(const struct symbol_record *symbol)
{
	size_t room = symbol->head.size - sizeof(*symbol);

	return symbol->count && symbol->count <= MAX_SYMBOL_FUNCTIONS &&
	       holds_texts(symbol->data, room, 2 * (int)symbol->count);
}

static size_t smallest(uint16_t kind)
{
	switch (kind) {
	case RECORD_SAMPLE:
		return sizeof(struct sample_record);
	case RECORD_STACK:
		return sizeof(struct stack_record);
	case RECORD_FORK:
		return sizeof(struct fork_record);
	case RECORD_EXEC:
	case RECORD_RENAME:
		return sizeof(struct name_record);
	case RECORD_EXIT:
	case RECORD_FREED:
	case RECORD_CPU:
		return sizeof(struct exit_record);
	case RECORD_COLLECTION:
		return sizeof(struct collection_record);
	case RECORD_IMPORT:
		return sizeof(struct import_record);
	case RECORD_BEGIN:
		return sizeof(struct begin_record);
	case RECORD_FUNCTION:
		return sizeof(struct function_record);
	case RECORD_INTERPRETER:
		return sizeof(struct interpreter_record);
	case RECORD_CALLS:
		return sizeof(struct calls_record);
	case RECORD_CALLS_STATE:
		return sizeof(struct calls_state_record);
	case RECORD_PROGRESS:
		return sizeof(struct progress_record);
	case RECORD_IMAGE:
		return sizeof(struct image_record);
	case RECORD_SYMBOL:
		return sizeof(struct symbol_record);
	default:
		return sizeof(struct record);
	}
}

bool record_fits(const struct record *record)
{
	size_t least = smallest(record->kind), size = record->size;

	if (size < least)
		return false;
	switch (record->kind) {
	case RECORD_STACK:
		return stack_fits((const struct stack_record *)record);
	case RECORD_FUNCTION:
		return function_fits((const struct function_record *)record);
	case RECORD_BEGIN:
		return holds_texts(((const struct begin_record *)record)->data, size - least, 3);
	case RECORD_INTERPRETER:
		return holds_texts(((const struct interpreter_record *)record)->data, size - least,
				   2);
	case RECORD_IMAGE:
		return holds_texts(((const struct image_record *)record)->data, size - least, 2);
	case RECORD_SYMBOL:
		return symbol_fits((const struct symbol_record *)record);
	case RECORD_IMPORT:
		return memchr(((const struct import_record *)record)->module, '\0',
			      MAX_MODULE_BYTES);
	default:
		return true;
	}
}

const char *record_next_text(const char *text)
{
	return text + strlen(text) + 1;
}
