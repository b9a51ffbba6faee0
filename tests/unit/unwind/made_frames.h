/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_MADE_FRAMES_H
#define LTSBPF_TESTS_MADE_FRAMES_H
/* Writes sections of unwind information, entry by entry. */
#include "check.h"
#include "unwind/eh_frame.h"

enum {
	FRAMES_VADDR = 0x10000, /* of the section */
	FRAMES_TEXT = 0x1000,	/* what its functions are in */
	FRAMES_TEXT_END = 0x9000,
};

struct made_frames {
	uint8_t bytes[2048];
	size_t count;
	size_t entry; /* where the last entry begins */
};

static inline void made_number(struct made_frames *made, uint64_t number, size_t size)
{
	memcpy(made->bytes + made->count, &number, size);
	made->count += size;
}

static inline void made_bytes(struct made_frames *made, const void *bytes, size_t size)
{
	memcpy(made->bytes + made->count, bytes, size);
	made->count += size;
}

/* The length is filled in by made_end(). */
static inline void made_begin(struct made_frames *made, uint32_t id)
{
	made->entry = made->count;
	made_number(made, 0, 4);
	made_number(made, id, 4);
}

static inline void made_end(struct made_frames *made)
{
	uint32_t length = (uint32_t)(made->count - made->entry - 4);

	memcpy(made->bytes + made->entry, &length, 4);
}

/* Up to the instructions, in .eh_frame's way: factors 1 and -8. Returns where it begins. */
static inline size_t made_cie(struct made_frames *made, const char *augmentation, const char *data,
			      size_t size)
{
	made_begin(made, 0);
	made_number(made, 1, 1);
	made_bytes(made, augmentation, strlen(augmentation) + 1);
	made_number(made, 1, 1);
	made_number(made, 0x78, 1);
	made_number(made, 16, 1);
	if (*augmentation == 'z') {
		made_number(made, size, 1);
		made_bytes(made, data, size);
	}
	return made->entry;
}

/* def_cfa rsp+8; offset ra at CFA-8. */
static inline void made_usual(struct made_frames *made)
{
	made_bytes(made, "\x0c\x07\x08\x90\x01", 5);
	made_end(made);
}

/* The one of gcc: pcrel sdata4. */
static inline size_t made_gcc_cie(struct made_frames *made)
{
	size_t at = made_cie(made, "zR", "\x1b", 1);

	made_usual(made);
	return at;
}

static inline void made_fde_begin(struct made_frames *made, size_t cie)
{
	made_begin(made, (uint32_t)(made->count + 4 - cie));
}

/* A whole one for made_gcc_cie(). */
static inline void made_fde(struct made_frames *made, size_t cie, uint64_t start, uint64_t size,
			    const char *instructions, size_t instruction_bytes)
{
	made_fde_begin(made, cie);
	made_number(made, start - (FRAMES_VADDR + made->count), 4);
	made_number(made, size, 4);
	made_number(made, 0, 1);
	made_bytes(made, instructions, instruction_bytes);
	made_end(made);
}

static inline struct bytes made_section(const struct made_frames *made)
{
	return (struct bytes){made->bytes, made->bytes + made->count, FRAMES_VADDR + made->count,
			      false};
}

static inline int made_read(const struct made_frames *made, struct fdes *fdes)
{
	return eh_frame_read(made_section(made), FRAME_EH, FRAMES_TEXT, FRAMES_TEXT_END, fdes);
}

/* "1000-1010 2000-2004": where the functions are. */
static inline const char *made_told(const struct fdes *fdes)
{
	static char text[1024];
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; i < fdes->items.count && length < sizeof(text) - 64; i++)
		length += (size_t)sprintf(text + length, "%s%" PRIx64 "-%" PRIx64, i ? " " : "",
					  fdes->items.items[i].start, fdes->items.items[i].end);
	return text;
}

#endif
