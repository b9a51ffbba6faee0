// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/jit_symbols.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "image/jitdump.h"
#include "image/perf_map.h"
#include "target/mapped_file.h"
#include "target/maps.h"

struct jit_symbols {
	struct perf_map_process process;
	struct jitdump dump;
	struct perf_map map;
};

struct dump_search {
	const struct perf_map_process *process;
	int fd;
	bool own;
};

static int on_mapping(void *context, const struct map_line *map)
{
	struct dump_search *search = context;
	const char *name = strrchr(map->path, '/');
	struct stat status;
	int pid, end = 0;

	if (!name || sscanf(name, "/jit-%d.dump%n", &pid, &end) != 1 || !end ||
	    (name[end] && name[end] != ' '))
		return 0;
	bool own = pid == search->process->namespace_pid;
	if (search->fd >= 0 && !own)
		return 0;
	struct mapped_file file = {.pid = search->process->pid,
				   .path = map->path,
				   .device = makedev(map->device_major, map->device_minor),
				   .inode = map->inode};
	int fd = mapped_file_open(&file, mapped_file_stat(&file, &status) ? &status : NULL);
	if (fd < 0)
		return 0;
	closep(&search->fd);
	search->fd = fd;
	return own;
}

static int dump_refresh(struct jit_symbols *symbols)
{
	struct dump_search search = {.process = &symbols->process, .fd = -1};

	maps_read(symbols->process.pid, on_mapping, &search);
	return jitdump_refresh(&symbols->dump, search.fd, symbols->process.uid);
}

int jit_symbols_refresh(struct jit_symbols *symbols)
{
	int dump = dump_refresh(symbols);
	int map = perf_map_refresh(&symbols->map, &symbols->process);

	if (dump && dump != -ENOENT)
		return dump;
	return map == -ENOENT ? 0 : map;
}

struct jit_symbols *jit_symbols_new(pid_t pid)
{
	struct jit_symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return NULL;
	if (perf_map_process_of(pid, &symbols->process))
		symbols->process = (struct perf_map_process){.pid = pid, .namespace_pid = pid};
	if (jit_symbols_refresh(symbols) == -ENOMEM) {
		jit_symbols_free(symbols);
		return NULL;
	}
	return symbols;
}

bool jit_symbols_find(const struct jit_symbols *symbols, uint64_t address, const char **name)
{
	return jitdump_find(&symbols->dump, address, name) ||
	       perf_map_find(&symbols->map, address, name);
}

void jit_symbols_free(struct jit_symbols *symbols)
{
	if (!symbols)
		return;
	jitdump_done(&symbols->dump);
	perf_map_done(&symbols->map);
	free(symbols);
}
