/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef CODE_OBJECT_BPF_H
#define CODE_OBJECT_BPF_H
/*
 * Code objects: told apart by fingerprint, shipped on first sight.
 *
 * An address alone says nothing: exec() and friends free code objects, and the next one gets the
 * same address, often with its name and line table at the same addresses too. So the code object is
 * read, its type is checked, and the fingerprint covers what tells two of them apart: the pointers,
 * the first line, co_version where it is unique (3.12 on), before that what the name and the file
 * name say themselves. Once in a sample at most; and where an address has shown the same code
 * object for so long, it is believed for 1/128 of that time, which bounds what can go under a dead
 * function's name by 1 % of its life and makes long-lived functions cost nothing.
 */
#include "maps.bpf.h"
#include "read_user.bpf.h"

static __always_inline __u64 mix(__u64 seed, __u64 word)
{
	__u64 x = (seed ^ word) * 0xff51afd7ed558ccdULL;

	x ^= x >> 32;
	return x * 0xc4ceb9fe1a85ec53ULL;
}

static __always_inline __u64 code_u64(const struct reader *reader, __u16 offset)
{
	return *(const __u64 *)(reader->code + (offset & 0xf8));
}

static __always_inline __u32 code_u32(const struct reader *reader, __u16 offset)
{
	return *(const __u32 *)(reader->code + (offset & 0xfc));
}

/*
 * Before 3.12: a name is interned, so the hash of its text is in the object. A file name is not:
 * take its length and its first characters, which differ where code is made at run time.
 */
static __always_inline __u64 mix_texts(struct reader *reader, __u64 seed)
{
	const struct python_layout *layout = &reader->layout;
	__u64 *head = (__u64 *)reader->head;
	__u64 hash = 0;

	read_user(&hash, sizeof(hash), code_u64(reader, layout->code_name) + layout->unicode_hash);
	seed = mix(seed, hash);
	if (read_user(head, HEAD_BYTES, code_u64(reader, layout->code_filename)))
		return seed;
	return mix(mix(mix(seed, head[2]), head[6]), head[7]);
}

/* 0 when there is no code object at the address; reader->status then says why. */
static __always_inline __u64 code_fingerprint(struct reader *reader, __u64 address)
{
	const struct python_layout *layout = &reader->layout;
	__u64 seed;

	if (read_user(reader->code, layout->code_bytes & 0xff, address)) {
		reader->status = STACK_UNREADABLE;
		return 0;
	}
	if (code_u64(reader, layout->object_type) != reader->code_type) {
		reader->status = STACK_TORN;
		return 0;
	}
	seed = mix(reader->space, address);
	seed = mix(seed, code_u64(reader, layout->code_filename));
	seed = mix(seed, code_u64(reader, layout->code_name));
	seed = mix(seed, code_u64(reader, layout->code_linetable));
	seed = mix(seed, code_u32(reader, layout->code_firstlineno));
	if (layout->code_version == NO_FIELD)
		return mix_texts(reader, seed) | 1;
	return mix(seed, code_u32(reader, layout->code_version)) | 1;
}

/* Where the characters or bytes of an object begin and how many there are, from reader->head. */
static __always_inline __u64 locate_text(struct reader *reader, struct code_text_record *text,
					 __u32 which)
{
	const struct python_layout *layout = &reader->layout;
	__u64 length, kind;

	if (which == TEXT_LINETABLE) {
		length = *(__u64 *)(reader->head + (layout->bytes_size & 0x38));
		text->size_whole_bytes = length > 0xffffffff ? 0xffffffff : length;
		return text->address + layout->bytes_data;
	}
	text->state = *(__u32 *)(reader->head + (layout->unicode_state & 0x3c));
	length = *(__u64 *)(reader->head + (layout->unicode_length & 0x38));
	kind = text->state >> (layout->unicode_kind_shift & 31);
	length *= kind & 7;
	text->size_whole_bytes = length > 0xffffffff ? 0xffffffff : length;
	if (!(kind >> 3 & 1)) /* not compact: a rare relic, left to the user side */
		return 0;
	return text->address +
	       (kind >> 4 & 1 ? layout->unicode_ascii_data : layout->unicode_compact_data);
}

/* Appends one text to the scratch record at `used`; returns where the next one goes. */
static __always_inline __u32 ship_text(struct reader *reader, struct code_scratch *scratch,
				       __u32 which, __u16 offset, __u32 used)
{
	struct code_text_record *text = &scratch->record.texts[which];
	__u32 size, limit;
	__u64 data;

	__builtin_memset(text, 0, sizeof(*text));
	if (offset == NO_FIELD)
		return used;
	text->address = code_u64(reader, offset);
	if (read_user(reader->head, HEAD_BYTES, text->address))
		return used;
	data = locate_text(reader, text, which);
	size = text->size_whole_bytes;
	limit = which == TEXT_LINETABLE ? MAX_TABLE_BYTES : MAX_TEXT_BYTES;
	if (size > limit)
		size = limit;
	if (!data || used > NAME_SPACE || read_user(scratch->text + used, size, data))
		return used;
	text->size_bytes = size;
	return used + size;
}

static __always_inline int ship_code_from(struct reader *reader, struct code_scratch *scratch,
					  __u64 address, __u64 fingerprint)
{
	struct code_record *record = &scratch->record;
	__u32 used = 0;

	record->head = (struct record){
		.kind = RECORD_CODE,
		.weight = 1,
		.time_ns = reader->now_ns,
		.pid = reader->pid,
		.tid = reader->tid,
	};
	record->fingerprint = fingerprint;
	record->address = address;
	record->first_line = code_u32(reader, reader->layout.code_firstlineno);
	record->layout = reader->layout_known - 1;
	used = ship_text(reader, scratch, TEXT_NAME, reader->layout.code_name, used);
	used = ship_text(reader, scratch, TEXT_QUALNAME, reader->layout.code_qualname, used);
	used = ship_text(reader, scratch, TEXT_FILENAME, reader->layout.code_filename, used);
	used = ship_text(reader, scratch, TEXT_LINETABLE, reader->layout.code_linetable, used);
	used = (used + 7) & ~7U;
	if (used > TEXT_SPACE)
		return 1;
	record->head.size = sizeof(*record) + used;
	return ship(record, sizeof(*record) + used) != 0;
}

/*
 * Ships the code object in reader->code. A global function: verified once, not once per frame.
 * 0 = it is in the ring.
 */
__weak int ship_code(struct reader *reader, __u64 address, __u64 fingerprint)
{
	struct code_scratch *scratch = code_scratch();
	int err;

	if (!scratch || !reader || __sync_val_compare_and_swap(&scratch->taken, 0, 1))
		return 1;
	err = ship_code_from(reader, scratch, address, fingerprint);
	scratch->taken = 0;
	return err;
}

static __always_inline bool is_trusted(const struct trust *trust, __u64 now_ns)
{
	__u64 age_ns = trust->checked_ns - (trust->since_ns & ~(__u64)CODE_SHIPPED);

	return now_ns - trust->checked_ns <= age_ns >> 7;
}

static __always_inline void trust_all(struct reader *reader)
{
	reader->trusted.since_ns = 1;
	reader->trusted.checked_ns = reader->now_ns;
}

/* Narrows what all code objects of the stack have in common to what this one has. */
static __always_inline void trust_less(struct reader *reader, const struct trust *trust)
{
	struct trust *all = &reader->trusted;

	if (!(trust->since_ns & CODE_SHIPPED))
		all->since_ns = 0;
	if (all->since_ns && trust->since_ns > all->since_ns)
		all->since_ns = trust->since_ns;
	if (trust->checked_ns < all->checked_ns)
		all->checked_ns = trust->checked_ns;
}

static __always_inline void remember_code(struct code_slot *slot, const struct reader *reader,
					  __u64 place, __u64 fingerprint)
{
	if (slot->fingerprint != fingerprint) {
		slot->place = place;
		slot->fingerprint = fingerprint;
		slot->trust.since_ns = reader->now_ns & ~(__u64)CODE_SHIPPED;
	}
	slot->trust.checked_ns = reader->now_ns;
}

static __always_inline __u64 check_code(struct reader *reader, struct code_slot *slot, __u64 place,
					__u64 address)
{
	__u64 fingerprint = code_fingerprint(reader, address);

	if (!fingerprint)
		return 0;
	remember_code(slot, reader, place, fingerprint);
	if (slot->trust.since_ns & CODE_SHIPPED)
		return fingerprint;
	if (code_is_known(fingerprint) || !ship_code(reader, address, fingerprint))
		slot->trust.since_ns |= CODE_SHIPPED;
	else
		count(COUNTER_CODE_LOST, 1);
	return fingerprint;
}

/* The fingerprint of the code object at the address, which the user side knows of afterwards. */
static __always_inline __u64 identify_code(struct reader *reader, __u64 address)
{
	__u64 place = mix(reader->space, address), fingerprint;
	struct code_slot *slot = code_slot_at(place >> 32 & (CODE_SLOTS - 1));

	if (!slot)
		return 0;
	if (slot->place == place && is_trusted(&slot->trust, reader->now_ns))
		fingerprint = slot->fingerprint;
	else
		fingerprint = check_code(reader, slot, place, address);
	trust_less(reader, &slot->trust);
	return fingerprint;
}

#endif
