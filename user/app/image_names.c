// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/image_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "image/inlines.h"
#include "image/symbols.h"

static bool is_one_of(const char *name, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof(*(names)))

/* "libc.so.6", "libc-2.31.so", "libpthread.so.0", "ld-linux-x86-64.so.2", "ld-musl-x86_64.so.1". */
static bool is_c_library(const char *path)
{
	static const char *const stems[] = {"libc.so",	"libc-2.", "libpthread",
					    "ld-linux", "ld-musl", "libc.musl"};
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++)
		if (!strncmp(name, stems[i], strlen(stems[i])))
			return true;
	return false;
}

/* PEP 3149: "_json.cpython-311-x86_64-linux-gnu.so", "_rust.abi3.so". */
static bool is_extension(const char *path)
{
	return strstr(path, ".cpython-") || strstr(path, ".abi3.so");
}

int image_names_open(struct image_names *names, const struct image *image, bool is_interpreter,
		     bool inlines)
{
	int err;

	*names = (struct image_names){
		.image = image,
		.is_interpreter = is_interpreter,
		.is_c_library = is_c_library(image->path),
	};
	if (image->memory)
		err = symbols_open_memory(image->memory, image->memory_bytes, &names->symbols);
	else
		err = symbols_open(image->fd, image->path, &names->symbols);
	if (err)
		debug("no symbols of '%s': %s", image->path, strerror(-err));
	if (err != -ENOMEM && !image->memory)
		err = spans_read(image->fd, &names->spans);
	if (err != -ENOMEM && !image->memory && (is_interpreter || is_extension(image->path)))
		err = builtins_read(image->fd, &names->builtins);
	if (err != -ENOMEM && !image->memory && inlines)
		err = inlines_open(image->fd, image->path, &names->inlines);
	return err == -ENOMEM ? err : 0;
}

void image_names_done(struct image_names *names)
{
	symbols_free(names->symbols);
	inlines_free(names->inlines);
	builtins_done(&names->builtins);
	spans_done(&names->spans);
}

/* Of the C library what calls main() or a thread's function; in part without symbols. */
static uint32_t start_flag(const struct image_names *names, const char *name)
{
	static const char *const starts[] = {"__libc_start_main",
					     "__libc_start_main_impl",
					     "__libc_start_call_main",
					     "start_thread",
					     "clone",
					     "__clone",
					     "clone3",
					     "__clone3",
					     "thread_start",
					     "__libc_start_main_stage2",
					     "libc_start_main_stage2"};

	if (!strcmp(name, "_start"))
		return SYMBOL_START;
	return names->is_c_library && (!strncmp(name, "0x", 2) || IS_ONE_OF(name, starts))
		       ? SYMBOL_START
		       : 0;
}

/* CPython: Python/ceval.c; Modules/gcmodule.c up to 3.11, Python/gc.c and gc_free_threading.c. */
static uint32_t interpreter_flags(const char *name)
{
	static const char *const evals[] = {"_PyEval_EvalFrameDefault"};
	static const char *const collectors[] = {"gc_collect_main",	   "collect",
						 "_PyGC_Collect",	   "PyGC_Collect",
						 "gc_collect_generations", "gc_collect_region"};
	uint32_t flags = SYMBOL_INTERPRETER;

	if (IS_ONE_OF(name, evals))
		flags |= SYMBOL_EVAL;
	if (IS_ONE_OF(name, collectors))
		flags |= SYMBOL_COLLECTOR;
	return flags;
}

static void add_function(struct image_name *name, const char *text, const char *place)
{
	name->functions[name->count++] = (struct symbol_function){text, place};
}

/* Where the function begins that holds the address; the address itself when nobody knows. */
static uint64_t function_start(const struct image_names *names, uint64_t vaddr,
			       const struct symbol *symbol)
{
	const struct span *span;

	if (symbol)
		return symbol->start;
	span = spans_find(&names->spans, vaddr);
	return span ? span->start : vaddr;
}

static const char *spell_place(struct image_name *name, const struct inlined *inlined)
{
	char *text = name->texts[name->count];

	if (!inlined->file)
		return "";
	snprintf(text, sizeof(name->texts[0]), "%.*s:%" PRIu32, 240, inlined->file, inlined->line);
	return text;
}

static void add_inlined(struct image_names *names, uint64_t vaddr, const char *symbol,
			struct image_name *name)
{
	struct inlined inlined[MOST_INLINED];
	int count = names->inlines ? inlines_find(names->inlines, vaddr, inlined, MOST_INLINED) : 0;

	for (int i = 0; i < count; i++) {
		const char *known = inlined[i].name ? inlined[i].name : "";
		add_function(name, i == count - 1 ? symbol : known, spell_place(name, &inlined[i]));
	}
	if (count <= 0)
		add_function(name, symbol, "");
}

/* How CPython runs an object that is a function or a generator: what runs says more than that. */
static bool runs_another(const char *name)
{
	static const char *const calls[] = {"builtin_function_or_method.__call__",
					    "function.__call__",
					    "method.__call__",
					    "method_descriptor.__call__",
					    "wrapper_descriptor.__call__",
					    "method-wrapper.__call__",
					    "classmethod_descriptor.__call__",
					    "instancemethod.__call__",
					    "generator.__next__",
					    "coroutine_wrapper.__next__"};

	return IS_ONE_OF(name, calls);
}

void image_names_find(struct image_names *names, uint64_t address, struct image_name *name)
{
	uint64_t vaddr = address + names->image->base_vaddr, start;
	struct symbol symbol = {0};
	bool found = names->symbols && symbols_find(names->symbols, vaddr, &symbol);
	const char *builtin, *text = symbol.name;

	name->count = 0;
	start = function_start(names, vaddr, found ? &symbol : NULL);
	builtin = builtins_find(&names->builtins, start);
	if (builtin && runs_another(builtin))
		builtin = NULL;
	if (!found && !builtin) {
		snprintf(name->texts[MOST_INLINED], sizeof(name->texts[0]), "0x%" PRIx64, start);
		text = name->texts[MOST_INLINED];
	}
	name->flags = builtin ? SYMBOL_BUILTIN : start_flag(names, text);
	if (builtin) {
		add_function(name, builtin, "");
		return;
	}
	if (names->is_interpreter)
		name->flags |= interpreter_flags(text);
	add_inlined(names, vaddr, text, name);
}
