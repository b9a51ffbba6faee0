// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/functions.h"

#include <errno.h>

#include "check.h"
#include "memory.h"
#include "records.h"

struct place {
	struct functions functions;
	struct frames frames;
};

static int add(struct place *place, const struct function_facts *facts)
{
	struct records records = {0};

	put_function(&records, facts);
	int err =
		functions_add(&place->functions, (const void *)records.bytes.items, &place->frames);
	records_done(&records);
	return err;
}

static void place_done(struct place *place)
{
	functions_done(&place->functions);
	frames_done(&place->frames);
}

static const struct frame *frame_of(const struct place *place, uint64_t id)
{
	const struct function *function = functions_find(&place->functions, frame_word(id, 0));

	return function ? frames_get(&place->frames, function->frame) : NULL;
}

static void a_function_is_shown_by_its_qualified_name(void)
{
	struct function_facts facts = {.fingerprint = 5,
				       .first_line = 12,
				       .minor = 11,
				       .name = "run",
				       .qualname = "Task.run",
				       .file = "/src/a.py"};
	struct place place = {0};

	check_ok(add(&place, &facts));
	const struct frame *frame = frame_of(&place, 5);
	if (check_not_null(frame)) {
		check_str(frame->name, "Task.run");
		check_str(frame->short_name, "run");
		check_str(frame->file, "/src/a.py");
		check_uint(frame->first_line, 12);
		check_int(frame->kind, FRAME_PYTHON);
	}
	place_done(&place);
}

static void without_a_qualified_name_the_name_is_shown(void)
{
	struct function_facts facts = {.fingerprint = 5, .minor = 9, .name = "run"};
	struct place place = {0};

	check_ok(add(&place, &facts));
	const struct frame *frame = frame_of(&place, 5);
	if (check_not_null(frame)) {
		check_str(frame->name, "run");
		check_str(frame->short_name, "run");
	}
	place_done(&place);
}

static void a_word_finds_its_function_at_any_instruction(void)
{
	struct function_facts facts = {.fingerprint = FRAME_ID_MASK, .minor = 11, .name = "f"};
	struct place place = {0};
	const uint64_t word = frame_word(FRAME_ID_MASK, 0);

	check_null(functions_find(&place.functions, word));
	check_ok(add(&place, &facts));
	check_not_null(functions_find(&place.functions, word));
	check_not_null(functions_find(&place.functions, word | POSITION_UNKNOWN));
	check_null(functions_find(&place.functions, frame_word(FRAME_ID_MASK - 1, 0)));
	place_done(&place);
}

static void two_code_objects_of_one_function_share_its_frame(void)
{
	struct function_facts facts = {
		.fingerprint = 1, .first_line = 3, .minor = 12, .name = "f", .file = "a.py"};
	struct place place = {0};

	check_ok(add(&place, &facts));
	facts.fingerprint = 2;
	check_ok(add(&place, &facts));
	check_uint(place.functions.list.count, 2);
	check_true(frame_of(&place, 1) == frame_of(&place, 2));
	facts.fingerprint = 3;
	facts.first_line = 4;
	check_ok(add(&place, &facts));
	check_true(frame_of(&place, 1) != frame_of(&place, 3));
	place_done(&place);
}

/* A frame's word has 40 bits of the fingerprint: two that differ above them cannot be told apart.
 */
static void the_first_of_two_with_one_id_stays_and_the_collision_is_counted(void)
{
	struct function_facts facts = {.fingerprint = 7, .minor = 11, .name = "first"};
	struct place place = {0};

	check_ok(add(&place, &facts));
	check_ok(add(&place, &facts));
	check_uint(place.functions.collisions, 0);
	facts.fingerprint = 7 | 1ULL << FRAME_ID_BITS;
	facts.name = "second";
	check_ok(add(&place, &facts));
	check_uint(place.functions.collisions, 1);
	check_str(frame_of(&place, 7)->name, "first");
	place_done(&place);
}

static uint32_t line_at(const struct place *place, uint64_t id, uint32_t instruction)
{
	const uint64_t word = frame_word(id, instruction);

	return functions_line(&place->functions, functions_find(&place->functions, word), word);
}

/* Pairs: two units of code each, lines +1 and +10. The same bytes mean something else in 3.11. */
static void each_version_has_its_own_lines(void)
{
	static const uint8_t pairs[] = {4, 1, 4, 10};
	/* One entry: two units of code, no columns, line +2. */
	static const uint8_t locations[] = {0x80 | 13 << 3 | 1, 2 << 1};
	struct place place = {0};

	for (uint32_t minor = 9; minor <= 11; minor++) {
		struct function_facts facts = {
			.fingerprint = minor,
			.first_line = 100,
			.minor = minor,
			.name = "f",
			.table = minor == 11 ? locations : pairs,
			.table_bytes = minor == 11 ? sizeof(locations) : sizeof(pairs),
		};
		check_ok(add(&place, &facts));
	}
	check_uint(line_at(&place, 9, 0), 100);
	check_uint(line_at(&place, 9, 2), 101);
	check_uint(line_at(&place, 9, 4), 111);
	check_uint(line_at(&place, 10, 0), 101);
	check_uint(line_at(&place, 10, 3), 111);
	check_uint(line_at(&place, 10, 4), 0);
	check_uint(line_at(&place, 11, 1), 102);
	check_uint(line_at(&place, 11, 2), 0);
	place_done(&place);
}

static void a_function_without_a_table_has_its_first_line_only(void)
{
	struct function_facts facts = {.fingerprint = 1, .first_line = 8, .minor = 13, .name = "f"};
	struct place place = {0};
	const uint64_t not_begun = 1 << FRAME_ID_SHIFT;

	check_ok(add(&place, &facts));
	check_uint(line_at(&place, 1, 0), 0);
	check_uint(functions_line(&place.functions, functions_find(&place.functions, not_begun),
				  not_begun),
		   8);
	place_done(&place);
}

static void lack_of_memory_is_told(void)
{
	struct function_facts facts = {.fingerprint = 1,
				       .minor = 11,
				       .name = "f",
				       .file = "a.py",
				       .table = "\xe8\x02",
				       .table_bytes = 2};
	struct records records = {0};
	unsigned int nth = 1;

	put_function(&records, &facts);
	for (;; nth++) {
		struct place place = {0};
		memory_fail_at(nth);
		int err = functions_add(&place.functions, (const void *)records.bytes.items,
					&place.frames);
		if (!memory_failed()) {
			check_ok(err);
			place_done(&place);
			break;
		}
		check_int(err, -ENOMEM);
		check_null(frame_of(&place, 1));
		check_ok(add(&place, &facts));
		check_uint(line_at(&place, 1, 0), 1);
		place_done(&place);
	}
	check_true(nth > 5);
	records_done(&records);
}

CU_TestInfo functions_tests[] = {
	TEST(a_function_is_shown_by_its_qualified_name),
	TEST(without_a_qualified_name_the_name_is_shown),
	TEST(a_word_finds_its_function_at_any_instruction),
	TEST(two_code_objects_of_one_function_share_its_frame),
	TEST(the_first_of_two_with_one_id_stays_and_the_collision_is_counted),
	TEST(each_version_has_its_own_lines),
	TEST(a_function_without_a_table_has_its_first_line_only),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
