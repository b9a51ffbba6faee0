// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/jit_symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "folder.h"
#include "memory.h"

/* A jitdump with one record. */
struct made_dump {
	uint32_t head[6];
	uint64_t timestamp, flags;
	uint32_t kind, record_size;
	uint64_t record_time;
	uint32_t pid, tid;
	uint64_t vma, address, size, index;
	char name[8];
};

static struct made_dump dump_of(uint64_t address, const char *name)
{
	struct made_dump dump = {.head = {0x4A695444, 1, 40, 62, 0, 4711},
				 .record_size = sizeof(dump) - 40,
				 .address = address,
				 .size = 16};

	strcpy(dump.name, name);
	return dump;
}

/* Maps a dump of this pid as a JIT does. */
static void *dump_map(const struct folder *folder, pid_t pid, const struct made_dump *dump)
{
	char name[32], path[128];

	snprintf(name, sizeof(name), "jit-%d.dump", pid);
	folder_put(folder, name, dump, sizeof(*dump));
	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return mapped;
}

/* The perf map of our own pid. */
static void perf_map_put(const char *mode, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	if (!text)
		return (void)unlink(path);
	FILE *stream = fopen(path, mode);
	if (!check_not_null(stream))
		return;
	fputs(text, stream);
	fclose(stream);
}

static const char *name_at(const struct jit_symbols *symbols, uint64_t address)
{
	const char *name = "-";

	jit_symbols_find(symbols, address, &name);
	return name;
}

static void a_process_without_files_has_no_names(void)
{
	perf_map_put("w", NULL);
	struct jit_symbols *symbols = jit_symbols_new(getpid());

	if (!check_not_null(symbols))
		return;
	check_ok(jit_symbols_refresh(symbols));
	check_str(name_at(symbols, 0x1000), "-");
	jit_symbols_free(symbols);
	jit_symbols_free(NULL);
}

static void the_dump_comes_before_the_map(void)
{
	struct made_dump dump = dump_of(0x1000, "dumped");
	struct folder folder;

	if (!folder_make(&folder))
		return;
	void *mapped = dump_map(&folder, getpid(), &dump);
	perf_map_put("w", "1008 10 mapped\n");
	struct jit_symbols *symbols = jit_symbols_new(getpid());
	if (check_not_null(symbols)) {
		check_str(name_at(symbols, 0x1000), "dumped");
		check_str(name_at(symbols, 0x100f), "dumped");
		check_str(name_at(symbols, 0x1010), "mapped");
		perf_map_put("a", "2000 10 more\n");
		check_str(name_at(symbols, 0x2000), "-");
		check_ok(jit_symbols_refresh(symbols));
		check_str(name_at(symbols, 0x2000), "more");
	}
	jit_symbols_free(symbols);
	munmap(mapped, 4096);
	perf_map_put("w", NULL);
	folder_remove(&folder);
}

static void the_own_dump_comes_before_an_inherited_one(void)
{
	struct made_dump other = dump_of(0x1000, "other"), own = dump_of(0x1000, "own");
	struct folder folder;

	if (!folder_make(&folder))
		return;
	void *first = dump_map(&folder, 1, &other);
	struct jit_symbols *symbols = jit_symbols_new(getpid());
	check_str(name_at(symbols, 0x1000), "other");
	void *second = dump_map(&folder, getpid(), &own);
	check_ok(jit_symbols_refresh(symbols));
	check_str(name_at(symbols, 0x1000), "own");
	munmap(first, 4096);
	munmap(second, 4096);
	check_ok(jit_symbols_refresh(symbols));
	check_str(name_at(symbols, 0x1000), "own");
	jit_symbols_free(symbols);
	folder_remove(&folder);
}

static void files_of_like_names_are_no_dumps(void)
{
	static const char *const names[] = {"jit-1.dumpster", "jit-x.dump", "jit-1.dum",
					    "ajit-1.dump"};
	struct made_dump dump = dump_of(0x1000, "wrong");
	struct folder folder;
	char path[128];

	if (!folder_make(&folder))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		folder_put(&folder, names[i], &dump, sizeof(dump));
		snprintf(path, sizeof(path), "%s/%s", folder.path, names[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		void *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
		struct jit_symbols *symbols = jit_symbols_new(getpid());
		check_str(name_at(symbols, 0x1000), "-");
		jit_symbols_free(symbols);
		munmap(mapped, 4096);
		close(fd);
	}
	folder_remove(&folder);
}

static void a_broken_dump_is_told_and_hides_no_map(void)
{
	struct made_dump dump = {0};
	struct folder folder;

	if (!folder_make(&folder))
		return;
	void *mapped = dump_map(&folder, getpid(), &dump);
	perf_map_put("w", "1000 10 mapped\n");
	struct jit_symbols *symbols = jit_symbols_new(getpid());
	check_str(name_at(symbols, 0x1000), "mapped");
	check_int(jit_symbols_refresh(symbols), -EINVAL);
	check_str(name_at(symbols, 0x1000), "mapped");
	jit_symbols_free(symbols);
	munmap(mapped, 4096);
	perf_map_put("w", NULL);
	folder_remove(&folder);
}

static void names_outlive_the_process(void)
{
	struct made_dump dump = dump_of(0x1000, "dumped");
	struct folder folder;

	if (!folder_make(&folder))
		return;
	void *mapped = dump_map(&folder, getpid(), &dump);
	pid_t child = fork();
	if (!child) {
		pause();
		_exit(0);
	}
	struct jit_symbols *symbols = jit_symbols_new(child);
	check_str(name_at(symbols, 0x1000), "dumped");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	check_ok(jit_symbols_refresh(symbols));
	check_str(name_at(symbols, 0x1000), "dumped");
	jit_symbols_free(symbols);
	symbols = jit_symbols_new(child);
	check_ok(jit_symbols_refresh(symbols));
	check_str(name_at(symbols, 0x1000), "-");
	jit_symbols_free(symbols);
	munmap(mapped, 4096);
	folder_remove(&folder);
}

static void memory_may_run_out(void)
{
	perf_map_put("w", "1000 10 mapped\n");
	for (unsigned int nth = 1;; nth++) {
		memory_fail_at(nth);
		struct jit_symbols *symbols = jit_symbols_new(getpid());
		bool failed = memory_failed();
		check_true(failed ? !symbols : symbols != NULL);
		jit_symbols_free(symbols);
		if (!failed)
			break;
	}
	perf_map_put("w", NULL);
}

CU_TestInfo jit_symbols_tests[] = {
	TEST(a_process_without_files_has_no_names),
	TEST(the_dump_comes_before_the_map),
	TEST(the_own_dump_comes_before_an_inherited_one),
	TEST(files_of_like_names_are_no_dumps),
	TEST(a_broken_dump_is_told_and_hides_no_map),
	TEST(names_outlive_the_process),
	TEST(memory_may_run_out),
	CU_TEST_INFO_NULL,
};
