// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/spans.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "memory.h"
#include "unwind/made_frames.h"

/* .eh_frame lies at ELF_AT_DATA of the file, and its entries count from there. */
static void put_function(struct made_frames *frames, size_t cie, uint64_t start, uint64_t size)
{
	made_fde(frames, cie, start - (ELF_VADDR + ELF_AT_DATA) + FRAMES_VADDR, size, "", 0);
}

/* Functions at 100-140 and 140-180 of the file, one at 200-220 and one in it, out of order. */
static int make_file(void)
{
	struct made_frames frames = {0};
	struct elf_made made;
	size_t cie = made_gcc_cie(&frames);

	put_function(&frames, cie, ELF_VADDR + 0x200, 0x20);
	put_function(&frames, cie, ELF_VADDR + 0x140, 0x40);
	put_function(&frames, cie, ELF_VADDR + 0x210, 0x4);
	put_function(&frames, cie, ELF_VADDR + 0x100, 0x40);
	elf_make(&made, ET_DYN);
	elf_segments(&made)->p_flags = PF_R | PF_X;
	elf_add_section(&made, ".eh_frame", SHT_PROGBITS, ELF_AT_DATA, frames.count);
	memcpy(made.bytes + ELF_AT_DATA, frames.bytes, frames.count);
	return elf_made_open(&made);
}

static void functions_are_found_by_any_address_in_them(void)
{
	static const struct {
		uint64_t at, start, end; /* end 0: in none */
	} expected[] = {
		{0, 0, 0},
		{0xff, 0, 0},
		{0x100, 0x100, 0x140},
		{0x13f, 0x100, 0x140},
		{0x140, 0x140, 0x180},
		{0x17f, 0x140, 0x180},
		{0x180, 0, 0},
		{0x1ff, 0, 0},
		{0x20f, 0x200, 0x210},
		{0x210, 0x210, 0x214},
		{0x220, 0, 0},
		{ELF_FILE_BYTES, 0, 0},
	};
	CLEANUP(closep) int fd = make_file();
	struct spans spans = {0};

	check_ok(spans_read(fd, &spans));
	check_uint(spans.list.count, 4);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct span *span = spans_find(&spans, ELF_VADDR + expected[i].at);
		if (!expected[i].end) {
			check_null(span);
		} else if (check_not_null(span)) {
			check_uint(span->start, ELF_VADDR + expected[i].start);
			check_uint(span->end, ELF_VADDR + expected[i].end);
		}
	}
	check_null(spans_find(&spans, UINT64_MAX));
	spans_done(&spans);
	spans_done(&spans);
}

static void a_file_without_unwind_information_has_none(void)
{
	struct spans spans = {0};
	struct elf_made made;

	elf_make(&made, ET_DYN);
	elf_segments(&made)->p_flags = PF_R | PF_X;
	CLEANUP(closep) int fd = elf_made_open(&made);
	check_ok(spans_read(fd, &spans));
	check_uint(spans.list.count, 0);
	check_null(spans_find(&spans, ELF_VADDR));
	spans_done(&spans);
}

static void what_is_no_file_of_machine_code_is_told(void)
{
	CLEANUP(closep) int text = memfd_create("text", MFD_CLOEXEC);
	struct spans spans = {0};
	struct elf_made made;

	check_int(write(text, "#!/bin/sh\n", 10), 10);
	check_int(spans_read(text, &spans), -ENOEXEC);
	check_int(spans_read(-1, &spans), -ENOEXEC);
	elf_make(&made, ET_DYN);
	elf_head(&made)->e_machine = EM_AARCH64;
	CLEANUP(closep) int arm = elf_made_open(&made);
	check_int(spans_read(arm, &spans), -ENOEXEC);
	check_uint(spans.list.count, 0);
}

/* This function's own code, as the linker laid it out. */
static void our_own_functions_are_there(void)
{
	extern const char __executable_start[];
	CLEANUP(closep) int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint64_t address = (uintptr_t)our_own_functions_are_there;
	struct spans spans = {0};

	check_ok(spans_read(fd, &spans));
	const struct span *span = spans_find(&spans, address - (uintptr_t)__executable_start);
	if (!span) /* not position-independent */
		span = spans_find(&spans, address);
	if (check_not_null(span))
		check_uint(span->start & 0xfff, address & 0xfff);
	for (size_t i = 1; i < spans.list.count; i++)
		if (spans.list.items[i - 1].end > spans.list.items[i].start)
			check_uint(spans.list.items[i - 1].end, spans.list.items[i].start);
	spans_done(&spans);
}

/* A libelf that is linked in is short of memory too, and what it cannot read is no ELF file. */
static void each_allocation_may_fail(void)
{
	CLEANUP(closep) int fd = make_file();
	unsigned int nth = 1;

	for (;; nth++) {
		struct spans spans = {0};
		memory_fail_at(nth);
		int err = spans_read(fd, &spans);
		bool failed = memory_failed();
		check_true(failed ? !err || err == -ENOMEM || err == -ENOEXEC : !err);
		check_true(!err || !spans.list.count);
		spans_done(&spans);
		if (!failed)
			break;
	}
	check_true(nth > 3);
}

CU_TestInfo spans_tests[] = {
	TEST(functions_are_found_by_any_address_in_them),
	TEST(a_file_without_unwind_information_has_none),
	TEST(what_is_no_file_of_machine_code_is_told),
	TEST(our_own_functions_are_there),
	TEST(each_allocation_may_fail),
	CU_TEST_INFO_NULL,
};
