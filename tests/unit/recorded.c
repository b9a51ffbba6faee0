// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recorded.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static struct recorded_range *range_of(const struct recorded *recorded, uint64_t address)
{
	for (size_t i = 0; i < recorded->ranges.count; i++) {
		struct recorded_range *range = &recorded->ranges.items[i];
		if (address >= range->start && address - range->start < range->size)
			return range;
	}
	return NULL;
}

int recorded_read(const struct recorded *recorded, void *out, size_t size, uint64_t address)
{
	uint8_t *place = out;

	if (recorded->hole && recorded->hole - address < size)
		return -1;
	while (size) {
		const struct recorded_range *range = range_of(recorded, address);
		if (!range)
			return -1;
		size_t there = range->size - (address - range->start);
		size_t part = there < size ? there : size;
		memcpy(place, range->bytes + (address - range->start), part);
		place += part;
		address += part;
		size -= part;
	}
	return 0;
}

uint64_t recorded_word(const struct recorded *recorded, uint64_t address)
{
	uint64_t word = 0;

	if (recorded_read(recorded, &word, sizeof(word), address))
		fprintf(stderr, "%s: nothing recorded at %#lx\n", recorded->version, address);
	return word;
}

/* Zeroed bytes; those that follow the range before make it longer. */
static uint8_t *add_range(struct recorded *recorded, uint64_t start, uint64_t size)
{
	size_t count = recorded->ranges.count;
	struct recorded_range *last = count ? &recorded->ranges.items[count - 1] : NULL;
	struct recorded_range range = {start, size, NULL};

	if (last && last->start + last->size == start) {
		last->bytes = realloc(last->bytes, last->size + size);
		if (!last->bytes)
			abort();
		last->size += size;
		return memset(last->bytes + last->size - size, 0, size);
	}
	range.bytes = calloc(1, size);
	if (!range.bytes || vec_push(&recorded->ranges, range))
		abort();
	return range.bytes;
}

void recorded_write(struct recorded *recorded, uint64_t address, const void *bytes, size_t size)
{
	struct recorded_range *range = range_of(recorded, address);

	if (!range)
		memcpy(add_range(recorded, address, size), bytes, size);
	else if (size <= range->size - (address - range->start))
		memcpy(range->bytes + (address - range->start), bytes, size);
	else
		abort();
}

void recorded_write_word(struct recorded *recorded, uint64_t address, uint64_t word)
{
	recorded_write(recorded, address, &word, sizeof(word));
}

/* As many bytes as the text has pairs of digits; true when they are `size`. */
static bool take_hex(const char *text, uint8_t *bytes, size_t size)
{
	unsigned int byte;
	size_t taken = 0;

	for (; taken < size && sscanf(text + 2 * taken, "%2x", &byte) == 1; taken++)
		bytes[taken] = (uint8_t)byte;
	return taken == size && !text[2 * taken];
}

static bool take_frame(struct recorded *recorded, char *rest)
{
	struct recorded_frame frame = {0};

	frame.position = (uint32_t)strtoul(strtok(rest, " "), NULL, 10);
	frame.first_line = (uint32_t)strtoul(strtok(NULL, " "), NULL, 10);
	frame.line = (uint32_t)strtoul(strtok(NULL, " "), NULL, 10);
	frame.name = strtok(NULL, " ");
	frame.qualname = strtok(NULL, " ");
	frame.file = strtok(NULL, " ");
	if (!recorded->threads.count || !frame.file || vec_push(&recorded->frames, frame))
		return false;
	recorded->threads.items[recorded->threads.count - 1].depth++;
	return true;
}

static bool take_process(struct python_process *process, const char *rest)
{
	int32_t *offsets = process->path.offsets;

	return sscanf(rest, "%llx %llx %u %d %d %d", &process->runtime, &process->code_type,
		      &process->path.reads, offsets, offsets + 1, offsets + 2) == 6;
}

static bool take_line(struct recorded *recorded, const char *word, char *rest)
{
	char *next;

	if (!strcmp(word, "python"))
		return (recorded->version = rest) != NULL;
	if (!strcmp(word, "process"))
		return take_process(&recorded->process, rest);
	if (!strcmp(word, "layout"))
		return take_hex(rest, (uint8_t *)&recorded->layout, sizeof(recorded->layout));
	if (!strcmp(word, "frame"))
		return take_frame(recorded, rest);
	uint64_t address = strtoull(rest, &next, 16);
	struct recorded_thread thread = {.pointer = address, .first = recorded->frames.count};
	if (!strcmp(word, "thread"))
		return !vec_push(&recorded->threads, thread);
	next += *next == ' ';
	if (!strcmp(word, "zero"))
		return add_range(recorded, address, strtoull(next, NULL, 16));
	size_t size = strlen(next) / 2;
	return !strcmp(word, "memory") && take_hex(next, add_range(recorded, address, size), size);
}

bool recorded_load(const char *path, struct recorded *recorded)
{
	size_t size;

	*recorded = (struct recorded){0};
	if (file_read_all(AT_FDCWD, path, 1 << 22, &recorded->text, &size)) {
		fprintf(stderr, "cannot read %s\n", path);
		return false;
	}
	for (char *line = recorded->text; *line;) {
		char *end = line + strcspn(line, "\n"), *next = end + (*end == '\n');
		size_t word = strcspn(line, " ");
		*end = '\0';
		line[word] = '\0';
		if (line + word >= end || !take_line(recorded, line, line + word + 1)) {
			fprintf(stderr, "%s: '%s' is no line of a fixture\n", path, line);
			recorded_done(recorded);
			return false;
		}
		line = next;
	}
	return recorded->version && recorded->threads.count && recorded->ranges.count;
}

void recorded_done(struct recorded *recorded)
{
	for (size_t i = 0; i < recorded->ranges.count; i++)
		free(recorded->ranges.items[i].bytes);
	vec_done(&recorded->ranges);
	vec_done(&recorded->frames);
	vec_done(&recorded->threads);
	free(recorded->text);
	recorded->text = NULL;
}
