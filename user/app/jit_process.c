// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/jit_process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/vec.h"
#include "image/jit_objects.h"
#include "image/jit_symbols.h"
#include "image/symbols.h"

struct jit_process {
	pid_t pid;
	struct jit_symbols *files; /* jitdump and perf map */
	uint64_t state;		   /* of the registered objects, when they were read */
	VEC(struct symbols *) objects;
};

struct jit_process *jit_process_new(pid_t pid)
{
	struct jit_process *process = calloc(1, sizeof(*process));

	if (!process)
		return NULL;
	process->pid = pid;
	process->files = jit_symbols_new(pid);
	if (!process->files) {
		free(process);
		return NULL;
	}
	return process;
}

static void forget_objects(struct jit_process *process)
{
	for (size_t i = 0; i < process->objects.count; i++)
		symbols_free(process->objects.items[i]);
	process->objects.count = 0;
}

static int take_object(void *context, const void *elf, size_t size)
{
	struct jit_process *process = context;
	struct symbols *symbols;
	int err = symbols_open_memory(elf, size, &symbols);

	if (err)
		return err == -ENOMEM ? err : 0;
	err = vec_push(&process->objects, symbols);
	if (err)
		symbols_free(symbols);
	return err;
}

/* What was read stays when the process has gone. */
static void refresh_objects(struct jit_process *process, uint64_t descriptor)
{
	uint64_t state;
	int err;

	if (!descriptor || jit_objects_state(process->pid, descriptor, &state) ||
	    state == process->state)
		return;
	forget_objects(process);
	err = jit_objects_read(process->pid, descriptor, take_object, process);
	if (err)
		debug("process %d: not all objects of its JIT were read (%d)", process->pid, err);
	process->state = state;
}

void jit_process_refresh(struct jit_process *process, uint64_t descriptor)
{
	int err = jit_symbols_refresh(process->files);

	if (err)
		debug("process %d: its jitdump or perf map cannot be read (%d)", process->pid, err);
	refresh_objects(process, descriptor);
}

const char *jit_process_find(struct jit_process *process, uint64_t address)
{
	struct symbol symbol;
	const char *name;

	if (jit_symbols_find(process->files, address, &name))
		return name;
	for (size_t i = 0; i < process->objects.count; i++)
		if (symbols_find(process->objects.items[i], address, &symbol))
			return symbol.name;
	return NULL;
}

pid_t jit_process_pid(const struct jit_process *process)
{
	return process->pid;
}

bool jit_process_ended(const struct jit_process *process)
{
	return kill(process->pid, 0) && errno == ESRCH;
}

void jit_process_free(struct jit_process *process)
{
	if (!process)
		return;
	forget_objects(process);
	vec_done(&process->objects);
	jit_symbols_free(process->files);
	free(process);
}
