// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/run_progress.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/log.h"

enum {
	SHORT_RUN_MS = 3000, /* of which nobody asks how far it is */
	MEM_MAJOR = 1 /* /dev/null and its like: Linux, Documentation/admin-guide/devices.txt */
};

/* Any other character device may be a terminal. What is closed is none. */
static bool is_no_terminal(pid_t pid, int fd)
{
	char path[64];
	struct stat file;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	if (stat(path, &file))
		return errno == ENOENT;
	return !S_ISCHR(file.st_mode) || major(file.st_rdev) == MEM_MAJOR;
}

bool run_progress_is_free(pid_t pid)
{
	return is_no_terminal(pid, STDOUT_FILENO) && is_no_terminal(pid, STDERR_FILENO);
}

void run_progress_show(pid_t pid, double elapsed_s, uint64_t samples, uint64_t lost)
{
	if (!run_progress_is_free(pid)) {
		log_progress_end();
		return;
	}
	log_progress_begin(SHORT_RUN_MS);
	log_progress("%.0f s, %lu samples, %lu lost", elapsed_s, (unsigned long)samples,
		     (unsigned long)lost);
}

void run_progress_end_steps(pid_t pid, size_t running)
{
	log_progress_end();
	if (pid ? run_progress_is_free(pid) : !running)
		log_progress_begin(0);
}
