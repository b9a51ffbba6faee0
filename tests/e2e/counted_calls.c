// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * usage: counted_calls FILE.ltsbpf <TEXT
 *
 * Writes a recording with counted calls, as told by counted_calls.py. One record a line, words with
 * tabs between them:
 *	function FINGERPRINT FIRST_LINE NAME QUALNAME FILE
 *	calls CALLER CALLEE CALLS PRIMITIVE PAIR_PRIMITIVE OWN_NS TOTAL_NS PAIR_TOTAL_NS
 *	stack SAMPLES FINGERPRINT...	leaf first
 *	state TIMED OVER_BUDGET
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording/writer.h"
#include "records.h"

enum {
	PID = 7,
	WORDS = 64
};

struct line {
	char *words[WORDS + 1];
	uint32_t count;
};

static uint64_t number(const struct line *line, uint32_t word)
{
	return word < line->count ? (uint64_t)strtoll(line->words[word], NULL, 10) : 0;
}

static void put_function_line(struct records *records, const struct line *line)
{
	put_function(records, &(struct function_facts){
				      .fingerprint = number(line, 1),
				      .first_line = (uint32_t)number(line, 2),
				      .minor = 11,
				      .name = line->words[3],
				      .qualname = line->words[4],
				      .file = line->words[5],
			      });
}

static void put_calls_line(struct records *records, const struct line *line)
{
	struct calls_record *calls =
		put_calls(records, number(line, 1), number(line, 2), number(line, 3));

	calls->primitive = number(line, 4);
	calls->pair_primitive = number(line, 5);
	calls->own_ns = (int64_t)number(line, 6);
	calls->total_ns = (int64_t)number(line, 7);
	calls->pair_total_ns = (int64_t)number(line, 8);
}

static void put_stack_line(struct records *records, const struct line *line)
{
	uint64_t words[WORDS];

	for (uint32_t i = 2; i < line->count; i++)
		words[i - 2] = frame_word(number(line, i), 0);
	put_stack(records, PID, PID, records->count, STACK_COMPLETE, line->count - 2, words)
		->head.weight = (uint16_t)number(line, 1);
}

/* False when the line is none of ours. */
static bool put_line(struct records *records, const struct line *line)
{
	const char *kind = line->words[0];

	if (!strcmp(kind, "function") && line->count == 6)
		put_function_line(records, line);
	else if (!strcmp(kind, "calls") && line->count == 9)
		put_calls_line(records, line);
	else if (!strcmp(kind, "stack") && line->count > 2)
		put_stack_line(records, line);
	else if (!strcmp(kind, "state") && line->count == 3)
		put_calls_state(records, 2, 4, number(line, 1))->over_budget =
			(uint32_t)number(line, 2);
	else
		return false;
	return true;
}

static bool put_lines(struct records *records)
{
	static char text[1 << 16];

	while (fgets(text, sizeof(text), stdin)) {
		struct line line = {0};
		char *rest = text;
		text[strcspn(text, "\n")] = '\0';
		while (rest && line.count < WORDS)
			line.words[line.count++] = strsep(&rest, "\t");
		if (!put_line(records, &line)) {
			fprintf(stderr, "not a line of ours: %s\n", text);
			return false;
		}
	}
	return true;
}

static int write_records(const struct records *records, const char *path)
{
	struct recording_writer writer = {0};
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int err = fd < 0 ? -errno : recording_writer_init(&writer, fd);

	for (const struct record *each = NULL; !err && (each = records_next(records, each));)
		err = recording_write(&writer, each);
	if (!err)
		err = recording_flush(&writer);
	recording_writer_done(&writer);
	if (fd >= 0)
		close(fd);
	return err;
}

int main(int argc, char **argv)
{
	struct records records = {0};

	if (argc != 2)
		return 2;
	put_begin(&records, "python3 program.py", 10000000);
	put_name(&records, RECORD_EXEC, PID, PID, "python3", 0);
	put_interpreter(&records, PID, "3.11.2");
	if (!put_lines(&records))
		return 1;
	put_progress(&records, true);
	int err = write_records(&records, argv[1]);
	records_done(&records);
	if (err)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
	return err ? 1 : 0;
}
