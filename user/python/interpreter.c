// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/interpreter.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "elf/section.h"
#include "python/debug_offsets.h"
#include "python/layout.h"

enum {
	/* Of one file are read at most so many bytes of sections, and so many program headers. */
	MAX_READ_BYTES = 512 << 20,
	MAX_HEADERS = 4096,
};

enum symbol {
	RUNTIME,
	CODE_TYPE,
	VERSION,
	GILSTATE_GET,
	GILSTATE_TLS,
	SYMBOLS
};

static const char *const symbol_names[SYMBOLS] = {
	[RUNTIME] = "_PyRuntime",
	[CODE_TYPE] = "PyCode_Type",
	[VERSION] = "Py_Version",
	[GILSTATE_GET] = "PyGILState_GetThisThreadState",
	[GILSTATE_TLS] = "_Py_tss_gilstate",
};

/* A file while it is being looked at. */
struct elf_file {
	Elf *elf;
	int fd;
	bool is_executable;  /* not a shared library */
	uint64_t tls_bytes;  /* of its thread-local block, rounded up to its alignment */
	uint64_t bytes_left; /* of MAX_READ_BYTES */
	bool found[SYMBOLS];
	uint64_t values[SYMBOLS];
	struct interpreter *interpreter;
};

static void symbol_seen(struct elf_file *file, const char *name, const GElf_Sym *symbol)
{
	bool is_tls = GELF_ST_TYPE(symbol->st_info) == STT_TLS;

	if (symbol->st_shndx == SHN_UNDEF)
		return;
	for (unsigned int i = 0; i < SYMBOLS; i++) {
		if (file->found[i] || is_tls != (i == GILSTATE_TLS) ||
		    strcmp(name, symbol_names[i]) != 0)
			continue;
		file->found[i] = true;
		file->values[i] = symbol->st_value;
	}
}

static void symbols_scan(struct elf_file *file, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t count = data ? data->d_size / sizeof(Elf64_Sym) : 0;

	for (size_t i = 0; i < count; i++) {
		GElf_Sym symbol;
		const char *name;

		if (!gelf_getsym(data, (int)i, &symbol))
			return;
		name = elf_strptr(file->elf, header->sh_link, symbol.st_name);
		if (name && (name[0] == '_' || name[0] == 'P'))
			symbol_seen(file, name, &symbol);
	}
}

static void symbols_find(struct elf_file *file, GElf_Word type)
{
	GElf_Shdr header;

	for (Elf_Scn *section = NULL; (section = elf_nextscn(file->elf, section));)
		if (gelf_getshdr(section, &header) && header.sh_type == type &&
		    section_afford(section, &file->bytes_left) &&
		    section_afford(elf_getscn(file->elf, header.sh_link), &file->bytes_left))
			symbols_scan(file, section, &header);
}

/* The section that 3.10 and later put _PyRuntime into (Python/pylifecycle.c), symbols or not. */
static void runtime_section_find(struct elf_file *file)
{
	GElf_Shdr header;

	if (!section_named(file->elf, ".PyRuntime", &file->bytes_left, &header) || !header.sh_addr)
		return;
	file->found[RUNTIME] = true;
	file->values[RUNTIME] = header.sh_addr;
}

/* A large symbol table is read only where something may be in it. */
static bool runtime_find(struct elf_file *file)
{
	symbols_find(file, SHT_DYNSYM);
	if (!file->found[RUNTIME])
		runtime_section_find(file);
	if (file->is_executable ? !file->found[RUNTIME] || !file->found[GILSTATE_TLS]
				: file->found[RUNTIME] && !file->found[CODE_TYPE])
		symbols_find(file, SHT_SYMTAB);
	return file->found[RUNTIME];
}

static void segment_seen(struct elf_file *file, const GElf_Phdr *header)
{
	struct interpreter *interpreter = file->interpreter;
	uint64_t align = header->p_align ? header->p_align : 1;

	if (header->p_type == PT_INTERP)
		file->is_executable = true;
	if (header->p_type == PT_TLS && header->p_memsz <= UINT32_MAX && align <= UINT32_MAX)
		file->tls_bytes = (header->p_memsz + align - 1) / align * align;
	if (header->p_type != PT_LOAD || interpreter->segment_count == INTERPRETER_SEGMENTS)
		return;
	interpreter->segments[interpreter->segment_count++] = (struct interpreter_segment){
		.vaddr = header->p_vaddr,
		.offset = header->p_offset,
		.size_bytes = header->p_filesz,
	};
}

static bool headers_read(struct elf_file *file)
{
	GElf_Ehdr header;
	GElf_Phdr segment;
	size_t count;

	if (elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &header) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    header.e_machine != EM_X86_64 || (header.e_type != ET_EXEC && header.e_type != ET_DYN))
		return false;
	if (elf_getphdrnum(file->elf, &count) || count > MAX_HEADERS)
		return false;
	file->is_executable = header.e_type == ET_EXEC;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(file->elf, (int)i, &segment))
			segment_seen(file, &segment);
	return file->interpreter->segment_count > 0;
}

/* What the file has at an address; short only at the end of a segment or of the file. */
static size_t read_vaddr(const struct elf_file *file, uint64_t vaddr, void *out, size_t size)
{
	for (uint32_t i = 0; i < file->interpreter->segment_count; i++) {
		const struct interpreter_segment *segment = &file->interpreter->segments[i];
		uint64_t skip = vaddr - segment->vaddr;

		if (vaddr < segment->vaddr || skip >= segment->size_bytes ||
		    segment->offset > INT64_MAX - segment->size_bytes)
			continue;
		if (size > segment->size_bytes - skip)
			size = segment->size_bytes - skip;
		ssize_t got = pread(file->fd, out, size, (off_t)(segment->offset + skip));
		return got < 0 ? 0 : (size_t)got;
	}
	return 0;
}

static uint32_t version_by_strings(struct elf_file *file, const char *path)
{
	struct version_search search = {.minor = version_minor_of_path(path)};
	GElf_Shdr header;

	for (Elf_Scn *section = NULL; (section = elf_nextscn(file->elf, section));) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_PROGBITS ||
		    (header.sh_flags & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR)) != SHF_ALLOC ||
		    !section_afford(section, &file->bytes_left))
			continue;
		Elf_Data *data = elf_rawdata(section, NULL);
		if (data && data->d_buf)
			version_search(&search, data->d_buf, data->d_size);
	}
	return version_found(&search);
}

/* Py_Version (Include/pylifecycle.h, 3.11 on) is an unsigned long. */
static uint32_t version_find(struct elf_file *file, const struct debug_offsets_head *head,
			     const char *path)
{
	uint64_t version;

	if (file->found[VERSION] &&
	    read_vaddr(file, file->values[VERSION], &version, sizeof(version)) == sizeof(version) &&
	    version <= UINT32_MAX && version_major((uint32_t)version) == 3)
		return (uint32_t)version;
	if (head)
		return version_major((uint32_t)head->version) == 3 ? (uint32_t)head->version : 0;
	return version_by_strings(file, path);
}

/*
 * In an executable the offset from the thread pointer is fixed by the linker: by the symbol, or,
 * when the file is stripped, by the one instruction that PyGILState_GetThisThreadState() has for
 * it, mov %fs:disp32,%rax (64 48 8b 04 25).
 */
static void gilstate_path_find(const struct elf_file *file, struct thread_path *path)
{
	static const uint8_t load[] = {0x64, 0x48, 0x8b, 0x04, 0x25};
	uint8_t code[24];
	int32_t offset = 0;

	if (!file->is_executable)
		return;
	if (file->found[GILSTATE_TLS]) {
		offset = (int32_t)(file->values[GILSTATE_TLS] - file->tls_bytes);
	} else if (file->found[GILSTATE_GET]) {
		size_t got = read_vaddr(file, file->values[GILSTATE_GET], code, sizeof(code));
		uint8_t *at = memmem(code, got, load, sizeof(load));
		if (at && at + sizeof(load) + sizeof(offset) <= code + got)
			memcpy(&offset, at + sizeof(load), sizeof(offset));
	}
	if (offset < 0)
		*path = (struct thread_path){.offsets = {offset}, .reads = 1};
}

static int layout_by_version(const struct elf_file *file, struct interpreter *interpreter)
{
	uint8_t type[LAYOUT_TYPE_BYTES];
	int err = layout_from_table(interpreter->version, &interpreter->layout);

	if (err || !file->found[CODE_TYPE])
		return err;
	if (read_vaddr(file, file->values[CODE_TYPE], type, sizeof(type)) != sizeof(type))
		return -EINVAL;
	err = layout_confirm(&interpreter->layout, type);
	return err < 0 ? err : 0;
}

static void layout_find(const struct elf_file *file, const uint8_t *bytes, size_t size)
{
	struct interpreter *interpreter = file->interpreter;
	int err = layout_by_version(file, interpreter);

	interpreter->layout_source = LAYOUT_TABLE;
	if (err == -ENOTSUP) {
		err = debug_offsets_layout(bytes, size, interpreter->version, &interpreter->layout);
		interpreter->layout_source = LAYOUT_DEBUG_OFFSETS;
	}
	if (err)
		interpreter->layout_source = LAYOUT_NONE;
}

static void interpreter_describe(struct elf_file *file, const char *path)
{
	struct interpreter *interpreter = file->interpreter;
	uint8_t bytes[DEBUG_OFFSETS_BYTES];
	size_t got = read_vaddr(file, file->values[RUNTIME], bytes, sizeof(bytes));
	struct debug_offsets_head head = {0};

	memcpy(&head, bytes, got < sizeof(head) ? 0 : sizeof(head));
	bool has_offsets = !memcmp(head.cookie, DEBUG_OFFSETS_COOKIE, sizeof(head.cookie));

	interpreter->version = version_find(file, has_offsets ? &head : NULL, path);
	version_text(interpreter->version, interpreter->version_name);
	interpreter->free_threaded = has_offsets && head.free_threaded;
	interpreter->runtime_vaddr = file->values[RUNTIME];
	interpreter->code_type_vaddr = file->values[CODE_TYPE];
	layout_find(file, bytes, got);
	if (version_minor(interpreter->version) >= 15)
		gilstate_path_find(file, &interpreter->gilstate_path);
	probes_read(file->elf, &file->bytes_left, &interpreter->probes);
	debug("'%s' is CPython %s%s, layout: %s, %u probe sites (%u more are not used)", path,
	      interpreter->version_name, interpreter->free_threaded ? " without the GIL" : "",
	      layout_source_name(interpreter->layout_source), interpreter->probes.count,
	      interpreter->probes.dropped);
}

int interpreter_inspect(int fd, const char *path, struct interpreter *interpreter)
{
	struct interpreter found = {0};
	struct elf_file file = {.fd = fd, .bytes_left = MAX_READ_BYTES, .interpreter = &found};

	elf_version(EV_CURRENT);
	file.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!file.elf)
		return -ENOENT;
	bool is_python = headers_read(&file) && runtime_find(&file);
	if (is_python)
		interpreter_describe(&file, path);
	elf_end(file.elf);
	if (!is_python)
		return -ENOENT;
	*interpreter = found;
	return 0;
}

const struct python_layout *interpreter_layout(const struct interpreter *interpreter)
{
	if (interpreter->layout_source == LAYOUT_NONE || !interpreter->code_type_vaddr)
		return NULL;
	return &interpreter->layout;
}

const char *layout_source_name(enum layout_source source)
{
	static const char *const names[] = {"none", "table", "_Py_DebugOffsets"};

	return names[source];
}

/* Mappings begin at a whole page, before what the segment has there. */
static bool segment_holds(const struct interpreter_segment *segment, uint64_t pgoff)
{
	uint64_t first = segment->offset & ~4095ull;

	return segment->size_bytes && pgoff >= first &&
	       pgoff - first < segment->size_bytes + (segment->offset - first);
}

/* Two segments may share a page of the file: the one that begins there comes before. */
int interpreter_bias(const struct interpreter *interpreter, uint64_t start, uint64_t pgoff,
		     uint64_t *bias)
{
	const struct interpreter_segment *chosen = NULL;

	for (uint32_t i = 0; i < interpreter->segment_count; i++) {
		const struct interpreter_segment *segment = &interpreter->segments[i];

		if (segment_holds(segment, pgoff) &&
		    (!chosen || pgoff == (segment->offset & ~4095ull)))
			chosen = segment;
	}
	if (!chosen)
		return -ENOENT;
	*bias = start - (chosen->vaddr - chosen->offset + pgoff);
	return 0;
}
