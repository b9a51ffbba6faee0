// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/recorder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <time.h>

#include "app/cpu_times.h"
#include "app/discovery.h"
#include "app/function_record.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "capture/tree.h"
#include "recording/build.h"
#include "recording/reader.h"
#include "target/launch.h"

enum {
	LAST_WAITS = 20,
	FIRST_NAMES = 4, /* flushes */
	LAST_WAIT_NS = 5000000
};

static uint64_t own_cpu_ns(void)
{
	struct timespec used = {0};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

static void tell_file(struct recorder *recorder, int err)
{
	if (err && !recorder->file_failed)
		warn("cannot write the recording: %s. The other files will be made; free some "
		     "space",
		     strerror(-err));
	recorder->file_failed |= err != 0;
}

/* A record goes to the file and to the resolver. A file that fails costs the file, not the run. */
static int emit(void *context, const struct record *record)
{
	struct recorder *recorder = context;

	tell_file(recorder, recording_write(&recorder->writer, record));
	return resolver_feed(recorder->resolver, record);
}

static int emit_made(struct recorder *recorder, const struct record *record)
{
	return record ? emit(recorder, record) : -ENOMEM;
}

static int take_code(struct recorder *recorder, const struct code_record *code)
{
	const struct python_layout *layout =
		tree_layout(session_tree(recorder->session), code->layout);
	const struct record *record;
	bool complete;
	int err;

	if (!layout)
		return 0;
	err = function_record_make(code, layout, &recorder->probing.filter, &recorder->buffer,
				   &complete, &record);
	if (err)
		return err;
	recorder->texts_unreadable += !complete;
	session_learn_code(recorder->session, code->fingerprint);
	return record ? emit(recorder, record) : 0;
}

/* A stack that came before is written as a plain sample: the kernel side had not learnt of it. */
static int take_stack(struct recorder *recorder, const struct stack_record *stack)
{
	struct sample_record sample = {.head = stack->head, .stack = stack->stack};

	session_learn_stack(recorder->session, stack->stack);
	if (!resolver_knows_stack(recorder->resolver, stack->stack))
		return word_names_note(&recorder->words, stack) ? -ENOMEM
								: emit(recorder, &stack->head);
	sample.head.kind = RECORD_SAMPLE;
	sample.head.size = sizeof(sample);
	return emit(recorder, &sample.head);
}

static void on_interpreter(void *context, const struct mapping_notice *notice,
			   const struct interpreter *interpreter)
{
	struct recorder *recorder = context;
	struct found_python found = {
		.pid = notice->pid,
		.time_ns = notice->time_ns,
		.interpreter = interpreter,
	};
	char path[PATH_MAX + 32];

	found_pythons_add(&recorder->found, &found);
	snprintf(path, sizeof(path), "/proc/%d/root%s", notice->pid, notice->path);
	probing_watch(&recorder->probing, path, interpreter);
}

void recorder_expect(struct recorder *recorder, const char *path,
		     const struct interpreter *interpreter)
{
	probing_watch(&recorder->probing, path, interpreter);
	mapped_code_expect(&recorder->code, path);
}

static int emit_found(struct recorder *recorder, pid_t pid, uint64_t end_ns)
{
	return found_pythons_tell(&recorder->found, pid, end_ns, &recorder->buffer, emit, recorder);
}

static void on_mapping(void *context, const struct mapping_notice *notice)
{
	struct recorder *recorder = context;
	struct discovery discovery = {
		.session = recorder->session,
		.interpreters = &recorder->interpreters,
		.on_interpreter = on_interpreter,
		.context = recorder,
	};

	discovery_look(&discovery, notice);
	mapped_code_note(&recorder->code, notice);
}

/* A child shares its parent's interpreter, also when we learn of that only now. */
static void take_fork(struct recorder *recorder, const struct fork_record *fork)
{
	if (fork->head.pid != fork->head.tid)
		return;
	recorder_attend(recorder);
	tree_inherit(session_tree(recorder->session), (pid_t)fork->parent_pid,
		     (pid_t)fork->head.pid, fork->head.time_ns);
}

static int on_record(void *context, const struct record *record)
{
	struct recorder *recorder = context;
	int err;

	if (record->kind == RECORD_CODE)
		return take_code(recorder, (const struct code_record *)record);
	if (!record_fits(record))
		return 0;
	if (record->kind == RECORD_STACK)
		return take_stack(recorder, (const struct stack_record *)record);
	if (record->kind == RECORD_FORK)
		take_fork(recorder, (const struct fork_record *)record);
	err = live_processes_note(&recorder->live, record);
	if (!err && record->kind == RECORD_EXEC) /* it belongs to the program that ends here */
		err = emit_found(recorder, (pid_t)record->pid, record->time_ns);
	return err ? err : emit(recorder, record);
}

static int emit_begin(struct recorder *recorder, pid_t pid, const struct recorder_options *options)
{
	uint64_t period_ns = session_period_ns(recorder->session);
	struct begin_record begin = {
		.start_unix_s = time(NULL),
		.period_ns = period_ns,
		.clock = session_is_tick(recorder->session) ? CLOCK_TICK : CLOCK_CPU,
		.rate_mhz = (uint32_t)(1e12 / (double)period_ns + 0.5),
	};
	struct utsname system = {0};

	uname(&system);
	return emit_made(recorder, build_begin(&recorder->buffer, pid, &begin, options->command,
					       LTSBPF_VERSION, system.release));
}

static void open_code(struct recorder *recorder, const struct recorder_options *options)
{
	recorder->code = (struct mapped_code){
		.session = recorder->session,
		.interpreters = &recorder->interpreters,
		.emit = emit,
		.context = recorder,
	};
	recorder->words = (struct word_names){
		.code = &recorder->code,
		.inlines = options->inlines,
	};
	if (options->session.native && options->cache)
		mapped_code_open_cache(&recorder->code, options->cache, options->identity);
}

int recorder_open(struct recorder *recorder, const struct recorder_options *options)
{
	int err;

	recorder->resolver = resolver_new(&options->view);
	if (!recorder->resolver)
		return fail(-ENOMEM, "out of memory");
	err = session_open(&options->session, &recorder->session);
	if (err)
		return err;
	err = probing_init(&recorder->probing, recorder->session, &options->probing);
	if (err)
		return fail(err, "cannot take --include and --exclude: %s", strerror(-err));
	open_code(recorder, options);
	err = mappings_open(session_mappings_map(recorder->session), on_mapping, recorder,
			    &recorder->mappings);
	if (err)
		return fail(err,
			    "cannot watch which files programs map (perf events): %s. `ltsbpf "
			    "doctor` tells what is missing",
			    strerror(-err));
	recorder->words.mappings = recorder->mappings;
	err = recording_writer_init(&recorder->writer, options->fd);
	return err ? fail(err, "cannot begin the recording: %s", strerror(-err)) : 0;
}

int recorder_start(struct recorder *recorder, pid_t pid, const struct recorder_options *options)
{
	int err = emit_begin(recorder, pid, options);

	recording_flush(&recorder->writer); /* killed at once, it still tells what it was about */
	recorder->own_before_ns = own_cpu_ns();
	mapped_code_expect(&recorder->code, NULL);
	if (!err)
		err = tree_add(session_tree(recorder->session), pid);
	if (!err)
		err = session_start(recorder->session);
	return err;
}

int recorder_fd(const struct recorder *recorder)
{
	return mappings_fd(recorder->mappings);
}

/* Notices were lost: look at all processes instead, those that began meanwhile included. */
static void look_again(struct recorder *recorder)
{
	if (!mappings_take_gap(recorder->mappings))
		return;
	for (size_t i = 0; i < recorder->live.list.count; i++)
		discovery_look_at_all(recorder->live.list.items[i].pid, on_mapping, recorder);
	mapped_code_publish(&recorder->code);
}

void recorder_attend(struct recorder *recorder)
{
	mappings_drain(recorder->mappings);
	mapped_code_publish(&recorder->code);
}

static void forget_process(void *context, pid_t pid)
{
	tree_forget(session_tree(context), pid);
}

int recorder_drain(struct recorder *recorder)
{
	size_t freed_before = recorder->live.freed.count;
	int err;

	recorder_attend(recorder);
	mapped_code_prepare(&recorder->code);
	probing_keep_budget(&recorder->probing);
	err = session_drain(recorder->session, on_record, recorder);
	look_again(recorder);
	if (!err)
		err = emit_found(recorder, 0, UINT64_MAX);
	live_processes_forget(&recorder->live, freed_before, forget_process, recorder->session);
	return err ? fail(err, "cannot take over the samples: %s", strerror(-err)) : 0;
}

static void emit_progress(struct recorder *recorder, bool final)
{
	struct progress_record record = {
		.own_user_ns = own_cpu_ns() - recorder->own_before_ns,
		.mappings_lost = mappings_lost(recorder->mappings),
		.texts_unreadable = recorder->texts_unreadable,
		.final = final,
	};

	build_head(&record.head, RECORD_PROGRESS, sizeof(record), 0);
	session_counters(recorder->session, record.counters);
	cpu_times_each(&recorder->live, recorder->session, final, emit, recorder);
	emit(recorder, &record.head);
	tell_file(recorder, recording_flush(&recorder->writer));
}

/* Files are looked into at ever longer intervals: a recording that is cut short has most names. */
static bool is_time_for_names(struct recorder *recorder)
{
	return ++recorder->flushes >= FIRST_NAMES && !(recorder->flushes & (recorder->flushes - 1));
}

void recorder_flush(struct recorder *recorder)
{
	if (is_time_for_names(recorder))
		word_names_tell(&recorder->words, emit, recorder);
	else
		word_names_tell_jit(&recorder->words, emit, recorder);
	emit_progress(recorder, false);
}

int recorder_finish(struct recorder *recorder)
{
	struct timespec wait = {.tv_nsec = LAST_WAIT_NS};
	int err;

	session_stop(recorder->session);
	err = recorder_drain(recorder);
	/* what runs on is not sampled any more */
	cpu_times_each(&recorder->live, recorder->session, false, emit, recorder);
	for (int i = 0; i < LAST_WAITS && !err && live_processes_await_cpu_time(&recorder->live);
	     i++) {
		nanosleep(&wait, NULL);
		err = recorder_drain(recorder);
	}
	if (!err)
		err = probing_finish(&recorder->probing, emit, recorder);
	if (!err)
		err = word_names_tell(&recorder->words, emit, recorder);
	emit_progress(recorder, true);
	return err;
}

void recorder_release(struct recorder *recorder)
{
	mappings_free(TAKE(recorder->mappings));
	session_free(TAKE(recorder->session));
}

void recorder_done(struct recorder *recorder)
{
	recorder_release(recorder);
	resolver_free(recorder->resolver);
	recording_writer_done(&recorder->writer);
	interpreters_done(&recorder->interpreters);
	probing_done(&recorder->probing);
	live_processes_done(&recorder->live);
	word_names_done(&recorder->words);
	mapped_code_done(&recorder->code);
	found_pythons_done(&recorder->found);
	record_buffer_done(&recorder->buffer);
}
