// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/signals.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define SECOND_NS 1000000000u

static struct signal_tally fresh;

/* One signal more, a second after the last one: "action forwarded". */
static const char *after(struct signal_tally *tally, int signo, bool whole_group)
{
	static const char *const names[] = {"none", "end", "leave"};
	static char text[32];
	static uint64_t now_ns = SECOND_NS;
	int forward = -1;

	now_ns += SECOND_NS;
	enum signal_action action = signals_decide(tally, signo, whole_group, now_ns, &forward);
	snprintf(text, sizeof(text), "%s %d", names[action], forward);
	return text;
}

static void what_the_terminal_sent_is_not_handed_on(void)
{
	struct signal_tally tally = fresh;

	check_str(after(&tally, SIGINT, true), "end 0");
	check_str(after(&tally, SIGQUIT, true), "end 0");
	check_str(after(&tally, SIGHUP, true), "end 0");
}

static void what_was_sent_to_us_is_handed_on(void)
{
	struct signal_tally tally = fresh;

	check_str(after(&tally, SIGINT, false), "end 2");
	check_str(after(&tally, SIGQUIT, false), "end 3");
	check_str(after(&tally, SIGHUP, false), "end 1");
	check_str(after(&tally, SIGTERM, false), "end 15");
	check_str(after(&tally, SIGUSR2, false), "none 12");
	check_str(after(&tally, SIGUSR2, false), "none 12");
}

static void the_second_request_leaves_and_the_third_ctrl_c(void)
{
	struct signal_tally tally = fresh;

	check_str(after(&tally, SIGTERM, false), "end 15");
	check_str(after(&tally, SIGTERM, false), "leave 15");
	check_str(after(&tally, SIGINT, true), "end 0");
	check_str(after(&tally, SIGINT, true), "end 0");
	check_str(after(&tally, SIGINT, true), "leave 0");
}

static void user_signals_are_the_program_s_and_count_for_nothing(void)
{
	struct signal_tally tally = fresh;

	for (int i = 0; i < 5; i++)
		check_str(after(&tally, SIGUSR1, false), "none 10");
	check_str(after(&tally, SIGTERM, false), "end 15");
}

static void an_echo_is_dropped(void)
{
	struct signal_tally tally = fresh;
	int forward;

	check_int(signals_decide(&tally, SIGTERM, false, SECOND_NS, &forward), SIGNAL_END);
	check_int(signals_decide(&tally, SIGTERM, false, SECOND_NS + 1000, &forward), SIGNAL_NONE);
	check_int(forward, 0);
	check_int(signals_decide(&tally, SIGINT, false, SECOND_NS + 1000, &forward), SIGNAL_END);
	check_int(signals_decide(&tally, SIGTERM, false, 2 * (uint64_t)SECOND_NS, &forward),
		  SIGNAL_LEAVE);
}

static void a_signal_is_taken_while_open_and_dropped_at_the_close(void)
{
	struct signals_inherited inherited;
	struct signals signals = {0};
	sigset_t pending, mask;
	int forward;

	signals_save(&inherited);
	if (!check_ok(signals_open(&signals, &inherited)))
		return;
	check_int(signals_next(&signals, &forward), SIGNAL_NONE);
	check_int(signals_waiting(&signals), 0);
	kill(getpid(), SIGTERM);
	check_int(signals_waiting(&signals), SIGTERM);
	struct pollfd waiting = {.fd = signals.fd, .events = POLLIN};
	check_int(poll(&waiting, 1, 1000), 1);
	check_int(signals_next(&signals, &forward), SIGNAL_END);
	check_int(forward, SIGTERM);
	check_int(signals_next(&signals, &forward), SIGNAL_NONE);
	kill(getpid(), SIGTERM);
	kill(getpid(), SIGINT);
	signals_close(&signals);
	signals_close(&signals);
	sigpending(&pending);
	check_true(!sigismember(&pending, SIGTERM) && !sigismember(&pending, SIGINT));
	sigprocmask(SIG_SETMASK, NULL, &mask);
	check_int(sigismember(&mask, SIGTERM), sigismember(&inherited.mask, SIGTERM));
	signals_restore(&inherited);
}

/* In a child, whose dispositions are its own: 0 when all is as it was at the start. */
static int round_trip(void)
{
	struct signals_inherited inherited;
	struct signals signals = {0};
	struct sigaction action;
	sigset_t mask;

	signal(SIGCHLD, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	signals_save(&inherited);
	sigaction(SIGCHLD, NULL, &action);
	if (action.sa_handler != SIG_DFL || signals_open(&signals, &inherited))
		return 1;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	if (!sigismember(&mask, SIGTERM) || sigismember(&mask, SIGHUP))
		return 2; /* an ignored signal (nohup) is not taken */
	signals_restore(&inherited);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	if (sigismember(&mask, SIGTERM) || !sigismember(&mask, SIGUSR2))
		return 3;
	sigaction(SIGCHLD, NULL, &action);
	if (action.sa_handler != SIG_IGN)
		return 4;
	sigaction(SIGPIPE, NULL, &action);
	return action.sa_handler == SIG_DFL ? 0 : 5;
}

static void the_child_gets_what_we_were_given(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(round_trip());
	waitpid(pid, &status, 0);
	check_int(status, 0);
}

CU_TestInfo signals_tests[] = {
	TEST(what_the_terminal_sent_is_not_handed_on),
	TEST(what_was_sent_to_us_is_handed_on),
	TEST(the_second_request_leaves_and_the_third_ctrl_c),
	TEST(user_signals_are_the_program_s_and_count_for_nothing),
	TEST(an_echo_is_dropped),
	TEST(a_signal_is_taken_while_open_and_dropped_at_the_close),
	TEST(the_child_gets_what_we_were_given),
	CU_TEST_INFO_NULL,
};
