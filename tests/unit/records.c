// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "records.h"

#include <stdlib.h>
#include <string.h>

uint64_t frame_word(uint64_t id, uint32_t instruction)
{
	return id << FRAME_ID_SHIFT | (instruction + 1);
}

uint64_t machine_word(enum frame_word kind, uint64_t image, uint64_t rest)
{
	return (uint64_t)kind << FRAME_KIND_SHIFT | image << FRAME_IMAGE_SHIFT | rest;
}

void *records_put(struct records *records, uint16_t kind, uint32_t pid, uint32_t tid, size_t size)
{
	size_t padded = (size + 7) & ~(size_t)7;

	if (vec_reserve(&records->bytes, padded))
		abort();
	struct record *record = (struct record *)(records->bytes.items + records->bytes.count);
	memset(record, 0, padded);
	*record = (struct record){
		.kind = kind,
		.weight = 1,
		.size = (uint32_t)padded,
		.time_ns = ++records->count * 1000000000,
		.pid = pid,
		.tid = tid,
	};
	records->bytes.count += padded;
	return record;
}

const struct record *records_next(const struct records *records, const struct record *record)
{
	const uint8_t *at = record ? (const uint8_t *)record + record->size : records->bytes.items;

	return at == records->bytes.items + records->bytes.count ? NULL : (const void *)at;
}

void put_begin(struct records *records, const char *command, uint64_t period_ns)
{
	struct begin_record *begin =
		records_put(records, RECORD_BEGIN, 7, 7, sizeof(*begin) + strlen(command) + 5);

	begin->start_unix_s = 1700000000;
	begin->period_ns = period_ns;
	begin->rate_mhz = (uint32_t)(1000000000000 / period_ns);
	strcpy(begin->data, command);
	memcpy(begin->data + strlen(command) + 1, "1\0006\0", 4);
}

struct record *put_sample(struct records *records, uint32_t pid, uint32_t tid, uint64_t stack)
{
	struct sample_record *sample =
		records_put(records, RECORD_SAMPLE, pid, tid, sizeof(*sample));

	sample->stack = stack;
	return &sample->head;
}

struct stack_record *put_stack(struct records *records, uint32_t pid, uint32_t tid, uint64_t stack,
			       uint32_t status, uint32_t depth, const uint64_t *words)
{
	struct stack_record *record =
		records_put(records, RECORD_STACK, pid, tid, sizeof(*record) + depth * 8);

	record->stack = stack;
	record->status = status;
	record->depth = depth;
	if (depth)
		memcpy(record->frames, words, depth * 8);
	return record;
}

struct stack_record *put_whole_stack(struct records *records, uint32_t pid, uint32_t tid,
				     uint64_t stack, uint32_t depth, uint16_t native_depth,
				     const uint64_t *words)
{
	struct stack_record *record =
		put_stack(records, pid, tid, stack, STACK_COMPLETE, depth + native_depth, words);

	record->depth = depth;
	record->native_depth = native_depth;
	return record;
}

void put_image(struct records *records, uint32_t image, const char *path)
{
	struct image_record *record =
		records_put(records, RECORD_IMAGE, 7, 7, sizeof(*record) + strlen(path) + 2);

	record->image = image;
	strcpy(record->data, path);
}

void put_symbol(struct records *records, uint64_t word, uint32_t flags, uint32_t count,
		const struct symbol_text *texts)
{
	size_t size = sizeof(struct symbol_record);

	for (uint32_t i = 0; i < count; i++)
		size += strlen(texts[i].name) + strlen(texts[i].place) + 2;
	struct symbol_record *record = records_put(records, RECORD_SYMBOL, 7, 7, size);
	char *place = record->data;
	record->word = word;
	record->flags = flags;
	record->count = count;
	for (uint32_t i = 0; i < count; i++)
		place = stpcpy(stpcpy(place, texts[i].name) + 1, texts[i].place) + 1;
}

void put_function(struct records *records, const struct function_facts *facts)
{
	const char *const texts[] = {facts->name, facts->qualname ? facts->qualname : "",
				     facts->file ? facts->file : ""};
	size_t text_bytes = strlen(texts[0]) + strlen(texts[1]) + strlen(texts[2]) + 3;
	struct function_record *record = records_put(
		records, RECORD_FUNCTION, 7, 7, sizeof(*record) + text_bytes + facts->table_bytes);
	uint8_t *place = record->data;

	record->fingerprint = facts->fingerprint;
	record->first_line = facts->first_line;
	record->python_minor = facts->minor;
	record->linetable_bytes = facts->table_bytes;
	record->text_bytes = (uint32_t)text_bytes;
	for (int i = 0; i < 3; i++)
		place = (uint8_t *)stpcpy((char *)place, texts[i]) + 1;
	if (facts->table_bytes)
		memcpy(place, facts->table, facts->table_bytes);
}

static void put_comm(char comm[COMM_BYTES], const char *text)
{
	for (int i = 0; i < COMM_BYTES && text[i]; i++)
		comm[i] = text[i];
}

void put_fork(struct records *records, uint32_t parent, uint32_t pid, uint32_t tid,
	      const char *comm)
{
	struct fork_record *fork = records_put(records, RECORD_FORK, pid, tid, sizeof(*fork));

	fork->parent_pid = parent;
	put_comm(fork->comm, comm);
}

void put_name(struct records *records, uint16_t kind, uint32_t pid, uint32_t tid, const char *comm,
	      uint64_t cpu_ns)
{
	struct name_record *name = records_put(records, kind, pid, tid, sizeof(*name));

	name->cpu_ns = cpu_ns;
	put_comm(name->comm, comm);
}

void put_cpu(struct records *records, uint16_t kind, uint32_t pid, uint32_t tid, uint64_t cpu_ns)
{
	struct exit_record *end = records_put(records, kind, pid, tid, sizeof(*end));

	end->cpu_ns = cpu_ns;
}

void put_interpreter(struct records *records, uint32_t pid, const char *version)
{
	struct interpreter_record *interpreter =
		records_put(records, RECORD_INTERPRETER, pid, pid,
			    sizeof(*interpreter) + strlen(version) + sizeof("\0table"));

	strcpy(interpreter->data, version);
	strcpy(interpreter->data + strlen(version) + 1, "table");
}

void put_collection(struct records *records, uint32_t pid, uint32_t generation,
		    uint64_t duration_ns, int64_t collected)
{
	struct collection_record *collection =
		records_put(records, RECORD_COLLECTION, pid, pid, sizeof(*collection));

	collection->generation = generation;
	collection->duration_ns = duration_ns;
	collection->collected = collected;
}

void put_import(struct records *records, uint32_t pid, uint32_t tid, bool done, const char *module)
{
	struct import_record *import =
		records_put(records, RECORD_IMPORT, pid, tid, sizeof(*import));

	import->done = done;
	strcpy(import->module, module);
}

struct progress_record *put_progress(struct records *records, bool final)
{
	struct progress_record *progress =
		records_put(records, RECORD_PROGRESS, 0, 0, sizeof(*progress));

	progress->final = final;
	return progress;
}

struct calls_record *put_calls(struct records *records, uint64_t caller, uint64_t callee,
			       uint64_t calls)
{
	struct calls_record *record = records_put(records, RECORD_CALLS, 7, 7, sizeof(*record));

	record->caller = caller;
	record->callee = callee;
	record->calls = record->primitive = record->pair_primitive = calls;
	return record;
}

struct calls_state_record *put_calls_state(struct records *records, uint64_t from_s, uint64_t to_s,
					   bool timed)
{
	struct calls_state_record *state =
		records_put(records, RECORD_CALLS_STATE, 7, 7, sizeof(*state));

	state->begin_ns = from_s * 1000000000;
	state->end_ns = to_s * 1000000000;
	state->timed = timed;
	return state;
}

void records_done(struct records *records)
{
	vec_done(&records->bytes);
}
