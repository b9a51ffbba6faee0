// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/inlines.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/auxv.h>

#include "base/cleanup.h"
#include "check.h"
#include "elf_file.h"
#include "memory.h"

enum {
	FRAMES = 8
};

static __attribute__((noinline)) uint64_t here(void)
{
	return (uint64_t)__builtin_return_address(0) - 1;
}

/* Addresses in functions that are inlined below, and the lines that they are at. */
struct place {
	uint64_t address;
	uint32_t lines[3];
};

static inline __attribute__((always_inline)) void inner(struct place *place)
{
	place->lines[0] = __LINE__ + 1;
	place->address = here();
}

static inline __attribute__((always_inline)) void middle(struct place *place)
{
	place->lines[1] = __LINE__ + 1;
	inner(place);
}

static __attribute__((noinline)) void outermost(struct place *place)
{
	place->lines[2] = __LINE__ + 1;
	middle(place);
}

static uint64_t own_bias(void)
{
	const ElfW(Phdr) *segments = (const void *)getauxval(AT_PHDR);

	for (size_t i = 0; i < getauxval(AT_PHNUM); i++)
		if (segments[i].p_type == PT_PHDR)
			return (uint64_t)segments - segments[i].p_vaddr;
	return 0;
}

static void functions_inlined_in_each_other_come_innermost_first(void)
{
	static const char *const names[] = {"inner", "middle", "outermost"};
	CLEANUP(closep) int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct inlined frames[FRAMES];
	struct inlines *inlines = NULL;
	struct place place;

	outermost(&place);
	if (!check_ok(inlines_open(fd, "/proc/self/exe", &inlines)))
		return;
	int count = inlines_find(inlines, place.address - own_bias(), frames, FRAMES);
	for (int i = 0; check_int(count, 3) && i < count; i++) {
		check_str(frames[i].name, names[i]);
		check_contains(frames[i].file, "inlines_test.c");
		check_uint(frames[i].line, place.lines[i]);
	}
	check_int(inlines_find(inlines, place.address - own_bias(), frames, 2), 2);
	check_str(frames[1].name, "middle");
	check_int(inlines_find(inlines, 0, frames, FRAMES), 0);
	check_int(inlines_find(inlines, UINT64_MAX, frames, FRAMES), 0);
	inlines_free(inlines);
	inlines_free(NULL);
}

static void without_memory_it_says_so(void)
{
	CLEANUP(closep) int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct inlined frames[FRAMES];
	struct place place;
	unsigned int failures = 0;

	outermost(&place);
	for (unsigned int nth = 1; nth < 20; nth++) {
		struct inlines *inlines = NULL;

		memory_fail_at(nth);
		int found = inlines_open(fd, "/proc/self/exe", &inlines);
		if (!found)
			found = inlines_find(inlines, place.address - own_bias(), frames, FRAMES);
		inlines_free(inlines);
		if (!memory_failed()) {
			check_int(found, 3);
			break;
		}
		check_int(found, -ENOMEM);
		failures++;
	}
	check_true(failures > 4);
}

static void a_file_without_dwarf_is_refused(void)
{
	struct inlines *inlines = NULL;
	struct elf_made made;
	CLEANUP(closep) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	check_int(inlines_open(null, "/dev/null", &inlines), -ENOEXEC);
	elf_make(&made, ET_DYN);
	CLEANUP(closep) int fd = elf_made_open(&made);
	check_int(inlines_open(fd, "/nowhere/x", &inlines), -ENOENT);
	check_null(inlines);
}

/* DWARF 4 of one unit at 0x1000..0x2000 and a function in it, in so many lexical blocks. */
enum {
	AT_ABBREVIATIONS = ELF_AT_NOTES,
	AT_INFO = ELF_AT_DATA,
	INFO_BYTES = 0xe00,
	BLOCK_BYTES = 17,
};
static const char abbreviations[] =
	"\1\x11\1\x11\1\x12\7\0\0"	   /* compile_unit: low, high */
	"\2\x2e\1\x03\x08\x11\1\x12\7\0\0" /* subprogram: name, low, high */
	"\3\x0b\1\x11\1\x12\7\0\0";	   /* lexical_block: low, high */

static uint8_t *add_range(uint8_t *at)
{
	uint64_t low = 0x1000, size = 0x1000;

	return mempcpy(mempcpy(at, &low, sizeof(low)), &size, sizeof(size));
}

static void make_nested(struct elf_made *made, size_t blocks)
{
	uint8_t *info = made->bytes + AT_INFO, *at = info + 4;

	elf_make(made, ET_DYN);
	memcpy(made->bytes + AT_ABBREVIATIONS, abbreviations, sizeof(abbreviations));
	elf_add_section(made, ".debug_abbrev", SHT_PROGBITS, AT_ABBREVIATIONS,
			sizeof(abbreviations))
		->sh_flags = 0;
	at = mempcpy(at, "\4\0\0\0\0\0\x8\1", 8);
	at = add_range(at);
	*at++ = 2;
	at = add_range(mempcpy(at, "f", 2));
	for (size_t i = 0; i < blocks; i++) {
		*at++ = 3;
		at = add_range(at);
	}
	uint32_t size = INFO_BYTES - 4;
	memcpy(info, &size, sizeof(size));
	elf_add_section(made, ".debug_info", SHT_PROGBITS, AT_INFO, INFO_BYTES)->sh_flags = 0;
}

static int find_made(const struct elf_made *made, struct inlined *frame)
{
	CLEANUP(closep) int fd = elf_made_open(made);
	struct inlines *inlines = NULL;

	int found = inlines_open(fd, "/nowhere/x", &inlines);
	if (!found)
		found = inlines_find(inlines, 0x1800, frame, 1);
	if (found > 0)
		check_str(frame->name, "f");
	inlines_free(inlines);
	return found;
}

static void blocks_may_be_nested_deeply(void)
{
	struct inlined frame;
	struct elf_made made;

	make_nested(&made, 0);
	check_int(find_made(&made, &frame), 1);
	make_nested(&made, 20);
	check_int(find_made(&made, &frame), 1);
	make_nested(&made, INFO_BYTES / BLOCK_BYTES - 4);
	check_int(find_made(&made, &frame), 1);
}

static void every_byte_may_be_wrong(void)
{
	static struct elf_made made;
	struct inlined frame;

	make_nested(&made, 3);
	for (size_t at = AT_ABBREVIATIONS; at < AT_INFO + 200; at++) {
		if (at == AT_ABBREVIATIONS + sizeof(abbreviations))
			at = AT_INFO;
		for (int bit = 0; bit < 8; bit++) {
			CLEANUP(closep) int fd = -1;
			struct inlines *inlines = NULL;

			made.bytes[at] = (uint8_t)(made.bytes[at] ^ 1 << bit);
			fd = elf_made_open(&made);
			int err = inlines_open(fd, "/nowhere/x", &inlines);
			check_true(!err || err == -ENOENT);
			if (!err)
				check_true(inlines_find(inlines, 0x1800, &frame, 1) <= 1);
			inlines_free(inlines);
			made.bytes[at] = (uint8_t)(made.bytes[at] ^ 1 << bit);
		}
	}
}

CU_TestInfo inlines_tests[] = {
	TEST(functions_inlined_in_each_other_come_innermost_first),
	TEST(without_memory_it_says_so),
	TEST(a_file_without_dwarf_is_refused),
	TEST(blocks_may_be_nested_deeply),
	TEST(every_byte_may_be_wrong),
	CU_TEST_INFO_NULL,
};
