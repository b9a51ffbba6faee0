// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * interpreter_live PID: what we find out about a running Python from its files and its memory must
 * be what it tells of itself (interpreter_live.py, on stdin): the version, where PyCode_Type is,
 * the texts of code objects, and that the layout leads from _PyRuntime to the main thread.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "python/function.h"
#include "python/interpreters.h"
#include "target/memory.h"

enum {
	LINE_BYTES = 1 << 20
};

static int failures, checks;

static void expect(bool held, const char *what, uint64_t actual, uint64_t expected)
{
	checks++;
	if (held)
		return;
	failures++;
	fprintf(stderr, "%s: %#" PRIx64 ", not %#" PRIx64 "\n", what, actual, expected);
}

#define EXPECT_SAME(what, actual, expected) expect((actual) == (expected), what, actual, expected)

static uint64_t read_word(pid_t pid, uint64_t address)
{
	uint64_t word = 0;
	int err = memory_read(pid, address, &word, sizeof(word));

	expect(!err, "memory_read", (uint64_t)-err, 0);
	return word;
}

/* The first mapping of the process that is an interpreter. */
static int find(struct interpreters *cache, pid_t pid, const struct interpreter **interpreter,
		uint64_t *bias)
{
	char path[PATH_MAX + 1], line[PATH_MAX + 128];
	uint64_t start, pgoff, inode;
	unsigned int high, low;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	CLEANUP(fclosep) FILE *maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64 " %x:%x %" SCNu64 " %4096[^\n]",
			   &start, &pgoff, &high, &low, &inode, path) == 6 &&
		    !interpreters_find(cache, pid, path, makedev(high, low), inode, interpreter))
			return interpreter_bias(*interpreter, start, pgoff, bias);
	}
	return -ENOENT;
}

/* On x86-64 the thread pointer, which is thread_id, points to itself. */
static void check_threads(pid_t pid, const struct interpreter *interpreter, uint64_t bias)
{
	const struct python_layout *layout = &interpreter->layout;
	uint64_t runtime = bias + interpreter->runtime_vaddr;
	uint64_t interp = read_word(pid, runtime + layout->runtime_interpreters_head);
	uint64_t tstate = read_word(pid, interp + layout->interp_threads_head);
	uint64_t thread = read_word(pid, tstate + layout->tstate_thread_id);

	EXPECT_SAME("interp_next", read_word(pid, interp + layout->interp_next), 0ul);
	EXPECT_SAME("tstate_next", read_word(pid, tstate + layout->tstate_next), 0ul);
	EXPECT_SAME("thread pointer", read_word(pid, thread), thread);
	if (layout->runtime_autoTSSkey != ~0u)
		EXPECT_SAME("autoTSSkey._is_initialized",
			    read_word(pid, runtime + layout->runtime_autoTSSkey) & 0xffffffff, 1ul);
	else if (interpreter->gilstate_path.reads)
		EXPECT_SAME("_Py_tss_gilstate",
			    read_word(pid, thread + (int64_t)interpreter->gilstate_path.offsets[0]),
			    tstate);
	else
		fprintf(stderr, "the file does not tell where _Py_tss_gilstate is\n");
}

/* What the kernel side would ship had it been unable to read any text. */
static struct code_record empty_record(pid_t pid, uint64_t address, int first_line,
				       const struct python_layout *layout)
{
	const uint16_t fields[] = {layout->code_name, layout->code_qualname, layout->code_filename,
				   layout->code_linetable};
	struct code_record record = {
		.head = {.size = sizeof(record), .pid = (uint32_t)pid},
		.address = address,
		.first_line = first_line,
	};

	for (int i = 0; i < MAX_CODE_TEXTS; i++)
		if (fields[i] != NO_FIELD)
			record.texts[i].address = read_word(pid, address + fields[i]);
	return record;
}

static void expect_hex(const char *what, const void *bytes, size_t size, const char *hex)
{
	bool same = size ? strlen(hex) == size * 2 : !strcmp(hex, "-");
	char two[3];

	for (size_t i = 0; same && i < size; i++) {
		snprintf(two, sizeof(two), "%02x", ((const uint8_t *)bytes)[i]);
		same = !memcmp(two, hex + i * 2, 2);
	}
	checks++;
	if (same)
		return;
	failures++;
	fprintf(stderr, "%s differs: '%.*s' is not %.100s\n", what, (int)size, (const char *)bytes,
		hex);
}

static void check_code(pid_t pid, const struct python_layout *layout, char *line)
{
	uint64_t address = strtoull(strtok(line, " "), NULL, 16);
	int first_line = atoi(strtok(NULL, " "));
	struct code_record record = empty_record(pid, address, first_line, layout);
	CLEANUP(function_done) struct function_text function = {0};
	int err = function_from_record(&record, layout, &function);

	expect(!err, "function_from_record", (uint64_t)-err, 0);
	if (err)
		return;
	expect(function.complete, "complete", 0, 1);
	expect_hex("name", function.name, strlen(function.name), strtok(NULL, " "));
	expect_hex("qualname", function.qualname, strlen(function.qualname), strtok(NULL, " "));
	expect_hex("filename", function.filename, strlen(function.filename), strtok(NULL, " "));
	expect_hex("line table", function.linetable, function.linetable_size, strtok(NULL, " \n"));
}

int main(int argc, char **argv)
{
	CLEANUP(interpreters_done) struct interpreters cache = {0};
	CLEANUP(freep) char *line = malloc(LINE_BYTES);
	const struct interpreter *interpreter;
	pid_t pid = argc > 1 ? atoi(argv[1]) : 0;
	uint64_t version, code_type, bias;
	int codes = 0;

	if (!line || !fgets(line, LINE_BYTES, stdin) ||
	    sscanf(line, "%" SCNx64 " %" SCNx64, &version, &code_type) != 2)
		return 1;
	if (find(&cache, pid, &interpreter, &bias)) {
		fprintf(stderr, "no interpreter was found in process %d\n", pid);
		return 1;
	}
	EXPECT_SAME("version", interpreter->version >> 8, version >> 8);
	EXPECT_SAME("PyCode_Type", interpreter->code_type_vaddr + bias, code_type);
	expect(interpreter->layout_source != LAYOUT_NONE, "layout", 0, 1);
	check_threads(pid, interpreter, bias);
	for (; fgets(line, LINE_BYTES, stdin); codes++)
		check_code(pid, &interpreter->layout, line);
	printf("%s%s by %s, %d code objects, %d checks, %d failures\n", interpreter->version_name,
	       interpreter->free_threaded ? " without the GIL" : "",
	       layout_source_name(interpreter->layout_source), codes, checks, failures);
	return failures || codes < 5;
}
