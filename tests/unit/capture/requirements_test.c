// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/requirements.h"

#include <errno.h>
#include <linux/capability.h>

#include "check.h"

#define BIT(capability) (1ull << (capability))

static const uint64_t all_capabilities = BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_SYS_PTRACE) |
					 BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYSLOG);

/* A machine that has everything. */
static struct machine good(void)
{
	return (struct machine){
		.architecture = "x86_64",
		.release = "6.1.0-18-amd64",
		.lockdown = "[none] integrity confidentiality",
		.pid_namespace = MACHINE_FIRST_PID_NAMESPACE,
		.user_namespace = MACHINE_FIRST_USER_NAMESPACE,
		.capabilities = all_capabilities,
		.root = true,
		.perf_event_paranoid = "4",
		.ptrace_scope = "1",
		.kptr_restrict = "1",
		.counters = true,
		.tick_period_ns = 4000000,
		.self = "/usr/bin/ltsbpf",
	};
}

/* As good(), seen by a user without rights. */
static struct machine without_rights(void)
{
	struct machine machine = good();

	machine.capabilities = 0;
	machine.root = false;
	machine.program_error = -EPERM;
	machine.event_error = -EACCES;
	machine.tick_error = -ENOENT;
	return machine;
}

static struct requirement judged(const struct machine *machine, const char *name)
{
	struct requirement list[REQUIREMENTS];

	requirements_judge(machine, list);
	for (size_t i = 0; i < REQUIREMENTS; i++)
		if (!strcmp(list[i].name, name))
			return list[i];
	check_str(name, "the name of a requirement");
	return list[0];
}

static void a_good_machine_lacks_nothing(void)
{
	struct requirement list[REQUIREMENTS];
	struct machine machine = good();

	requirements_judge(&machine, list);
	for (size_t i = 0; i < REQUIREMENTS; i++) {
		if (!check_int(list[i].state, REQUIREMENT_OK))
			fprintf(stderr, "%s\n", list[i].name);
		check_true(*list[i].found);
		check_str(list[i].fix, "");
		check_true(strlen(list[i].name) <= 16);
	}
}

static void kernel_is(const char *release, enum requirement_state expected)
{
	struct machine machine = good();

	snprintf(machine.release, sizeof(machine.release), "%s", release);
	struct requirement kernel = judged(&machine, "kernel");
	if (!check_int(kernel.state, expected))
		fprintf(stderr, "release %s\n", release);
	check_str(kernel.found, release);
	check_true(!*kernel.meaning == (expected == REQUIREMENT_OK));
}

static void kernels_from_5_15_on_are_taken(void)
{
	kernel_is("5.15.0-91-generic", REQUIREMENT_OK);
	kernel_is("5.15", REQUIREMENT_OK);
	kernel_is("6.0.0", REQUIREMENT_OK);
	kernel_is("6.14.0-1017-azure", REQUIREMENT_OK);
	kernel_is("10.2", REQUIREMENT_OK);
	kernel_is("5.14.21-default", REQUIREMENT_MISSING);
	kernel_is("5.10.0-28-amd64", REQUIREMENT_MISSING);
	kernel_is("5.2.0", REQUIREMENT_MISSING);
	kernel_is("4.19.0", REQUIREMENT_MISSING);
}

static void kernels_that_tell_less_are_a_warning(void)
{
	kernel_is("5.14.0-427.13.1.el9_4.x86_64", REQUIREMENT_WARN);
	kernel_is("4.18.0-553.el8_10.x86_64", REQUIREMENT_MISSING);
	kernel_is("rolling", REQUIREMENT_WARN);
}

static void other_architectures_are_refused(void)
{
	struct machine machine = good();

	strcpy(machine.architecture, "aarch64");
	struct requirement out = judged(&machine, "architecture");
	check_int(out.state, REQUIREMENT_MISSING);
	check_str(out.found, "aarch64");
}

static void btf_must_be_there_and_be_btf(void)
{
	struct machine machine = good();

	machine.btf_error = -ENOENT;
	struct requirement out = judged(&machine, "kernel types");
	check_int(out.state, REQUIREMENT_MISSING);
	check_contains(out.found, "No such file");
	machine.btf_error = -ENODATA;
	out = judged(&machine, "kernel types");
	check_int(out.state, REQUIREMENT_MISSING);
	check_contains(out.found, "empty or not BTF");
}

static void lockdown_is(const char *text, enum requirement_state expected, const char *found)
{
	struct machine machine = good();

	snprintf(machine.lockdown, sizeof(machine.lockdown), "%s", text);
	struct requirement out = judged(&machine, "lockdown");
	check_int(out.state, expected);
	check_str(out.found, found);
}

static void only_the_confidentiality_mode_of_lockdown_is_in_the_way(void)
{
	lockdown_is("[none] integrity confidentiality", REQUIREMENT_OK, "none");
	lockdown_is("none [integrity] confidentiality", REQUIREMENT_OK, "integrity");
	lockdown_is("none integrity [confidentiality]", REQUIREMENT_MISSING, "confidentiality");
	lockdown_is("", REQUIREMENT_OK, "none is told");
	lockdown_is("[", REQUIREMENT_OK, "");
}

static void a_container_needs_the_hosts_process_numbers(void)
{
	struct machine machine = good();

	machine.pid_namespace = 4026532178u;
	struct requirement out = judged(&machine, "pid namespace");
	check_int(out.state, REQUIREMENT_MISSING);
	check_contains(out.meaning, "run on the host, or the container with --pid=host");
	check_contains(out.fix, "--pid=host");
	check_true(!out.sudo);
}

static void no_proc_is_missing_and_no_user_namespace_told_is_not(void)
{
	struct machine machine = good();

	machine.pid_namespace = machine.user_namespace = 0;
	check_int(judged(&machine, "pid namespace").state, REQUIREMENT_MISSING);
	check_contains(judged(&machine, "pid namespace").fix, "mount -t proc");
	check_int(judged(&machine, "user namespace").state, REQUIREMENT_OK);
}

static void capabilities_of_another_user_namespace_do_not_count(void)
{
	struct machine machine = good();

	machine.user_namespace = 4026532177u;
	machine.program_error = -EPERM;
	machine.filtered = true;
	check_int(judged(&machine, "user namespace").state, REQUIREMENT_MISSING);
	check_contains(judged(&machine, "BPF programs").meaning, "for want of the rights above");
}

static void a_user_without_rights_is_told_of_sudo_and_setcap(void)
{
	struct machine machine = without_rights();
	struct requirement out = judged(&machine, "capabilities");

	check_int(out.state, REQUIREMENT_MISSING);
	check_true(out.sudo);
	check_contains(out.found, "without CAP_BPF, CAP_PERFMON, ");
	check_contains(out.fix, "sudo /usr/bin/ltsbpf ...");
	check_contains(out.fix, "setcap cap_bpf,");
	check_int(judged(&machine, "BPF programs").state, REQUIREMENT_MISSING);
	check_true(judged(&machine, "BPF programs").sudo);
	check_contains(judged(&machine, "clock events").found, "Permission denied");
}

static void a_root_without_rights_is_told_of_its_container(void)
{
	struct machine machine = without_rights();

	machine.root = true;
	struct requirement out = judged(&machine, "capabilities");
	check_true(out.state == REQUIREMENT_MISSING && !out.sudo);
	check_contains(out.fix, "--cap-add=BPF");
	check_null(strstr(out.fix, "sudo"));
}

static void the_lesser_capabilities_are_a_warning_with_what_is_lost(void)
{
	struct machine machine = good();

	machine.capabilities &= ~BIT(CAP_SYS_PTRACE);
	struct requirement out = judged(&machine, "capabilities");
	check_int(out.state, REQUIREMENT_WARN);
	check_contains(out.meaning, "other users");
}

static void a_refusal_in_spite_of_all_rights_names_who_may_refuse(void)
{
	struct machine machine = good();

	machine.program_error = -EPERM;
	struct requirement out = judged(&machine, "BPF programs");
	check_int(out.state, REQUIREMENT_MISSING);
	check_str(out.found, "bpf(): Operation not permitted");
	check_contains(out.meaning, "SELinux");
	check_true(!out.sudo);
	machine.filtered = true;
	out = judged(&machine, "BPF programs");
	check_contains(out.meaning, "seccomp");
	check_contains(out.fix, "--security-opt seccomp=unconfined");
	check_int(judged(&machine, "clock events").state, REQUIREMENT_OK);
}

static void the_paranoid_level_is_told_and_never_in_the_way(void)
{
	struct machine machine = good();
	struct requirement out = judged(&machine, "perf's limit");

	check_str(out.found, "kernel.perf_event_paranoid = 4");
	check_str(out.meaning, "any value will do with CAP_PERFMON");
	machine = without_rights();
	out = judged(&machine, "perf's limit");
	check_int(out.state, REQUIREMENT_OK);
	check_contains(out.meaning, "no value of it makes up for CAP_PERFMON");
	machine.perf_event_paranoid[0] = '\0';
	check_contains(judged(&machine, "perf's limit").found, "not there");
}

static void ptrace_scope_is(const char *scope, uint64_t capabilities,
			    enum requirement_state expected)
{
	struct machine machine = good();

	machine.capabilities = capabilities;
	strcpy(machine.ptrace_scope, scope);
	if (!check_int(judged(&machine, "ptrace's limit").state, expected))
		fprintf(stderr, "scope %s\n", scope);
}

static void ptrace_scopes_that_close_memory_are_a_warning(void)
{
	ptrace_scope_is("", 0, REQUIREMENT_OK);
	ptrace_scope_is("0", 0, REQUIREMENT_OK);
	ptrace_scope_is("1", 0, REQUIREMENT_OK);
	ptrace_scope_is("2", 0, REQUIREMENT_WARN);
	ptrace_scope_is("2", BIT(CAP_SYS_PTRACE), REQUIREMENT_OK);
	ptrace_scope_is("3", all_capabilities, REQUIREMENT_WARN);
}

static void a_tick_that_is_not_seen_is_a_warning_with_the_cure_that_helps(void)
{
	struct machine machine = good();
	struct requirement out = judged(&machine, "scheduler's tick");

	check_str(out.found, "every 4 ms, its handler is known");
	machine.tick_error = -ENOENT;
	out = judged(&machine, "scheduler's tick");
	check_int(out.state, REQUIREMENT_WARN);
	check_true(!*out.fix && !out.sudo);
	strcpy(machine.kptr_restrict, "2");
	check_str(judged(&machine, "scheduler's tick").fix, "sudo sysctl kernel.kptr_restrict=1");
	machine = without_rights();
	check_true(judged(&machine, "scheduler's tick").sudo);
}

static void missing_hardware_counters_do_not_matter(void)
{
	struct machine machine = good();

	machine.counters = false;
	check_int(judged(&machine, "CPU counters").state, REQUIREMENT_OK);
	check_contains(judged(&machine, "CPU counters").found, "none");
}

static void the_line_has_everything(void)
{
	struct machine machine = without_rights();
	struct requirement out = judged(&machine, "capabilities");
	char line[1600];

	requirements_line(&out, line, sizeof(line));
	check_contains(line, "capabilities: without CAP_BPF");
	check_contains(line, out.meaning);
	check_contains(line, "; run: sudo /usr/bin/ltsbpf ...");
	check_null(strchr(line, '\n'));
	out.fix[0] = '\0';
	requirements_line(&out, line, sizeof(line));
	check_null(strstr(line, "run:"));
}

/* Whoever runs the tests, and wherever. */
static void the_first_missing_is_the_first_missing(void)
{
	struct requirement list[REQUIREMENTS], first = {.name = "untouched"};
	const char *expected = "untouched";
	struct machine machine;

	machine_probe(&machine);
	requirements_judge(&machine, list);
	for (size_t i = REQUIREMENTS; i-- > 0;)
		if (list[i].state == REQUIREMENT_MISSING)
			expected = list[i].name;
	int err = requirements_first_missing(&first);
	check_str(first.name, expected);
	check_int(err, strcmp(expected, "untouched") ? -ENOTSUP : 0);
}

CU_TestInfo requirements_tests[] = {
	TEST(a_good_machine_lacks_nothing),
	TEST(kernels_from_5_15_on_are_taken),
	TEST(kernels_that_tell_less_are_a_warning),
	TEST(other_architectures_are_refused),
	TEST(btf_must_be_there_and_be_btf),
	TEST(only_the_confidentiality_mode_of_lockdown_is_in_the_way),
	TEST(a_container_needs_the_hosts_process_numbers),
	TEST(no_proc_is_missing_and_no_user_namespace_told_is_not),
	TEST(capabilities_of_another_user_namespace_do_not_count),
	TEST(a_user_without_rights_is_told_of_sudo_and_setcap),
	TEST(a_root_without_rights_is_told_of_its_container),
	TEST(the_lesser_capabilities_are_a_warning_with_what_is_lost),
	TEST(a_refusal_in_spite_of_all_rights_names_who_may_refuse),
	TEST(the_paranoid_level_is_told_and_never_in_the_way),
	TEST(ptrace_scopes_that_close_memory_are_a_warning),
	TEST(a_tick_that_is_not_seen_is_a_warning_with_the_cure_that_helps),
	TEST(missing_hardware_counters_do_not_matter),
	TEST(the_line_has_everything),
	TEST(the_first_missing_is_the_first_missing),
	CU_TEST_INFO_NULL,
};
