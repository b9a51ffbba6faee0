// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/builtins.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "elf/section.h"
#include "python/method_tables.h"

enum {
	MAX_READ_BYTES = 64 << 20,
	MAX_SYMBOL_BYTES = STATIC_TEXT_BYTES, /* longer ones are not of CPython */
};

/* A file's table of symbols. */
struct symbols {
	Elf_Data *entries;
	const char *texts;
	size_t text_bytes;
};

/* A symbol of a function in the list. */
struct known_symbol {
	const char *symbol, *name;
};

struct known_symbols {
	VEC(struct known_symbol) list;
};

static int builtin_order(const void *left, const void *right)
{
	const struct builtin *a = left, *b = right;

	return (a->vaddr > b->vaddr) - (a->vaddr < b->vaddr);
}

static int function_order(const void *left, const void *right)
{
	const struct named_function *a = left, *b = right;

	if (a->vaddr != b->vaddr)
		return a->vaddr > b->vaddr ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Of those at one address one stays. */
static void builtins_sort(struct builtins *builtins)
{
	struct builtin *items = builtins->list.items;
	size_t kept = 0;

	if (!builtins->list.count)
		return;
	qsort(items, builtins->list.count, sizeof(*items), builtin_order);
	for (size_t i = 1; i < builtins->list.count; i++)
		if (items[i].vaddr != items[kept].vaddr)
			items[++kept] = items[i];
	builtins->list.count = kept + 1;
}

static int builtin_add(struct builtins *builtins, uint64_t vaddr, const char *owner,
		       const char *name)
{
	char text[2 * STATIC_TEXT_BYTES];
	bool is_plain = !owner || !strcmp(owner, "builtins");

	snprintf(text, sizeof(text), "%s%s%s", is_plain ? "" : owner, is_plain ? "" : ".", name);
	struct builtin builtin = {vaddr, strings_add(&builtins->strings, text)};
	return builtin.name ? vec_push(&builtins->list, builtin) : -ENOMEM;
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* One function, by all that was found of it: methods first. */
static int function_name(struct builtins *builtins, const struct named_function *found,
			 size_t count)
{
	bool one_owner = true, one_name = true;

	for (size_t i = 1; i < count && found[i].is_slot == found->is_slot; i++) {
		one_owner &= is_same_text(found[i].owner, found->owner);
		one_name &= is_same_text(found[i].name, found->name);
	}
	if (found->owner && one_owner)
		return builtin_add(builtins, found->vaddr, found->owner, found->name);
	if (one_name && !found->is_slot)
		return builtin_add(builtins, found->vaddr, NULL, found->name);
	return 0;
}

static int functions_name(struct builtins *builtins, const struct named_functions *found,
			  const struct map64 *exported)
{
	const struct named_function *items = found->list.items;
	int err = 0;

	for (size_t first = 0, end; !err && first < found->list.count; first = end) {
		uint64_t ignored;

		for (end = first;
		     end < found->list.count && items[end].vaddr == items[first].vaddr;)
			end++;
		if (!items[first].is_slot || !map64_get(exported, items[first].vaddr, &ignored))
			err = function_name(builtins, items + first, end - first);
	}
	return err;
}

static bool symbols_open(Elf *elf, GElf_Word type, uint64_t *bytes_left, struct symbols *symbols)
{
	GElf_Shdr header;

	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		if (!gelf_getshdr(section, &header) || header.sh_type != type)
			continue;
		Elf_Scn *linked = elf_getscn(elf, header.sh_link);
		if (!section_afford(section, bytes_left) || !section_afford(linked, bytes_left))
			return false;
		Elf_Data *texts = elf_rawdata(linked, NULL);
		symbols->entries = elf_getdata(section, NULL);
		if (!texts || !texts->d_buf || !symbols->entries)
			return false;
		symbols->texts = texts->d_buf;
		symbols->text_bytes = texts->d_size;
		return true;
	}
	return false;
}

/* The next function that is in this file, from *index on. */
static bool symbol_next(const struct symbols *symbols, int *index, GElf_Sym *symbol)
{
	while (gelf_getsym(symbols->entries, (*index)++, symbol))
		if (GELF_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_shndx != SHN_UNDEF)
			return true;
	return false;
}

static const char *symbol_text(const struct symbols *symbols, const GElf_Sym *symbol)
{
	if (symbol->st_name >= symbols->text_bytes)
		return NULL;
	const char *text = symbols->texts + symbol->st_name;
	size_t left = symbols->text_bytes - symbol->st_name;
	size_t most = left < MAX_SYMBOL_BYTES ? left : MAX_SYMBOL_BYTES;
	return strnlen(text, most) < most ? text : NULL;
}

static int exported_read(Elf *elf, uint64_t *bytes_left, struct map64 *exported)
{
	struct symbols symbols;
	GElf_Sym symbol;
	int index = 0, err = 0;

	if (!symbols_open(elf, SHT_DYNSYM, bytes_left, &symbols))
		return 0;
	while (!err && symbol_next(&symbols, &index, &symbol))
		err = map64_put(exported, symbol.st_value, 0);
	return err;
}

static int known_order(const void *left, const void *right)
{
	const struct known_symbol *a = left, *b = right;

	return strcmp(a->symbol, b->symbol);
}

static int known_read(const struct builtins *builtins, const struct symbols *symbols,
		      struct known_symbols *known)
{
	GElf_Sym symbol;
	int index = 0, err = 0;

	while (!err && symbol_next(symbols, &index, &symbol)) {
		const char *name = builtins_find(builtins, symbol.st_value);
		const char *text = name ? symbol_text(symbols, &symbol) : NULL;
		if (text)
			err = vec_push(&known->list, ((struct known_symbol){text, name}));
	}
	if (known->list.count)
		qsort(known->list.items, known->list.count, sizeof(*known->list.items),
		      known_order);
	return err;
}

/* NULL also when static functions of the same symbol have different names. */
static const char *known_find(const struct known_symbols *known, const char *symbol)
{
	const struct known_symbol *items = known->list.items, key = {.symbol = symbol};
	const struct known_symbol *found = NULL;

	if (known->list.count)
		found = bsearch(&key, items, known->list.count, sizeof(*items), known_order);
	if (!found)
		return NULL;
	for (const struct known_symbol *at = found; at > items && !known_order(at - 1, found); at--)
		if (at[-1].name != found->name)
			return NULL;
	for (const struct known_symbol *at = found + 1;
	     at < items + known->list.count && !known_order(at, found); at++)
		if (at->name != found->name)
			return NULL;
	return found->name;
}

/* "list_sort_impl.isra.0" -> "list_sort"; false when the symbol is whole as it is. */
static bool symbol_stem(const char *symbol, char stem[MAX_SYMBOL_BYTES])
{
	static const char impl[] = "_impl";
	size_t length = strcspn(symbol, "."), whole = strlen(symbol);

	memcpy(stem, symbol, whole + 1);
	stem[length] = '\0';
	if (length > strlen(impl) && !strcmp(stem + length - strlen(impl), impl))
		stem[length -= strlen(impl)] = '\0';
	return length < whole;
}

static int parts_add(struct builtins *builtins, const struct symbols *symbols,
		     const struct known_symbols *known)
{
	struct builtins parts = {0};
	char stem[MAX_SYMBOL_BYTES];
	GElf_Sym symbol;
	int index = 0, err = 0;

	while (!err && symbol_next(symbols, &index, &symbol)) {
		const char *text = symbol_text(symbols, &symbol);
		const char *name = text && symbol_stem(text, stem) ? known_find(known, stem) : NULL;

		if (name && !builtins_find(builtins, symbol.st_value))
			err = vec_push(&parts.list, ((struct builtin){symbol.st_value, name}));
	}
	for (size_t i = 0; !err && i < parts.list.count; i++)
		err = vec_push(&builtins->list, parts.list.items[i]);
	vec_done(&parts.list);
	return err;
}

static int parts_read(Elf *elf, uint64_t *bytes_left, struct builtins *builtins)
{
	struct known_symbols known = {0};
	struct symbols symbols;

	if (!symbols_open(elf, SHT_SYMTAB, bytes_left, &symbols))
		return 0;
	int err = known_read(builtins, &symbols, &known);
	if (!err)
		err = parts_add(builtins, &symbols, &known);
	vec_done(&known.list);
	builtins_sort(builtins);
	return err;
}

static int functions_read(Elf *elf, uint64_t *bytes_left, const struct static_data *data,
			  struct builtins *builtins)
{
	struct named_functions found = {0};
	struct map64 exported = {0};
	int err = method_tables_scan(data, BUILTINS_MOST, &found);

	if (!err)
		err = exported_read(elf, bytes_left, &exported);
	if (!err && found.list.count) {
		qsort(found.list.items, found.list.count, sizeof(*found.list.items),
		      function_order);
		err = functions_name(builtins, &found, &exported);
	}
	map64_done(&exported);
	vec_done(&found.list);
	return err;
}

static int elf_read(Elf *elf, struct builtins *builtins)
{
	uint64_t bytes_left = MAX_READ_BYTES;
	struct static_data data;
	int err = static_data_read(elf, &bytes_left, &data);

	if (!err)
		err = functions_read(elf, &bytes_left, &data, builtins);
	static_data_done(&data);
	return err || !builtins->list.count ? err : parts_read(elf, &bytes_left, builtins);
}

static bool is_of_this_machine(Elf *elf)
{
	GElf_Ehdr header;

	return elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) &&
	       header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
	       header.e_machine == EM_X86_64 &&
	       (header.e_type == ET_EXEC || header.e_type == ET_DYN);
}

int builtins_read(int fd, struct builtins *builtins)
{
	*builtins = (struct builtins){0};
	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	int err = is_of_this_machine(elf) ? elf_read(elf, builtins) : -ENOEXEC;

	elf_end(elf);
	if (err)
		builtins_done(builtins);
	return err;
}

const char *builtins_find(const struct builtins *builtins, uint64_t vaddr)
{
	const struct builtin *items = builtins->list.items, key = {.vaddr = vaddr};
	const struct builtin *found = NULL;

	if (builtins->list.count)
		found = bsearch(&key, items, builtins->list.count, sizeof(*items), builtin_order);
	return found ? found->name : NULL;
}

void builtins_done(struct builtins *builtins)
{
	vec_done(&builtins->list);
	strings_done(&builtins->strings);
}
