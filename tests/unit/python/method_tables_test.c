// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/method_tables.h"

#include <stdio.h>

#include "check.h"
#include "memory.h"
#include "python_data.h"

enum {
	MOST = 1000,
	F = DATA_CODE + 0x100, /* functions: F, F + 1 ... */
};

/* "owner.name" of each, those of slots with a star; an owner that is not known is a question mark.
 */
static const char *found_in(const struct python_data *made, size_t most)
{
	static char text[1024];
	struct named_functions found = {0};
	size_t used = 0;

	text[0] = '\0';
	check_int(method_tables_scan(&made->data, most, &found), 0);
	for (size_t i = 0; i < found.list.count; i++) {
		const struct named_function *function = &found.list.items[i];

		check_uint(function->order, i);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s.%s%s=%d",
					 i ? " " : "", function->owner ? function->owner : "?",
					 function->name, function->is_slot ? "*" : "",
					 (int)(function->vaddr - F));
	}
	vec_done(&found.list);
	return text;
}

static void tables_have_the_names_of_their_owners(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t list = data_method(&made, "sort", F);
	data_method(&made, "append", F + 1);
	data_end(&made);
	uint64_t math = data_method(&made, "sqrt", F + 2);
	data_end(&made);
	uint64_t partial = data_method(&made, "__reduce__", F + 3);
	data_end(&made);
	data_method(&made, "nobodys", F + 4);
	data_end(&made);
	data_type(&made, 0, "list", list);
	data_module(&made, "math", math);
	const uint64_t slots[][2] = {{52, F}, {64, partial}};
	data_spec(&made, "functools.partial", data_slots(&made, slots, 2));
	check_str(found_in(&made, MOST), "list.sort=0 list.append=1 math.sqrt=2 "
					 "functools.partial.__reduce__=3 ?.nobodys=4");
	check_str(found_in(&made, 3), "list.sort=0 list.append=1 math.sqrt=2");
}

static void an_entry_must_have_every_part(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t *words = data_word(&made, data_method(&made, "sort", F));
	check_str(found_in(&made, MOST), "?.sort=0");
	static const uint64_t wrong[][2] = {
		{0, 0},	    {0, DATA_CODE},  {0, DATA_TEXTS + 4},
		{1, 0},	    {1, DATA_TEXTS}, {2, 0},
		{2, 2},	    {2, 0x10},	     {2, 5},
		{2, 0x200}, {2, 0x400 | 4},  {2, 1ull << 32 | 4},
		{3, F},	    {3, 1},
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		uint64_t right = words[wrong[i][0]];

		words[wrong[i][0]] = wrong[i][1];
		if (!check_str(found_in(&made, MOST), ""))
			fprintf(stderr, "with word %d = %#llx\n", (int)wrong[i][0],
				(unsigned long long)wrong[i][1]);
		words[wrong[i][0]] = right;
	}
	words[3] = DATA_TEXTS;
	check_str(found_in(&made, MOST), "?.sort=0");
}

static void every_calling_convention_is_known(void)
{
	static const uint64_t conventions[] = {1,     3,    4,	  8,	0x80, 0x82,
					       0x282, 0x91, 0x14, 0x21, 0x43};
	static struct python_data made;

	python_data_make(&made);
	uint64_t *words = data_word(&made, data_method(&made, "sort", F));
	for (size_t i = 0; i < sizeof(conventions) / sizeof(*conventions); i++) {
		words[2] = conventions[i];
		/* METH_VARARGS and METH_FASTCALL exclude each other. */
		check_str(found_in(&made, MOST), conventions[i] == 0x91 ? "" : "?.sort=0");
	}
}

static void constants_have_no_tables(void)
{
	static struct python_data made;

	python_data_make(&made);
	data_method(&made, "sort", F);
	made.regions[2].copy = NULL;
	check_str(found_in(&made, MOST), "");
}

static void single_entries_before_a_table_are_not_the_owners(void)
{
	static struct python_data made;

	python_data_make(&made);
	data_method(&made, "strict_errors", F);
	uint64_t codecs = data_method(&made, "encode", F + 1);
	data_method(&made, "decode", F + 2);
	data_end(&made);
	data_module(&made, "_codecs", codecs);
	check_str(found_in(&made, MOST), "?.strict_errors=0 _codecs.encode=1 _codecs.decode=2");
}

static void shared_tables_have_no_owner(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t both = data_method(&made, "read", F);
	data_end(&made);
	uint64_t module = data_method(&made, "lookup", F + 1);
	uint64_t type = data_method(&made, "name", F + 2);
	data_end(&made);
	data_type(&made, 0, "A", both);
	data_type(&made, 0, "B", both);
	data_module(&made, "unicodedata", module);
	data_type(&made, 0, "unicodedata.UCD", type);
	check_str(found_in(&made, MOST), "?.read=0 unicodedata.lookup=1 ?.name=2");
}

static void slots_follow_the_methods(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t methods = data_method(&made, "sort", F);
	data_end(&made);
	uint64_t list = data_type(&made, 0, "list", methods);
	*data_word(&made, list + 104) = F + 1;	    /* tp_call */
	*data_word(&made, list + 112) = DATA_TEXTS; /* tp_str: then it is no type */
	check_str(found_in(&made, MOST), "?.sort=0");
	*data_word(&made, list + 112) = 0;
	check_str(found_in(&made, MOST), "list.sort=0 list.__call__*=1");
	check_str(found_in(&made, 1), "list.sort=0");
	const uint64_t slots[][2] = {{63, F + 2}, {52, F + 3}, {0, 0}, {50, F + 4}};
	data_spec(&made, "m.Iterator", data_slots(&made, slots, 4));
	check_str(found_in(&made, MOST), "list.sort=0 list.__call__*=1 m.Iterator.__next__*=2");
}

static void functions_that_stand_elsewhere_are_not_of_the_type(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t methods = data_method(&made, "sort", F);
	data_end(&made);
	uint64_t list = data_type(&made, 0, "list", methods);
	*data_word(&made, list + 104) = F + 1;
	*data_word(&made, list + 64) = *data_word(&made, list + 112) = F + 2; /* tp_repr, tp_str */
	*data_word(&made, data_words(&made, 1)) = F + 1;
	check_str(found_in(&made, MOST),
		  "list.sort=0 ?.__call__*=1 list.__repr__*=2 list.__str__*=2");
}

static void types_without_methods_are_found_by_their_type(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t mro = data_method(&made, "mro", F);
	data_end(&made);
	uint64_t type = data_type(&made, 0, "type", mro);
	*data_word(&made, type - 16) = type - 24;
	*data_word(&made, type + 104) = F + 1; /* type.__call__: that is everybody's */
	uint64_t map = data_type(&made, type - 24, "map", 0);
	*data_word(&made, map + 200) = F + 2;
	uint64_t other = data_type(&made, type - 16, "other", 0);
	*data_word(&made, other + 200) = F + 3;
	check_str(found_in(&made, MOST), "type.mro=0 map.__next__*=2");
}

static void running_out_of_memory_is_told(void)
{
	static struct python_data made;

	python_data_make(&made);
	uint64_t methods = data_method(&made, "sort", F);
	data_end(&made);
	*data_word(&made, data_type(&made, 0, "list", methods) + 104) = F + 1;
	for (unsigned int nth = 1;; nth++) {
		struct named_functions found = {0};

		memory_fail_at(nth);
		int err = method_tables_scan(&made.data, MOST, &found);
		bool failed = memory_failed();
		vec_done(&found.list);
		check_int(err, failed ? -ENOMEM : 0);
		if (!failed)
			break;
	}
}

CU_TestInfo method_tables_tests[] = {
	TEST(tables_have_the_names_of_their_owners),
	TEST(an_entry_must_have_every_part),
	TEST(every_calling_convention_is_known),
	TEST(constants_have_no_tables),
	TEST(single_entries_before_a_table_are_not_the_owners),
	TEST(shared_tables_have_no_owner),
	TEST(slots_follow_the_methods),
	TEST(functions_that_stand_elsewhere_are_not_of_the_type),
	TEST(types_without_methods_are_found_by_their_type),
	TEST(running_out_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
