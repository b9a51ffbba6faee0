// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/tree.h"

#include "recording/format.h"
#include "symbol/resolved.h"
#include "symbol/stack_filter.h"
#include "symbol/words.h"
#include "synthetic_recording.h"

/* Two threads of one process: main() at two of its lines, and work() under it. */
static void put_run(struct records *records)
{
	const uint64_t first[] = {frame_word(MAIN, 0)}, second[] = {frame_word(MAIN, 1)},
		       deep[] = {frame_word(WORK, 0), frame_word(MAIN, 0)};

	put_program(records);
	put_fork(records, 7, 7, 8, "loader");
	put_stack(records, 7, 7, 100, STACK_COMPLETE, 1, first);
	put_stack(records, 7, 7, 101, STACK_COMPLETE, 1, second);
	put_stack(records, 7, 8, 102, STACK_COMPLETE, 2, deep);
	put_sample(records, 7, 8, 100)->weight = 3;
}

static uint64_t detail_at(const struct profile *profile, uint32_t parent, const char *label)
{
	const struct profile_node *nodes = profile->detail->nodes.items;

	for (uint32_t i = nodes[parent].first_child; i; i = nodes[i].next_sibling) {
		char *found = frame_label(frames_get(&profile->frames, nodes[i].frame));
		bool is_it = !strcmp(found, label);
		free(found);
		if (is_it)
			return i;
	}
	return 0;
}

static void the_detail_is_by_thread_and_by_line(void)
{
	struct records records = {0};

	put_run(&records);
	struct profile *profile = viewed(&records, (struct resolver_view){.detail = true});
	check_uint(self_at(profile, "python3/main"), 5);
	check_uint(profile->nodes.items[PROFILE_ROOT].total, 6);
	check_true(profile->detail != NULL);
	const struct profile_node *nodes = profile->detail->nodes.items;
	check_uint(nodes[PROFILE_ROOT].total, 6);
	uint32_t process = (uint32_t)detail_at(profile, PROFILE_ROOT, "python3");
	uint32_t first = (uint32_t)detail_at(profile, process, "python3 (7)");
	uint32_t second = (uint32_t)detail_at(profile, process, "loader (8)");
	check_uint(nodes[detail_at(profile, first, "main (x.py:11)")].self, 1);
	check_uint(nodes[detail_at(profile, first, "main (x.py:12)")].self, 1);
	uint32_t line = (uint32_t)detail_at(profile, second, "main (x.py:11)");
	check_uint(nodes[line].self, 3);
	check_uint(nodes[line].total, 4);
	check_uint(nodes[detail_at(profile, line, "work (x.py:21)")].self, 1);
	profile_free(profile);
}

static void a_tree_can_be_by_line(void)
{
	struct records records = {0};

	put_run(&records);
	struct profile *profile = viewed(&records, (struct resolver_view){.by_line = true});
	const struct profile_node *process = node_at(profile, "python3");
	uint32_t lines = 0;
	for (uint32_t i = process->first_child; i; i = profile->nodes.items[i].next_sibling)
		lines += frames_get(&profile->frames, profile->nodes.items[i].frame)->line;
	check_uint(lines, 11 + 12);
	check_true(profile->facts.by_line);
	profile_free(profile);
}

static void samples_stand_in_their_order(void)
{
	struct records records = {0};

	put_run(&records);
	struct profile *profile = viewed(&records, (struct resolver_view){.timeline = true});
	check_uint(profile->samples.count, 4);
	check_uint(profile->threads.count, 2);
	uint64_t weight = 0;
	for (size_t i = 0; i < profile->samples.count; i++) {
		const struct profile_sample *sample = &profile->samples.items[i];
		weight += sample->weight;
		check_true(!i || sample->time_ns >= sample[-1].time_ns);
		check_true(profile->nodes.items[sample->node].self);
	}
	check_uint(weight, 6);
	const struct profile_sample *last = &profile->samples.items[3];
	check_uint(last->weight, 3);
	check_uint(profile->threads.items[last->thread].tid, 8);
	check_str(profile->threads.items[last->thread].name, "loader");
	check_str(profile->threads.items[last->thread].process, "python3");
	profile_free(profile);
}

static uint64_t shown(struct stack_patterns patterns, uint64_t *filtered)
{
	struct records records = {0};
	struct stack_filter filter = {0};

	put_run(&records);
	check_ok(stack_filter_init(&filter, &patterns));
	struct profile *profile =
		viewed(&records, (struct resolver_view){.timeline = true, .filter = &filter});
	uint64_t total = profile_total(profile), in_time = 0;
	for (size_t i = 0; i < profile->samples.count; i++)
		in_time += profile->samples.items[i].weight;
	check_uint(in_time, total);
	check_uint(profile->facts.received, 6);
	*filtered = profile->facts.filtered;
	profile_free(profile);
	stack_filter_done(&filter);
	return total;
}

static void what_is_filtered_out_is_counted(void)
{
	uint64_t filtered;

	check_uint(shown((struct stack_patterns){0}, &filtered), 6);
	check_uint(filtered, 0);
	check_uint(shown((struct stack_patterns){.include = "work"}, &filtered), 1);
	check_uint(filtered, 5);
	check_uint(shown((struct stack_patterns){.exclude = "work"}, &filtered), 5);
	check_uint(filtered, 1);
	check_uint(shown((struct stack_patterns){.thread = "loader"}, &filtered), 4);
	check_uint(filtered, 2);
	check_uint(shown((struct stack_patterns){.process = "^7$"}, &filtered), 6);
	check_uint(shown((struct stack_patterns){.process = "8"}, &filtered), 0);
}

static void the_beginning_can_be_skipped(void)
{
	struct records records = {0};

	/* The nth record has the time n s: the first is the beginning, the last one a sample. */
	put_run(&records);
	uint64_t last_s = records.count - 1;
	struct profile *profile =
		viewed(&records, (struct resolver_view){.skip_ns = last_s * 1000000000});
	check_uint(profile_total(profile), 3);
	check_uint(profile->facts.filtered, 3);
	check_uint(profile->facts.received, 6);
	profile_free(profile);
}

enum {
	SAMPLES = 20000,
	STACKS = 2000,
	DEPTH = 60
};

/* What the leaves of the records say: samples by the number in a function's name. */
struct leaves {
	struct map64 of_stack; /* hash -> word of its leaf */
	struct map64 samples;  /* word -> samples */
};

static void count_leaf(struct leaves *leaves, const struct record *record)
{
	const struct stack_record *stack = (const void *)record;
	uint64_t word = 0;

	if (record->kind == RECORD_STACK) {
		/* the interpreter's own frames are not shown: then Python's is the leaf */
		bool native = word_kind(stack->frames[stack->depth]) == FRAME_WORD_NATIVE &&
			      stack->native_depth > 2;
		word = native ? stack->frames[stack->depth]
			      : stack->frames[0] >> FRAME_ID_SHIFT << FRAME_ID_SHIFT;
		check_ok(map64_put(&leaves->of_stack, stack->stack, word));
	} else if (record->kind != RECORD_SAMPLE ||
		   !map64_get(&leaves->of_stack, ((const struct sample_record *)record)->stack,
			      &word)) {
		return;
	}
	check_ok(map64_add(&leaves->samples, word, 1));
}

/* The profile of a made-up recording, and its leaves as its records have them. */
static struct profile *profile_of_large_run(struct resolver_view view, struct leaves *leaves)
{
	const struct synthetic_size size = {SAMPLES, STACKS, DEPTH};
	CLEANUP(resolver_freep) struct resolver *resolver = resolver_new(&view);
	CLEANUP(fclosep) FILE *stream = tmpfile();
	struct recording_reader reader;
	struct profile *profile = NULL;
	const struct record *record;

	check_ok(synthetic_recording_write(fileno(stream), &size));
	rewind(stream);
	check_ok(recording_reader_init(&reader, stream));
	while ((record = recording_read(&reader))) {
		check_true(record_fits(record));
		check_ok(resolver_feed(resolver, record));
		count_leaf(leaves, record);
	}
	check_true(!reader.damaged);
	recording_reader_done(&reader);
	check_ok(resolver_finish(resolver, &profile));
	return profile;
}

static void check_sums(const struct profile *tree, uint32_t *by_count, const struct frames *frames)
{
	CLEANUP(freep) uint64_t *selfs = calloc(frames->list.count + 1, sizeof(*selfs));
	uint64_t wrong = 0, self = 0;

	for (uint32_t i = 0; i < tree->nodes.count; i++) {
		const struct profile_node *node = &tree->nodes.items[i];
		uint64_t below = node->self;
		for (uint32_t child = node->first_child; child;
		     child = tree->nodes.items[child].next_sibling) {
			below += tree->nodes.items[child].total;
			wrong += tree->nodes.items[child].parent != i;
		}
		wrong += below != node->total;
		self += node->self;
		selfs[node->frame] += node->self;
	}
	check_uint(wrong, 0);
	check_uint(self, SAMPLES);
	check_uint(profile_total(tree), SAMPLES);
	for (size_t i = 0; i < frames->list.count; i++)
		if (selfs[i])
			by_count[selfs[i] % 64]++;
}

/* Functions by how many samples have them as their leaf: from the records, from each tree. */
static void a_large_run_is_counted_to_the_sample(void)
{
	const struct map64_entry *entry;
	struct leaves leaves = {0};
	uint32_t expected[64] = {0}, tree[64] = {0}, detail[64] = {0};
	struct profile *profile =
		profile_of_large_run((struct resolver_view){.detail = true}, &leaves);

	for (size_t at = 0; (entry = map64_next(&leaves.samples, &at));)
		expected[entry->value % 64]++;
	check_uint(leaves.of_stack.count, STACKS);
	check_sums(profile, tree, &profile->frames);
	check_sums(profile->detail, detail, &profile->frames);
	check_true(!memcmp(tree, expected, sizeof(tree)));
	check_true(!memcmp(detail, expected, sizeof(detail)));
	/* Linear: a new stack returns from some 5 calls and makes as many. */
	check_true(profile->nodes.count > STACKS && profile->nodes.count < 10 * STACKS);
	map64_done(&leaves.of_stack);
	map64_done(&leaves.samples);
	profile_free(profile);
}

CU_TestInfo tree_tests[] = {
	TEST(the_detail_is_by_thread_and_by_line),
	TEST(a_tree_can_be_by_line),
	TEST(samples_stand_in_their_order),
	TEST(what_is_filtered_out_is_counted),
	TEST(the_beginning_can_be_skipped),
	TEST(a_large_run_is_counted_to_the_sample),
	CU_TEST_INFO_NULL,
};
