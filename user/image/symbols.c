// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map64.h"
#include "elf/section.h"
#include "image/debug_file.h"
#include "image/debugdata.h"
#include "image/demangle.h"
#include "image/plt.h"
#include "image/symbol_table.h"

struct symbols {
	struct symbol_table table;
	struct map64 names; /* index of the row -> char *, of those that were asked for */
};

/* A file while its symbols are read. */
struct reading {
	Elf *elf;
	GElf_Half type;
	uint64_t bytes_left;
	struct symbol_table *table;
};

static void symbols_freep(struct symbols **symbols)
{
	symbols_free(*symbols);
}

static bool is_function(const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	/* What assembly code has that says neither. */
	bool is_label = type == STT_NOTYPE && !symbol->st_size;
	return (type == STT_FUNC || type == STT_GNU_IFUNC || is_label) &&
	       symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE;
}

/* "$x", "$d.1": which kind of bytes follow (ELF for the Arm 64-bit Architecture 5.5.5; RISC-V). */
static bool is_mapping_symbol(const char *name)
{
	return name[0] == '$' && name[1] && strchr("adtx", name[1]) && (!name[2] || name[2] == '.');
}

static int symbol_add(struct reading *reading, const GElf_Sym *symbol, uint32_t name)
{
	GElf_Shdr section;
	int binding = GELF_ST_BIND(symbol->st_info);

	if (!is_function(symbol) ||
	    !gelf_getshdr(elf_getscn(reading->elf, symbol->st_shndx), &section) ||
	    !(section.sh_flags & SHF_EXECINSTR))
		return 0;
	uint64_t start = symbol->st_value + (reading->type == ET_REL ? section.sh_addr : 0);
	if (start - section.sh_addr >= section.sh_size ||
	    section.sh_size > UINT64_MAX - section.sh_addr ||
	    is_mapping_symbol(reading->table->names.items + name))
		return 0;
	return symbol_table_add(reading->table,
				(struct symbol_candidate){
					.start = start,
					.size = symbol->st_size,
					.limit = section.sh_addr + section.sh_size,
					.name = name,
					.binding = binding == STB_LOCAL	 ? SYMBOL_LOCAL
						   : binding == STB_WEAK ? SYMBOL_WEAK
									 : SYMBOL_GLOBAL,
					.is_untyped = GELF_ST_TYPE(symbol->st_info) == STT_NOTYPE,
				});
}

/* Adds the functions of .symtab or .dynsym. *names: where in the table its names begin. */
static int section_add(struct reading *reading, GElf_Word type, uint32_t *names)
{
	GElf_Shdr header;
	Elf_Scn *section = section_of_type(reading->elf, type, &header);
	Elf_Data *data = (Elf_Data *)section_data(section, &reading->bytes_left);
	const Elf_Data *texts =
		data ? section_data(elf_getscn(reading->elf, header.sh_link), &reading->bytes_left)
		     : NULL;
	GElf_Sym symbol;

	if (!texts)
		return -ENOENT;
	int err = symbol_table_add_names(reading->table, texts->d_buf, texts->d_size, names);
	for (int i = 1; !err && gelf_getsym(data, i, &symbol); i++)
		if (symbol.st_name < texts->d_size)
			err = symbol_add(reading, &symbol, *names + symbol.st_name);
	return err == -EFBIG ? -ENOENT : err;
}

/* Adds the .symtab of the file: -ENOENT when it has none, -ENOEXEC when it is no ELF file. */
static int symtab_add(Elf *elf, struct symbol_table *table)
{
	struct reading reading = {.elf = elf, .bytes_left = SECTIONS_BYTES_MOST, .table = table};
	GElf_Ehdr header;
	uint32_t names;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return -ENOEXEC;
	reading.type = header.e_type;
	return section_add(&reading, SHT_SYMTAB, &names);
}

static int debug_file_add(Elf *elf, const char *path, struct symbol_table *table)
{
	CLEANUP(closep) int fd = debug_file_open(elf, path, DEBUG_FILE_ROOT);

	if (fd < 0)
		return fd;
	CLEANUP(elf_endp) Elf *debug = elf_begin(fd, ELF_C_READ, NULL);
	return symtab_add(debug, table);
}

static int debugdata_add(Elf *elf, struct symbol_table *table)
{
	uint64_t bytes_left = SECTIONS_BYTES_MOST;
	GElf_Shdr header;
	CLEANUP(freep) void *image = NULL;
	size_t size;
	const Elf_Data *packed = section_data(
		section_named(elf, ".gnu_debugdata", &bytes_left, &header), &bytes_left);

	int err = packed ? debugdata_unpack(packed->d_buf, packed->d_size, &image, &size) : -ENOENT;
	if (err)
		return err;
	CLEANUP(elf_endp) Elf *inner = elf_memory(image, size);
	return symtab_add(inner, table);
}

static int dynsym_add(Elf *elf, struct symbol_table *table)
{
	struct reading reading = {.elf = elf, .bytes_left = SECTIONS_BYTES_MOST, .table = table};
	uint32_t names;
	int err = section_add(&reading, SHT_DYNSYM, &names);

	return err ? err : plt_add(elf, reading.bytes_left, names, table);
}

static int read_all(Elf *elf, const char *path, struct symbol_table *table)
{
	int err = symtab_add(elf, table);

	if (err == -ENOEXEC)
		return err;
	if (err && err != -ENOMEM && path)
		err = debug_file_add(elf, path, table);
	if (err && err != -ENOMEM)
		err = debugdata_add(elf, table);
	if (err != -ENOMEM)
		err = dynsym_add(elf, table);
	return err == -ENOMEM ? err : symbol_table_sort(table);
}

/* Takes the Elf. */
static int open_elf(Elf *taken, const char *path, struct symbols **symbols)
{
	CLEANUP(elf_endp) Elf *elf = taken;
	CLEANUP(symbols_freep) struct symbols *opened = calloc(1, sizeof(*opened));

	if (!opened)
		return -ENOMEM;
	int err = read_all(elf, path, &opened->table);
	if (!err)
		*symbols = TAKE(opened);
	return err;
}

int symbols_open(int fd, const char *path, struct symbols **symbols)
{
	elf_version(EV_CURRENT);
	return open_elf(elf_begin(fd, ELF_C_READ, NULL), path, symbols);
}

int symbols_open_memory(const void *elf, size_t size, struct symbols **symbols)
{
	elf_version(EV_CURRENT);
	/* Not const there, but only read from. */
	return open_elf(elf_memory((char *)elf, size), NULL, symbols);
}

static char *name_make(const struct symbol_table *table, const struct symbol_row *row)
{
	const char *text = table->names.items + row->name;
	size_t length = strcspn(text, "@"); /* a version: memcpy@@GLIBC_2.14 */
	CLEANUP(freep) char *mangled = malloc(length + sizeof("@plt"));

	if (!mangled)
		return NULL;
	memcpy(mangled, text, length);
	memcpy(mangled + length, row->is_stub ? "@plt" : "", row->is_stub ? sizeof("@plt") : 1);
	return demangle(mangled);
}

bool symbols_find(struct symbols *symbols, uint64_t vaddr, struct symbol *symbol)
{
	const struct symbol_row *row = symbol_table_find(&symbols->table, vaddr);
	uint64_t name;

	if (!row)
		return false;
	uint64_t index = (uint64_t)(row - symbols->table.rows);
	if (!map64_get(&symbols->names, index, &name)) {
		CLEANUP(freep) char *made = name_make(&symbols->table, row);

		if (!made || map64_put(&symbols->names, index, (uintptr_t)made))
			return false;
		name = (uintptr_t)TAKE(made);
	}
	*symbol = (struct symbol){(const char *)(uintptr_t)name, row->start, row->size};
	return true;
}

size_t symbols_count(const struct symbols *symbols)
{
	return symbols->table.count;
}

void symbols_free(struct symbols *symbols)
{
	const struct map64_entry *name;

	if (!symbols)
		return;
	for (size_t at = 0; (name = map64_next(&symbols->names, &at));)
		free((void *)(uintptr_t)name->value);
	map64_done(&symbols->names);
	symbol_table_done(&symbols->table);
	free(symbols);
}
