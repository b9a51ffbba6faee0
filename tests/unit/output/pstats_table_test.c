// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/pstats_table.h"

#include "base/cleanup.h"
#include "check.h"
#include "pstats_stacks.h"

struct stack {
	const char *words;
	uint64_t count;
};

/* The table of the stacks (ended by one without words). pstats_table_done() is due. */
static bool make(struct pstats_table *table, bool native, const struct stack *stacks)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	if (!check_not_null(profile))
		return false;
	profile->facts.pstats_native = native;
	for (; stacks->words; stacks++)
		if (!check_ok(stack_add(profile, stacks->words, stacks->count)))
			return false;
	return check_ok(pstats_table_make(table, profile, "<root>"));
}

#define MAKE(table, ...)	make(table, false, (const struct stack[]){__VA_ARGS__, {0}})
#define MAKE_NATIVE(table, ...) make(table, true, (const struct stack[]){__VA_ARGS__, {0}})

/* The function with this name, or -1. */
static int64_t find(const struct pstats_table *table, const char *name)
{
	for (size_t i = 0; i < table->functions.count; i++)
		if (!strcmp(table->functions.items[i].name, name))
			return (int64_t)i;
	return -1;
}

static void expect_cost(const struct pstats_cost *cost, uint64_t self, uint64_t total)
{
	check_uint(cost->self, self);
	check_uint(cost->total, total);
	check_uint(cost->on_path, 0);
}

static void expect_function(const struct pstats_table *table, const char *name, uint64_t self,
			    uint64_t total)
{
	int64_t index = find(table, name);

	if (check_(CHECK_HERE(name), index >= 0, "%s: no such function", name))
		expect_cost(&table->functions.items[index].cost, self, total);
}

static const struct pstats_call *find_call(const struct pstats_table *table, const char *caller,
					   const char *callee)
{
	int64_t from = find(table, caller), to = find(table, callee);

	if (from < 0 || to < 0)
		return NULL;
	for (uint32_t i = table->functions.items[to].first_call; i;
	     i = table->calls.items[i].next_call)
		if (table->calls.items[i].caller == from)
			return &table->calls.items[i];
	return NULL;
}

static void expect_call(const struct pstats_table *table, const char *caller, const char *callee,
			uint64_t self, uint64_t total)
{
	const struct pstats_call *call = find_call(table, caller, callee);

	if (check_(CHECK_HERE(callee), call != NULL, "%s: not called by %s", callee, caller))
		expect_cost(&call->cost, self, total);
}

static void no_samples_leave_the_root_alone(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {NULL, 0}))
		return;
	check_uint(table.functions.count, 1);
	check_str(table.functions.items[0].file, "~");
	check_uint(table.functions.items[0].first_line, 0);
	expect_function(&table, "<root>", 0, 0);
	check_uint(table.functions.items[0].first_call, 0);
}

static void samples_without_any_function_are_the_roots_own(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"", 2}, {"kernel:swapper", 3}, {"f", 4}))
		return;
	check_uint(table.functions.count, 2);
	expect_function(&table, "<root>", 5, 9);
	expect_call(&table, "<root>", "f", 4, 4);
}

static void samples_add_up_along_the_stack(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"main f g", 3}, {"main g", 4}, {"main", 5}))
		return;
	expect_function(&table, "<root>", 0, 12);
	expect_function(&table, "main", 5, 12);
	expect_function(&table, "f", 0, 3);
	expect_function(&table, "g", 7, 7);
	expect_call(&table, "f", "g", 3, 3);
	expect_call(&table, "main", "g", 4, 4);
	expect_call(&table, "main", "f", 0, 3);
	expect_call(&table, "<root>", "main", 5, 12);
}

static void recursion_counts_once_a_stack(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"main f f f", 10}, {"main f", 1}))
		return;
	expect_function(&table, "f", 11, 11);
	expect_call(&table, "main", "f", 1, 11);
	expect_call(&table, "f", "f", 10, 10);
}

static void mutual_recursion_counts_each_pair_once_a_stack(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"main f g f g f", 10}))
		return;
	expect_function(&table, "f", 10, 10);
	expect_function(&table, "g", 0, 10);
	expect_call(&table, "main", "f", 0, 10);
	expect_call(&table, "f", "g", 0, 10);
	expect_call(&table, "g", "f", 10, 10);
}

static void a_function_left_and_entered_again_counts_again(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"main f g", 1}, {"main h f", 2}, {"f", 4}))
		return;
	expect_function(&table, "f", 6, 7);
}

static void frames_with_one_key_are_one_function(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	/* Two lambdas of one line, say: their qualnames differ, pstats cannot see it. */
	if (!MAKE(&table, {"main a.f@7 b.f@7 g", 3}, {"main b.f@7", 4}))
		return;
	check_uint(table.functions.count, 4);
	expect_function(&table, "f", 4, 7);
	expect_call(&table, "main", "f", 4, 7);
	expect_call(&table, "f", "f", 0, 3);
	expect_call(&table, "f", "g", 3, 3);
}

static void methods_of_one_name_differ_by_line(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"A.__init__@10", 3}, {"B.__init__@20", 4}))
		return;
	check_uint(table.functions.count, 3);
	check_str(table.functions.items[1].name, "__init__");
	check_str(table.functions.items[2].name, "__init__");
	check_uint(table.functions.items[1].first_line + table.functions.items[2].first_line, 30);
}

static void machine_code_belongs_to_its_python_caller(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"main native:call jit:loop f native:dgemm kernel:fault", 3},
		  {"main native:call", 4}, {"f native:call f", 5}))
		return;
	check_uint(table.functions.count, 3);
	expect_function(&table, "main", 4, 7);
	expect_function(&table, "f", 8, 8);
	expect_call(&table, "main", "f", 3, 3);
	expect_call(&table, "f", "f", 5, 5);
	expect_call(&table, "<root>", "main", 4, 7);
}

static void every_kind_of_machine_code_belongs_to_its_python_caller(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"f gap:[no_info] native:a", 1}, {"f native:a inlined:b", 2},
		  {"f builtin:list.sort", 4}, {"f jit:c", 8}, {"f builtin:sum g kernel:d", 16}))
		return;
	check_uint(table.functions.count, 3);
	expect_function(&table, "f", 15, 31);
	expect_call(&table, "f", "g", 16, 16);
}

static void machine_code_can_have_functions_of_its_own(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE_NATIVE(&table, {"main builtin:list.sort f native:dgemm kernel:fault", 3},
			 {"main jit:loop native:dgemm", 4}, {"f gap:[no_info] native:dgemm", 5}))
		return;
	expect_function(&table, "main", 0, 7);
	expect_function(&table, "f", 0, 8);
	expect_function(&table, "<built-in method list.sort>", 0, 3);
	expect_function(&table, "<dgemm>", 9, 12);
	expect_function(&table, "<fault_[k]>", 3, 3);
	expect_function(&table, "<loop_[j]>", 0, 4);
	expect_call(&table, "<built-in method list.sort>", "f", 0, 3);
	expect_call(&table, "<[no_info]>", "<dgemm>", 5, 5);
	int64_t index = find(&table, "<built-in method list.sort>");
	check_str(table.functions.items[index].file, "~");
	check_uint(table.functions.items[index].first_line, 0);
}

static void threads_without_python_can_have_functions_of_their_own(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE_NATIVE(&table, {"process:cc1 thread:cc1 native:main native:parse", 3},
			 {"kernel:swapper", 4}))
		return;
	expect_function(&table, "<root>", 0, 7);
	expect_function(&table, "<process cc1>", 0, 3);
	expect_function(&table, "<parse>", 3, 3);
	expect_call(&table, "<thread cc1>", "<main>", 0, 3);
	expect_call(&table, "<root>", "<swapper_[k]>", 4, 4);
}

/* One symbol in two libraries is two functions; the label tells them apart. */
static void native_functions_are_told_apart_by_library(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	struct frame frame = {
		.kind = FRAME_NATIVE, .name = "init", .short_name = "init", .file = "liba.so"};

	if (!check_not_null(profile))
		return;
	profile->facts.pstats_native = true;
	for (uint64_t count = 1; count <= 2; count++) {
		uint32_t id = (uint32_t)frames_intern(&profile->frames, &frame);
		check_ok(profile_add(profile, &id, 1, 0, count));
		frame.file = "libb.so.1";
	}
	check_ok(pstats_table_make(&table, profile, "<root>"));
	expect_function(&table, "<init (liba.so)>", 1, 1);
	expect_function(&table, "<init (libb.so.1)>", 2, 2);
}

static void processes_threads_and_markers_are_named_as_builtins_are(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"process:python thread:worker marker:[truncated] f", 3},
		  {"process:cc1 native:main", 4}))
		return;
	expect_function(&table, "<process python>", 0, 3);
	expect_function(&table, "<thread worker>", 0, 3);
	expect_function(&table, "<[truncated]>", 0, 3);
	expect_function(&table, "<process cc1>", 4, 4);
	expect_call(&table, "<process python>", "<thread worker>", 0, 3);
	expect_call(&table, "<[truncated]>", "f", 3, 3);
	int64_t thread = find(&table, "<thread worker>");
	check_str(table.functions.items[thread].file, "~");
	check_uint(table.functions.items[thread].first_line, 0);
}

static void names_that_differ_in_bad_bytes_only_are_one_key(void)
{
	CLEANUP(pstats_table_done) struct pstats_table table = {0};

	if (!MAKE(&table, {"f\xff", 3}, {"f\xfe", 4}, {"f\xed\xb2\x80", 5}))
		return;
	check_uint(table.functions.count, 3);
	expect_function(&table, "f\ufffd", 7, 7);
	expect_function(&table, "f\xed\xb2\x80", 5, 5);
}

/* Recursion of C code here, or a look at all ancestors of each node, would not come to an end. */
static void a_very_deep_stack_is_no_problem(void)
{
	enum {
		DEPTH = 400000
	};
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	CLEANUP(freep) uint32_t *frames = calloc(DEPTH, sizeof(*frames));
	char even[] = "even", odd[] = "odd";

	if (!check_not_null(profile) || !check_not_null(frames))
		return;
	int64_t ids[] = {stack_frame(profile, even), stack_frame(profile, odd)};
	for (size_t i = 0; i < DEPTH; i++)
		frames[i] = (uint32_t)ids[i % 2];
	check_ok(profile_add(profile, frames, DEPTH, 0, 3));
	check_ok(pstats_table_make(&table, profile, "<root>"));
	expect_function(&table, "even", 0, 3);
	expect_function(&table, "odd", 3, 3);
	expect_call(&table, "odd", "even", 0, 3);
	expect_call(&table, "even", "odd", 3, 3);
}

enum {
	NAMES = 6,
	STACKS = 300,
	WORDS = 12
};
static const char *const random_words[NAMES + 2] = {
	"process:p", "a.f", "b.f", "g", "h", "marker:[m]", "native:n", "kernel:k",
};
static const int random_keys[NAMES + 2] = {1, 2, 2, 3, 4, 5, -1, -1};
static const char *const random_names[NAMES] = {"<root>", "<process p>", "f", "g", "h", "<[m]>"};

/* The same numbers the slow way: sets of functions and pairs for each stack. */
struct tally {
	struct pstats_cost function[NAMES], call[NAMES][NAMES];
};

static void tally_stack(struct tally *tally, const int *keys, size_t depth, uint64_t count)
{
	bool seen[NAMES] = {false}, called[NAMES][NAMES] = {{false}};
	int at = 0, caller = -1;

	seen[0] = true;
	for (size_t i = 0; i < depth; i++) {
		if (keys[i] < 0)
			continue;
		caller = at;
		at = keys[i];
		seen[at] = called[caller][at] = true;
	}
	tally->function[at].self += count;
	if (caller >= 0)
		tally->call[caller][at].self += count;
	for (int i = 0; i < NAMES; i++) {
		tally->function[i].total += seen[i] ? count : 0;
		for (int j = 0; j < NAMES; j++)
			tally->call[i][j].total += called[i][j] ? count : 0;
	}
}

static void add_random_stack(struct profile *profile, struct tally *tally, uint64_t *state)
{
	char words[256] = "";
	int keys[WORDS];
	size_t depth = 0, used = 0;

	for (size_t i = 0; i < WORDS; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		size_t pick = *state >> 33 & 15;
		if (pick >= NAMES + 2)
			continue;
		used += (size_t)sprintf(words + used, "%s ", random_words[pick]);
		keys[depth++] = random_keys[pick];
	}
	uint64_t count = 1 + (*state >> 40 & 7);
	check_ok(stack_add(profile, words, count));
	tally_stack(tally, keys, depth, count);
}

static void any_stacks_give_what_counting_each_of_them_gives(void)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	CLEANUP(pstats_table_done) struct pstats_table table = {0};
	struct tally tally = {0};
	uint64_t state = 1, self = 0;

	if (!check_not_null(profile))
		return;
	for (int i = 0; i < STACKS; i++)
		add_random_stack(profile, &tally, &state);
	check_ok(pstats_table_make(&table, profile, "<root>"));
	check_uint(table.functions.count, NAMES);
	for (int i = 0; i < NAMES; i++) {
		self += tally.function[i].self;
		expect_function(&table, random_names[i], tally.function[i].self,
				tally.function[i].total);
		for (int j = 0; j < NAMES; j++)
			if (tally.call[i][j].total)
				expect_call(&table, random_names[i], random_names[j],
					    tally.call[i][j].self, tally.call[i][j].total);
			else
				check_null(find_call(&table, random_names[i], random_names[j]));
	}
	check_uint(self, profile_total(profile));
	check_uint(table.functions.items[0].cost.total, profile_total(profile));
}

CU_TestInfo pstats_table_tests[] = {
	TEST(no_samples_leave_the_root_alone),
	TEST(samples_without_any_function_are_the_roots_own),
	TEST(samples_add_up_along_the_stack),
	TEST(recursion_counts_once_a_stack),
	TEST(mutual_recursion_counts_each_pair_once_a_stack),
	TEST(a_function_left_and_entered_again_counts_again),
	TEST(frames_with_one_key_are_one_function),
	TEST(methods_of_one_name_differ_by_line),
	TEST(machine_code_belongs_to_its_python_caller),
	TEST(every_kind_of_machine_code_belongs_to_its_python_caller),
	TEST(machine_code_can_have_functions_of_its_own),
	TEST(threads_without_python_can_have_functions_of_their_own),
	TEST(native_functions_are_told_apart_by_library),
	TEST(processes_threads_and_markers_are_named_as_builtins_are),
	TEST(names_that_differ_in_bad_bytes_only_are_one_key),
	TEST(a_very_deep_stack_is_no_problem),
	TEST(any_stacks_give_what_counting_each_of_them_gives),
	CU_TEST_INFO_NULL,
};
