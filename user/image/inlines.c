// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/inlines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/strings.h"
#include "base/vec.h"
#include "elf/section.h"
#include "image/debug_file.h"
#include "image/demangle.h"

enum {
	DEPTH_MOST = 128 /* of scopes in each other */
};

/* Addresses of one compilation unit. */
struct unit_range {
	uint64_t start, end;
	uint64_t reach; /* the largest end up to here */
	Dwarf_Die unit;
};

struct inlines {
	Elf *elf;
	Dwarf *dwarf;
	int debug_fd;
	VEC(struct unit_range) units; /* by start */
	struct strings names;
};

/* From a unit down to a scope. */
struct scopes {
	Dwarf_Die dies[DEPTH_MOST];
	size_t depth;
	size_t committed; /* so many of them hold the address */
};

static void inlines_freep(struct inlines **inlines)
{
	inlines_free(*inlines);
}

static int unit_add(struct inlines *inlines, Dwarf_Die *unit)
{
	struct unit_range range = {.unit = *unit};
	ptrdiff_t next = 0;
	Dwarf_Addr base;
	int err = 0;

	while (!err && (next = dwarf_ranges(unit, next, &base, &range.start, &range.end)) > 0)
		if (range.start < range.end)
			err = vec_push(&inlines->units, range);
	return err;
}

static int range_compare(const void *left, const void *right)
{
	const struct unit_range *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

/* .debug_aranges, which libdw goes by, is not made by clang and not by all of GCC's options. */
static int units_read(struct inlines *inlines)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die, split;
	uint8_t type;
	int err = 0;

	while (!err && dwarf_get_units(inlines->dwarf, unit, &unit, NULL, &type, &die, &split) == 0)
		if (type == DW_UT_compile || type == DW_UT_skeleton)
			err = unit_add(inlines, split.addr ? &split : &die);
	if (!err && inlines->units.count)
		qsort(inlines->units.items, inlines->units.count, sizeof(struct unit_range),
		      range_compare);
	uint64_t reach = 0;
	for (size_t i = 0; i < inlines->units.count; i++) {
		struct unit_range *range = &inlines->units.items[i];

		reach = range->end > reach ? range->end : reach;
		range->reach = reach;
	}
	return err;
}

/*
 * Whether the texts of the DWARF end where their section does: libdw 0.188 runs on behind them
 * (libdw/dwarf_getsrclines.c, strlen() of what DW_FORM_strp names).
 */
static bool texts_end(Elf *elf)
{
	static const char *const names[] = {".debug_str", ".debug_line_str"};
	GElf_Shdr header;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		uint64_t left = UINT64_MAX; /* libdw reads all of it anyway */
		Elf_Scn *section = section_named(elf, names[i], &left, &header);

		if (!section)
			continue;
		if (header.sh_flags & SHF_COMPRESSED)
			elf_compress(section, 0, 0);
		const Elf_Data *data = section_data(section, &left);
		if (data && data->d_size && ((const char *)data->d_buf)[data->d_size - 1])
			return false;
	}
	return true;
}

/* Reads the DWARF of the file into *elf and *dwarf, which are the caller's to end either way. */
static int dwarf_read(int fd, Elf **elf, Dwarf **dwarf)
{
	*elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf_kind(*elf) != ELF_K_ELF)
		return -ENOEXEC;
	*dwarf = texts_end(*elf) ? dwarf_begin_elf(*elf, DWARF_C_READ, NULL) : NULL;
	return *dwarf ? 0 : -ENOENT;
}

static int dwarf_open(struct inlines *inlines, int fd, const char *path)
{
	int err = dwarf_read(fd, &inlines->elf, &inlines->dwarf);

	if (err != -ENOENT)
		return err;
	inlines->debug_fd = debug_file_open(inlines->elf, path, DEBUG_FILE_ROOT);
	if (inlines->debug_fd < 0)
		return -ENOENT;
	elf_end(inlines->elf);
	return dwarf_read(inlines->debug_fd, &inlines->elf, &inlines->dwarf) ? -ENOENT : 0;
}

int inlines_open(int fd, const char *path, struct inlines **inlines)
{
	CLEANUP(inlines_freep) struct inlines *opened = calloc(1, sizeof(*opened));

	if (!opened)
		return -ENOMEM;
	elf_version(EV_CURRENT);
	opened->debug_fd = -1;
	int err = dwarf_open(opened, fd, path);
	if (!err)
		err = units_read(opened);
	if (!err)
		*inlines = TAKE(opened);
	return err;
}

static Dwarf_Die *unit_find(struct inlines *inlines, uint64_t vaddr)
{
	struct unit_range *units = inlines->units.items;
	size_t low = 0, high = inlines->units.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (units[middle].start <= vaddr)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low && units[low - 1].reach > vaddr; low--)
		if (units[low - 1].end > vaddr)
			return &units[low - 1].unit;
	return NULL;
}

enum scope {
	SCOPE_NONE,	 /* nothing in it, or not at the address */
	SCOPE_CONTAINER, /* may hold functions */
	SCOPE_CODE,	 /* at the address */
};

static enum scope scope_of(Dwarf_Die *die, uint64_t vaddr)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return SCOPE_CONTAINER;
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_with_stmt:
		return dwarf_haspc(die, vaddr) > 0 ? SCOPE_CODE : SCOPE_NONE;
	default:
		return SCOPE_NONE;
	}
}

static bool enter(struct scopes *scopes)
{
	if (scopes->depth == DEPTH_MOST ||
	    dwarf_child(&scopes->dies[scopes->depth - 1], &scopes->dies[scopes->depth]) != 0)
		return false;
	scopes->depth++;
	return true;
}

/* To the next sibling of the innermost one, else of what it is in. */
static bool step(struct scopes *scopes)
{
	for (; scopes->depth > scopes->committed; scopes->depth--) {
		Dwarf_Die *die = &scopes->dies[scopes->depth - 1];
		Dwarf_Off before = dwarf_dieoffset(die);

		/* Only ahead: a broken file may lead in circles. */
		if (dwarf_siblingof(die, die) == 0 && dwarf_dieoffset(die) > before)
			return true;
	}
	return false;
}

/*
 * Fills scopes with the unit, and from there on with what holds the address. Without recursion:
 * a file may nest as deep as it likes.
 */
static void scopes_find(struct scopes *scopes, Dwarf_Die *unit, uint64_t vaddr)
{
	scopes->dies[0] = *unit;
	scopes->depth = scopes->committed = 1;
	bool more = enter(scopes);
	while (more) {
		enum scope scope = scope_of(&scopes->dies[scopes->depth - 1], vaddr);

		if (scope == SCOPE_CODE)
			scopes->committed = scopes->depth;
		more = (scope != SCOPE_NONE && enter(scopes)) || step(scopes);
	}
}

static int name_of(struct inlines *inlines, Dwarf_Die *die, const char **name)
{
	Dwarf_Attribute attribute;
	const char *mangled = dwarf_formstring(
		dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute)
			?: dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute));

	*name = NULL;
	if (!mangled)
		mangled = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
	if (!mangled)
		return 0;
	CLEANUP(freep) char *made = demangle(mangled);
	*name = made ? strings_add(&inlines->names, made) : NULL;
	return *name ? 0 : -ENOMEM;
}

static uint32_t number_of(Dwarf_Die *die, unsigned int attribute_name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	return dwarf_formudata(dwarf_attr(die, attribute_name, &attribute), &value) == 0 &&
			       value <= INT32_MAX
		       ? (uint32_t)value
		       : 0;
}

/* Where the line table has the address. */
static void line_find(Dwarf_Die *unit, uint64_t vaddr, struct inlined *frame)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, vaddr);
	int number;

	if (!line)
		return;
	frame->file = dwarf_linesrc(line, NULL, NULL);
	if (dwarf_lineno(line, &number) == 0 && number > 0)
		frame->line = (uint32_t)number;
}

/* Where an inlined function is called. */
static void call_find(Dwarf_Die *unit, Dwarf_Die *die, struct inlined *frame)
{
	Dwarf_Files *files;
	size_t count;
	uint32_t file = number_of(die, DW_AT_call_file);

	frame->line = number_of(die, DW_AT_call_line);
	if (dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count)
		frame->file = dwarf_filesrc(files, file, NULL, NULL);
}

int inlines_find(struct inlines *inlines, uint64_t vaddr, struct inlined *frames, size_t most)
{
	struct scopes scopes;
	struct inlined frame = {0};
	Dwarf_Die *unit = unit_find(inlines, vaddr);
	size_t count = 0;
	int err = 0;

	if (!unit)
		return 0;
	scopes_find(&scopes, unit, vaddr);
	line_find(unit, vaddr, &frame);
	for (size_t i = scopes.committed; !err && --i > 0 && count < most;) {
		int tag = dwarf_tag(&scopes.dies[i]);

		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		err = name_of(inlines, &scopes.dies[i], &frame.name);
		frames[count++] = frame;
		if (tag == DW_TAG_subprogram)
			break;
		frame = (struct inlined){0};
		call_find(unit, &scopes.dies[i], &frame);
	}
	return err ? err : (int)count;
}

void inlines_free(struct inlines *inlines)
{
	if (!inlines)
		return;
	dwarf_end(inlines->dwarf);
	elf_end(inlines->elf);
	closep(&inlines->debug_fd);
	vec_done(&inlines->units);
	strings_done(&inlines->names);
	free(inlines);
}
