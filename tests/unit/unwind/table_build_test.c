// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/table_build.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"
#include "memory.h"
#include "unwind/made_frames.h"

enum {
	TEXT = ELF_VADDR + 0x1800
};

/* FDEs at TEXT, TEXT + 0x20, ...; addresses are absolute, for either section. */
static void frames_make(struct made_frames *frames, bool debug, unsigned int functions)
{
	*frames = (struct made_frames){0};
	if (debug) {
		made_begin(frames, UINT32_MAX);
		made_bytes(frames, "\x01\0\x01\x78\x10", 5);
	} else {
		made_cie(frames, "", "", 0);
	}
	made_usual(frames);
	for (unsigned int i = 0; i < functions; i++) {
		made_begin(frames, debug ? 0 : (uint32_t)frames->count + 4);
		made_number(frames, TEXT + 0x20 * i + (debug ? 0x400 : 0), 8);
		made_number(frames, 0x20, 8);
		made_end(frames);
	}
}

static void file_add(struct elf_made *made, const char *section, size_t offset, bool debug,
		     unsigned int functions)
{
	struct made_frames frames;

	frames_make(&frames, debug, functions);
	elf_add_section(made, section, SHT_PROGBITS, offset, frames.count);
	memcpy(made->bytes + offset, frames.bytes, frames.count);
}

static void file_make(struct elf_made *made)
{
	elf_make(made, ET_DYN);
	elf_segments(made)->p_flags = PF_R | PF_X;
}

static int build(const struct elf_made *made, struct unwind_table *table)
{
	int fd = elf_made_open(made);
	int err = unwind_table_build(fd, table);

	close(fd);
	return err;
}

static void a_file_has_a_table(void)
{
	struct unwind_table table = {0};
	struct elf_made made;

	file_make(&made);
	file_add(&made, ".eh_frame", ELF_AT_DATA, false, 2);
	if (!check_ok(build(&made, &table)) || !check_uint(table.rows.count, 3))
		return;
	check_uint(table.base_vaddr, ELF_VADDR);
	check_uint(table.fdes, 2);
	check_uint(table.unsupported, 0);
	check_uint((uint32_t)table.rows.items[0], TEXT - ELF_VADDR);
	check_uint(table.rows.items[0] >> 32, UNWIND_RSP | 1 << 16);
	check_uint(table.rows.items[2], TEXT + 0x40 - ELF_VADDR);
	unwind_table_done(&table);
	check_uint(table.fdes, 0);
	check_null(table.rows.items);
}

static void a_file_in_memory_has_the_same(void)
{
	struct unwind_table table = {0}, again = {0};
	struct elf_made made;

	file_make(&made);
	file_add(&made, ".eh_frame", ELF_AT_DATA, false, 2);
	check_ok(build(&made, &table));
	check_ok(unwind_table_build_memory(made.bytes, sizeof(made.bytes), &again));
	if (check_uint(table.rows.count, again.rows.count))
		check_true(!memcmp(table.rows.items, again.rows.items, 8 * table.rows.count));
	unwind_table_done(&table);
	unwind_table_done(&again);
}

static void debug_frame_is_read_where_eh_frame_has_little(void)
{
	struct unwind_table table = {0};
	struct elf_made made;

	file_make(&made);
	file_add(&made, ".debug_frame", ELF_AT_DATA + 0x400, true, 3);
	check_ok(build(&made, &table));
	check_uint(table.fdes, 3);
	unwind_table_done(&table);
	file_add(&made, ".eh_frame", ELF_AT_DATA, false, 7);
	check_ok(build(&made, &table));
	check_uint(table.fdes, 10);
	unwind_table_done(&table);
	file_make(&made);
	file_add(&made, ".debug_frame", ELF_AT_DATA + 0x400, true, 3);
	file_add(&made, ".eh_frame", ELF_AT_DATA, false, 8);
	check_ok(build(&made, &table));
	check_uint(table.fdes, 8);
	unwind_table_done(&table);
}

static void the_vdso_has_a_table(void)
{
	const uint8_t *vdso = (const uint8_t *)getauxval(AT_SYSINFO_EHDR);
	struct unwind_table table = {0};

	if (!check_not_null(vdso))
		return;
	/* Its sections' headers are the last thing in it. */
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)vdso;
	size_t size = head->e_shoff + (size_t)head->e_shnum * head->e_shentsize;
	check_ok(unwind_table_build_memory(vdso, size, &table));
	check_true(table.fdes >= 4 && table.rows.count > table.fdes);
	check_true(unwind_table_valid(&table));
	unwind_table_done(&table);
}

static void this_program_has_a_table(void)
{
	struct unwind_table table = {0};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	check_ok(unwind_table_build(fd, &table));
	check_true(table.fdes > 100);
	check_true(unwind_table_valid(&table));
	unwind_table_done(&table);
	close(fd);
}

static void other_files_have_none(void)
{
	struct unwind_table table = {0};
	struct elf_made made;

	file_make(&made);
	check_int(build(&made, &table), -ENOENT);
	file_add(&made, ".eh_frame", ELF_AT_DATA, false, 0);
	check_int(build(&made, &table), -ENOENT);
	elf_head(&made)->e_machine = EM_386;
	check_int(build(&made, &table), -ENOEXEC);
	check_int(unwind_table_build_memory("text", 4, &table), -ENOEXEC);
	check_int(unwind_table_build(-1, &table), -ENOEXEC);
	check_null(table.rows.items);
	check_uint(table.base_vaddr, 0);
}

static void memory_runs_out(void)
{
	struct elf_made made;

	file_make(&made);
	file_add(&made, ".eh_frame", ELF_AT_DATA, false, 2);
	for (unsigned int nth = 1;; nth++) {
		struct unwind_table table = {0};

		memory_fail_at(nth);
		int err = unwind_table_build_memory(made.bytes, sizeof(made.bytes), &table);
		bool failed = memory_failed();
		if (failed)
			check_null(table.rows.items);
		unwind_table_done(&table);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo table_build_tests[] = {
	TEST(a_file_has_a_table),
	TEST(a_file_in_memory_has_the_same),
	TEST(debug_frame_is_read_where_eh_frame_has_little),
	TEST(the_vdso_has_a_table),
	TEST(this_program_has_a_table),
	TEST(other_files_have_none),
	TEST(memory_runs_out),
	CU_TEST_INFO_NULL,
};
