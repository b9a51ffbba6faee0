// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/gate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define FUNCTIONS "func:"

/* "5pp" and, where relative is asked for, "10%". */
static bool parse_limit(const char *text, struct gate_rule *rule, bool relative)
{
	size_t length = strlen(text);
	const char *unit = relative && length && text[length - 1] == '%' ? "%" : "pp";
	CLEANUP(freep) char *number = NULL;

	if (length <= strlen(unit) || strcmp(text + length - strlen(unit), unit))
		return false;
	number = strndup(text, length - strlen(unit));
	rule->relative = *unit == '%';
	if (!number || !text_number(number, 0, rule->relative ? 1e6 : 100, &rule->limit))
		return false;
	rule->limit /= 100;
	return true;
}

static int compile(struct gate_rule *rule, const char *regex, size_t length)
{
	CLEANUP(freep) char *own = strndup(regex, length);
	int err = own ? regcomp(&rule->functions, own, REG_EXTENDED | REG_NOSUB) : REG_ESPACE;

	rule->has_functions = !err;
	return err == REG_ESPACE ? -ENOMEM : err ? -EINVAL : 0;
}

static int parse(const char *text, struct gate_rule *rule)
{
	size_t prefix = strlen(FUNCTIONS);
	const char *limit = strrchr(text, '>');

	rule->text = text;
	if (*text == '+')
		return parse_limit(text + 1, rule, false) ? 0 : -EINVAL;
	if (strncmp(text, FUNCTIONS, prefix) || !limit || limit <= text + prefix)
		return -EINVAL;
	if (!parse_limit(limit + 1, rule, true))
		return -EINVAL;
	return compile(rule, text + prefix, (size_t)(limit - text) - prefix);
}

static void rule_done(struct gate_rule *rule)
{
	if (rule->has_functions)
		regfree(&rule->functions);
	rule->has_functions = false;
}

int gate_add(struct gate *gate, const char *text)
{
	struct gate_rule rule = {0};
	int err = parse(text, &rule);

	if (!err)
		err = vec_push(&gate->rules, rule);
	if (err)
		rule_done(&rule);
	return err;
}

/* 1 = the rule is about this function, 0 = it is not, -ENOMEM. */
static int concerns(const struct gate_rule *rule, const struct frame *frame)
{
	if (!rule->has_functions || !regexec(&rule->functions, frame->name, 0, NULL, 0))
		return 1;
	CLEANUP(freep) char *label = frame_label(frame);
	if (!label)
		return -ENOMEM;
	return !regexec(&rule->functions, label, 0, NULL, 0);
}

/* Whether the rule looks at the share; independent of the change when there is none. */
static bool is_tested(const struct gate_rule *rule, const struct function_change *function)
{
	const struct share_change *total = &function->total;

	if (function->samples[SIDE_OLD] + function->samples[SIDE_NEW] < COMPARISON_RARE)
		return false;
	return rule->relative || total->before + total->after >= rule->limit;
}

static bool over_limit(const struct gate_rule *rule, const struct share_change *change)
{
	double of = rule->relative ? change->before : 1;

	return change->change > rule->limit * of;
}

/* Finds what is over its limit, noise or not, and counts what was looked at. */
static int find(struct gate *gate, size_t rule, const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->functions.count; i++) {
		const struct function_change *function = &comparison->functions.items[i];
		if (!is_tested(&gate->rules.items[rule], function))
			continue;
		int found = concerns(&gate->rules.items[rule],
				     frames_get(&comparison->tree->frames, function->frame));
		if (found < 0)
			return found;
		gate->rules.items[rule].tested += (size_t)found;
		gate->tested += (size_t)found;
		struct gate_finding finding = {.rule = rule, .function = i};
		if (found && over_limit(&gate->rules.items[rule], &function->total) &&
		    vec_push(&gate->findings, finding))
			return -ENOMEM;
	}
	return 0;
}

/* The change as certain as a verdict may take it to be. */
static struct share_change cautious(const struct comparison *comparison, size_t function)
{
	struct share_change total = comparison->functions.items[function].total;
	double old = total.before * (1 - total.before), new = total.after *(1 - total.after);

	if (!comparison->by_run)
		total.error = hypot(total.error, GATE_BETWEEN_RUNS * hypot(old, new));
	return total;
}

/* Leaves the findings that are beyond noise. */
static void keep_certain(struct gate *gate, const struct comparison *comparison)
{
	struct gate_finding *findings = gate->findings.items;
	size_t kept = 0;

	for (size_t i = 0; i < gate->findings.count; i++) {
		struct share_change total = cautious(comparison, findings[i].function);
		double tail = COMPARISON_TAIL / (double)gate->tested;
		findings[i].least = total.change - share_margin(&total, tail);
		if (findings[i].least > 0)
			findings[kept++] = findings[i];
	}
	gate->findings.count = kept;
}

int gate_judge(struct gate *gate, const struct comparison *comparison)
{
	for (size_t rule = 0; rule < gate->rules.count; rule++) {
		int err = find(gate, rule, comparison);
		if (err)
			return err;
	}
	keep_certain(gate, comparison);
	return 0;
}

void gate_done(struct gate *gate)
{
	for (size_t i = 0; i < gate->rules.count; i++)
		rule_done(&gate->rules.items[i]);
	vec_done(&gate->rules);
	vec_done(&gate->findings);
}
