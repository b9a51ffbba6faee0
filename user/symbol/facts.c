// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/facts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"

int run_facts_begin(struct run_facts *facts, const struct begin_record *begin)
{
	char *command = strdup(begin->data);

	if (!command)
		return -ENOMEM;
	free(facts->command);
	facts->command = command;
	facts->begin = *begin;
	return 0;
}

void run_facts_progress(struct run_facts *facts, const struct progress_record *progress)
{
	facts->progress = *progress;
}

void run_facts_done(struct run_facts *facts)
{
	free(facts->command);
	facts->command = NULL;
}

#define STATUS_WORDS(name, word, sentence) {word, sentence},
static const struct {
	const char *word, *sentence;
} statuses[] = {FOR_EACH_STACK_STATUS(STATUS_WORDS)};

static int add_loss(struct profile *profile, enum loss_kind kind, const char *reason,
		    const char *sentence, uint64_t count)
{
	struct profile_loss loss = {
		.reason = reason,
		.sentence = sentence,
		.count = count,
		.kind = kind,
	};

	return count ? vec_push(&profile->losses, loss) : 0;
}

static enum loss_kind kind_of_status(int status)
{
	switch (status) {
	case STACK_NOT_PYTHON:
	case STACK_STARTING:
	case STACK_NATIVE_THREAD:
	case STACK_IN_PROBE:
		return LOSS_NOTHING;
	default:
		return LOSS_FRAMES;
	}
}

/* Samples that were due and that no tick brought, when they are more than chance explains: ticks
 * fall where they fall, and a host that takes CPU time away shifts them. */
static uint64_t not_ticked(uint64_t due, uint64_t taken)
{
	double chance = (double)due * 0.02 + 3 * sqrt((double)due);

	return (double)due > (double)taken + chance ? due - taken : 0;
}

static int fill_losses(const struct run_facts *facts, struct profile *profile)
{
	const uint64_t *counters = facts->progress.counters;
	const struct profile_loss others[] = {
		{"ring_full", "samples lost: no room in the ring buffer",
		 counters[COUNTER_RING_FULL], LOSS_SAMPLE},
		{"clock", "samples lost: the clock did not tick (throttled, or a CPU without it)",
		 not_ticked(profile->facts.due, counters[COUNTER_SAMPLES]), LOSS_SAMPLE},
		{"stackless", "samples lost: their stack never came", facts->stackless,
		 LOSS_SAMPLE},
		{"code_late", "code objects that had to be shipped again",
		 counters[COUNTER_CODE_LOST], LOSS_NOTHING},
		{"name_incomplete", "code objects with a name or line table cut",
		 facts->progress.texts_unreadable, LOSS_NOTHING},
		{"id_collision", "code objects shown under the name of another one",
		 facts->collisions, LOSS_NOTHING},
		{"process_event", "process events, collections, imports lost: no room",
		 counters[COUNTER_EVENT_LOST], LOSS_NOTHING},
		{"process", "processes not followed: more than 32768 at once",
		 counters[COUNTER_PROCESS_LOST], LOSS_NOTHING},
		{"mapping", "notices of mapped files lost (then looked up)",
		 facts->progress.mappings_lost, LOSS_NOTHING},
	};
	int err = 0;

	for (int i = STACK_COMPLETE + 1; i < STACK_STATUSES; i++)
		err |= add_loss(profile, kind_of_status(i), statuses[i].word, statuses[i].sentence,
				facts->by_status[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		err |= add_loss(profile, others[i].kind, others[i].reason, others[i].sentence,
				others[i].count);
	return err ? -ENOMEM : 0;
}

static int fill_processes(const struct processes *processes, struct profile *profile)
{
	for (size_t i = 0; i < processes->list.count; i++) {
		const struct process *process = &processes->list.items[i];
		struct profile_process entry = {
			.pid = process->pid,
			.name = strings_add(&profile->frames.strings, process->name),
			.python = strings_add(&profile->frames.strings, process->python),
			.samples = process->samples,
			.cpu_s = (double)process_cpu_ns(process) / 1e9,
			.without_probes = process->without_probes,
		};
		if (!entry.name || !entry.python || vec_push(&profile->processes, entry))
			return -ENOMEM;
		profile->facts.cpu_s += entry.cpu_s;
	}
	return 0;
}

/* What a file claims may be more than fits. */
static uint64_t rounded(double value)
{
	return value < 0x1p64 ? (uint64_t)(value + 0.5) : UINT64_MAX;
}

int run_facts_fill(const struct run_facts *facts, const struct processes *processes,
		   struct profile *profile)
{
	const struct begin_record *begin = &facts->begin;
	const struct progress_record *progress = &facts->progress;
	struct profile_facts *out = &profile->facts;

	out->command = strings_add(&profile->frames.strings, facts->command ? facts->command : "");
	out->clock = begin->clock == CLOCK_TICK ? "tick" : "cpu";
	out->rate_hz = begin->rate_mhz / 1e3;
	out->period_ns = begin->period_ns;
	out->start_unix_s = begin->start_unix_s;
	if (progress->head.time_ns > begin->head.time_ns)
		out->duration_s = (double)(progress->head.time_ns - begin->head.time_ns) / 1e9;
	out->received = facts->received;
	out->python_stacks = facts->by_status[STACK_COMPLETE];
	out->own_user_s = (double)progress->own_user_ns / 1e9;
	out->own_bpf_s = (double)progress->counters[COUNTER_RUN_NS] / 1e9;
	out->cut_short = !progress->final;
	if (!out->command || fill_processes(processes, profile))
		return -ENOMEM;
	if (out->period_ns)
		out->due = rounded(out->cpu_s * 1e9 / (double)out->period_ns);
	return fill_losses(facts, profile);
}
