// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/capabilities.h"

#include <linux/capability.h>

#include "check.h"

#define BIT(capability) (1ull << (capability))

static const uint64_t all = BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_SYS_PTRACE) |
			    BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYSLOG);

static void bpf_and_perfmon_suffice_and_neither_alone_does(void)
{
	check_true(capabilities_suffice(BIT(CAP_BPF) | BIT(CAP_PERFMON)));
	check_true(!capabilities_suffice(BIT(CAP_BPF)));
	check_true(!capabilities_suffice(BIT(CAP_PERFMON)));
	check_true(!capabilities_suffice(all & ~BIT(CAP_BPF)));
	check_true(!capabilities_suffice(0));
}

static void sys_admin_stands_in_for_bpf_and_perfmon_alone(void)
{
	check_true(capabilities_suffice(BIT(CAP_SYS_ADMIN)));
	check_true(!capabilities_allow(BIT(CAP_SYS_ADMIN), CAP_SYS_PTRACE));
	check_true(!capabilities_allow(BIT(CAP_SYS_ADMIN), CAP_SYSLOG));
	check_true(!capabilities_allow(BIT(CAP_SYS_ADMIN), CAP_DAC_READ_SEARCH));
}

static void dac_override_stands_in_for_dac_read_search_alone(void)
{
	check_true(capabilities_allow(BIT(CAP_DAC_OVERRIDE), CAP_DAC_READ_SEARCH));
	check_true(!capabilities_allow(BIT(CAP_DAC_OVERRIDE), CAP_SYS_PTRACE));
	check_true(!capabilities_allow(BIT(CAP_DAC_OVERRIDE), CAP_BPF));
}

static void those_that_lack_are_named(void)
{
	char names[128];

	capabilities_missing(all, names, sizeof(names));
	check_str(names, "");
	capabilities_missing(all & ~BIT(CAP_PERFMON) & ~BIT(CAP_SYSLOG), names, sizeof(names));
	check_str(names, "CAP_PERFMON, CAP_SYSLOG");
	capabilities_missing(0, names, sizeof(names));
	check_str(names, "CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_SYSLOG");
}

static void a_short_buffer_is_not_overrun(void)
{
	char names[12] = "";

	capabilities_missing(0, names, sizeof(names));
	check_str(names, "CAP_BPF, CA");
}

static void losses_are_told_of_those_that_lack(void)
{
	char losses[256];

	capabilities_losses(all, losses, sizeof(losses));
	check_str(losses, "");
	capabilities_losses(all & ~BIT(CAP_SYS_PTRACE), losses, sizeof(losses));
	check_contains(losses, "other users");
	check_null(strchr(losses, ';'));
	capabilities_losses(0, losses, sizeof(losses));
	check_contains(losses, "other users");
	check_contains(losses, "; the kernel may hide its symbols");
}

static void the_fix_can_be_pasted_into_a_shell(void)
{
	char fix[1000];

	capabilities_fix("/usr/bin/ltsbpf", fix, sizeof(fix));
	check_str(fix, "sudo /usr/bin/ltsbpf ..., or once: sudo setcap "
		       "cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search,cap_syslog+ep "
		       "/usr/bin/ltsbpf");
	capabilities_fix("/my tools/$x/ltsbpf", fix, sizeof(fix));
	check_contains(fix, "sudo '/my tools/$x/ltsbpf' ...");
	check_contains(fix, "+ep '/my tools/$x/ltsbpf'");
	capabilities_fix("/it's/ltsbpf", fix, sizeof(fix));
	check_contains(fix, "sudo \"$(command -v ltsbpf)\" ...");
	check_null(strstr(fix, "it's"));
}

static void a_path_too_long_for_the_fix_is_left_out_whole(void)
{
	char fix[1000], path[1000];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	capabilities_fix(path, fix, sizeof(fix));
	check_contains(fix, "command -v ltsbpf");
	check_null(strchr(fix, 'x'));
	path[300] = '\0';
	capabilities_fix(path, fix, sizeof(fix));
	check_str(fix + strlen(fix) - 300, path);
}

static void a_container_is_given_them_by_name(void)
{
	char fix[1000];

	capabilities_fix_container(fix, sizeof(fix));
	check_str(fix, "docker run --pid=host --cap-add=BPF --cap-add=PERFMON --cap-add=SYS_PTRACE "
		       "--cap-add=DAC_READ_SEARCH --cap-add=SYSLOG ...");
}

CU_TestInfo capabilities_tests[] = {
	TEST(bpf_and_perfmon_suffice_and_neither_alone_does),
	TEST(sys_admin_stands_in_for_bpf_and_perfmon_alone),
	TEST(dac_override_stands_in_for_dac_read_search_alone),
	TEST(those_that_lack_are_named),
	TEST(a_short_buffer_is_not_overrun),
	TEST(losses_are_told_of_those_that_lack),
	TEST(the_fix_can_be_pasted_into_a_shell),
	TEST(a_path_too_long_for_the_fix_is_left_out_whole),
	TEST(a_container_is_given_them_by_name),
	CU_TEST_INFO_NULL,
};
