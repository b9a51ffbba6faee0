// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "unwind/rows.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "unwind/made_frames.h"

static const uint8_t restore_rt[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};

/* A text in which that function is at *context, and nothing else. */
static size_t code_with_restore_rt(void *context, uint64_t vaddr, void *out, size_t size)
{
	if (vaddr != *(uint64_t *)context || size > sizeof(restore_rt))
		return 0;
	memcpy(out, restore_rt, size);
	return size;
}

static const char *row_text(const struct unwind_table *table, uint64_t row)
{
	static const char *const kinds[] = {"none", "rsp", "rbp", "end", "plt", "rule"};
	static char text[64];

	snprintf(text, sizeof(text), "%x %s %d %d", (uint32_t)row,
		 kinds[(row >> UNWIND_KIND_SHIFT) & 0xff], (int16_t)(row >> UNWIND_OPERAND_SHIFT),
		 (int8_t)(row >> UNWIND_RBP_SHIFT));
	check_true(unwind_table_valid(table));
	return text;
}

/* "1000 rsp 1 0; ...": address, kind, operand, rbp */
static const char *rows_of(const struct unwind_table *table)
{
	static char text[2048];
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; i < table->rows.count && length < sizeof(text) - 80; i++)
		length += (size_t)sprintf(text + length, "%s%s", i ? "; " : "",
					  row_text(table, table->rows.items[i]));
	return text;
}

static void make_from(const struct made_frames *made, uint64_t restore_rt_at,
		      struct unwind_table *table)
{
	struct fdes fdes = {0};

	check_ok(made_read(made, &fdes));
	fdes_sort(&fdes);
	check_ok(rows_make(&fdes, restore_rt_at ? code_with_restore_rt : NULL, &restore_rt_at,
			   table));
	fdes_done(&fdes);
}

/* The rows of one function from 1000 to 1100 with these instructions. */
static struct unwind_table of_function(const char *instructions, size_t size)
{
	struct made_frames made = {0};
	struct unwind_table table = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x100, instructions, size);
	make_from(&made, 0, &table);
	return table;
}

#define check_rows(instructions, expected)                                                         \
	do {                                                                                       \
		struct unwind_table made_ = of_function(instructions, sizeof(instructions) - 1);   \
		check_str(rows_of(&made_), expected);                                              \
		unwind_table_done(&made_);                                                         \
	} while (0)

static void usual_functions_are_plain_rows(void)
{
	check_rows("", "1000 rsp 1 0; 1100 none 0 0");
	/* push %rbp; mov %rsp, %rbp; ... leave; ret */
	check_rows("\x41\x0e\x10\x86\x02\x43\x0d\x06\x41\xc6\x0c\x07\x08",
		   "1000 rsp 1 0; 1001 rsp 2 -2; 1004 rbp 2 -2; 1005 rsp 1 0; 1100 none 0 0");
	check_rows("\x0e\xf8\xff\x0f", "1000 rsp 32767 0; 1100 none 0 0");
	check_rows("\x86\x80\x01", "1000 rsp 1 -128; 1100 none 0 0");
}

static void equal_rows_of_one_function_are_one(void)
{
	check_rows("\x41\x83\x02\x41\x8c\x03\x41\x0e\x10\x41\x0e\x10",
		   "1000 rsp 1 0; 1003 rsp 2 0; 1100 none 0 0");
}

static void the_outermost_function_has_no_caller(void)
{
	check_rows("\x07\x10", "1000 end 0 0; 1100 none 0 0");
	check_rows("\x07\x10\x0f\x01\x96", "1000 end 0 0; 1100 none 0 0");
}

static void the_plt_has_a_kind_of_its_own(void)
{
	check_rows("\x0f\x0b\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22",
		   "1000 plt 11 0; 1100 none 0 0");
}

/* The one rule of a function with these instructions, as text. */
static const char *rule(const char *instructions, size_t size)
{
	static char text[128];
	struct unwind_table table = of_function(instructions, size);
	const struct unwind_rule *rule = table.rules.items;

	snprintf(text, sizeof(text), "none");
	if (check_uint(table.rules.count, 1) &&
	    check_str(rows_of(&table), "1000 rule 0 0; 1100 none 0 0"))
		snprintf(text, sizeof(text), "%s%u%+d%+d rbp %u:%u%+d ra %u:%u%+d%s",
			 rule->cfa_deref ? "*" : "", rule->cfa_reg, rule->cfa_offset, rule->cfa_add,
			 rule->rbp_place, rule->rbp_reg, rule->rbp_offset, rule->ra_place,
			 rule->ra_reg, rule->ra_offset, rule->is_signal ? " signal" : "");
	unwind_table_done(&table);
	return text;
}

#define check_rule(instructions, expected)                                                         \
	check_str(rule(instructions, sizeof(instructions) - 1), expected)

static void what_does_not_fit_a_row_is_a_rule(void)
{
	check_rule("\x0c\x0a\x00", "10+0+0 rbp 0:0+0 ra 1:0-8");	  /* CFA in r10 */
	check_rule("\x0e\x0c", "7+12+0 rbp 0:0+0 ra 1:0-8");		  /* no multiple of 8 */
	check_rule("\x0e\x80\x80\x10", "7+262144+0 rbp 0:0+0 ra 1:0-8");  /* too far */
	check_rule("\x0f\x03\x76\x58\x06", "*6-40+0 rbp 0:0+0 ra 1:0-8"); /* realigned */
	check_rule("\x0f\x05\x77\x38\x06\x23\x08", "*7+56+8 rbp 0:0+0 ra 1:0-8");
	check_rule("\x10\x06\x02\x76\x00", "7+8+0 rbp 2:6+0 ra 1:0-8");
	check_rule("\x09\x10\x05", "7+8+0 rbp 0:0+0 ra 3:5+0"); /* vfork */
	check_rule("\x07\x06", "7+8+0 rbp 4:0+0 ra 1:0-8");
	check_rule("\x86\x81\x01", "7+8+0 rbp 1:0-1032 ra 1:0-8");
	check_rule("\x90\x02", "7+8+0 rbp 0:0+0 ra 1:0-16");
	check_rule("\x86\x00", "7+8+0 rbp 1:0+0 ra 1:0-8");
}

static void where_rsp_is_told_too_it_is_the_cfa(void)
{
	/* glibc's __longjmp: def_cfa rdi+0, rsp in r8, rbp in r9, ra in rdx */
	check_rule("\x0c\x05\x00\x09\x07\x08\x09\x06\x09\x09\x10\x01", "8+0+0 rbp 3:9+0 ra 3:1+0");
	/* its setcontext: def_cfa rdx+0, rsp at CFA+160, rbp at CFA+120, ra at CFA+168 */
	check_rule("\x0c\x01\x00\x11\x07\x6c\x11\x06\x71\x11\x10\x6b",
		   "*1+160+0 rbp 2:1+120 ra 2:1+168");
	check_rule("\x08\x07", "7+0+0 rbp 0:0+0 ra 2:7+0");
	check_rows("\x07\x07", "1000 none 0 0; 1100 none 0 0");
	check_rows("\x0f\x03\x77\x10\x06\x09\x07\x08", "1000 none 0 0; 1100 none 0 0");
}

static void equal_rules_are_one(void)
{
	struct unwind_table table =
		of_function("\x0c\x0a\x00\x41\x0c\x0a\x08\x41\x0c\x0a\x00\x41\x0c\x07\x08", 15);

	check_str(rows_of(&table),
		  "1000 rule 0 0; 1001 rule 1 0; 1002 rule 0 0; 1003 rsp 1 0; 1100 none 0 0");
	check_uint(table.rules.count, 2);
	unwind_table_done(&table);
}

static void more_rules_than_an_operand_counts_are_unsupported(void)
{
	static uint8_t bytes[(MAX_UNWIND_RULES + 2) * 7 + 64];
	struct made_frames head = {0};
	struct fdes fdes = {0};
	struct unwind_table table = {0};
	size_t cie = made_gcc_cie(&head), size;

	made_fde(&head, cie, 0x1000, 0x7000, "", 0);
	size = head.count;
	memcpy(bytes, head.bytes, size);
	for (uint32_t i = 0; i < MAX_UNWIND_RULES + 2; i++, size += 7)
		memcpy(bytes + size,
		       ((uint8_t[]){0x41, 0x0c, 0x0a, 0x80 | (i & 0x7f), 0x80 | (i >> 7 & 0x7f),
				    0x80 | (i >> 14 & 0x7f), 0x00}),
		       7);
	uint32_t length = (uint32_t)(size - head.entry - 4);
	memcpy(bytes + head.entry, &length, 4);
	check_ok(eh_frame_read((struct bytes){bytes, bytes + size, FRAMES_VADDR + size, false},
			       FRAME_EH, FRAMES_TEXT, 0x1000000, &fdes));
	fdes.items.items[0].end = 0x1000 + MAX_UNWIND_RULES + 3;
	check_ok(rows_make(&fdes, NULL, NULL, &table));
	check_uint(table.rules.count, MAX_UNWIND_RULES);
	check_uint(table.unsupported, 1);
	check_true(unwind_table_valid(&table));
	unwind_table_done(&table);
	fdes_done(&fdes);
}

static void what_cannot_be_said_is_counted(void)
{
	struct unwind_table table =
		of_function("\x41\x0f\x01\x96\x41\x14\x06\x02\x41\x0c\x07\x08", 12);

	check_str(rows_of(&table), "1000 rsp 1 0; 1001 none 0 0; 1100 none 0 0");
	check_uint(table.unsupported, 1);
	check_uint(table.fdes, 1);
	unwind_table_done(&table);
	check_rows("\x08\x10", "1000 none 0 0; 1100 none 0 0");
	check_rows("\x41\x3f", "1000 rsp 1 0; 1001 none 0 0; 1100 none 0 0");
}

static void only_padding_between_functions_is_ruled(void)
{
	struct made_frames made = {0};
	struct unwind_table table = {.base_vaddr = 0x1000};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	made_fde(&made, cie, 0x1010, 0x11, "", 0);
	made_fde(&made, cie, 0x1030, 0x10, "", 0);
	made_fde(&made, cie, 0x1050, 0x10, "", 0);
	make_from(&made, 0, &table);
	check_str(rows_of(&table), "0 rsp 1 0; 10 rsp 1 0; 30 rsp 1 0; 40 none 0 0; "
				   "50 rsp 1 0; 60 none 0 0");
	check_uint(table.fdes, 4);
	unwind_table_done(&table);
}

/* glibc's __restore_rt in short: the CFA at rsp+160, ra at rsp+168. */
static const char signal_frame[] = "\x0f\x04\x77\xa0\x01\x06\x10\x10\x03\x77\xa8\x01"
				   "\x10\x07\x03\x77\xa0\x01";

/* Rows of a signal frame from 1010 on, behind a function that ends at `end`. */
static struct unwind_table with_signal_frame(bool by_cie, uint64_t end, uint64_t restore_rt_at)
{
	struct made_frames made = {0};
	struct unwind_table table = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, end - 0x1000, "", 0);
	if (by_cie) {
		cie = made_cie(&made, "zRS", "\x1b", 1);
		made_usual(&made);
	}
	made_fde(&made, cie, 0x1010, 0x10, signal_frame, sizeof(signal_frame) - 1);
	make_from(&made, restore_rt_at, &table);
	if (check_uint(table.rules.count, 1))
		check_int(table.rules.items[0].is_signal, by_cie || restore_rt_at);
	return table;
}

static void check_signal(bool by_cie, uint64_t end, uint64_t restore_rt_at, const char *expected)
{
	struct unwind_table table = with_signal_frame(by_cie, end, restore_rt_at);

	check_str(rows_of(&table), expected);
	if (table.rules.count) {
		check_int(table.rules.items[0].cfa_deref, 1);
		check_int(table.rules.items[0].cfa_offset, 160);
		check_int(table.rules.items[0].ra_offset, 168);
	}
	unwind_table_done(&table);
}

static void signal_frames_begin_a_byte_early(void)
{
	static const char early[] = "1000 rsp 1 0; 100f rule 0 0; 1020 none 0 0";
	static const char exact[] = "1000 rsp 1 0; 1010 rule 0 0; 1020 none 0 0";

	check_signal(true, 0x1008, 0, early);
	check_signal(true, 0x1008, 0x1010, early);
	check_signal(true, 0x1008, 0x1011, exact); /* as glibc has it */
	check_signal(true, 0x1010, 0x1010, exact); /* that byte is another function's */
}

static void signal_frames_are_known_by_their_code_too(void)
{
	check_signal(false, 0x1008, 0x1010, "1000 rsp 1 0; 100f rule 0 0; 1020 none 0 0");
	check_signal(false, 0x1008, 0x1011, "1000 rsp 1 0; 1010 rule 0 0; 1020 none 0 0");
	check_signal(false, 0x1008, 0, "1000 rsp 1 0; 1010 rule 0 0; 1020 none 0 0");
}

static void functions_too_far_from_the_base_are_left_out(void)
{
	struct made_frames made = {0};
	struct unwind_table table = {.base_vaddr = 0x1000};
	struct fdes fdes = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "", 0);
	made_fde(&made, cie, 0x1018, 0x10, "", 0);
	check_ok(made_read(&made, &fdes));
	fdes.items.items[1].end = 0x101000000;
	check_ok(rows_make(&fdes, NULL, NULL, &table));
	check_str(rows_of(&table), "0 rsp 1 0; 10 none 0 0");
	check_uint(table.fdes, 1);
	unwind_table_done(&table);
	fdes_done(&fdes);
}

static void memory_runs_out(void)
{
	struct made_frames made = {0};
	struct fdes fdes = {0};
	size_t cie = made_gcc_cie(&made);

	made_fde(&made, cie, 0x1000, 0x10, "\x0c\x0a", 3);
	check_ok(made_read(&made, &fdes));
	for (unsigned int nth = 1;; nth++) {
		struct unwind_table table = {0};

		memory_fail_at(nth);
		int err = rows_make(&fdes, NULL, NULL, &table);
		bool failed = memory_failed();
		unwind_table_done(&table);
		if (!failed)
			break;
		check_int(err, -ENOMEM);
	}
	fdes_done(&fdes);
}

CU_TestInfo rows_tests[] = {
	TEST(usual_functions_are_plain_rows),
	TEST(equal_rows_of_one_function_are_one),
	TEST(the_outermost_function_has_no_caller),
	TEST(the_plt_has_a_kind_of_its_own),
	TEST(what_does_not_fit_a_row_is_a_rule),
	TEST(where_rsp_is_told_too_it_is_the_cfa),
	TEST(equal_rules_are_one),
	TEST(more_rules_than_an_operand_counts_are_unsupported),
	TEST(what_cannot_be_said_is_counted),
	TEST(only_padding_between_functions_is_ruled),
	TEST(signal_frames_begin_a_byte_early),
	TEST(signal_frames_are_known_by_their_code_too),
	TEST(functions_too_far_from_the_base_are_left_out),
	TEST(memory_runs_out),
	CU_TEST_INFO_NULL,
};
