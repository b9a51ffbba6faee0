// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/elf_frames.h"

#include <errno.h>

#include "check.h"
#include "elf_file.h"
#include "unwind/table.h"

enum {
	FRAME_BYTES = 64
};

/* An executable segment, and nothing else. */
static void make(struct elf_made *made)
{
	elf_make(made, ET_DYN);
	elf_segments(made)->p_flags = PF_R | PF_X;
}

static int find(struct elf_made *made, struct elf_frames *frames, Elf **elf)
{
	elf_version(EV_CURRENT);
	*elf = elf_memory((char *)made->bytes, sizeof(made->bytes));
	return check_not_null(*elf) ? elf_frames_find(*elf, frames) : -EINVAL;
}

static int found(struct elf_made *made, struct elf_frames *frames)
{
	Elf *elf;
	int err = find(made, frames, &elf);

	elf_end(elf);
	return err;
}

static void sections_are_found_by_name(void)
{
	struct elf_frames frames;
	struct elf_made made;
	Elf *elf;

	make(&made);
	elf_add_section(&made, ".eh_frame", SHT_PROGBITS, ELF_AT_DATA, FRAME_BYTES);
	elf_add_section(&made, ".debug_frame", SHT_PROGBITS, ELF_AT_NOTES, 8);
	made.bytes[ELF_AT_DATA] = 0x5a;
	check_ok(find(&made, &frames, &elf));
	check_uint(frames.base_vaddr, ELF_VADDR);
	check_uint(frames.text_start, ELF_VADDR);
	check_uint(frames.text_end, ELF_VADDR + ELF_FILE_BYTES);
	check_uint(bytes_left(&frames.eh_frame), FRAME_BYTES);
	check_uint(bytes_vaddr(&frames.eh_frame), ELF_VADDR + ELF_AT_DATA);
	check_int(frames.eh_frame.at[0], 0x5a);
	check_int(frames.eh_format, FRAME_EH);
	check_uint(bytes_left(&frames.debug_frame), 8);
	elf_end(elf);
}

static void sections_without_bytes_are_none(void)
{
	struct elf_frames frames;
	struct elf_made made;

	make(&made);
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
	check_null(frames.debug_frame.at);
	elf_add_section(&made, ".eh_frame", SHT_NOBITS, ELF_AT_DATA, FRAME_BYTES);
	elf_add_section(&made, ".debug_frame", SHT_PROGBITS, ELF_AT_NOTES, 8)->sh_flags =
		SHF_COMPRESSED;
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
	check_null(frames.debug_frame.at);
}

static void sections_beyond_the_file_are_none(void)
{
	struct elf_frames frames;
	struct elf_made made;

	make(&made);
	elf_add_section(&made, ".eh_frame", SHT_PROGBITS, ELF_AT_DATA, ELF_FILE_BYTES);
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
	elf_sections(&made)[5].sh_size = (uint64_t)MAX_UNWIND_SECTION_BYTES + 1;
	check_int(found(&made, &frames), -ENOMEM);
}

/* Without sections; the header of .eh_frame is at ELF_AT_NOTES. */
static void make_stripped(struct elf_made *made, uint8_t version, uint8_t encoding,
			  uint32_t pointer)
{
	uint8_t header[12] = {version, encoding, 0x03, 0x3b};

	make(made);
	elf_head(made)->e_shoff = elf_head(made)->e_shnum = elf_head(made)->e_shstrndx = 0;
	memcpy(header + 4, &pointer, 4);
	memcpy(made->bytes + ELF_AT_NOTES, header, sizeof(header));
	elf_add_segment(made, PT_GNU_EH_FRAME, sizeof(header), 4)->p_vaddr =
		ELF_VADDR + ELF_AT_NOTES;
}

static void without_sections_the_segment_tells(void)
{
	struct elf_frames frames;
	struct elf_made made;
	Elf *elf;

	make_stripped(&made, 1, 0x1b, ELF_AT_DATA - (ELF_AT_NOTES + 4));
	made.bytes[ELF_AT_DATA] = 0x5a;
	check_ok(find(&made, &frames, &elf));
	check_int(frames.eh_format, FRAME_EH_OPEN);
	check_uint(bytes_vaddr(&frames.eh_frame), ELF_VADDR + ELF_AT_DATA);
	check_uint(bytes_left(&frames.eh_frame), ELF_FILE_BYTES - ELF_AT_DATA);
	if (frames.eh_frame.at)
		check_int(frames.eh_frame.at[0], 0x5a);
	elf_end(elf);
}

static void segments_that_tell_nothing_are_none(void)
{
	struct elf_frames frames;
	struct elf_made made;

	make_stripped(&made, 2, 0x1b, ELF_AT_DATA - (ELF_AT_NOTES + 4));
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
	make_stripped(&made, 1, 0x3b, ELF_AT_DATA - ELF_AT_NOTES);
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
	make_stripped(&made, 1, 0x1b, 0x10000);
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
	make_stripped(&made, 1, 0x1b, ELF_AT_DATA - (ELF_AT_NOTES + 4));
	elf_segments(&made)[1].p_vaddr = ELF_VADDR + ELF_FILE_BYTES - 4;
	check_ok(found(&made, &frames));
	check_null(frames.eh_frame.at);
}

static void only_files_with_code_for_x86_64_are_ours(void)
{
	struct elf_frames frames;
	struct elf_made made;

	elf_make(&made, ET_DYN);
	check_int(found(&made, &frames), -ENOEXEC); /* nothing executable */
	make(&made);
	elf_head(&made)->e_machine = EM_AARCH64;
	check_int(found(&made, &frames), -ENOEXEC);
	make(&made);
	elf_head(&made)->e_type = ET_REL;
	check_int(found(&made, &frames), -ENOEXEC);
	make(&made);
	elf_head(&made)->e_ident[EI_DATA] = ELFDATA2MSB;
	check_int(found(&made, &frames), -ENOEXEC);
	make(&made);
	elf_head(&made)->e_phnum = 0;
	check_int(found(&made, &frames), -ENOEXEC);
	memset(made.bytes, 0, sizeof(made.bytes));
	check_int(found(&made, &frames), -ENOEXEC);
}

static void the_base_is_the_page_of_the_lowest_segment(void)
{
	struct elf_frames frames;
	struct elf_made made;
	Elf64_Phdr *segment;

	make(&made);
	segment = elf_add_segment(&made, PT_LOAD, 16, 16);
	segment->p_vaddr = ELF_VADDR - 0x1230;
	check_ok(found(&made, &frames));
	check_uint(frames.base_vaddr, ELF_VADDR - 0x2000);
	check_uint(frames.text_start, ELF_VADDR);
	segment->p_vaddr = UINT64_MAX - 8; /* wraps around: none */
	segment->p_flags = PF_X;
	check_ok(found(&made, &frames));
	check_uint(frames.base_vaddr, ELF_VADDR);
	check_uint(frames.text_end, ELF_VADDR + ELF_FILE_BYTES);
}

static void the_text_ends_4_gib_from_the_base(void)
{
	struct elf_frames frames;
	struct elf_made made;

	make(&made);
	elf_segments(&made)->p_memsz = 1ull << 40;
	check_ok(found(&made, &frames));
	check_uint(frames.text_end, (uint64_t)ELF_VADDR + UINT32_MAX);
}

static void bytes_are_read_by_address(void)
{
	struct elf_frames frames;
	struct elf_made made;
	uint8_t out[4] = {0};
	Elf *elf;

	make(&made);
	memcpy(made.bytes + ELF_AT_DATA, "abcd", 4);
	check_ok(find(&made, &frames, &elf));
	check_uint(elf_frames_read(elf, ELF_VADDR + ELF_AT_DATA, out, 4), 4);
	check_true(!memcmp(out, "abcd", 4));
	check_uint(elf_frames_read(elf, ELF_VADDR + ELF_FILE_BYTES - 3, out, 4), 0);
	check_uint(elf_frames_read(elf, ELF_VADDR - 1, out, 4), 0);
	check_uint(elf_frames_read(elf, ELF_VADDR + ELF_FILE_BYTES, out, 4), 0);
	elf_end(elf);
}

CU_TestInfo elf_frames_tests[] = {
	TEST(sections_are_found_by_name),
	TEST(sections_without_bytes_are_none),
	TEST(sections_beyond_the_file_are_none),
	TEST(without_sections_the_segment_tells),
	TEST(segments_that_tell_nothing_are_none),
	TEST(only_files_with_code_for_x86_64_are_ours),
	TEST(the_base_is_the_page_of_the_lowest_segment),
	TEST(the_text_ends_4_gib_from_the_base),
	TEST(bytes_are_read_by_address),
	CU_TEST_INFO_NULL,
};
