// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/eh_frame.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "memory.h"
#include "unwind/made_frames.h"

static void check_functions(const struct made_frames *made, const char *expected)
{
	struct fdes fdes = {0};

	check_ok(made_read(made, &fdes));
	check_str(made_told(&fdes), expected);
	fdes_done(&fdes);
}

static void functions_are_found(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	made_fde(&made, cie, 0x2000, 4, "\x41", 1);
	check_functions(&made, "1000-1010 2000-2004");
}

/* An FDE whose addresses are written in another way. */
static void check_encoding(uint8_t encoding, const char *start_and_size, size_t size,
			   const char *expected)
{
	struct made_frames made = {0};
	size_t cie = made_cie(&made, "zR", (const char *)&encoding, 1);

	made_usual(&made);
	made_fde_begin(&made, cie);
	made_bytes(&made, start_and_size, size);
	made_number(&made, 0, 1);
	made_end(&made);
	check_functions(&made, expected);
}

static void addresses_have_an_encoding(void)
{
	check_encoding(POINTER_ABSPTR, "\0\x10\0\0\0\0\0\0\x08\0\0\0\0\0\0", 16, "1000-1008");
	check_encoding(POINTER_UDATA8, "\0\x10\0\0\0\0\0\0\x08\0\0\0\0\0\0", 16, "1000-1008");
	check_encoding(POINTER_SDATA8, "\0\x10\0\0\0\0\0\0\x08\0\0\0\0\0\0", 16, "1000-1008");
	check_encoding(POINTER_UDATA4, "\0\x10\0\0\x08\0\0", 8, "1000-1008");
	check_encoding(POINTER_SDATA4, "\0\x10\0\0\x08\0\0", 8, "1000-1008");
	check_encoding(POINTER_UDATA2, "\0\x10\x08", 4, "1000-1008");
	check_encoding(POINTER_SDATA2, "\0\x10\x08", 4, "1000-1008");
	check_encoding(POINTER_ULEB128, "\x80\x20\x08", 3, "1000-1008");
	check_encoding(POINTER_SLEB128, "\x80\x20\x08", 3, "1000-1008");
	check_encoding(POINTER_PCREL | POINTER_SDATA2, "\0\x80\x08", 4, "801e-8026");
}

static void other_encodings_are_left_out(void)
{
	check_encoding(0x3b, "\0\x10\0\0\x08\0\0", 8, ""); /* datarel */
	check_encoding(0x9b, "\0\x10\0\0\x08\0\0", 8, ""); /* indirect */
	check_encoding(POINTER_OMIT, "\0\x10\0\0\x08\0\0", 8, "");
}

static void functions_without_code_are_left_out(void)
{
	check_encoding(POINTER_UDATA4, "\0\0\0\0\x08\0\0", 8, "");     /* discarded */
	check_encoding(POINTER_UDATA4, "\0\x10\0\0\0\0\0", 8, "");     /* empty */
	check_encoding(POINTER_UDATA4, "\xff\x0f\0\0\x08\0\0", 8, ""); /* before the text */
	check_encoding(POINTER_UDATA4, "\0\x90\0\0\x08\0\0", 8, "");   /* behind it */
	check_encoding(POINTER_SDATA4, "\0\x10\0\0\xff\xff\xff\xff", 8, "1000-9000");
	check_encoding(POINTER_UDATA8, "\0\x10\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16,
		       "1000-9000");
}

/* Of a CIE with this augmentation and data, followed by an FDE with absolute addresses. */
static const struct cie *augmented(struct fdes *fdes, const char *augmentation, const char *data,
				   size_t size)
{
	static const struct cie none = {.broken = true};
	static struct made_frames made;
	size_t cie;

	made = (struct made_frames){0};
	*fdes = (struct fdes){0};
	cie = made_cie(&made, augmentation, data, size);
	made_usual(&made);
	made_fde_begin(&made, cie);
	made_number(&made, 0x1000, 8);
	made_number(&made, 8, 8);
	if (*augmentation == 'z')
		made_number(&made, 0, 1);
	made_end(&made);
	check_ok(made_read(&made, fdes));
	return fdes->cies.count ? &fdes->cies.items[0] : &none;
}

static void augmentations_are_read(void)
{
	struct fdes fdes;
	const struct cie *cie = augmented(&fdes, "", "", 0);

	check_true(!cie->broken && !cie->is_signal && !cie->has_augmentation_data);
	check_str(made_told(&fdes), "1000-1008");
	fdes_done(&fdes);
	cie = augmented(&fdes, "zRS", "\0", 1);
	check_true(!cie->broken && cie->is_signal && cie->has_augmentation_data);
	fdes_done(&fdes);
	cie = augmented(&fdes, "zPLR", "\x1b\x01\x02\x03\x04\x1b\0", 7);
	check_true(!cie->broken && !cie->is_signal);
	check_int(cie->factors.pointer_encoding, POINTER_ABSPTR);
	check_str(made_told(&fdes), "1000-1008");
	fdes_done(&fdes);
	cie = augmented(&fdes, "zPR", "\x9b\x01\x02\x03\x04\0", 6);
	check_str(made_told(&fdes), "1000-1008");
	fdes_done(&fdes);
	cie = augmented(&fdes, "zBGRS", "\0", 1);
	check_true(!cie->broken && cie->is_signal);
	fdes_done(&fdes);
	cie = augmented(&fdes, "zR?S", "\0\x07\x07", 3);
	check_true(!cie->broken && !cie->is_signal);
	check_str(made_told(&fdes), "1000-1008");
	fdes_done(&fdes);
}

static void augmentations_that_cannot_be_read_leave_functions_out(void)
{
	static const struct {
		const char *letters, *data;
		size_t size;
	} cases[] = {{"R", "", 0},
		     {"armcc+", "", 0},
		     {"zR", "", 0},
		     {"zPR", "\x0f\0", 2},
		     {"zPR", "\0\0\0\0\0", 5}};
	struct fdes fdes;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check_true(
			augmented(&fdes, cases[i].letters, cases[i].data, cases[i].size)->broken);
		check_str(made_told(&fdes), "");
		fdes_done(&fdes);
	}
}

static void gcc_2_put_a_pointer_behind_eh(void)
{
	struct made_frames made = {0};

	made_begin(&made, 0);
	made_bytes(&made,
		   "\x01"
		   "eh\0"
		   "\1\2\3\4\5\6\7\x08"
		   "\x01\x78\x10",
		   15);
	made_usual(&made);
	made_fde_begin(&made, 0);
	made_number(&made, 0x1000, 8);
	made_number(&made, 8, 8);
	made_end(&made);
	check_functions(&made, "1000-1008");
}

/* A CIE of this version; its bytes behind the augmentation are given. */
static const char *versioned(uint8_t version, const char *bytes, size_t size)
{
	static char told[1024];
	struct made_frames made = {0};
	struct fdes fdes = {0};

	made_begin(&made, 0);
	made_number(&made, version, 1);
	made_number(&made, 0, 1);
	made_bytes(&made, bytes, size);
	made_usual(&made);
	made_fde_begin(&made, 0);
	made_number(&made, 0x1000, 8);
	made_number(&made, 8, 8);
	made_end(&made);
	check_ok(made_read(&made, &fdes));
	snprintf(told, sizeof(told), "%s", made_told(&fdes));
	fdes_done(&fdes);
	return told;
}

static void versions_of_cies(void)
{
	check_str(versioned(1, "\x01\x78\x10", 3), "1000-1008");
	check_str(versioned(3, "\x01\x78\x90\x00", 4), "1000-1008");
	check_str(versioned(4, "\x08\x00\x01\x78\x10", 5), "1000-1008");
	check_str(versioned(4, "\x04\x00\x01\x78\x10", 5), "");
	check_str(versioned(4, "\x08\x02\x01\x78\x10", 5), "");
	check_str(versioned(2, "\x01\x78\x10", 3), "");
	check_str(versioned(1, "\x01\x78\x11", 3), "");	    /* the return address elsewhere */
	check_str(versioned(3, "\x01\x78\x90\x02", 4), ""); /* 272, which is 16 in a byte */
}

static void a_terminator_ends_what_has_no_size(void)
{
	struct made_frames made = {0};
	struct fdes fdes = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	made_number(&made, 0, 4);
	made_fde(&made, cie, 0x2000, 0x10, "", 0);
	check_functions(&made, "1000-1010 2000-2010");
	check_ok(eh_frame_read(made_section(&made), FRAME_EH_OPEN, FRAMES_TEXT, FRAMES_TEXT_END,
			       &fdes));
	check_str(made_told(&fdes), "1000-1010");
	fdes_done(&fdes);
}

static void entries_may_have_64_bit_lengths(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_number(&made, UINT32_MAX, 4);
	made_number(&made, 13, 8);
	made_number(&made, made.count - cie, 4);
	made_number(&made, 0x1000 - (FRAMES_VADDR + made.count), 4);
	made_number(&made, 0x20, 4);
	made_number(&made, 0, 1);
	made_fde(&made, cie, 0x2000, 0x10, "", 0);
	check_functions(&made, "1000-1020 2000-2010");
}

static void debug_frame_counts_from_its_start(void)
{
	struct made_frames made = {0};
	struct fdes fdes = {0};

	made_number(&made, 0, 4); /* so that no CIE begins at 0 */
	made_begin(&made, UINT32_MAX);
	made_bytes(&made, "\x04\0\x08\0\x01\x78\x10", 7);
	made_usual(&made);
	made_begin(&made, 4);
	made_number(&made, 0x1000, 8);
	made_number(&made, 0x10, 8);
	made_end(&made);
	size_t cie = made.count; /* the same in the 64-bit format */
	made_number(&made, UINT32_MAX, 4);
	made_number(&made, 20, 8);
	made_number(&made, UINT64_MAX, 8);
	made_bytes(&made, "\x04\0\x08\0\x01\x78\x10\x0c\x07\x08\x90\x01", 12);
	made_number(&made, UINT32_MAX, 4);
	made_number(&made, 24, 8);
	made_number(&made, cie, 8);
	made_number(&made, 0x2000, 8);
	made_number(&made, 0x10, 8);
	check_ok(eh_frame_read(made_section(&made), FRAME_DEBUG, FRAMES_TEXT, FRAMES_TEXT_END,
			       &fdes));
	check_str(made_told(&fdes), "1000-1010 2000-2010");
	fdes_done(&fdes);
}

static void what_follows_a_broken_entry_is_not_read(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	size_t after = made.count;
	made_number(&made, 0xfffffff0, 4);
	check_functions(&made, "1000-1010");
	made.count = after;
	made_number(&made, 2, 4); /* no room for an id */
	made_number(&made, 0, 2);
	made_fde(&made, cie, 0x2000, 0x10, "", 0);
	check_functions(&made, "1000-1010");
	made.count = after + 3;
	check_functions(&made, "1000-1010");
}

static void foreign_cie_pointers_do_no_harm(void)
{
	static const uint32_t ids[] = {1, 4, 8, 29, 0x1000, 0x7fffffff, 0xffffffff};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct made_frames made = {0};
		size_t cie = made_gcc_cie(&made);

		made_begin(&made, ids[i]);
		made_bytes(&made, (const char[24]){0}, 24);
		made_end(&made);
		made_fde(&made, cie, 0x2000, 0x10, "", 0);
		check_functions(&made, "2000-2010");
	}
}

/* The section is cut off after each byte: ASan sees what is read behind it. */
static void cut_sections_do_no_harm(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	for (size_t size = 0; size < made.count; size++) {
		uint8_t *copy = memcpy(malloc(size ? size : 1), made.bytes, size);
		struct fdes fdes = {0};

		check_ok(eh_frame_read((struct bytes){copy, copy + size, size, false}, FRAME_EH,
				       FRAMES_TEXT, FRAMES_TEXT_END, &fdes));
		check_uint(fdes.items.count, 0);
		fdes_done(&fdes);
		free(copy);
	}
}

static void sorted(struct made_frames *made, const char *expected)
{
	struct fdes fdes = {0};

	check_ok(made_read(made, &fdes));
	fdes_sort(&fdes);
	check_str(made_told(&fdes), expected);
	fdes_done(&fdes);
}

static void functions_are_sorted(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x3000, 0x10, "", 0);
	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	made_fde(&made, cie, 0x2000, 0x10, "", 0);
	sorted(&made, "1000-1010 2000-2010 3000-3010");
}

static void of_functions_that_overlap_the_later_one_rules(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x100, "", 0);
	made_fde(&made, cie, 0x1010, 0x10, "", 0);
	made_fde(&made, cie, 0x2000, 0x10, "", 0);
	made_fde(&made, cie, 0x2000, 0x20, "", 0);
	made_fde(&made, cie, 0x2000, 0x08, "", 0);
	sorted(&made, "1000-1010 1010-1020 2000-2020");
}

static void memory_runs_out(void)
{
	struct made_frames made = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	for (unsigned int nth = 1;; nth++) {
		struct fdes fdes = {0};

		memory_fail_at(nth);
		int err = made_read(&made, &fdes);
		bool failed = memory_failed();
		fdes_done(&fdes);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
}

CU_TestInfo eh_frame_tests[] = {
	TEST(functions_are_found),
	TEST(addresses_have_an_encoding),
	TEST(other_encodings_are_left_out),
	TEST(functions_without_code_are_left_out),
	TEST(augmentations_are_read),
	TEST(augmentations_that_cannot_be_read_leave_functions_out),
	TEST(gcc_2_put_a_pointer_behind_eh),
	TEST(versions_of_cies),
	TEST(a_terminator_ends_what_has_no_size),
	TEST(entries_may_have_64_bit_lengths),
	TEST(debug_frame_counts_from_its_start),
	TEST(what_follows_a_broken_entry_is_not_read),
	TEST(foreign_cie_pointers_do_no_harm),
	TEST(cut_sections_do_no_harm),
	TEST(functions_are_sorted),
	TEST(of_functions_that_overlap_the_later_one_rules),
	TEST(memory_runs_out),
	CU_TEST_INFO_NULL,
};
