// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/probes.h"

#include <asm/ptrace.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "elf/section.h"

enum {
	NOTE_STAPSDT = 3,
	MAX_SEGMENTS = 16,
	MAX_OPERAND_BYTES = 64,
	SEMAPHORE_BYTES = 2,
};

static const char *const probe_names[PROBES] = {
	[PROBE_GC_START] = "gc__start",
	[PROBE_GC_DONE] = "gc__done",
	[PROBE_IMPORT_START] = "import__find__load__start",
	[PROBE_IMPORT_DONE] = "import__find__load__done",
	[PROBE_ENTRY] = "function__entry",
	[PROBE_RETURN] = "function__return",
};

/*
 * The general registers as an assembler writes them, 64 bits wide first. The kernel's struct
 * pt_regs has the fields of the exported one. ah, bh, ch and dh are not at its beginning: left out.
 */
enum {
	REGISTER_WIDTHS = 4
};
#define REGISTER(field, ...)                                                                       \
	{                                                                                          \
		offsetof(struct pt_regs, field),                                                   \
		{                                                                                  \
#field, __VA_ARGS__                                                        \
		}                                                                                  \
	}
static const struct {
	uint16_t offset;
	char names[REGISTER_WIDTHS][5];
} registers[] = {
	REGISTER(rax, "eax", "ax", "al"),      REGISTER(rbx, "ebx", "bx", "bl"),
	REGISTER(rcx, "ecx", "cx", "cl"),      REGISTER(rdx, "edx", "dx", "dl"),
	REGISTER(rsi, "esi", "si", "sil"),     REGISTER(rdi, "edi", "di", "dil"),
	REGISTER(rbp, "ebp", "bp", "bpl"),     REGISTER(rsp, "esp", "sp", "spl"),
	REGISTER(r8, "r8d", "r8w", "r8b"),     REGISTER(r9, "r9d", "r9w", "r9b"),
	REGISTER(r10, "r10d", "r10w", "r10b"), REGISTER(r11, "r11d", "r11w", "r11b"),
	REGISTER(r12, "r12d", "r12w", "r12b"), REGISTER(r13, "r13d", "r13w", "r13b"),
	REGISTER(r14, "r14d", "r14w", "r14b"), REGISTER(r15, "r15d", "r15w", "r15b"),
};
_Static_assert(sizeof(struct pt_regs) == 168, "pt_regs");

/* A file while its notes are read. */
struct notes {
	uint64_t shift; /* what prelink added to all addresses after the notes were made */
	uint32_t segment_count;
	GElf_Phdr segments[MAX_SEGMENTS]; /* PT_LOAD */
	struct probes *probes;
};

/* What a note says, with its texts in the note. */
struct note {
	uint64_t location, base, semaphore;
	const char *provider, *name, *arguments;
};

static bool register_parse(const char *name, size_t length, size_t widths, uint16_t *offset)
{
	for (size_t i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		for (size_t width = 0; width < widths; width++)
			if (strlen(registers[i].names[width]) == length &&
			    !memcmp(registers[i].names[width], name, length)) {
				*offset = registers[i].offset;
				return true;
			}
	return false;
}

/* What follows the number; NULL when there is none, or none that fits. */
static const char *number_parse(const char *text, __s64 *value)
{
	const char *digits = text + (*text == '-');
	char *end;

	if (*digits < '0' || *digits > '9')
		return NULL;
	errno = 0;
	*value = strtoll(text, &end, 0);
	return errno ? NULL : end;
}

/* "112(%rsp)", "(%rax)": with an index register or a symbol it is none that we follow. */
static bool memory_parse(const char *operand, struct probe_site *site)
{
	const char *rest = *operand == '(' ? operand : number_parse(operand, &site->value);

	if (!rest || strncmp(rest, "(%", 2) != 0)
		return false;
	size_t length = strcspn(rest += 2, ")");
	return !strcmp(rest + length, ")") && register_parse(rest, length, 1, &site->reg);
}

static enum argument_place operand_parse(const char *operand, struct probe_site *site)
{
	if (*operand == '%')
		return register_parse(operand + 1, strlen(operand + 1), REGISTER_WIDTHS, &site->reg)
			       ? ARGUMENT_REGISTER
			       : ARGUMENT_UNKNOWN;
	if (*operand == '$') {
		const char *end = number_parse(operand + 1, &site->value);
		return end && !*end ? ARGUMENT_CONSTANT : ARGUMENT_UNKNOWN;
	}
	return memory_parse(operand, site) ? ARGUMENT_MEMORY : ARGUMENT_UNKNOWN;
}

/* "-4@112(%rsp) 8@%rax": size in bytes, negative for a signed type, and operand of each one. */
static void argument_parse(const char *arguments, struct probe_site *site)
{
	struct probe_site parsed = *site;
	char operand[MAX_OPERAND_BYTES] = "";
	__s64 size;
	const char *rest = number_parse(arguments, &size);

	if (!rest || *rest++ != '@')
		return;
	parsed.is_signed = size < 0;
	if (parsed.is_signed)
		size = size < -8 ? 0 : -size;
	size_t length = strcspn(rest, " ");
	if ((size != 1 && size != 2 && size != 4 && size != 8) || length >= sizeof(operand))
		return;
	memcpy(operand, rest, length);
	parsed.size_bytes = (__u8)size;
	parsed.place = operand_parse(operand, &parsed);
	if (parsed.place != ARGUMENT_UNKNOWN)
		*site = parsed;
}

/* Where in the file the bytes of an address are, in a segment with one of these rights. */
static bool place_find(const struct notes *notes, uint64_t vaddr, uint64_t size, uint32_t rights,
		       __u64 *offset)
{
	for (uint32_t i = 0; i < notes->segment_count; i++) {
		const GElf_Phdr *segment = &notes->segments[i];
		uint64_t skip = vaddr - segment->p_vaddr, place;

		/* Below the segment `skip` wraps around, and is more than a file holds. */
		if (skip > segment->p_filesz || segment->p_filesz - skip < size ||
		    !(segment->p_flags & rights) ||
		    __builtin_add_overflow(segment->p_offset, skip, &place) || place > INT64_MAX)
			continue;
		*offset = place;
		return true;
	}
	return false;
}

static void site_add(struct notes *notes, const struct note *note, enum probe probe)
{
	struct probes *probes = notes->probes;
	struct probe_site site = {.probe = (__u16)probe};

	site.address = note->location + notes->shift;
	if (!place_find(notes, site.address, 1, PF_X, &site.offset))
		return;
	/* The kernel takes no semaphore at an odd place (uprobe_register() in uprobes.c). */
	if (note->semaphore && (!place_find(notes, note->semaphore + notes->shift, SEMAPHORE_BYTES,
					    PF_W, &site.semaphore) ||
				site.semaphore % SEMAPHORE_BYTES != 0))
		return;
	argument_parse(note->arguments, &site);
	if (probes->count == PROBES_MOST)
		probes->dropped++;
	else
		probes->sites[probes->count++] = site;
}

static void note_seen(struct notes *notes, const struct note *note)
{
	if (strcmp(note->provider, "python") != 0)
		return;
	for (int probe = 0; probe < PROBES; probe++)
		if (!strcmp(note->name, probe_names[probe]))
			site_add(notes, note, (enum probe)probe);
}

/* The next text of what is left of a note; NULL when it has no end there. */
static const char *text_take(const uint8_t **at, size_t *left)
{
	const char *text = (const char *)*at;
	size_t length = strnlen(text, *left);

	if (length == *left)
		return NULL;
	*at += length + 1;
	*left -= length + 1;
	return text;
}

static bool note_parse(const uint8_t *at, size_t left, struct note *note)
{
	const size_t words = offsetof(struct note, provider);

	if (left < words)
		return false;
	memcpy(note, at, words);
	at += words;
	left -= words;
	return (note->provider = text_take(&at, &left)) && (note->name = text_take(&at, &left)) &&
	       (note->arguments = text_take(&at, &left));
}

static void segments_read(struct notes *notes, Elf *elf)
{
	GElf_Phdr header;
	size_t count;

	if (elf_getphdrnum(elf, &count))
		return;
	for (size_t i = 0; i < count && notes->segment_count < MAX_SEGMENTS; i++)
		if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_LOAD)
			notes->segments[notes->segment_count++] = header;
}

/* gelf_getnote() ends at the first note whose name or descriptor is not whole. */
static void notes_scan(struct notes *notes, Elf_Data *data, uint64_t base)
{
	static const char owner[] = "stapsdt";
	size_t next = 0, name, descriptor;
	GElf_Nhdr header;
	struct note note;

	while ((next = gelf_getnote(data, next, &header, &name, &descriptor))) {
		const uint8_t *bytes = data->d_buf;

		if (header.n_type != NOTE_STAPSDT || header.n_namesz != sizeof(owner) ||
		    memcmp(bytes + name, owner, sizeof(owner)) != 0 ||
		    !note_parse(bytes + descriptor, header.n_descsz, &note))
			continue;
		notes->shift = base ? base - note.base : 0;
		note_seen(notes, &note);
	}
}

void probes_read(Elf *elf, uint64_t *bytes_left, struct probes *probes)
{
	struct notes notes = {.probes = probes};
	GElf_Shdr header, base;

	*probes = (struct probes){0};
	Elf_Scn *section = section_named(elf, ".note.stapsdt", bytes_left, &header);
	if (!section || header.sh_type != SHT_NOTE || !section_afford(section, bytes_left))
		return;
	Elf_Data *data = elf_getdata(section, NULL);
	if (!data || !data->d_buf)
		return;
	if (!section_named(elf, ".stapsdt.base", bytes_left, &base))
		base.sh_addr = 0;
	segments_read(&notes, elf);
	notes_scan(&notes, data, base.sh_addr);
}

bool probes_have(const struct probes *probes, enum probe probe)
{
	for (uint32_t i = 0; i < probes->count; i++)
		if (probes->sites[i].probe == probe)
			return true;
	return false;
}

enum calls_support probes_calls_support(const struct probes *probes, unsigned int python_minor)
{
	bool returns = probes_have(probes, PROBE_RETURN);

	if (python_minor == 11 && returns)
		return CALLS_RETURNS_ONLY;
	if (returns && probes_have(probes, PROBE_ENTRY))
		return CALLS_COMPLETE;
	return probes->count && python_minor >= 12 && python_minor <= 14 ? CALLS_REMOVED
									 : CALLS_UNSUPPORTED_BUILD;
}

const char *probes_calls_sentence(enum calls_support support)
{
	static const char *const sentences[] = {
		[CALLS_UNSUPPORTED_BUILD] =
			"no call probes: this Python was not built --with-dtrace (Debian's and "
			"Fedora's packages are; pyenv's, conda's and uv's are not)",
		[CALLS_REMOVED] = "no call probes: CPython removed them in 3.12 to 3.14, and 3.15 "
				  "has them again",
		[CALLS_RETURNS_ONLY] = "returns only, as built by distributions: in CPython 3.11 "
				       "counts are exact and times are sampled",
		[CALLS_COMPLETE] = "counts and times are exact",
	};

	return sentences[support];
}
