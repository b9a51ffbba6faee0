// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/probing.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "app/bystanders.h"
#include "base/log.h"
#include "capture/call_counters.h"
#include "capture/probe_links.h"
#include "capture/session.h"
#include "capture/tree.h"
#include "python/version.h"
#include "recording/build.h"

int probing_init(struct probing *probing, struct session *session,
		 const struct probing_options *options)
{
	probing->session = session;
	probing->options = *options;
	return call_filter_init(&probing->filter, options->include, options->exclude);
}

static bool is_new(struct probing *probing, const struct stat *status)
{
	struct probed_file file = {
		.inode = status->st_ino,
		.size = status->st_size,
		.changed = status->st_mtim,
	};

	for (size_t i = 0; i < probing->files.count; i++) {
		const struct probed_file *known = &probing->files.items[i];
		if (known->inode == file.inode && known->size == file.size &&
		    known->changed.tv_sec == file.changed.tv_sec &&
		    known->changed.tv_nsec == file.changed.tv_nsec)
			return false;
	}
	return !vec_push(&probing->files, file);
}

static bool is_of_calls(const struct probe_site *site)
{
	return site->probe == PROBE_ENTRY || site->probe == PROBE_RETURN;
}

/* What the kernel side needs to know a process by its first hit; layout < 0: there is no room for
 * it, and the process will be known by the notice of its mapping, if at all. */
static void complete_site(const struct interpreter *interpreter, int layout,
			  struct probe_site *site)
{
	if (layout < 0)
		return;
	site->runtime = interpreter->runtime_vaddr;
	site->code_type = interpreter->code_type_vaddr;
	site->path = interpreter->gilstate_path;
	site->layout = (uint32_t)layout;
}

static void attach(struct probing *probing, const char *path, const struct interpreter *interpreter,
		   bool calls)
{
	const struct probes *probes = &interpreter->probes;
	int layout =
		tree_enter_layout(session_tree(probing->session), interpreter_layout(interpreter));
	struct probe_site chosen[PROBES_MOST];
	uint32_t count = 0;
	int err;

	for (uint32_t i = 0; i < probes->count; i++) {
		if (is_of_calls(&probes->sites[i]) != calls)
			continue;
		chosen[count] = probes->sites[i];
		complete_site(interpreter, layout, &chosen[count++]);
	}
	err = probe_links_add(session_probes(probing->session), path, probing->options.only, chosen,
			      count, calls);
	if (err)
		warn("cannot watch the %s probes of '%s': %s. The run goes on without them",
		     calls ? "call" : "gc and import", path, strerror(-err));
}

void probing_watch(struct probing *probing, const char *path, const struct interpreter *interpreter)
{
	unsigned int minor = version_minor(interpreter->version);
	enum calls_support support = probes_calls_support(&interpreter->probes, minor);
	struct stat status;

	if (stat(path, &status) || !is_new(probing, &status))
		return;
	attach(probing, path, interpreter, false);
	if (!probing->options.calls || probing->ended)
		return;
	if (support > probing->support)
		probing->support = support;
	if (support == CALLS_RETURNS_ONLY || support == CALLS_COMPLETE) {
		attach(probing, path, interpreter, true);
		bystanders_note(&status, probing->options.only);
	} else {
		warn("calls of Python %s ('%s') are not counted: %s", interpreter->version_name,
		     path, probes_calls_sentence(support));
	}
}

bool probing_counts_calls(const struct probing *probing)
{
	return probing->support == CALLS_RETURNS_ONLY || probing->support == CALLS_COMPLETE;
}

void probing_announce(const struct probing *probing)
{
	struct call_totals totals;

	if (!probing->options.calls || !probing_counts_calls(probing))
		return;
	call_counters_totals(session_call_counters(probing->session), &totals);
	bool both = probing->support == CALLS_COMPLETE;
	note("counting calls: %s. A call costs %s of %.2f us and what counting takes, far more "
	     "than cProfile",
	     probes_calls_sentence(probing->support), both ? "two traps" : "a trap",
	     (double)totals.trap_ns / 1e3);
	if (probing->options.budget_percent > 0)
		note("counting ends, and sampling goes on, when that comes to %g %% of the "
		     "program's time (--calls-budget)",
		     probing->options.budget_percent);
}

void probing_keep_budget(struct probing *probing)
{
	struct call_totals totals;

	if (!probing->options.calls || probing->ended)
		return;
	call_counters_totals(session_call_counters(probing->session), &totals);
	if (!totals.stopped_ns)
		return;
	probing->ended = true;
	probe_links_drop_calls(session_probes(probing->session));
	note("counting calls has cost %g %% of the program's time: it ended after %.3f s, sampling "
	     "goes on (--calls-budget)",
	     probing->options.budget_percent, (double)(totals.stopped_ns - totals.began_ns) / 1e9);
}

struct finishing {
	const struct call_filter *filter;
	int (*emit)(void *context, const struct record *record);
	void *context;
};

static int emit_count(void *context, const struct call_count *count)
{
	const struct finishing *finishing = context;
	struct calls_record record = {
		.caller = call_filter_passes(finishing->filter, count->caller) ? count->caller : 0,
		.callee = count->callee,
		.calls = count->calls,
		.primitive = count->primitive,
		.pair_primitive = count->pair_primitive,
		.own_ns = count->own_ns,
		.total_ns = count->total_ns,
		.pair_total_ns = count->pair_total_ns,
	};

	if (!call_filter_passes(finishing->filter, count->callee))
		return 0;
	build_head(&record.head, RECORD_CALLS, sizeof(record), count->pid);
	return finishing->emit(finishing->context, &record.head);
}

int probing_finish(struct probing *probing, int (*emit)(void *context, const struct record *record),
		   void *context)
{
	struct call_counters *counters = session_call_counters(probing->session);
	struct finishing finishing = {
		.filter = &probing->filter,
		.emit = emit,
		.context = context,
	};
	struct calls_state_record state = {0};
	uint64_t totals_of[COUNTERS];
	struct call_totals totals;
	int err;

	if (!counters || !probing_counts_calls(probing))
		return 0;
	err = call_counters_each(counters, emit_count, &finishing);
	if (!err)
		err = session_counters(probing->session, totals_of);
	if (err)
		return err;
	call_counters_totals(counters, &totals);
	build_head(&state.head, RECORD_CALLS_STATE, sizeof(state), 0);
	state.begin_ns = totals.began_ns ? totals.began_ns : state.head.time_ns;
	state.end_ns = totals.stopped_ns ? totals.stopped_ns : state.head.time_ns;
	state.entries = totals_of[COUNTER_ENTRIES];
	state.returns = totals_of[COUNTER_RETURNS];
	state.cost_ns = totals_of[COUNTER_CALLS_NS];
	state.trap_ns = totals.trap_ns;
	state.uncounted = totals_of[COUNTER_CALLS_LOST];
	state.timed = totals_of[COUNTER_MATCHED] * 2 > totals_of[COUNTER_RETURNS];
	state.over_budget = totals.stopped_ns != 0;
	return emit(context, &state.head);
}

void probing_done(struct probing *probing)
{
	vec_done(&probing->files);
	call_filter_done(&probing->filter);
}
