// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/jitdump.h"

#include <string.h>

enum {
	DUMP_MAGIC = 0x4A695444,
	DUMP_VERSION = 1,
};

struct dump_head {
	uint32_t magic, version, total_size, elf_machine, padding, pid;
	uint64_t timestamp, flags;
};

enum dump_record_kind {
	JIT_CODE_LOAD,
	JIT_CODE_MOVE,
};

struct dump_record {
	uint32_t kind, total_size;
	uint64_t timestamp;
};

struct dump_load {
	struct dump_record head;
	uint32_t pid, tid;
	uint64_t vma, address, size, index;
	/* the name with its NUL, then the code */
};

struct dump_move {
	struct dump_record head;
	uint32_t pid, tid;
	uint64_t vma, old_address, new_address, size, index;
};

/* Bytes of the head, 0: it is not whole, or -EINVAL. */
static int64_t take_head(const char *data, size_t size)
{
	struct dump_head head;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	bool ours = head.magic == DUMP_MAGIC && head.version == DUMP_VERSION;
	return ours && head.total_size >= sizeof(head) ? (int64_t)head.total_size : -EINVAL;
}

/* 1: taken or left out, 0: the name is not whole yet, or -errno. */
static int take_load(struct jitdump *dump, const char *data, size_t size, size_t total_size)
{
	struct dump_load load;
	size_t there = size < total_size ? size : total_size;
	uint32_t name;

	if (total_size <= sizeof(load))
		return 1;
	if (there <= sizeof(load))
		return 0;
	memcpy(&load, data, sizeof(load));
	size_t length = strnlen(data + sizeof(load), there - sizeof(load));
	if (length == there - sizeof(load))
		return there == total_size;
	int err = code_ranges_name(&dump->ranges, data + sizeof(load), length, &name)
			  ?: code_ranges_add(&dump->ranges, load.address, load.size, name)
			  ?: map64_put(&dump->name_of, load.index, name);
	return err ?: 1;
}

static int take_move(struct jitdump *dump, const char *data, size_t size, size_t total_size)
{
	struct dump_move move;
	uint64_t name;

	if (total_size < sizeof(move))
		return 1;
	if (size < sizeof(move))
		return 0;
	memcpy(&move, data, sizeof(move));
	if (!map64_get(&dump->name_of, move.index, &name))
		return 1;
	int err = code_ranges_add(&dump->ranges, move.old_address, move.size, 0)
			  ?: code_ranges_add(&dump->ranges, move.new_address, move.size,
					     (uint32_t)name);
	return err ?: 1;
}

static int64_t take_record(struct jitdump *dump, const char *data, size_t size)
{
	struct dump_record record;
	int taken = 1;

	if (size < sizeof(record))
		return 0;
	memcpy(&record, data, sizeof(record));
	if (record.total_size < sizeof(record))
		return -EINVAL;
	if (record.kind == JIT_CODE_LOAD)
		taken = take_load(dump, data, size, record.total_size);
	else if (record.kind == JIT_CODE_MOVE)
		taken = take_move(dump, data, size, record.total_size);
	return taken > 0 ? (int64_t)record.total_size : taken;
}

int64_t jitdump_take(void *context, const char *data, size_t size)
{
	struct jitdump *dump = context;
	uint64_t done = 0;

	while (done < size) {
		int64_t got = dump->begun ? take_record(dump, data + done, size - done)
					  : take_head(data + done, size - done);
		if (got < 0 && !done)
			return got;
		if (got <= 0)
			break;
		dump->begun = true;
		done += (uint64_t)got;
	}
	return (int64_t)done;
}

int jitdump_refresh(struct jitdump *dump, int fd, uid_t owner)
{
	int anew = appended_file_take(&dump->file, fd, owner);

	if (anew < 0)
		return anew;
	if (anew) {
		code_ranges_done(&dump->ranges);
		map64_done(&dump->name_of);
		dump->begun = false;
	}
	int err = appended_file_read(&dump->file, jitdump_take, dump);
	return code_ranges_settle(&dump->ranges) ?: err;
}

bool jitdump_find(const struct jitdump *dump, uint64_t address, const char **name)
{
	return code_ranges_find(&dump->ranges, address, name);
}

void jitdump_done(struct jitdump *dump)
{
	appended_file_done(&dump->file);
	code_ranges_done(&dump->ranges);
	map64_done(&dump->name_of);
}
