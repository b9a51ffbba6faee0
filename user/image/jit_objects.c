// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/jit_objects.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map64.h"
#include "elf/section.h"
#include "target/memory.h"

enum {
	DESCRIPTOR_VERSION = 1,
};

/* struct jit_descriptor and struct jit_code_entry of GDB's manual, "Declarations". */
struct descriptor {
	uint32_t version, action_flag;
	uint64_t relevant_entry, first_entry;
};

struct code_entry {
	uint64_t next, previous, symfile, symfile_bytes;
};

static int find_in(Elf *elf, GElf_Word type, uint64_t *vaddr)
{
	uint64_t bytes_left = SECTIONS_BYTES_MOST;
	GElf_Shdr header;
	Elf_Scn *section = section_of_type(elf, type, &header);
	const Elf_Data *data = section_data(section, &bytes_left);
	GElf_Sym symbol;

	if (!data || !section_data(elf_getscn(elf, header.sh_link), &bytes_left))
		return -ENOENT;
	for (int i = 0; gelf_getsym((Elf_Data *)data, i, &symbol); i++) {
		const char *name =
			GELF_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_shndx != SHN_UNDEF
				? elf_strptr(elf, header.sh_link, symbol.st_name)
				: NULL;
		if (name && !strcmp(name, "__jit_debug_descriptor")) {
			*vaddr = symbol.st_value;
			return 0;
		}
	}
	return -ENOENT;
}

int jit_objects_descriptor(int fd, uint64_t *vaddr)
{
	elf_version(EV_CURRENT);
	CLEANUP(elf_endp) Elf *elf = elf_begin(fd, ELF_C_READ, NULL);

	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return -ENOEXEC;
	return find_in(elf, SHT_DYNSYM, vaddr) ? find_in(elf, SHT_SYMTAB, vaddr) : 0;
}

static int descriptor_read(pid_t pid, uint64_t address, struct descriptor *descriptor)
{
	int err = memory_read(pid, address, descriptor, sizeof(*descriptor));

	if (err)
		return err;
	return descriptor->version == DESCRIPTOR_VERSION ? 0 : -EINVAL;
}

int jit_objects_state(pid_t pid, uint64_t descriptor, uint64_t *state)
{
	struct descriptor got;
	int err = descriptor_read(pid, descriptor, &got);

	if (err)
		return err;
	bool never = !got.action_flag && !got.relevant_entry && !got.first_entry;
	*state = never ? 0
		       : hash64(hash64(got.action_flag + 1, got.relevant_entry), got.first_entry);
	return 0;
}

/* The list while it is read. */
struct object_list {
	pid_t pid;
	struct map64 seen; /* entries */
	uint64_t bytes_left;
	void *elf; /* of this many bytes, for one object after the other */
	size_t capacity;
	jit_object_fn on_object;
	void *context;
};

/* The FDEs of an object are void until relocated, which they are where they were loaded. */
static void take_loaded_frames(pid_t pid, char *image, size_t size)
{
	uint64_t bytes_left = size;
	GElf_Shdr frames;
	GElf_Ehdr head;
	CLEANUP(elf_endp) Elf *elf = elf_memory(image, size);

	if (!elf || !gelf_getehdr(elf, &head) || head.e_type != ET_REL ||
	    !section_named(elf, ".eh_frame", &bytes_left, &frames) ||
	    frames.sh_type == SHT_NOBITS || frames.sh_offset > size ||
	    frames.sh_size > size - frames.sh_offset)
		return;
	char *at = image + frames.sh_offset;
	if (!frames.sh_addr || memory_read(pid, frames.sh_addr, at, frames.sh_size))
		memset(at, 0, frames.sh_size);
}

static int object_make_room(struct object_list *list, size_t size)
{
	if (size <= list->capacity)
		return 0;
	free(list->elf);
	list->elf = malloc(size);
	list->capacity = list->elf ? size : 0;
	return list->elf ? 0 : -ENOMEM;
}

static int object_take(struct object_list *list, const struct code_entry *entry)
{
	char magic[SELFMAG];

	if (entry->symfile_bytes < sizeof(Elf32_Ehdr) ||
	    entry->symfile_bytes > MAX_JIT_OBJECT_BYTES ||
	    memory_read(list->pid, entry->symfile, magic, sizeof(magic)) ||
	    memcmp(magic, ELFMAG, SELFMAG))
		return 0;
	if (entry->symfile_bytes > list->bytes_left)
		return -EAGAIN;
	list->bytes_left -= entry->symfile_bytes;
	int err = object_make_room(list, entry->symfile_bytes);
	if (err)
		return err;
	if (memory_read(list->pid, entry->symfile, list->elf, entry->symfile_bytes))
		return 0;
	take_loaded_frames(list->pid, list->elf, entry->symfile_bytes);
	return list->on_object(list->context, list->elf, entry->symfile_bytes);
}

/* The first entry may have got one before it by now, as LLVM puts them there. */
static int list_read(struct object_list *list, uint64_t first)
{
	struct code_entry entry;
	uint64_t seen;
	int err = 0;

	for (uint64_t at = first, previous = 0; at && !err; previous = at, at = entry.next) {
		if (map64_get(&list->seen, at, &seen) || list->seen.count == MAX_JIT_OBJECTS ||
		    memory_read(list->pid, at, &entry, sizeof(entry)) ||
		    (previous && entry.previous != previous))
			return -EAGAIN;
		err = map64_put(&list->seen, at, 1) ?: object_take(list, &entry);
	}
	return err;
}

int jit_objects_read(pid_t pid, uint64_t descriptor, jit_object_fn on_object, void *context)
{
	struct descriptor got;
	struct object_list list = {.pid = pid,
				   .bytes_left = MAX_JIT_OBJECTS_BYTES,
				   .on_object = on_object,
				   .context = context};
	int err = descriptor_read(pid, descriptor, &got);

	if (err)
		return err;
	elf_version(EV_CURRENT);
	err = list_read(&list, got.first_entry);
	map64_done(&list.seen);
	free(list.elf);
	return err;
}
