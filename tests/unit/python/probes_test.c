// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/probes.h"

#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"

enum {
	FAR = 0x10000000 /* where another segment is, or nothing */
};

/* What the file's notes lead to; `left` is the budget. */
struct read_probes {
	struct probes probes;
	uint64_t left;
};

/* A file with no note yet. */
static void make_file(struct elf_made *made)
{
	elf_make(made, ET_EXEC);
	elf_make_probes(made);
}

static Elf64_Nhdr *add_probe(struct elf_made *made, const char *name, const char *arguments)
{
	return elf_add_probe(made, "python", name, arguments);
}

static struct read_probes read_within(const struct elf_made *made, uint64_t budget)
{
	struct read_probes read = {.probes.count = ~0u, .left = budget};
	int fd = elf_made_open(made);

	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	if (check_not_null(elf))
		probes_read(elf, &read.left, &read.probes);
	elf_end(elf);
	close(fd);
	return read;
}

static struct probes read_file(const struct elf_made *made)
{
	return read_within(made, 1 << 20).probes;
}

static void the_six_probes_are_read_and_no_others(void)
{
	static const char *const names[PROBES] = {"gc__start",
						  "gc__done",
						  "import__find__load__start",
						  "import__find__load__done",
						  "function__entry",
						  "function__return"};
	struct elf_made made;

	make_file(&made);
	add_probe(&made, "line", "8@%rax");
	for (int i = 0; i < PROBES; i++)
		add_probe(&made, names[i], "8@%rax");
	add_probe(&made, "gc__star", "8@%rax");
	elf_add_probe(&made, "ruby", "gc__start", "8@%rax");
	struct probes probes = read_file(&made);
	if (!check_uint(probes.count, PROBES))
		return;
	for (int i = 0; i < PROBES; i++) {
		check_uint(probes.sites[i].probe, (uint64_t)i);
		check_uint(probes.sites[i].offset, ELF_AT_PROBE);
		check_uint(probes.sites[i].semaphore, ELF_AT_SEMAPHORE);
		check_true(probes_have(&probes, (enum probe)i));
	}
	check_uint(probes.dropped, 0);
	probes.count = PROBE_RETURN;
	check_true(!probes_have(&probes, PROBE_RETURN));
}

static void a_file_without_notes_has_no_probes(void)
{
	struct elf_made made;

	elf_make(&made, ET_EXEC);
	check_uint(read_file(&made).count, 0);
	make_file(&made);
	check_uint(read_file(&made).count, 0);
	add_probe(&made, "gc__start", "-4@$0");
	check_uint(read_file(&made).count, 1);
	elf_notes(&made)->sh_type = SHT_PROGBITS;
	check_uint(read_file(&made).count, 0);
}

struct expected_argument {
	const char *text;
	enum argument_place place;
	unsigned int size_bytes, is_signed, reg;
	int64_t value;
};

static void check_argument(const struct expected_argument *expected)
{
	struct elf_made made;

	make_file(&made);
	add_probe(&made, "gc__start", expected->text);
	struct probes probes = read_file(&made);
	if (!check_uint(probes.count, 1))
		return;
	const struct probe_site *site = &probes.sites[0];
	bool held = check_int(site->place, expected->place);
	held &= check_uint(site->size_bytes, expected->size_bytes);
	held &= check_uint(site->is_signed, expected->is_signed);
	held &= check_uint(site->reg, expected->reg);
	held &= check_int(site->value, expected->value);
	if (!held)
		fprintf(stderr, "for the argument \"%s\"\n", expected->text);
}

static void the_first_argument_is_found(void)
{
	static const struct expected_argument arguments[] = {
		{"-4@%edi", ARGUMENT_REGISTER, 4, 1, 112, 0},
		{"8@%rax 8@%rdx -4@%ecx", ARGUMENT_REGISTER, 8, 0, 80, 0},
		{"-4@112(%rsp)", ARGUMENT_MEMORY, 4, 1, 152, 112},
		{"8@(%rax)", ARGUMENT_MEMORY, 8, 0, 80, 0},
		{"8@-8(%rbp) 8@%rax", ARGUMENT_MEMORY, 8, 0, 32, -8},
		{"-4@$0", ARGUMENT_CONSTANT, 4, 1, 0, 0},
		{"-8@$-1 8@%rax", ARGUMENT_CONSTANT, 8, 1, 0, -1},
		{"2@$0x7f", ARGUMENT_CONSTANT, 2, 0, 0, 127},
		{"1@%r15b", ARGUMENT_REGISTER, 1, 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++)
		check_argument(&arguments[i]);
}

static void what_cannot_be_told_is_unknown(void)
{
	static const char *const arguments[] = {
		"",
		" ",
		"8@",
		"@%rax",
		"%rax",
		"8",
		"8%rax",
		"3@%rax",
		"-16@%rax",
		"0@%rax",
		"4f@%xmm0",
		"-@%rax",
		"-9223372036854775808@%rax",
		"9223372036854775808@%rax",
		"8@%",
		"8@%raxx",
		"8@%ra",
		"1@%ah",
		"1@%bh",
		"1@%ch",
		"1@%dh",
		"8@%xmm0",
		"8@%rip",
		"8@(%rax,%rbx,8)",
		"8@16(%rax,%rbx)",
		"8@name(%rip)",
		"8@4+name(%rip)",
		"8@name",
		"8@%fs:8",
		"8@8",
		"8@8(",
		"8@8(%",
		"8@8(%rax",
		"8@8(%rax)8",
		"8@8()",
		"8@8(rax)",
		"8@8(%eax)",
		"8@()",
		"8@-(%rax)",
		"8@+8(%rax)",
		"8@$",
		"8@$name",
		"8@$1x",
		"8@$9223372036854775808",
		"8@99999999999999999999(%rax)",
		"8@0x00000000000000000000000000000000000000000000000000000000001(%rax)",
	};

	for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++)
		check_argument(&(struct expected_argument){.text = arguments[i]});
}

/* struct pt_regs of arch/x86/include/asm/ptrace.h, which BPF programs get. */
static void every_width_of_a_register_is_at_its_place(void)
{
	static const struct {
		unsigned int offset;
		const char *names[4];
	} known[] = {
		{80, {"rax", "eax", "ax", "al"}},      {40, {"rbx", "ebx", "bx", "bl"}},
		{88, {"rcx", "ecx", "cx", "cl"}},      {96, {"rdx", "edx", "dx", "dl"}},
		{104, {"rsi", "esi", "si", "sil"}},    {112, {"rdi", "edi", "di", "dil"}},
		{32, {"rbp", "ebp", "bp", "bpl"}},     {152, {"rsp", "esp", "sp", "spl"}},
		{72, {"r8", "r8d", "r8w", "r8b"}},     {64, {"r9", "r9d", "r9w", "r9b"}},
		{56, {"r10", "r10d", "r10w", "r10b"}}, {48, {"r11", "r11d", "r11w", "r11b"}},
		{24, {"r12", "r12d", "r12w", "r12b"}}, {16, {"r13", "r13d", "r13w", "r13b"}},
		{8, {"r14", "r14d", "r14w", "r14b"}},  {0, {"r15", "r15d", "r15w", "r15b"}},
	};
	char text[16];

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		for (size_t width = 0; width < 4; width++) {
			snprintf(text, sizeof(text), "%d@%%%s", 8 >> width, known[i].names[width]);
			check_argument(&(struct expected_argument){
				text, ARGUMENT_REGISTER, 8u >> width, 0, known[i].offset, 0});
		}
}

static void prelinked_files_are_followed(void)
{
	struct elf_made made;

	make_file(&made);
	struct elf_probe *probe = elf_probe(add_probe(&made, "gc__start", "-4@$0"));
	probe->location -= 0x123000;
	probe->base -= 0x123000;
	probe->semaphore -= 0x123000;
	struct probes probes = read_file(&made);
	if (!check_uint(probes.count, 1))
		return;
	check_uint(probes.sites[0].offset, ELF_AT_PROBE);
	check_uint(probes.sites[0].semaphore, ELF_AT_SEMAPHORE);
}

static void without_a_base_addresses_are_as_they_stand(void)
{
	struct elf_made made;

	make_file(&made);
	elf_probe(add_probe(&made, "gc__start", "-4@$0"))->base = 42;
	check_uint(read_file(&made).count, 0);
	elf_sections(&made)[elf_head(&made)->e_shnum - 2].sh_name = 0;
	struct probes probes = read_file(&made);
	if (check_uint(probes.count, 1))
		check_uint(probes.sites[0].offset, ELF_AT_PROBE);
}

static void addresses_are_looked_up_in_segments(void)
{
	struct elf_made made;

	make_file(&made);
	elf_segments(&made)->p_flags = PF_R | PF_X;
	Elf64_Phdr *data = elf_add_segment(&made, PT_LOAD, 0x20, 4096);
	data->p_vaddr = FAR;
	data->p_offset = 0x100;
	data->p_flags = PF_R | PF_W;
	struct elf_probe *probe = elf_probe(add_probe(&made, "gc__start", "-4@$0"));
	probe->semaphore = FAR + 0x1e;
	struct probes probes = read_file(&made);
	if (check_uint(probes.count, 1))
		check_uint(probes.sites[0].semaphore, 0x11e);
	probe->semaphore = FAR + 0x1f;
	check_uint(read_file(&made).count, 0);
	probe->semaphore = FAR + 0x1e;
	data->p_type = PT_NOTE;
	check_uint(read_file(&made).count, 0);
	probe->semaphore = 0;
	probes = read_file(&made);
	if (check_uint(probes.count, 1))
		check_uint(probes.sites[0].semaphore, 0);
}

static void what_the_kernel_would_refuse_is_passed_over(void)
{
	static const struct elf_probe wrong[] = {
		{ELF_VADDR - 1, ELF_VADDR + ELF_AT_BASE, 0},
		{ELF_VADDR + ELF_FILE_BYTES, ELF_VADDR + ELF_AT_BASE, 0},
		{ELF_VADDR + ELF_FILE_BYTES + 1, ELF_VADDR + ELF_AT_BASE, 0},
		{0, ELF_VADDR + ELF_AT_BASE, 0},
		{~0ull, ELF_VADDR + ELF_AT_BASE, 0},
		{ELF_VADDR + ELF_AT_PROBE, ELF_VADDR + ELF_AT_BASE,
		 ELF_VADDR + ELF_AT_SEMAPHORE + 1},
		{ELF_VADDR + ELF_AT_PROBE, ELF_VADDR + ELF_AT_BASE, ELF_VADDR + ELF_FILE_BYTES - 1},
		{ELF_VADDR + ELF_AT_PROBE, ELF_VADDR + ELF_AT_BASE, FAR},
		{ELF_VADDR + ELF_AT_PROBE, ELF_VADDR + ELF_AT_BASE, ~0ull},
	};
	struct elf_made made;

	make_file(&made);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		*elf_probe(add_probe(&made, "gc__start", "-4@$0")) = wrong[i];
	add_probe(&made, "gc__done", "-8@$0");
	struct probes probes = read_file(&made);
	if (check_uint(probes.count, 1))
		check_uint(probes.sites[0].probe, PROBE_GC_DONE);
	elf_segments(&made)->p_flags = PF_R | PF_W;
	check_uint(read_file(&made).count, 0);
	elf_segments(&made)->p_flags = PF_R | PF_X;
	check_uint(read_file(&made).count, 0);
	elf_segments(&made)->p_flags = PF_R | PF_W | PF_X;
	elf_segments(&made)->p_offset = INT64_MAX;
	check_uint(read_file(&made).count, 0);
	elf_segments(&made)->p_offset = UINT64_MAX;
	check_uint(read_file(&made).count, 0);
}

static void malformed_notes_are_passed_over(void)
{
	enum {
		TEXTS = 7 + 10 + 5 + 1 /* "python", "gc__start", "-4@$0", and the last end */
	};
	struct elf_made made;

	/* Cut anywhere, the words and the three texts are not whole. */
	for (Elf64_Word cut = 1; cut <= 24 + TEXTS; cut++) {
		make_file(&made);
		Elf64_Nhdr *note = add_probe(&made, "gc__start", "-4@$0");
		check_uint(note->n_descsz, 24 + TEXTS);
		note->n_descsz -= cut;
		memset((char *)elf_probe(note) + note->n_descsz, 'x', cut);
		check_uint(read_file(&made).count, 0);
	}
	make_file(&made);
	add_probe(&made, "gc__start", "-4@$0")->n_type = 4;
	memset(add_probe(&made, "gc__start", "-4@$0") + 1, 'S', 1);
	add_probe(&made, "gc__done", "-8@$0");
	struct probes probes = read_file(&made);
	if (check_uint(probes.count, 1))
		check_uint(probes.sites[0].probe, PROBE_GC_DONE);
}

static void notes_end_where_their_section_ends(void)
{
	struct elf_made made;

	make_file(&made);
	add_probe(&made, "gc__done", "-8@$0");
	Elf64_Nhdr *last = add_probe(&made, "gc__start", "-4@$0");
	check_uint(read_file(&made).count, 2);
	elf_notes(&made)->sh_size -= 4;
	check_uint(read_file(&made).count, 1);
	elf_notes(&made)->sh_size += 4;
	last->n_descsz = ~0u;
	check_uint(read_file(&made).count, 1);
	last->n_descsz = 40;
	last->n_namesz = ~0u;
	check_uint(read_file(&made).count, 1);
	last->n_namesz = 4;
	last->n_descsz = 0;
	elf_notes(&made)->sh_size =
		(uint64_t)((uint8_t *)(last + 1) - made.bytes) + 4 - ELF_AT_NOTES;
	check_uint(read_file(&made).count, 1);
	elf_notes(&made)->sh_size = 1ull << 40;
	check_uint(read_file(&made).count, 0);
}

static void sites_above_the_limit_are_counted(void)
{
	struct elf_made made;

	make_file(&made);
	for (int i = 0; i < PROBES_MOST + 3; i++)
		elf_probe(add_probe(&made, "gc__start", "-4@$0"))->location += (uint64_t)i;
	add_probe(&made, "line", "-4@$0");
	struct probes probes = read_file(&made);
	check_uint(probes.count, PROBES_MOST);
	check_uint(probes.dropped, 3);
	check_uint(probes.sites[PROBES_MOST - 1].offset, ELF_AT_PROBE + PROBES_MOST - 1);
}

static void no_more_is_read_than_afforded(void)
{
	enum {
		NAMES_BYTES = 0x200
	};
	struct elf_made made;

	make_file(&made);
	add_probe(&made, "gc__start", "-4@$0");
	uint64_t notes = elf_notes(&made)->sh_size;
	check_uint(read_within(&made, NAMES_BYTES - 1).probes.count, 0);
	check_uint(read_within(&made, NAMES_BYTES + notes - 1).probes.count, 0);
	struct read_probes read = read_within(&made, 2 * NAMES_BYTES + notes + 5);
	check_uint(read.probes.count, 1);
	check_uint(read.left, 5);
}

static struct probes with(const enum probe *present, uint32_t count)
{
	struct probes probes = {.count = count};

	for (uint32_t i = 0; i < count; i++)
		probes.sites[i].probe = (uint16_t)present[i];
	return probes;
}

static void what_calls_can_be_counted_goes_by_probes_and_version(void)
{
	static const enum probe all[] = {PROBE_GC_START, PROBE_GC_DONE, PROBE_ENTRY, PROBE_RETURN};
	struct probes none = with(NULL, 0), gc = with(all, 2), entry = with(all, 3),
		      both = with(all, 4), returns = with(all + 3, 1);

	for (unsigned int minor = 8; minor <= 16; minor++) {
		bool removed = minor >= 12 && minor <= 14;
		check_int(probes_calls_support(&none, minor), CALLS_UNSUPPORTED_BUILD);
		check_int(probes_calls_support(&gc, minor),
			  removed ? CALLS_REMOVED : CALLS_UNSUPPORTED_BUILD);
		check_int(probes_calls_support(&entry, minor),
			  removed ? CALLS_REMOVED : CALLS_UNSUPPORTED_BUILD);
		check_int(probes_calls_support(&both, minor),
			  minor == 11 ? CALLS_RETURNS_ONLY : CALLS_COMPLETE);
	}
	check_int(probes_calls_support(&returns, 10), CALLS_UNSUPPORTED_BUILD);
	check_int(probes_calls_support(&returns, 11), CALLS_RETURNS_ONLY);
}

static void each_support_has_its_sentence(void)
{
	check_contains(probes_calls_sentence(CALLS_UNSUPPORTED_BUILD), "not built --with-dtrace");
	check_contains(probes_calls_sentence(CALLS_REMOVED), "removed them in 3.12 to 3.14");
	check_contains(probes_calls_sentence(CALLS_RETURNS_ONLY), "times are sampled");
	check_str(probes_calls_sentence(CALLS_COMPLETE), "counts and times are exact");
}

CU_TestInfo probes_tests[] = {
	TEST(the_six_probes_are_read_and_no_others),
	TEST(a_file_without_notes_has_no_probes),
	TEST(the_first_argument_is_found),
	TEST(what_cannot_be_told_is_unknown),
	TEST(every_width_of_a_register_is_at_its_place),
	TEST(prelinked_files_are_followed),
	TEST(without_a_base_addresses_are_as_they_stand),
	TEST(addresses_are_looked_up_in_segments),
	TEST(what_the_kernel_would_refuse_is_passed_over),
	TEST(malformed_notes_are_passed_over),
	TEST(notes_end_where_their_section_ends),
	TEST(sites_above_the_limit_are_counted),
	TEST(no_more_is_read_than_afforded),
	TEST(what_calls_can_be_counted_goes_by_probes_and_version),
	TEST(each_support_has_its_sentence),
	CU_TEST_INFO_NULL,
};
