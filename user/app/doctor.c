// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/doctor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/pythons.h"
#include "capture/session.h"
#include "target/environment.h"

static const struct {
	const char *word, *colour;
} states[] = {
	[REQUIREMENT_OK] = {"OK", "\033[32m"},
	[REQUIREMENT_WARN] = {"WARN", "\033[33m"},
	[REQUIREMENT_MISSING] = {"MISSING", "\033[31m"},
};

/* no-color.org: set and not empty. */
static bool wants_colour(FILE *out)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(fileno(out)) && !(no_colour && *no_colour) &&
	       !(terminal && !strcmp(terminal, "dumb"));
}

void doctor_print(FILE *out, const struct requirement *requirement, bool colour)
{
	const char *word = states[requirement->state].word;
	bool good = requirement->state == REQUIREMENT_OK;

	fprintf(out, "%s%-7s%s  %-16s  %s", colour ? states[requirement->state].colour : "", word,
		colour ? "\033[0m" : "", requirement->name, requirement->found);
	if (*requirement->meaning)
		fprintf(out, good ? " (%s)" : "\n%27s%s", good ? requirement->meaning : "",
			requirement->meaning);
	if (*requirement->fix)
		fprintf(out, "\n%27s%s", "run: ", requirement->fix);
	fputc('\n', out);
}

/* "capabilities, clock events": those that are missing. */
static size_t print_missing(FILE *out, const struct requirement *list, size_t count)
{
	size_t missing = 0;

	for (size_t i = 0; i < count; i++)
		if (list[i].state == REQUIREMENT_MISSING)
			fprintf(out, "%s%s",
				missing++ ? ", " : "not ready, missing: ", list[i].name);
	return missing;
}

int doctor_verdict(FILE *out, const struct requirement *list, size_t count, const char *program)
{
	size_t missing = print_missing(out, list, count), by_sudo = 0, warnings = 0;

	for (size_t i = 0; i < count; i++) {
		by_sudo += list[i].state == REQUIREMENT_MISSING && list[i].sudo;
		warnings += list[i].state == REQUIREMENT_WARN;
	}
	if (missing && by_sudo == missing)
		fprintf(out, "; root has all of it, see: sudo %s doctor\n", program);
	else if (missing)
		fprintf(out, by_sudo ? "; sudo gives only a part of it\n" : "\n");
	else if (warnings)
		fprintf(out, "ready: `ltsbpf record` will work, with %zu warning%s above\n",
			warnings, warnings == 1 ? "" : "s");
	else
		fprintf(out, "ready: `ltsbpf record` will work\n");
	return missing ? 1 : 0;
}

static bool is_missing(const struct requirement *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].state == REQUIREMENT_MISSING)
			return true;
	return false;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* All that recording does in the kernel, with no process to sample. */
static void try_session(struct requirement *out)
{
	static const struct session_options options = {.rate_hz = 99, .follow_forks = true};
	struct session *session = NULL;
	double start_ms = now_ms();
	int err = session_open(&options, &session);

	if (!err)
		err = session_start(session);
	session_free(session);
	if (!err) {
		snprintf(out->found, sizeof(out->found),
			 "the programs load and the clock starts: %.0f ms", now_ms() - start_ms);
		return;
	}
	out->state = REQUIREMENT_MISSING;
	snprintf(out->found, sizeof(out->found), "failed: %s", strerror(-err));
	snprintf(out->meaning, sizeof(out->meaning),
		 "the error message on stderr tells where; `ltsbpf doctor -v` what libbpf says");
}

static void judge_session(const struct requirement *list, struct requirement *out)
{
	*out = (struct requirement){.name = "trial"};
	if (!is_missing(list, REQUIREMENTS)) {
		try_session(out);
		return;
	}
	out->state = REQUIREMENT_WARN;
	snprintf(out->found, sizeof(out->found), "not made: what is missing comes first");
}

/* With the rights of the user: the files in their PATH are theirs, and only read. */
static int print_pythons(FILE *out, const struct identity *identity)
{
	char **environment = NULL;
	struct identity_saved saved;
	int err = environment_for(identity, &environment);

	if (err)
		return err;
	err = identity_enter(identity, &saved);
	if (!err) {
		fprintf(out, "\nPythons in the PATH of %s:\n", identity->name);
		if (pythons_print(out, environment_get(environment, "PATH"),
				  environment_get(environment, "LD_LIBRARY_PATH")) == 0)
			fprintf(out, "none\n");
		err = identity_leave(&saved);
	}
	environment_free(environment);
	return err;
}

static int find_pythons(FILE *out)
{
	struct identity identity = {0};
	int err = identity_of_invoker(&identity);

	if (!err)
		err = print_pythons(out, &identity);
	identity_done(&identity);
	return err;
}

int doctor_run(FILE *out)
{
	struct requirement list[REQUIREMENTS + 1];
	bool colour = wants_colour(out);
	struct machine machine;

	machine_probe(&machine);
	machine_probe_tick(&machine);
	requirements_judge(&machine, list);
	for (size_t i = 0; i < REQUIREMENTS; i++)
		doctor_print(out, &list[i], colour);
	fflush(out);
	judge_session(list, &list[REQUIREMENTS]);
	doctor_print(out, &list[REQUIREMENTS], colour);
	if (find_pythons(out))
		fprintf(out, "Pythons: not listed, see the message on stderr\n");
	fputc('\n', out);
	return doctor_verdict(out, list, REQUIREMENTS + 1, machine.self);
}
