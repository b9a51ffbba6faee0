// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/shared_library.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "elf/section.h"

static const char usual_folders[] = "/usr/local/lib:/usr/local/lib64:/lib/x86_64-linux-gnu:"
				    "/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib";

/* Of a program's dynamic section; texts are libelf's. */
struct dynamic {
	const char *needed, *rpath, *runpath;
};

static void take_entry(Elf *elf, size_t strings, const GElf_Dyn *entry, const char *prefix,
		       struct dynamic *dynamic)
{
	const char *text = elf_strptr(elf, strings, entry->d_un.d_val);

	if (!text)
		return;
	if (entry->d_tag == DT_RPATH)
		dynamic->rpath = text;
	else if (entry->d_tag == DT_RUNPATH)
		dynamic->runpath = text;
	else if (entry->d_tag == DT_NEEDED && !dynamic->needed &&
		 !strncmp(text, prefix, strlen(prefix)) && !strchr(text, '/'))
		dynamic->needed = text;
}

static void read_dynamic(Elf *elf, const char *prefix, struct dynamic *dynamic)
{
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		GElf_Shdr header;
		GElf_Dyn entry;
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_DYNAMIC)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		for (int i = 0; data && gelf_getdyn(data, i, &entry); i++)
			take_entry(elf, header.sh_link, &entry, prefix, dynamic);
		return;
	}
}

/* A folder of a list, with $ORIGIN or ${ORIGIN} in front replaced. NULL: none, or no memory. */
static char *expand(const char *folder, size_t length, const char *origin)
{
	static const char *const tokens[] = {"$ORIGIN", "${ORIGIN}"};
	char *path = NULL;

	for (size_t i = 0; i < 2; i++) {
		size_t token = strlen(tokens[i]);
		if (length >= token && !strncmp(folder, tokens[i], token))
			return asprintf(&path, "%s%.*s", origin, (int)(length - token),
					folder + token) < 0
				       ? NULL
				       : path;
	}
	return length ? strndup(folder, length) : NULL;
}

static bool search(const char *folders, const char *origin, const char *name, char **found)
{
	for (const char *folder = folders; folder && *folder;) {
		size_t length = strcspn(folder, ":");
		CLEANUP(freep) char *expanded = expand(folder, length, origin);
		CLEANUP(freep) char *path = NULL;
		if (expanded && asprintf(&path, "%s/%s", expanded, name) < 0)
			path = NULL;
		if (path && !access(path, R_OK)) {
			*found = TAKE(path);
			return true;
		}
		folder += length + (folder[length] == ':');
	}
	return false;
}

int shared_library_find(const char *program, const char *prefix, const char *library_path,
			char **found)
{
	CLEANUP(closep) int fd = open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	CLEANUP(freep) char *origin = fd < 0 ? NULL : realpath(program, NULL);
	struct dynamic dynamic = {0};

	if (fd < 0 || !origin)
		return -errno;
	elf_version(EV_CURRENT);
	CLEANUP(elf_endp) Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf_kind(elf) == ELF_K_ELF)
		read_dynamic(elf, prefix, &dynamic);
	if (!dynamic.needed)
		return -ENOENT;
	*strrchr(origin, '/') = '\0';
	return search(dynamic.runpath ? NULL : dynamic.rpath, origin, dynamic.needed, found) ||
			       search(library_path, origin, dynamic.needed, found) ||
			       search(dynamic.runpath, origin, dynamic.needed, found) ||
			       search(usual_folders, origin, dynamic.needed, found)
		       ? 0
		       : -ELIBACC;
}
