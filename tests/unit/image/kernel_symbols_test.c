// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/kernel_symbols.h"

#include <errno.h>

#include "check.h"
#include "memory.h"

static int read_text(const char *text, struct kernel_symbols **symbols)
{
	FILE *stream = fmemopen((void *)text, strlen(text), "r");
	int err = kernel_symbols_read(stream, symbols);

	fclose(stream);
	return err;
}

/* "module name+offset" */
static const char *told(const struct kernel_symbols *symbols, uint64_t address)
{
	static char text[128];
	const char *name, *module;
	uint64_t start;

	if (!kernel_symbols_find(symbols, address, &name, &module, &start))
		return "-";
	snprintf(text, sizeof(text), "%s %s+%" PRIu64, module ? module : "kernel", name,
		 address - start);
	return text;
}

static const char lines[] = "0000000000000000 A fixed_percpu_data\n"
			    "ffffffff81000000 T _stext\n"
			    "ffffffff81000000 T _text\n"
			    "ffffffff81000100 t __local\n"
			    "ffffffff81000100 W weak\n"
			    "ffffffff810001f0 t __pfx_schedule\n"
			    "ffffffff81000200 t alias\n"
			    "ffffffff81000200 T schedule\n"
			    "ffffffff81000200 T __schedule\n"
			    "ffffffff82000000 D some_data\n"
			    "ffffffffc0400000 t init_module\t[nf_tables]\n"
			    "ffffffffc0300000 t ext4_fill\t[ext4]\n"
			    "ffffffffc0300040 t ext4_map\t[ext4]\n"
			    "ffffffffc0200000 t bpf_prog_6deef7357e7b4530_f\t[bpf]\n";

static void an_address_is_in_the_function_before_it(void)
{
	struct kernel_symbols *symbols = NULL;

	if (!check_ok(read_text(lines, &symbols)))
		return;
	check_uint(kernel_symbols_count(symbols), 7);
	check_str(told(symbols, 0xffffffff80ffffff), "-");
	check_str(told(symbols, 0xffffffff810001ef), "kernel weak+239");
	check_str(told(symbols, 0xffffffff810001ff), "kernel weak+255");
	check_str(told(symbols, 0xffffffff81000210), "kernel schedule+16");
	check_str(told(symbols, 0xffffffff81000000), "kernel _stext+0");
	check_str(told(symbols, 0xffffffffc0200004), "[bpf] bpf_prog_6deef7357e7b4530_f+4");
	check_str(told(symbols, 0xffffffffc030003f), "[ext4] ext4_fill+63");
	check_str(told(symbols, 0xffffffffc0300041), "[ext4] ext4_map+1");
	check_str(told(symbols, 0xffffffffc0400000), "[nf_tables] init_module+0");
	kernel_symbols_free(symbols);
}

static void no_function_reaches_farther_than_a_mebibyte(void)
{
	struct kernel_symbols *symbols = NULL;

	if (!check_ok(read_text(lines, &symbols)))
		return;
	check_str(told(symbols, 0xffffffff811001ff), "kernel schedule+1048575");
	check_str(told(symbols, 0xffffffff81100200), "-");
	check_str(told(symbols, 0xffffffffc04fffff), "[nf_tables] init_module+1048575");
	check_str(told(symbols, 0xffffffffc0500000), "-");
	check_str(told(symbols, UINT64_MAX), "-");
	kernel_symbols_free(symbols);
}

static void hidden_addresses_are_told_from_none(void)
{
	struct kernel_symbols *symbols = NULL;

	check_int(read_text("0000000000000000 T _stext\n0000000000000000 t f\t[m]\n", &symbols),
		  -EPERM);
	check_int(read_text("0000000000000000 A a\nffffffff82000000 D d\n", &symbols), -ENOENT);
	check_int(read_text("\n", &symbols), -ENOENT);
	check_null(symbols);
}

static void what_is_no_line_is_skipped(void)
{
	struct kernel_symbols *symbols = NULL;

	check_int(read_text("T f\nffffffff81000000\nffffffff81000000 T\nffffffff81000000 T \n"
			    "ffffffff81000000 TT f\n ffffffff81000000 T f\n-1 T f\n"
			    "ffffffff81000000  f\nffffffff81000000\tT f\n",
			    &symbols),
		  -ENOENT);
	if (!check_ok(read_text("x\nffffffff81000000 T last_without_newline", &symbols)))
		return;
	check_str(told(symbols, 0xffffffff81000000), "kernel last_without_newline+0");
	kernel_symbols_free(symbols);
}

static void there_may_be_too_many_modules(void)
{
	struct kernel_symbols *symbols = NULL;
	FILE *stream = tmpfile();

	for (int i = 0; i < 65536; i++)
		fprintf(stream, "ffffffff%08x t f\t[m%d]\n", i * 16, i);
	rewind(stream);
	check_int(kernel_symbols_read(stream, &symbols), -EFBIG);
	fclose(stream);
	check_null(symbols);
}

/* Of the machine the tests run on: whichever of its rules hold. */
static void this_kernel_is_read_or_says_why_not(void)
{
	struct kernel_symbols *symbols = NULL;
	int err = kernel_symbols_open(&symbols);

	check_int(kernel_symbols_shown(), !err);
	if (err) {
		check_true(err == -EPERM || err == -ENOENT);
		return;
	}
	check_true(kernel_symbols_count(symbols) > 1000);
	kernel_symbols_free(symbols);
}

static void memory_may_run_out(void)
{
	for (unsigned int nth = 1;; nth++) {
		struct kernel_symbols *symbols = NULL;

		memory_fail_at(nth);
		int err = read_text(lines, &symbols);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		kernel_symbols_free(symbols);
		if (!failed)
			break;
	}
}

CU_TestInfo kernel_symbols_tests[] = {
	TEST(an_address_is_in_the_function_before_it),
	TEST(no_function_reaches_farther_than_a_mebibyte),
	TEST(hidden_addresses_are_told_from_none),
	TEST(what_is_no_line_is_skipped),
	TEST(there_may_be_too_many_modules),
	TEST(this_kernel_is_read_or_says_why_not),
	TEST(memory_may_run_out),
	CU_TEST_INFO_NULL,
};
