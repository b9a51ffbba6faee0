// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/frame_title.h"

#include "base/cleanup.h"
#include "check.h"

static void python_has_its_name_alone(void)
{
	struct frame frame = {FRAME_PYTHON, 3, 0, "C.f\n", "f", "x.py"};
	CLEANUP(freep) char *title = frame_title(&frame);

	check_str(title, "C.f\\n");
	check_uint(frame_title_line(&frame), 3);
	frame.line = 5;
	check_uint(frame_title_line(&frame), 5);
	frame.name = "";
	CLEANUP(freep) char *empty = frame_title(&frame);
	check_str(empty, "?");
}

static void others_have_their_label(void)
{
	struct frame native = {FRAME_NATIVE, 0, 0, "dgemm", "dgemm", "libblas.so"};
	struct frame kernel = {FRAME_KERNEL, 0, 0, "read", "read", ""};
	CLEANUP(freep) char *of_native = frame_title(&native);
	CLEANUP(freep) char *of_kernel = frame_title(&kernel);

	check_str(of_native, "dgemm (libblas.so)");
	check_str(of_kernel, "read_[k]");
	check_uint(frame_title_line(&kernel), 0);
}

CU_TestInfo frame_title_tests[] = {
	TEST(python_has_its_name_alone),
	TEST(others_have_their_label),
	CU_TEST_INFO_NULL,
};
