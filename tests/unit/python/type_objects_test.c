// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/type_objects.h"

#include "check.h"
#include "python_data.h"

static void a_type_is_told_by_its_form(void)
{
	struct python_data made;

	python_data_make(&made);
	uint64_t type = data_type(&made, 0, "collections.deque", 0);
	check_str(type_object_name(&made.data, type), "collections.deque");
	for (uint64_t at = 24; at < 312; at += 8)
		*data_word(&made, type + at) = DATA_CODE + at;
	check_str(type_object_name(&made.data, type), "collections.deque");
	check_null(type_object_name(&made.data, type - 8));
	check_null(type_object_name(&made.data, type + 8));
}

/* Every place that must be a function or nothing: Include/cpython/object.h. */
static void a_slot_that_is_no_function_tells_against_a_type(void)
{
	static const uint64_t functions[] = {24,  40,  48,  64,	 96,  104, 112, 120, 128, 160, 168,
					     176, 192, 200, 248, 256, 272, 280, 288, 296, 304};
	struct python_data made;

	python_data_make(&made);
	uint64_t type = data_type(&made, 0, "list", 0);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		*data_word(&made, type + functions[i]) = DATA_TEXTS;
		check_null(type_object_name(&made.data, type));
		*data_word(&made, type + functions[i]) = 0;
	}
	check_str(type_object_name(&made.data, type), "list");
	for (uint64_t at = 8; at <= 16; at += 8) {
		*data_word(&made, type + at) = DATA_WORDS_AT << 8;
		check_null(type_object_name(&made.data, type));
		*data_word(&made, type + at) = 0;
	}
	made.regions[2].size_bytes = type + 311 - DATA_WORDS_AT;
	check_null(type_object_name(&made.data, type));
}

static void a_module_is_told_by_its_form(void)
{
	struct python_data made;

	python_data_make(&made);
	uint64_t module = data_module(&made, "math", 0);
	check_str(module_def_name(&made.data, module), "math");
	for (uint64_t at = 40; at < 64; at += 8) {
		*data_word(&made, module + at) = DATA_CODE;
		check_str(module_def_name(&made.data, module), "math");
		*data_word(&made, module + at) = DATA_TEXTS;
		check_null(module_def_name(&made.data, module));
		*data_word(&made, module + at) = 0;
	}
	*data_word(&made, module + 8) = DATA_CODE;
	check_null(module_def_name(&made.data, module));
	*data_word(&made, module + 8) = 0;
	*data_word(&made, module + 16) = (uint64_t)-2;
	check_null(module_def_name(&made.data, module));
	*data_word(&made, module + 16) = DATA_WORDS_AT << 8;
	check_null(module_def_name(&made.data, module));
	*data_word(&made, module + 16) = 0;
	check_str(module_def_name(&made.data, module), "math");
	made.regions[2].size_bytes = module + 63 - DATA_WORDS_AT;
	check_null(module_def_name(&made.data, module));
}

static void a_spec_leads_to_its_slots(void)
{
	static const uint64_t slots[][2] = {{52, DATA_CODE}, {50 | 2 << 16, DATA_CODE + 1}};
	struct python_data made;
	uint64_t found = 42;

	python_data_make(&made);
	uint64_t array = data_slots(&made, slots, 2);
	uint64_t spec = data_spec(&made, "functools.partial", array);
	check_str(type_spec_name(&made.data, spec, &found), "functools.partial");
	check_uint(found, array);
	check_uint(type_slot_number(&made.data, array), 52);
	check_uint(type_slot_number(&made.data, array + 16), 50);
	check_uint(type_slot_number(&made.data, array + 32), 0);
	check_uint(type_slot_number(&made.data, DATA_TEXTS - 8), 0);
}

static void a_spec_without_slots_is_none(void)
{
	static const uint64_t slots[][2] = {{52, DATA_CODE}};
	struct python_data made;
	uint64_t found;

	python_data_make(&made);
	uint64_t array = data_slots(&made, slots, 1);
	uint64_t spec = data_spec(&made, "functools.partial", array),
		 *words = data_word(&made, spec);
	static const uint64_t no_slots[] = {0, DATA_CODE, DATA_WORDS_AT + 16, DATA_WORDS_AT + 4};
	for (size_t i = 0; i < sizeof(no_slots) / sizeof(*no_slots); i++) {
		words[3] = no_slots[i];
		check_null(type_spec_name(&made.data, spec, &found));
	}
	words[3] = array;
	words[1] = DATA_TEXTS << 8;
	check_null(type_spec_name(&made.data, spec, &found));
	words[1] = (uint64_t)DATA_TEXTS << 40;
	check_null(type_spec_name(&made.data, spec, &found));
	words[1] = (uint32_t)-40; /* since 3.12: so much more than the base */
	check_str(type_spec_name(&made.data, spec, &found), "functools.partial");
	static const uint64_t no_numbers[] = {0, 1ull << 32 | 52, 8 << 16 | 52, 256};
	for (size_t i = 0; i < sizeof(no_numbers) / sizeof(*no_numbers); i++) {
		*data_word(&made, array) = no_numbers[i];
		check_null(type_spec_name(&made.data, spec, &found));
	}
	*data_word(&made, array) = 52;
	words[2] = 1ull << 32;
	check_null(type_spec_name(&made.data, spec, &found));
}

static uint64_t slot_of(struct python_data *made, uint64_t type, const char *wanted)
{
	const char *name;
	uint64_t function, found = 0;

	for (unsigned int i = 0; (name = type_object_slot(&made->data, type, i, &function)); i++)
		if (!strcmp(name, wanted) && function)
			found = function;
	return found;
}

static void slots_are_read_where_the_type_has_them(void)
{
	struct python_data made;

	python_data_make(&made);
	uint64_t type = data_type(&made, 0, "X", 0);
	check_uint(slot_of(&made, type, "__call__"), 0);
	*data_word(&made, type + 104) = 1; /* tp_call */
	*data_word(&made, type + 200) = 2; /* tp_iternext */
	*data_word(&made, type + 272) = 3; /* tp_init */
	*data_word(&made, type + 288) = 4; /* tp_new */
	uint64_t number = *data_word(&made, type + 72) = data_words(&made, 36);
	uint64_t mapping = *data_word(&made, type + 88) = data_words(&made, 3);
	*data_word(&made, number + 40) = 5;  /* nb_power */
	*data_word(&made, number + 280) = 6; /* nb_inplace_matrix_multiply */
	*data_word(&made, mapping + 8) = 7;  /* mp_subscript */
	check_uint(slot_of(&made, type, "__call__"), 1);
	check_uint(slot_of(&made, type, "__next__"), 2);
	check_uint(slot_of(&made, type, "__init__"), 3);
	check_uint(slot_of(&made, type, "__new__"), 4);
	check_uint(slot_of(&made, type, "__pow__"), 5);
	check_uint(slot_of(&made, type, "__imatmul__"), 6);
	check_uint(slot_of(&made, type, "__getitem__"), 7);
	*data_word(&made, type + 72) = DATA_CODE;
	check_uint(slot_of(&made, type, "__pow__"), 0);
}

static void slots_are_named_by_number(void)
{
	check_str(type_slot_name(50), "__call__");
	check_str(type_slot_name(33), "__pow__");
	check_str(type_slot_name(63), "__next__");
	check_str(type_slot_name(65), "__new__");
	check_null(type_slot_name(64)); /* Py_tp_methods */
	check_null(type_slot_name(52)); /* Py_tp_dealloc */
	check_null(type_slot_name(0));
	check_null(type_slot_name(50 + 256));
}

CU_TestInfo type_objects_tests[] = {
	TEST(a_type_is_told_by_its_form),   TEST(a_slot_that_is_no_function_tells_against_a_type),
	TEST(a_module_is_told_by_its_form), TEST(a_spec_leads_to_its_slots),
	TEST(a_spec_without_slots_is_none), TEST(slots_are_read_where_the_type_has_them),
	TEST(slots_are_named_by_number),    CU_TEST_INFO_NULL,
};
