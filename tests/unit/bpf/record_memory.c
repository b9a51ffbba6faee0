// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * record_memory PID <FACTS >FIXTURE: walks the threads of a Python that stands still (stack.py,
 * whose words are the facts) with the kernel side's walker, in each way that it knows, and writes
 * down every byte that it read. ../recorded.h tells the form.
 */
#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "python/interpreters.h"
#include "target/maps.h"
#include "target/memory.h"

enum {
	ROW = 32
};

struct range {
	uint64_t start, end;
};

static struct {
	pid_t pid;
	VEC(struct range) ranges;
	struct interpreters interpreters;
	const struct interpreter *interpreter;
	uint64_t bias, code_type;
} tool;

static long read_and_remember(void *out, __u32 size, __u64 address)
{
	if (memory_read(tool.pid, address, out, size))
		return -1;
	return vec_push(&tool.ranges, ((struct range){address, address + size}));
}

static int on_line(void *context, const struct map_line *line)
{
	dev_t device = makedev(line->device_major, line->device_minor);

	(void)context;
	return line->executable && line->path[0] == '/' &&
	       !interpreters_find(&tool.interpreters, tool.pid, line->path, device, line->inode,
				  &tool.interpreter) &&
	       !interpreter_bias(tool.interpreter, line->start, line->file_offset, &tool.bias);
}

static void begin_process(void)
{
	host_done();
	memset(&host, 0, sizeof(host));
	host.read = read_and_remember;
	host.python.runtime = tool.bias + tool.interpreter->runtime_vaddr;
	host.python.code_type = tool.bias + tool.interpreter->code_type_vaddr;
	host.python.path = tool.interpreter->gilstate_path;
	host.walk.reader.layout = tool.interpreter->layout;
	host.walk.reader.status = STACK_COMPLETE;
	host.walk.record.depth = 0;
}

static bool walk_thread(uint64_t pointer)
{
	begin_process();
	walk_python(&host.walk, &host.python, pointer);
	bool good = host.walk.reader.status == STACK_COMPLETE;
	fprintf(stderr, "  %u frames, status %u\n", host.walk.record.depth,
		host.walk.reader.status);
	begin_process();
	host.walk.reader.layout.runtime_autoTSSkey = ~0U;
	host.python.path.reads = 0;
	walk_python(&host.walk, &host.python, pointer);
	return good && host.walk.reader.status == STACK_COMPLETE &&
	       interpreter_is_up(&host.walk.reader);
}

static void print_hex(const char *word, const uint8_t *bytes, size_t size)
{
	fputs(word, stdout);
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
}

static void print_process(void)
{
	begin_process();
	printf("process %" PRIx64 " %" PRIx64 " %u %d %d %d\n", (uint64_t)host.python.runtime,
	       (uint64_t)host.python.code_type, host.python.path.reads, host.python.path.offsets[0],
	       host.python.path.offsets[1], host.python.path.offsets[2]);
	print_hex("layout ", (const uint8_t *)&host.walk.reader.layout,
		  sizeof(host.walk.reader.layout));
}

static int by_start(const void *left, const void *right)
{
	const struct range *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

/* One row of a range, or as many rows as hold nothing. Returns where the next one begins. */
static uint64_t print_rows(const uint8_t *bytes, uint64_t start, uint64_t at, uint64_t end)
{
	static const uint8_t nothing[ROW];
	uint64_t zero = at;

	while (zero + ROW <= end && !memcmp(bytes + (zero - start), nothing, ROW))
		zero += ROW;
	if (zero > at) {
		printf("zero %" PRIx64 " %" PRIx64 "\n", at, zero - at);
		return zero;
	}
	uint64_t stop = at + ROW < end ? at + ROW : end;
	printf("memory %" PRIx64, at);
	print_hex(" ", bytes + (at - start), stop - at);
	return stop;
}

static bool print_range(uint64_t start, uint64_t end)
{
	CLEANUP(freep) uint8_t *bytes = malloc(end - start);

	if (!bytes || memory_read(tool.pid, start, bytes, end - start))
		return false;
	for (uint64_t at = start; at < end;)
		at = print_rows(bytes, start, at, end);
	return true;
}

static bool print_memory(void)
{
	struct range *ranges = tool.ranges.items;
	size_t count = tool.ranges.count;
	bool good = true;

	qsort(ranges, count, sizeof(*ranges), by_start);
	for (size_t i = 0, next; i < count; i = next) {
		uint64_t end = ranges[i].end;
		for (next = i + 1; next < count && ranges[next].start <= end; next++)
			end = ranges[next].end > end ? ranges[next].end : end;
		good &= print_range(ranges[i].start, end);
	}
	return good;
}

int main(int argc, char **argv)
{
	char line[4096];
	uint64_t thread;
	bool good = true;

	tool.pid = argc > 1 ? atoi(argv[1]) : 0;
	if (maps_read(tool.pid, on_line, NULL) != 1)
		return 1;
	while (good && fgets(line, sizeof(line), stdin) && strcmp(line, "end\n")) {
		if (sscanf(line, "type %" SCNx64, &tool.code_type) == 1) {
			print_process();
			good = host.python.code_type == tool.code_type;
			continue;
		}
		fputs(line, stdout);
		if (sscanf(line, "thread %" SCNx64, &thread) == 1)
			good = walk_thread(thread);
	}
	return good && print_memory() && !fflush(stdout) ? 0 : 1;
}
