// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/pythons.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "app/shared_library.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/vec.h"
#include "python/interpreter.h"

struct file_id {
	dev_t device;
	ino_t inode;
};

struct search {
	FILE *out;
	const char *library_path;
	VEC(struct file_id) seen;
	size_t scripts; /* of the folder at hand */
};

/* python3, python3.11, python3.13t: not python3-config nor python3.11-gdb. */
static int is_python(const struct dirent *entry)
{
	static const char stem[] = "python3";
	const char *rest = entry->d_name + strlen(stem);

	if (strncmp(entry->d_name, stem, strlen(stem)))
		return 0;
	if (!*rest)
		return 1;
	size_t digits = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
	return digits && !strcmp(rest + 1 + digits, rest[1 + digits] == 't' ? "t" : "");
}

static int inspect(const char *path, struct interpreter *interpreter)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : interpreter_inspect(fd, path, interpreter);
}

/* What the interpreter's own probes add to the samples. */
static void print_probes(FILE *out, const struct interpreter *interpreter)
{
	static const char *const calls[] = {
		[CALLS_UNSUPPORTED_BUILD] = "no call probes (not built --with-dtrace)",
		[CALLS_REMOVED] = "no call probes (removed in 3.12 to 3.14)",
		[CALLS_RETURNS_ONLY] = "calls: exact counts (entries are silent in 3.11)",
		[CALLS_COMPLETE] = "calls: exact counts and times",
	};
	const struct probes *probes = &interpreter->probes;
	bool gc = probes_have(probes, PROBE_GC_START) && probes_have(probes, PROBE_GC_DONE);
	bool import =
		probes_have(probes, PROBE_IMPORT_START) && probes_have(probes, PROBE_IMPORT_DONE);

	if (!probes->count) {
		fprintf(out, ", no probes (not built --with-dtrace)");
		return;
	}
	if (gc || import)
		fprintf(out, ", %s%s%s probes", gc ? "gc" : "", gc && import ? " and " : "",
			import ? "import" : "");
	fprintf(out, ", %s",
		calls[probes_calls_support(probes, version_minor(interpreter->version))]);
}

static void print_interpreter(FILE *out, const struct interpreter *interpreter)
{
	fprintf(out, "%s%s, ", interpreter->version_name,
		interpreter->free_threaded ? " (free-threaded)" : "");
	if (interpreter->layout_source == LAYOUT_NONE) {
		fprintf(out, "no layout known: no Python lines will be shown");
		return;
	}
	fprintf(out, "layout from %s", layout_source_name(interpreter->layout_source));
	print_probes(out, interpreter);
}

static bool is_script(const char *path)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char mark[2];

	return fd >= 0 && read(fd, mark, 2) == 2 && !memcmp(mark, "#!", 2);
}

/* What is behind the path: an interpreter, one in a library of its own, or something else. */
static void print_kind(const struct search *search, const char *path)
{
	CLEANUP(freep) char *library = NULL;
	struct interpreter interpreter = {0};
	int err = inspect(path, &interpreter);

	if (err == -ENOENT) {
		err = shared_library_find(path, "libpython3", search->library_path, &library);
		if (!err)
			err = inspect(library, &interpreter);
	}
	if (!err)
		print_interpreter(search->out, &interpreter);
	else if (err == -ELIBACC)
		fprintf(search->out, "its libpython is not found; LD_LIBRARY_PATH may be missing");
	else if (err != -ENOENT)
		fprintf(search->out, "cannot be read: %s", strerror(-err));
	else
		fprintf(search->out, "no CPython of a known version");
	CLEANUP(freep) char *shown = library ? text_printable(library, "") : NULL;
	if (shown)
		fprintf(search->out, ", in %s", shown);
	fputc('\n', search->out);
}

/* Such as pyenv's, which are all alike. */
static void print_scripts(const struct search *search, const char *folder)
{
	CLEANUP(freep) char *shown = text_printable(folder, "");

	if (search->scripts && shown)
		fprintf(search->out,
			"python3... (%s): %zu script%s; the Python behind shows when it runs\n",
			shown, search->scripts, search->scripts == 1 ? "" : "s");
}

/* Enters the file; false when it was there already or is none. */
static bool is_new(struct search *search, const char *path, int *err)
{
	struct stat stat_of;

	if (stat(path, &stat_of) || !S_ISREG(stat_of.st_mode) || access(path, X_OK))
		return false;
	struct file_id id = {stat_of.st_dev, stat_of.st_ino};
	for (size_t i = 0; i < search->seen.count; i++)
		if (search->seen.items[i].device == id.device &&
		    search->seen.items[i].inode == id.inode)
			return false;
	*err = vec_push(&search->seen, id);
	return !*err;
}

static int print_file(struct search *search, const char *folder, const char *name)
{
	CLEANUP(freep) char *path = NULL;
	int err = 0;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (!is_new(search, path, &err))
		return err;
	if (is_script(path)) {
		search->scripts++;
		return 0;
	}
	CLEANUP(freep) char *real = realpath(path, NULL);
	CLEANUP(freep) char *shown = text_printable(real ? real : path, "");
	if (!shown)
		return -ENOMEM;
	fprintf(search->out, "%s (%s): ", name, shown);
	print_kind(search, real ? real : path);
	return 0;
}

static int print_folder(struct search *search, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_python, alphasort);
	int err = 0;

	search->scripts = 0;
	if (count < 0)
		return 0;
	for (int i = 0; i < count; i++) {
		if (!err)
			err = print_file(search, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	print_scripts(search, folder);
	return err;
}

int pythons_print(FILE *out, const char *path, const char *library_path)
{
	struct search search = {.out = out, .library_path = library_path};
	int err = 0;

	for (const char *folder = path; folder && !err;) {
		size_t length = strcspn(folder, ":");
		CLEANUP(freep) char *one = length ? strndup(folder, length) : strdup(".");
		err = one ? print_folder(&search, one) : -ENOMEM;
		folder = folder[length] ? folder + length + 1 : NULL;
	}
	int lines = (int)search.seen.count;
	vec_done(&search.seen);
	return err ? err : lines;
}
