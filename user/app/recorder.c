// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/recorder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <time.h>

#include "app/discovery.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "python/function.h"
#include "recording/format.h"
#include "recording/reader.h"
#include "target/launch.h"

enum {
	LAST_WAITS = 20,
	LAST_WAIT_NS = 5000000
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* A record goes to the file and to the resolver. A file that fails costs the file, not the run. */
static int emit(struct recorder *recorder, const struct record *record)
{
	int err = recording_write(&recorder->writer, record);

	if (err && !recorder->file_failed) {
		recorder->file_failed = true;
		warn("cannot write the recording: %s. The other files will be made; free some "
		     "space",
		     strerror(-err));
	}
	return resolver_feed(recorder->resolver, record);
}

static void fill_head(struct record *head, uint16_t kind, size_t size, pid_t pid)
{
	*head = (struct record){
		.kind = kind,
		.weight = 1,
		.size = (uint32_t)((size + 7) & ~(size_t)7),
		.time_ns = clock_ns(CLOCK_MONOTONIC),
		.pid = (uint32_t)pid,
		.tid = (uint32_t)pid,
	};
}

/* Room for a record with so many bytes behind its struct, zeroed up to the next multiple of 8. */
static void *scratch_record(struct recorder *recorder, size_t size)
{
	recorder->scratch.count = 0;
	if (vec_reserve(&recorder->scratch, size + 8))
		return NULL;
	memset(recorder->scratch.items, 0, size + 8);
	return recorder->scratch.items;
}

static uint8_t *put_text(uint8_t *place, const char *text)
{
	size_t size = strlen(text) + 1;

	memcpy(place, text, size);
	return place + size;
}

static int emit_function(struct recorder *recorder, const struct record *head,
			 const struct function_text *text, unsigned int minor)
{
	const char *qualname = strcmp(text->qualname, text->name) ? text->qualname : "";
	size_t texts = strlen(text->name) + strlen(qualname) + strlen(text->filename) + 3;
	size_t size = sizeof(struct function_record) + texts + text->linetable_size;
	struct function_record *record = scratch_record(recorder, size);
	uint8_t *place;

	if (!record)
		return -ENOMEM;
	fill_head(&record->head, RECORD_FUNCTION, size, (pid_t)head->pid);
	record->fingerprint = text->fingerprint;
	record->first_line = text->first_line;
	record->python_minor = minor;
	record->linetable_bytes = (uint32_t)text->linetable_size;
	record->text_bytes = (uint32_t)texts;
	place = put_text(put_text(put_text(record->data, text->name), qualname), text->filename);
	if (text->linetable_size)
		memcpy(place, text->linetable, text->linetable_size);
	return emit(recorder, &record->head);
}

static int take_code(struct recorder *recorder, const struct code_record *code)
{
	const struct python_layout *layout = session_layout(recorder->session, code->layout);
	struct function_text text;
	int err;

	if (!layout)
		return 0;
	err = function_from_record(code, layout, &text);
	if (err)
		return err == -ENOMEM ? err : 0;
	recorder->texts_unreadable += !text.complete;
	err = emit_function(recorder, &code->head, &text, layout->version_minor);
	function_done(&text);
	session_learn_code(recorder->session, code->fingerprint);
	return err;
}

/* A stack that came before is written as a plain sample: the kernel side had not learnt of it. */
static int take_stack(struct recorder *recorder, const struct stack_record *stack)
{
	struct sample_record sample = {.head = stack->head, .stack = stack->stack};

	session_learn_stack(recorder->session, stack->stack);
	if (!resolver_knows_stack(recorder->resolver, stack->stack))
		return emit(recorder, &stack->head);
	sample.head.kind = RECORD_SAMPLE;
	sample.head.size = sizeof(sample);
	return emit(recorder, &sample.head);
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
	err = live_processes_note(&recorder->live, record);
	return err ? err : emit(recorder, record);
}

static int emit_interpreter(struct recorder *recorder, const struct found_python *found)
{
	const struct interpreter *interpreter = found->interpreter;
	const char *source = layout_source_name(interpreter->layout_source);
	size_t texts = strlen(interpreter->version_name) + strlen(source) + 2;
	size_t size = sizeof(struct interpreter_record) + texts;
	struct interpreter_record *record = scratch_record(recorder, size);
	uint8_t *place;

	if (!record)
		return -ENOMEM;
	fill_head(&record->head, RECORD_INTERPRETER, size, found->pid);
	record->version_hex = interpreter->version;
	record->has_layout = interpreter->layout_source != LAYOUT_NONE;
	place = put_text((uint8_t *)record->data, interpreter->version_name);
	put_text(place, source);
	return emit(recorder, &record->head);
}

/* The notice is ahead of the ring, where the exec it belongs to still waits: tell of it later. */
static void on_interpreter(void *context, pid_t pid, const struct interpreter *interpreter)
{
	struct recorder *recorder = context;
	struct found_python found = {.pid = pid, .interpreter = interpreter};

	vec_push(&recorder->found, found);
}

static int emit_found(struct recorder *recorder)
{
	int err = 0;

	for (size_t i = 0; i < recorder->found.count && !err; i++)
		err = emit_interpreter(recorder, &recorder->found.items[i]);
	recorder->found.count = 0;
	return err;
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
}

static int emit_begin(struct recorder *recorder, pid_t pid, const struct recorder_options *options)
{
	struct utsname system = {0};
	struct begin_record *record;
	size_t size;
	uint8_t *place;

	uname(&system);
	size = sizeof(*record) + strlen(options->command) + strlen(LTSBPF_VERSION) +
	       strlen(system.release) + 3;
	record = scratch_record(recorder, size);
	if (!record)
		return -ENOMEM;
	fill_head(&record->head, RECORD_BEGIN, size, pid);
	record->start_unix_s = time(NULL);
	record->period_ns = session_period_ns(recorder->session);
	record->clock = session_is_tick(recorder->session) ? CLOCK_TICK : CLOCK_CPU;
	record->rate_mhz = (uint32_t)(1e12 / (double)record->period_ns + 0.5);
	place = put_text((uint8_t *)record->data, options->command);
	put_text(put_text(place, LTSBPF_VERSION), system.release);
	return emit(recorder, &record->head);
}

int recorder_open(struct recorder *recorder, const struct recorder_options *options)
{
	int err;

	recorder->resolver = resolver_new(options->by_thread);
	if (!recorder->resolver)
		return fail(-ENOMEM, "out of memory");
	err = session_open(&options->session, &recorder->session);
	if (err)
		return err;
	err = mappings_open(session_mappings_map(recorder->session), on_mapping, recorder,
			    &recorder->mappings);
	if (err)
		return fail(err,
			    "cannot watch which files programs map (perf events): %s. `ltsbpf "
			    "doctor` tells what is missing",
			    strerror(-err));
	err = recording_writer_init(&recorder->writer, options->fd);
	return err ? fail(err, "cannot begin the recording: %s", strerror(-err)) : 0;
}

int recorder_start(struct recorder *recorder, pid_t pid, const struct recorder_options *options)
{
	int err = emit_begin(recorder, pid, options);

	recorder->own_before_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (!err)
		err = session_add(recorder->session, pid);
	if (!err)
		err = session_start(recorder->session);
	return err;
}

int recorder_fd(const struct recorder *recorder)
{
	return mappings_fd(recorder->mappings);
}

/* Notices were lost: look at all processes instead. */
static void look_again(struct recorder *recorder)
{
	uint64_t lost = mappings_lost(recorder->mappings);

	if (lost == recorder->mappings_seen_lost)
		return;
	recorder->mappings_seen_lost = lost;
	for (size_t i = 0; i < recorder->live.list.count; i++)
		discovery_look_at_all(recorder->live.list.items[i].pid, on_mapping, recorder);
}

void recorder_attend(struct recorder *recorder)
{
	mappings_drain(recorder->mappings);
	look_again(recorder);
}

static void forget_process(void *context, pid_t pid)
{
	session_forget(context, pid);
}

int recorder_drain(struct recorder *recorder)
{
	size_t freed_before = recorder->live.freed.count;
	int err;

	recorder_attend(recorder);
	err = session_drain(recorder->session, on_record, recorder);
	if (!err)
		err = emit_found(recorder);
	live_processes_forget(&recorder->live, freed_before, forget_process, recorder->session);
	return err ? fail(err, "cannot take over the samples: %s", strerror(-err)) : 0;
}

static void emit_cpu_times(struct recorder *recorder)
{
	for (size_t i = 0; i < recorder->live.list.count; i++) {
		pid_t pid = recorder->live.list.items[i].pid;
		struct exit_record record;
		uint64_t cpu_ns;
		if (target_cpu_ns(pid, &cpu_ns))
			continue;
		record.cpu_ns = cpu_ns;
		fill_head(&record.head, RECORD_CPU, sizeof(record), pid);
		emit(recorder, &record.head);
	}
}

static void emit_progress(struct recorder *recorder, bool final)
{
	struct progress_record record = {
		.own_user_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - recorder->own_before_ns,
		.mappings_lost = mappings_lost(recorder->mappings),
		.texts_unreadable = recorder->texts_unreadable,
		.final = final,
	};

	fill_head(&record.head, RECORD_PROGRESS, sizeof(record), 0);
	session_counters(recorder->session, record.counters);
	emit_cpu_times(recorder);
	emit(recorder, &record.head);
	recording_flush(&recorder->writer);
}

void recorder_flush(struct recorder *recorder)
{
	emit_progress(recorder, false);
}

int recorder_finish(struct recorder *recorder)
{
	struct timespec wait = {.tv_nsec = LAST_WAIT_NS};
	int err;

	session_stop(recorder->session);
	err = recorder_drain(recorder);
	for (int i = 0; i < LAST_WAITS && !err && live_processes_await_cpu_time(&recorder->live);
	     i++) {
		nanosleep(&wait, NULL);
		err = recorder_drain(recorder);
	}
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
	live_processes_done(&recorder->live);
	vec_done(&recorder->found);
	vec_done(&recorder->scratch);
}
