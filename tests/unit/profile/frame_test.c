// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/frame.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "memory.h"

static const struct frame python = {
	.kind = FRAME_PYTHON,
	.first_line = 12,
	.name = "Model.fit",
	.short_name = "fit",
	.file = "/srv/model.py",
};

static void equal_frames_share_one_id(void)
{
	CLEANUP(frames_done) struct frames frames = {0};
	char name[] = "Model.fit", file[] = "/srv/model.py";
	struct frame twin = python;

	twin.name = name;
	twin.file = file;
	check_int(frames_intern(&frames, &python), 0);
	check_int(frames_add(&frames, FRAME_KERNEL, "schedule"), 1);
	check_int(frames_intern(&frames, &twin), 0);
	check_int(frames_add(&frames, FRAME_KERNEL, "schedule"), 1);
	check_uint(frames.list.count, 2);
}

static void every_field_tells_frames_apart(void)
{
	CLEANUP(frames_done) struct frames frames = {0};
	struct frame other[5] = {python, python, python, python, python};

	other[0].kind = FRAME_JIT;
	other[1].first_line++;
	other[2].name = "Model.refit";
	other[3].short_name = "refit";
	other[4].file = "/srv/other.py";
	check_int(frames_intern(&frames, &python), 0);
	for (int i = 0; i < 5; i++)
		check_int(frames_intern(&frames, &other[i]), i + 1);
}

static void a_frame_keeps_its_own_texts(void)
{
	CLEANUP(frames_done) struct frames frames = {0};
	char name[] = "work", file[] = "a.py";

	check_int(frames_intern(&frames, &(struct frame){.kind = FRAME_PYTHON,
							 .first_line = 3,
							 .name = name,
							 .short_name = name,
							 .file = file}),
		  0);
	memset(name, 'x', 4);
	memset(file, 'x', 4);
	const struct frame *kept = frames_get(&frames, 0);
	check_int(kept->kind, FRAME_PYTHON);
	check_uint(kept->first_line, 3);
	check_str(kept->name, "work");
	check_true(kept->short_name == kept->name);
	check_str(kept->file, "a.py");
}

static void ten_thousand_frames_are_all_found_again(void)
{
	enum {
		FRAMES = 10000
	};
	CLEANUP(frames_done) struct frames frames = {0};
	struct frame frame = python;
	int wrong = 0;

	for (int round = 0; round < 2; round++)
		for (uint32_t line = 0; line < FRAMES; line++) {
			frame.first_line = line;
			wrong += frames_intern(&frames, &frame) != (int64_t)line;
		}
	check_int(wrong, 0);
	check_uint(frames.list.count, FRAMES);
}

static void a_name_alone_has_an_empty_file(void)
{
	CLEANUP(frames_done) struct frames frames = {0};

	check_int(frames_add(&frames, FRAME_MARKER, "[truncated]"), 0);
	const struct frame *marker = frames_get(&frames, 0);
	check_str(marker->name, "[truncated]");
	check_str(marker->short_name, "[truncated]");
	check_str(marker->file, "");
	check_uint(marker->first_line, 0);
}

static void check_label(struct frame frame, const char *expected)
{
	CLEANUP(freep) char *label = frame_label(&frame);

	check_str(label, expected);
}

static void labels_are_those_of_the_folded_format(void)
{
	check_label(python, "Model.fit (/srv/model.py:12)");
	check_label((struct frame){.kind = FRAME_NATIVE, .name = "dgemm", .file = "libblas.so.3"},
		    "dgemm (libblas.so.3)");
	check_label((struct frame){.kind = FRAME_NATIVE, .name = "main", .file = ""}, "main");
	check_label((struct frame){.kind = FRAME_INLINED, .name = "axpy", .file = "libblas.so.3"},
		    "axpy (libblas.so.3)_[i]");
	check_label((struct frame){.kind = FRAME_INLINED, .name = "axpy", .file = ""}, "axpy_[i]");
	check_label((struct frame){.kind = FRAME_BUILTIN, .name = "list.sort", .file = ""},
		    "list.sort");
	check_label((struct frame){.kind = FRAME_KERNEL, .name = "do_idle", .file = ""},
		    "do_idle_[k]");
	check_label((struct frame){.kind = FRAME_JIT, .name = "LuaJIT", .file = ""}, "LuaJIT_[j]");
	check_label((struct frame){.kind = FRAME_GAP, .name = "[no unwind info: a.so]", .file = ""},
		    "[no unwind info: a.so]");
	check_label((struct frame){.kind = FRAME_PROCESS, .name = "python3", .file = ""},
		    "python3");
	check_label((struct frame){.kind = FRAME_MARKER, .name = "[gc gen 2]", .file = ""},
		    "[gc gen 2]");
}

static void without_memory_nothing_is_added_and_ids_stay_unique(void)
{
	CLEANUP(frames_done) struct frames frames = {0};
	unsigned int nth = 1;

	for (;; nth++) {
		memory_fail_at(nth);
		int64_t id = frames_intern(&frames, &python);
		if (!memory_failed())
			break;
		check_int(id, -ENOMEM);
		check_uint(frames.list.count, 0);
	}
	check_true(nth > 1);
	check_int(frames_intern(&frames, &python), 0);
	check_uint(frames.list.count, 1);
}

CU_TestInfo frame_tests[] = {
	TEST(equal_frames_share_one_id),
	TEST(every_field_tells_frames_apart),
	TEST(a_frame_keeps_its_own_texts),
	TEST(ten_thousand_frames_are_all_found_again),
	TEST(a_name_alone_has_an_empty_file),
	TEST(labels_are_those_of_the_folded_format),
	TEST(without_memory_nothing_is_added_and_ids_stay_unique),
	CU_TEST_INFO_NULL,
};
