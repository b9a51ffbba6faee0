// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/method_tables.h"

#include <string.h>

#include "base/map64.h"
#include "python/type_objects.h"

enum {
	WORD = sizeof(uint64_t),
	MAX_SLOTS = 128, /* of a PyType_Spec; there are fewer numbers */
};

/* METH_*, Include/methodobject.h. */
enum {
	METH_VARARGS = 0x1,
	METH_KEYWORDS = 0x2,
	METH_NOARGS = 0x4,
	METH_O = 0x8,
	METH_CLASS = 0x10,
	METH_STATIC = 0x20,
	METH_COEXIST = 0x40,
	METH_FASTCALL = 0x80,
	METH_METHOD = 0x200,
};

/* A PyMethodDef; the list has its function at the same index. */
struct method_entry {
	uint64_t vaddr;
	const char *owner; /* that points to this entry */
	bool is_shared;	   /* among owners of different names */
	bool continues;	   /* right after another one */
};

struct scan {
	const struct static_data *data;
	size_t most;
	VEC(struct method_entry) entries; /* sorted by vaddr */
	struct named_functions *found;
	struct map64 named, used; /* functions of slots: in how many slots, and at all */
	uint64_t lowest, highest; /* of these functions */
	uint64_t metatype;	  /* where PyType_Type is; 0: not in this file */
};

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static int function_add(struct scan *scan, struct named_function function)
{
	function.order = scan->found->list.count;
	if (function.order >= scan->most)
		return 0;
	return vec_push(&scan->found->list, function);
}

static bool is_calling_convention(uint64_t flags)
{
	switch (flags & ~(uint64_t)(METH_CLASS | METH_STATIC | METH_COEXIST)) {
	case METH_VARARGS:
	case METH_VARARGS | METH_KEYWORDS:
	case METH_NOARGS:
	case METH_O:
	case METH_FASTCALL:
	case METH_FASTCALL | METH_KEYWORDS:
	case METH_METHOD | METH_FASTCALL | METH_KEYWORDS:
		return true;
	}
	return false;
}

/* ml_flags is an int; in static data the 4 bytes of padding after it are 0. */
static bool method_read(const struct static_data *data, const uint8_t *bytes,
			struct named_function *method)
{
	uint64_t documentation = word_at(bytes + 3 * WORD);

	*method = (struct named_function){.vaddr = word_at(bytes + WORD)};
	if (!is_calling_convention(word_at(bytes + 2 * WORD)) ||
	    !static_data_is_code(data, method->vaddr) ||
	    (documentation && !static_data_has(data, documentation, 1)))
		return false;
	method->name = static_data_name(data, word_at(bytes), false);
	return method->name;
}

static int method_add(struct scan *scan, const struct named_function *method, uint64_t vaddr,
		      bool continues)
{
	int err = vec_push(&scan->entries,
			   ((struct method_entry){.vaddr = vaddr, .continues = continues}));

	return err ? err : function_add(scan, *method);
}

static int tables_find(struct scan *scan, const struct static_region *region)
{
	const uint64_t size = 4 * WORD;
	uint64_t at = -region->vaddr % WORD, next = UINT64_MAX;
	struct named_function method;

	while (scan->found->list.count < scan->most && region->size_bytes >= size &&
	       at <= region->size_bytes - size) {
		if (!method_read(scan->data, region->bytes + at, &method)) {
			at += WORD;
			continue;
		}
		int err = method_add(scan, &method, region->vaddr + at, at == next);
		if (err)
			return err;
		next = at += size;
	}
	return 0;
}

static struct method_entry *entry_at(const struct scan *scan, uint64_t vaddr)
{
	struct method_entry *entries = scan->entries.items;
	size_t low = 0, high = scan->entries.count;

	if (!high || vaddr < entries->vaddr || vaddr > entries[high - 1].vaddr)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries[middle].vaddr < vaddr)
			low = middle + 1;
		else
			high = middle;
	}
	return entries[low].vaddr == vaddr ? &entries[low] : NULL;
}

static void entry_own(struct method_entry *entry, const char *owner)
{
	if (entry->owner && strcmp(entry->owner, owner) != 0)
		entry->is_shared = true;
	entry->owner = owner;
}

/* Their slots are what all other types inherit. */
static bool is_inherited_by_all(const char *type)
{
	return !strcmp(type, "object") || !strcmp(type, "type");
}

static int slot_add(struct scan *scan, const char *owner, const char *name, uint64_t function)
{
	if (!name || is_inherited_by_all(owner) || !static_data_is_code(scan->data, function) ||
	    scan->found->list.count >= scan->most)
		return 0;
	if (function < scan->lowest)
		scan->lowest = function;
	if (function > scan->highest)
		scan->highest = function;
	int err = map64_add(&scan->named, function, 1);
	return err ? err
		   : function_add(scan, (struct named_function){
						.vaddr = function,
						.owner = owner,
						.name = name,
						.is_slot = true,
					});
}

static int type_seen(struct scan *scan, uint64_t vaddr, const char *owner)
{
	const char *name;
	uint64_t function;
	int err = 0;

	if (!strcmp(owner, "type"))
		scan->metatype = static_data_word(scan->data, vaddr + TYPE_TYPE);
	for (unsigned int i = 0; !err && (name = type_object_slot(scan->data, vaddr, i, &function));
	     i++)
		err = slot_add(scan, owner, name, function);
	return err;
}

/* A pointer to the entry: is it tp_methods, or m_methods? */
static int entry_user_seen(struct scan *scan, struct method_entry *entry, uint64_t vaddr)
{
	const char *type = type_object_name(scan->data, vaddr - TYPE_METHODS);
	const char *module = type ? NULL : module_def_name(scan->data, vaddr - MODULE_METHODS);

	if (module)
		entry_own(entry, module);
	if (!type)
		return 0;
	entry_own(entry, type);
	return type_seen(scan, vaddr - TYPE_METHODS, type);
}

static int spec_seen(struct scan *scan, const char *owner, uint64_t slots)
{
	unsigned int number;
	int err = 0;

	for (unsigned int i = 0;
	     !err && i < MAX_SLOTS && (number = type_slot_number(scan->data, slots)); i++) {
		uint64_t value = static_data_word(scan->data, slots + TYPE_SLOT_POINTER);
		struct method_entry *entry =
			number == TYPE_SLOT_METHODS ? entry_at(scan, value) : NULL;

		if (entry)
			entry_own(entry, owner);
		err = slot_add(scan, owner, type_slot_name(number), value);
		slots += TYPE_SLOT_BYTES;
	}
	return err;
}

static int owner_seen(struct scan *scan, uint64_t vaddr, uint64_t word)
{
	struct method_entry *entry = entry_at(scan, word);
	uint64_t slots;

	if (entry)
		return entry_user_seen(scan, entry, vaddr);
	if (!static_data_has(scan->data, word, 1))
		return 0;
	const char *spec = type_spec_name(scan->data, vaddr, &slots);
	/* What has methods at that place is a PyModuleDef. */
	return spec && !entry_at(scan, slots) ? spec_seen(scan, spec, slots) : 0;
}

/* Types without methods, which have the type of all types. */
static int bare_type_seen(struct scan *scan, uint64_t vaddr, uint64_t word)
{
	if (word != scan->metatype ||
	    entry_at(scan, static_data_word(scan->data, vaddr - TYPE_TYPE + TYPE_METHODS)))
		return 0;
	const char *name = type_object_name(scan->data, vaddr - TYPE_TYPE);
	return name ? type_seen(scan, vaddr - TYPE_TYPE, name) : 0;
}

/* Every word that is not 0. CPython's types, modules and specs can all be written to. */
static int words_each(struct scan *scan, int (*seen)(struct scan *, uint64_t vaddr, uint64_t word))
{
	int err = 0;

	for (size_t i = 0; i < scan->data->regions.count; i++) {
		const struct static_region *region = &scan->data->regions.items[i];
		uint64_t at = -region->vaddr % WORD;

		if (!region->copy)
			continue;
		for (; !err && at < region->size_bytes && region->size_bytes - at >= WORD;
		     at += WORD) {
			uint64_t word = word_at(region->bytes + at);
			if (word)
				err = seen(scan, region->vaddr + at, word);
		}
	}
	return err;
}

/*
 * What is pointed to is the first of an array, which goes on as long as entries follow each other.
 * Single entries, of functions that are made one by one, may lie right before; but the end of
 * somebody's array may also be the array of somebody else (unicodedata.UCD in 3.15).
 */
static void owners_set(struct scan *scan)
{
	const char *owner = NULL;
	bool owned = false;

	for (size_t i = 0; i < scan->entries.count; i++) {
		const struct method_entry *entry = &scan->entries.items[i];

		owned = owned && entry->continues;
		if (!owned || entry->owner)
			owner = owned || entry->is_shared ? NULL : entry->owner;
		owned = owned || entry->owner;
		scan->found->list.items[i].owner = owner;
	}
}

/* A slot's function that is also used where no name is known has none. */
static int use_seen(struct scan *scan, uint64_t vaddr, uint64_t word)
{
	uint64_t named;

	(void)vaddr;
	if (word < scan->lowest || word > scan->highest)
		return 0;
	return map64_get(&scan->named, word, &named) ? map64_add(&scan->used, word, 1) : 0;
}

static int slots_check(struct scan *scan)
{
	int err = words_each(scan, use_seen);

	for (size_t i = scan->entries.count; !err && i < scan->found->list.count; i++) {
		struct named_function *function = &scan->found->list.items[i];
		uint64_t named = 0, used = 0;

		map64_get(&scan->named, function->vaddr, &named);
		map64_get(&scan->used, function->vaddr, &used);
		if (used > named)
			function->owner = NULL;
	}
	return err;
}

static int tables_scan(struct scan *scan)
{
	int err = 0;

	for (size_t i = 0; !err && i < scan->data->regions.count; i++)
		if (scan->data->regions.items[i].copy)
			err = tables_find(scan, &scan->data->regions.items[i]);
	if (err || !scan->entries.count)
		return err;
	err = words_each(scan, owner_seen);
	if (!err && scan->metatype)
		err = words_each(scan, bare_type_seen);
	if (err)
		return err;
	owners_set(scan);
	return slots_check(scan);
}

int method_tables_scan(const struct static_data *data, size_t most, struct named_functions *found)
{
	struct scan scan = {.data = data, .most = most, .found = found, .lowest = UINT64_MAX};
	int err = tables_scan(&scan);

	map64_done(&scan.named);
	map64_done(&scan.used);
	vec_done(&scan.entries);
	return err;
}
