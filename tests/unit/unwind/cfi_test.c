// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/cfi.h"

#include "check.h"
#include "unwind/cfi_instruction.h"

enum {
	START = 0x1000,
	END = 0x1100,
	VADDR = 0x500 /* of the instructions */
};

#define CODE(...) ((const uint8_t[]){__VA_ARGS__}), sizeof((const uint8_t[]){__VA_ARGS__})

static const struct cfi_factors factors = {1, -8, POINTER_UDATA4, DWARF_RETURN_ADDRESS};

struct told {
	char text[2048];
	size_t length;
	unsigned int rows_left;
};

static void tell_place(struct told *told, const char *name, const struct frame_place *place)
{
	static const char *const formats[] = {
		[PLACE_SAME] = " %s=same",
		[PLACE_CFA] = " %s=*(cfa%+d)",
		[PLACE_MEMORY] = " %s=*(r%3$u%2$+d)",
		[PLACE_REGISTER] = " %s=r%3$u",
		[PLACE_LOST] = " %s=lost",
		[PLACE_UNSUPPORTED] = " %s=?",
		[PLACE_IS_CFA] = "",
	};
	char *at = told->text + told->length;

	if (place->place == PLACE_MEMORY)
		told->length += (size_t)sprintf(at, " %s=*(r%u%+d)", name, place->reg, place->offset);
	else if (place->place == PLACE_REGISTER)
		told->length += (size_t)sprintf(at, " %s=r%u", name, place->reg);
	else if (place->place == PLACE_CFA)
		told->length += (size_t)sprintf(at, " %s=*(cfa%+d)", name, place->offset);
	else if (*formats[place->place])
		told->length += (size_t)sprintf(at, " %s=%s", name, strchr(formats[place->place], '=') + 1);
}
