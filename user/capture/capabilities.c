// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/capabilities.h"

#include <ctype.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

struct capability {
	unsigned int number;
	const char *name; /* without "CAP_" */
	const char *loss; /* what does not work without it; NULL = nothing at all does */
};

static const struct capability needed[] = {
	{CAP_BPF, "BPF", NULL},
	{CAP_PERFMON, "PERFMON", NULL},
	{CAP_SYS_PTRACE, "SYS_PTRACE", "programs of other users show no Python lines"},
	{CAP_DAC_READ_SEARCH, "DAC_READ_SEARCH", "files closed to this user show no names"},
	{CAP_SYSLOG, "SYSLOG", "the kernel may hide its symbols"},
};

enum {
	NEEDED = sizeof(needed) / sizeof(*needed),
	PATH_BYTES = 320
};

static bool has(uint64_t set, unsigned int capability)
{
	return set >> capability & 1;
}

bool capabilities_allow(uint64_t set, unsigned int capability)
{
	if (has(set, capability))
		return true;
	if (capability == CAP_BPF || capability == CAP_PERFMON)
		return has(set, CAP_SYS_ADMIN);
	return capability == CAP_DAC_READ_SEARCH && has(set, CAP_DAC_OVERRIDE);
}

bool capabilities_suffice(uint64_t set)
{
	return capabilities_allow(set, CAP_BPF) && capabilities_allow(set, CAP_PERFMON);
}

static void append(char *text, size_t size, const char *separator, const char *prefix,
		   const char *more)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s%s%s", length ? separator : "", prefix, more);
}

void capabilities_missing(uint64_t set, char *names, size_t size)
{
	*names = '\0';
	for (size_t i = 0; i < NEEDED; i++)
		if (!capabilities_allow(set, needed[i].number))
			append(names, size, ", ", "CAP_", needed[i].name);
}

void capabilities_losses(uint64_t set, char *losses, size_t size)
{
	*losses = '\0';
	for (size_t i = 0; i < NEEDED; i++)
		if (needed[i].loss && !capabilities_allow(set, needed[i].number))
			append(losses, size, "; ", "", needed[i].loss);
}

/* A path as a shell takes it; false when that is not simple. */
static bool quote(const char *path, char *out, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+,";
	const char *mark = path[strspn(path, plain)] ? "'" : "";

	if (strchr(path, '\'') || strlen(path) + sizeof("''") > size)
		return false;
	snprintf(out, size, "%s%s%s", mark, path, mark);
	return true;
}

void capabilities_fix(const char *program, char *commands, size_t size)
{
	char path[PATH_BYTES], list[128] = "";

	for (size_t i = 0; i < NEEDED; i++)
		append(list, sizeof(list), ",", "cap_", needed[i].name);
	for (char *letter = list; *letter; letter++)
		*letter = (char)tolower((unsigned char)*letter);
	if (!quote(program, path, sizeof(path)))
		strcpy(path, "\"$(command -v ltsbpf)\"");
	snprintf(commands, size, "sudo %s ..., or once: sudo setcap %s+ep %s", path, list, path);
}

void capabilities_fix_container(char *commands, size_t size)
{
	char list[160] = "";

	for (size_t i = 0; i < NEEDED; i++)
		append(list, sizeof(list), " ", "--cap-add=", needed[i].name);
	snprintf(commands, size, "docker run --pid=host %s ...", list);
}
