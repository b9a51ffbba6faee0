// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/pythons.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"

/* Files are made in this folder, and its text is what the list says. */
struct place {
	char folder[64];
	char *text;
	int lines;
};

static bool place_open(struct place *place)
{
	*place = (struct place){.folder = "/tmp/ltsbpf-pythons-test-XXXXXX"};
	return check_not_null(mkdtemp(place->folder));
}

static void place_close(struct place *place)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", place->folder);
	check_int(system(command), 0);
	free(place->text);
}

static void make_bytes(const struct place *place, const char *name, const void *bytes, size_t size,
		       mode_t mode)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", place->folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
	check_true(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	close(fd);
}

static void make(const struct place *place, const char *name, const char *content, mode_t mode)
{
	make_bytes(place, name, content, strlen(content), mode);
}

static void list(struct place *place, const char *path)
{
	size_t size;

	free(place->text);
	place->text = NULL;
	FILE *out = open_memstream(&place->text, &size);
	place->lines = pythons_print(out, path, NULL);
	fclose(out);
}

static size_t newlines(const char *text)
{
	size_t count = 0;

	while ((text = strchr(text, '\n'))) {
		count++;
		text++;
	}
	return count;
}

static void names_of_interpreters_are_listed_and_of_tools_not(void)
{
	static const char *const names[] = {"python3",	      "python3.9",	"python3.14t",
					    "python3-config", "python3.11-gdb", "python3.",
					    "python3x",	      "python2",	"python",
					    "python3.t",      "python3.9tt"};
	struct place place;

	if (!place_open(&place))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		make(&place, names[i], "data", 0755);
	make(&place, "python3.7", "data", 0644);
	list(&place, place.folder);
	check_int(place.lines, 3);
	check_uint(newlines(place.text), 3);
	check_contains(place.text, "python3 (");
	check_contains(place.text, "python3.9 (");
	check_contains(place.text, "python3.14t (");
	check_contains(place.text, "/python3.9): no CPython of a known version\n");
	place_close(&place);
}

static void scripts_are_one_line_a_folder(void)
{
	struct place place;

	if (!place_open(&place))
		return;
	make(&place, "python3", "#!/bin/sh\n", 0755);
	make(&place, "python3.8", "#!/bin/sh\n#\n", 0755);
	list(&place, place.folder);
	check_uint(newlines(place.text), 1);
	check_contains(place.text, "2 scripts; ");
	check_contains(place.text, place.folder);
	place_close(&place);
}

static void a_file_is_listed_once_whatever_leads_to_it(void)
{
	struct place place;
	char path[256];

	if (!place_open(&place))
		return;
	make(&place, "python3.8", "data", 0755);
	snprintf(path, sizeof(path), "%s/python3", place.folder);
	check_ok(symlink("python3.8", path));
	snprintf(path, sizeof(path), "/nowhere:%s:%s/.", place.folder, place.folder);
	list(&place, path);
	check_int(place.lines, 1);
	check_contains(place.text, "python3 (/");
	check_contains(place.text, "/python3.8): ");
	place_close(&place);
}

static void nothing_found_is_no_line(void)
{
	struct place place = {.text = NULL};

	list(&place, "/nowhere:/proc");
	check_int(place.lines, 0);
	check_str(place.text, "");
	list(&place, NULL);
	check_int(place.lines, 0);
	free(place.text);
}

static void names_of_folders_are_shown_harmless(void)
{
	struct place place;
	char path[128];

	if (!place_open(&place))
		return;
	snprintf(path, sizeof(path), "%s/\033[31m\n", place.folder);
	check_ok(mkdir(path, 0755));
	make(&place, "\033[31m\n/python3", "data", 0755);
	list(&place, path);
	check_uint(newlines(place.text), 1);
	check_null(strchr(place.text, '\033'));
	place_close(&place);
}

/* A Python of a version whose layout is in the table, with these probes. */
static void make_python(const struct place *place, const char *name, uint64_t version,
			const char *const *probes)
{
	struct elf_made made;

	elf_make(&made, ET_EXEC);
	elf_add_symbol(&made, "_PyRuntime", ELF_VADDR + ELF_AT_DATA);
	elf_add_symbol(&made, "Py_Version", ELF_VADDR + ELF_AT_DATA + 0x800);
	memcpy(made.bytes + ELF_AT_DATA + 0x800, &version, sizeof(version));
	elf_make_probes(&made);
	for (; *probes; probes++)
		elf_add_probe(&made, "python", *probes, "8@%rax");
	make_bytes(place, name, made.bytes, sizeof(made.bytes), 0755);
}

static void what_its_probes_give_is_told_of_each(void)
{
	static const char *const all[] = {"function__entry",
					  "function__return",
					  "import__find__load__start",
					  "import__find__load__done",
					  "gc__start",
					  "gc__done",
					  NULL};
	static const char *const half[] = {"gc__start", "import__find__load__start",
					   "import__find__load__done", NULL};
	struct place place;

	if (!place_open(&place))
		return;
	make_python(&place, "python3.1", 0x030b02f0, all + 6);
	make_python(&place, "python3.2", 0x030b02f0, all);
	make_python(&place, "python3.3", 0x030c02f0, all + 2);
	make_python(&place, "python3.4", 0x030c02f0, all + 4);
	make_python(&place, "python3.5", 0x030b02f0, half);
	make_python(&place, "python3.6", 0x030c02f0, all);
	make_python(&place, "python3.7", 0x030c02f0, half + 3);
	make_python(&place, "python3.8", 0x031002f0, all);
	list(&place, place.folder);
	check_contains(place.text, "/python3.1): 3.11.2, layout from table, "
				   "no probes (not built --with-dtrace)\n");
	check_contains(place.text, "/python3.2): 3.11.2, layout from table, gc and import probes, "
				   "calls: exact counts (entries are silent in 3.11)\n");
	check_contains(place.text, "/python3.3): 3.12.2, layout from table, gc and import probes, "
				   "no call probes (removed in 3.12 to 3.14)\n");
	check_contains(place.text, "/python3.4): 3.12.2, layout from table, gc probes, no call ");
	check_contains(place.text, "/python3.5): 3.11.2, layout from table, import probes, "
				   "no call probes (not built --with-dtrace)\n");
	check_contains(place.text, "/python3.6): 3.12.2, layout from table, gc and import probes, "
				   "calls: exact counts and times\n");
	check_contains(place.text, "/python3.7): 3.12.2, layout from table, no probes (not built ");
	check_contains(place.text, "/python3.8): 3.16.2, no layout known: no Python lines will be "
				   "shown\n");
	place_close(&place);
}

/* The build takes a python3; what it says of itself is what must be seen in its file. */
static void a_real_python_is_recognised(void)
{
	FILE *python = popen("PATH=/usr/bin:/usr/local/bin python3 -c 'import platform, sys, os\n"
			     "print(platform.python_version())\n"
			     "print(os.path.realpath(sys.executable))'",
			     "re");
	char version[64] = "", path[256] = "", folder[256], wanted[512];
	struct place place = {.text = NULL};

	if (!check_not_null(python) || !check_not_null(fgets(version, sizeof(version), python)) ||
	    !check_not_null(fgets(path, sizeof(path), python)))
		return;
	pclose(python);
	version[strcspn(version, "\n")] = path[strcspn(path, "\n")] = '\0';
	snprintf(wanted, sizeof(wanted), "(%s): %s", path, version);
	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	list(&place, folder);
	check_contains(place.text, wanted);
	check_contains(place.text, ", layout from ");
	check_contains(place.text, " probes");
	free(place.text);
}

CU_TestInfo pythons_tests[] = {
	TEST(names_of_interpreters_are_listed_and_of_tools_not),
	TEST(scripts_are_one_line_a_folder),
	TEST(a_file_is_listed_once_whatever_leads_to_it),
	TEST(nothing_found_is_no_line),
	TEST(names_of_folders_are_shown_harmless),
	TEST(what_its_probes_give_is_told_of_each),
	TEST(a_real_python_is_recognised),
	CU_TEST_INFO_NULL,
};
