// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/eh_frame.h"

#include <errno.h>
#include <stdlib.h>

/* An entry of the section: its length, and an id that tells whether it is a CIE or an FDE. */
struct entry {
	const uint8_t *at;    /* where it begins */
	const uint8_t *id_at; /* where its id is stored */
	uint64_t id;
	bool is_cie;
	struct bytes body; /* behind the id */
};

struct reading {
	const uint8_t *start;
	enum frame_format format;
	uint64_t text_start, text_end;
	struct fdes *fdes;
};

/* The 64-bit format has 64-bit ids in .debug_frame only (LSB Core 5.0, 10.6.1.1). */
static bool entry_read(struct bytes *section, enum frame_format format, struct entry *entry)
{
	size_t id_size = 4;

	entry->at = section->at;
	uint64_t length = bytes_number(section, 4);
	if (length == UINT32_MAX) {
		length = bytes_number(section, 8);
		id_size = format == FRAME_DEBUG ? 8 : 4;
	}
	entry->body = bytes_take(section, length);
	entry->id_at = entry->body.at;
	if (!length)
		return !section->bad;
	entry->id = bytes_number(&entry->body, id_size);
	entry->is_cie = entry->id == (format != FRAME_DEBUG ? 0
				      : id_size == 8	    ? UINT64_MAX
							    : UINT32_MAX);
	return !entry->body.bad;
}

/* The pointers of 'P' and 'L' are of no use here. */
static void augmentation_skip(struct bytes *data, char letter)
{
	uint8_t encoding = (uint8_t)bytes_number(data, 1);

	if (letter == 'P')
		bytes_pointer(data, encoding & POINTER_FORMAT);
}

/* What the letters behind 'z' have in the augmentation data. */
static void augmentation_read(struct cie *cie, const char *letters, struct bytes *data)
{
	for (; *letters; letters++) {
		switch (*letters) {
		case 'R':
			cie->factors.pointer_encoding = (uint8_t)bytes_number(data, 1);
			break;
		case 'S':
			cie->is_signal = true;
			break;
		case 'P':
		case 'L':
			augmentation_skip(data, *letters);
			break;
		case 'B':
		case 'G':
			break;
		default: /* what follows cannot be told apart, and need not be */
			return;
		}
	}
}

static const char *text_read(struct bytes *bytes)
{
	const char *text = (const char *)bytes->at;
	const uint8_t *nul = memchr(bytes->at, 0, bytes_left(bytes));

	if (!nul) {
		bytes_spoil(bytes);
		return "";
	}
	bytes->at = nul + 1;
	return text;
}

/* Version 4 has these two before the factors; anything but flat 64-bit addresses is not ours. */
static bool address_sizes_fit(struct bytes *body, uint64_t version)
{
	if (version != 4)
		return version == 1 || version == 3;
	return bytes_number(body, 2) == 8; /* bytes of an address, of a segment selector */
}

static void cie_read(struct cie *cie, struct bytes body)
{
	uint64_t version = bytes_number(&body, 1);
	const char *letters = text_read(&body);

	if (!strncmp(letters, "eh", 2)) { /* gcc 2: a pointer follows the letters */
		bytes_number(&body, 8);
		letters += 2;
	}
	bool known = address_sizes_fit(&body, version);
	cie->factors.code_align = bytes_uleb128(&body);
	cie->factors.data_align = bytes_sleb128(&body);
	uint64_t column = version == 1 ? bytes_number(&body, 1) : bytes_uleb128(&body);
	cie->factors.ra_column = (uint8_t)column;
	cie->has_augmentation_data = *letters == 'z';
	if (cie->has_augmentation_data) {
		struct bytes data = bytes_take(&body, bytes_uleb128(&body));
		augmentation_read(cie, letters + 1, &data);
		known = known && !data.bad;
	} else if (*letters) {
		known = false;
	}
	cie->broken = !known || body.bad || column != DWARF_RETURN_ADDRESS;
	if (!cie->broken)
		cie->initial = cfi_initial(body, cie->factors);
}

/* The index of the CIE that begins at `at`. 0 or -ENOMEM. */
static int cie_at(struct reading *reading, const uint8_t *at, struct bytes section, uint64_t *index)
{
	struct fdes *fdes = reading->fdes;
	struct cie cie = {.end = section.end, .end_vaddr = section.end_vaddr};
	struct entry entry;

	if (fdes->last_at == (uintptr_t)at) {
		*index = fdes->last_cie;
		return 0;
	}
	if (!map64_get(&fdes->cie_of, (uintptr_t)at, index)) {
		section.at = at;
		cie.broken = !entry_read(&section, reading->format, &entry) ||
			     entry.body.at == entry.id_at || !entry.is_cie;
		if (!cie.broken)
			cie_read(&cie, entry.body);
		*index = fdes->cies.count;
		if (vec_push(&fdes->cies, cie) || map64_put(&fdes->cie_of, (uintptr_t)at, *index))
			return -ENOMEM;
	}
	fdes->last_at = (uintptr_t)at;
	fdes->last_cie = *index;
	return 0;
}

/* Where the FDE's CIE begins: so far before its id, or from the start of the section. */
static const uint8_t *cie_of_entry(const struct reading *reading, const struct entry *entry)
{
	uint64_t from_start = (uint64_t)(entry->id_at - reading->start);

	if (reading->format == FRAME_DEBUG)
		return entry->id < from_start ? reading->start + entry->id : NULL;
	return entry->id <= from_start ? entry->id_at - entry->id : NULL;
}

/* False: it tells of no code that is there. */
static bool fde_read(const struct reading *reading, struct bytes body, const struct cie *cie,
		     struct fde *fde)
{
	uint8_t encoding = cie->factors.pointer_encoding;
	uint64_t size;

	fde->start = bytes_pointer(&body, encoding);
	size = bytes_pointer(&body, encoding & POINTER_FORMAT);
	if (cie->has_augmentation_data)
		bytes_take(&body, bytes_uleb128(&body));
	if (body.bad || !size || fde->start < reading->text_start ||
	    fde->start >= reading->text_end || bytes_left(&body) > UINT32_MAX)
		return false;
	fde->end = size < reading->text_end - fde->start ? fde->start + size : reading->text_end;
	fde->instructions = body.at;
	fde->instruction_bytes = (uint32_t)bytes_left(&body);
	return true;
}

static int fde_add(struct reading *reading, const struct entry *entry, struct bytes section)
{
	const uint8_t *at = cie_of_entry(reading, entry);
	struct fde fde;
	uint64_t index;

	if (!at)
		return 0;
	int err = cie_at(reading, at, section, &index);
	if (err)
		return err;
	const struct cie *cie = &reading->fdes->cies.items[index];
	if (cie->broken || !fde_read(reading, entry->body, cie, &fde))
		return 0;
	fde.cie = (uint32_t)index;
	if (reading->fdes->items.count == MAX_FDES)
		return -ENOMEM;
	return vec_push(&reading->fdes->items, fde);
}

int eh_frame_read(struct bytes section, enum frame_format format, uint64_t text_start,
		  uint64_t text_end, struct fdes *fdes)
{
	struct reading reading = {section.at, format, text_start, text_end, fdes};
	struct entry entry;
	int err = 0;

	while (!err && section.at < section.end && entry_read(&section, format, &entry)) {
		bool is_terminator = entry.body.at == entry.id_at;
		if (is_terminator && format == FRAME_EH_OPEN)
			break;
		if (!is_terminator && !entry.is_cie)
			err = fde_add(&reading, &entry, section);
	}
	return err;
}

/* Instructions tell the order in the section. */
static int compare(const void *left, const void *right)
{
	const struct fde *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	return a->instructions < b->instructions ? -1 : a->instructions > b->instructions;
}

static bool is_sorted(const struct fdes *fdes)
{
	for (size_t i = 1; i < fdes->items.count; i++)
		if (fdes->items.items[i - 1].start >= fdes->items.items[i].start)
			return false;
	return true;
}

void fdes_sort(struct fdes *fdes)
{
	struct fde *items = fdes->items.items;
	size_t kept = 0;

	if (!is_sorted(fdes))
		qsort(items, fdes->items.count, sizeof(*items), compare);
	for (size_t i = 0; i < fdes->items.count; i++) {
		if (kept && items[kept - 1].start == items[i].start)
			continue;
		if (kept && items[kept - 1].end > items[i].start)
			items[kept - 1].end = items[i].start;
		items[kept++] = items[i];
	}
	fdes->items.count = kept;
}

struct cfi_program fde_program(const struct fdes *fdes, const struct fde *fde)
{
	const struct cie *cie = &fdes->cies.items[fde->cie];
	const uint8_t *end = fde->instructions + fde->instruction_bytes;

	return (struct cfi_program){
		.instructions = {.at = fde->instructions,
				 .end = end,
				 .end_vaddr = cie->end_vaddr - (uint64_t)(cie->end - end)},
		.factors = cie->factors,
		.initial = &cie->initial,
		.start = fde->start,
		.end = fde->end,
	};
}

void fdes_done(struct fdes *fdes)
{
	vec_done(&fdes->items);
	vec_done(&fdes->cies);
	map64_done(&fdes->cie_of);
}
