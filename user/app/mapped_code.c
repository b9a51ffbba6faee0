// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/mapped_code.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "capture/image_sets.h"
#include "capture/session.h"
#include "capture/tree.h"
#include "capture/unwind_tables.h"
#include "image/jit_objects.h"
#include "target/identity.h"
#include "target/maps.h"
#include "unwind/table_build.h"

enum {
	ROWS_WORTH_KEEPING = 2000, /* fewer are made faster than they are read */
	CACHE_LIMIT_BYTES = 256 << 20,
};

/* Files in the folder are made with the rights of its owner alone. */
void mapped_code_open_cache(struct mapped_code *code, const char *folder,
			    const struct identity *identity)
{
	struct identity_saved saved = {0};
	int err = identity_enter(identity, &saved);

	if (err)
		return;
	err = unwind_cache_open(folder, CACHE_LIMIT_BYTES, &code->cache);
	if (identity_leave(&saved)) {
		unwind_cache_free(code->cache);
		code->cache = NULL;
	} else if (err) {
		debug("no cache of unwind tables in '%s': %s", folder, strerror(-err));
	}
	code->identity = identity;
}

static void keep_table(struct mapped_code *code, const struct image *image,
		       const struct unwind_table *table)
{
	struct identity_saved saved = {0};
	int err = identity_enter(code->identity, &saved);

	if (err)
		return;
	err = unwind_cache_store(code->cache, image->build_id, image->build_id_bytes, table);
	if (identity_leave(&saved)) {
		unwind_cache_free(code->cache);
		code->cache = NULL;
	} else if (err) {
		debug("cannot keep the unwind table of '%s': %s", image->path, strerror(-err));
	}
}

static int build_table(const struct image *image, struct unwind_table *table)
{
	if (image->memory)
		return unwind_table_build_memory(image->memory, image->memory_bytes, table);
	return unwind_table_build(image->fd, table);
}

/* From the cache, or from the file and then into the cache. */
static int get_table(struct mapped_code *code, const struct image *image,
		     struct unwind_table *table)
{
	int err;

	if (code->cache && image->build_id_bytes &&
	    !unwind_cache_load(code->cache, image->build_id, image->build_id_bytes, table))
		return 0;
	err = build_table(image, table);
	if (!err && code->cache && image->build_id_bytes && table->rows.count > ROWS_WORTH_KEEPING)
		keep_table(code, image, table);
	return err;
}

/* A file without a table is walked by frame pointers, where it has any. */
static void load_table(struct mapped_code *code, const struct image *image,
		       struct image_range *range)
{
	CLEANUP(unwind_table_done) struct unwind_table table = {0};
	int err = get_table(code, image, &table);

	if (!err) {
		struct unwind_source source = {
			.rows = table.rows.items,
			.row_count = table.rows.count,
			.rules = table.rules.items,
			.rule_count = table.rules.count,
		};
		err = unwind_tables_add(session_unwind_tables(code->session), &source, range);
	}
	if (err == -ENOSPC)
		warn("no room for the unwind table of '%s': its frames are not seen", image->path);
	else if (err)
		debug("no unwind table of '%s': %s", image->path, strerror(-err));
}

static void spell_build_id(const struct image *image, char out[2 * BUILD_ID_BYTES + 1])
{
	*out = '\0';
	for (uint32_t i = 0; i < image->build_id_bytes; i++)
		sprintf(out + (size_t)2 * i, "%02x", image->build_id[i]);
}

/* The recording learns of new images. */
static void tell_recording(struct mapped_code *code)
{
	char build_id[2 * BUILD_ID_BYTES + 1];

	for (; code->told < code->known.count; code->told++) {
		const struct image *image = code->images.list.items[code->told];
		spell_build_id(image, build_id);
		const struct record *record =
			build_image(&code->buffer, code->pid, image->id, image->path, build_id);
		if (!record || code->emit(code->context, record))
			return;
	}
}

/* The symbol is local: finding it means to read all symbols, which is not done for every file. */
static bool may_make_code(const struct image *image)
{
	return !image->memory && (strcasestr(image->path, "llvm") || strstr(image->path, "jit"));
}

/* Images get their ids one by one, so a new one is the next. */
static int learn_image(struct mapped_code *code, const struct image_mapping *mapping,
		       const struct image *image)
{
	struct code_image known = {0};

	while (code->known.count + 1 < image->id) /* what was no ELF file */
		if (vec_push(&code->known, known))
			return -ENOMEM;
	interpreters_find(code->interpreters, mapping->pid, mapping->path, mapping->device,
			  mapping->inode, &known.interpreter);
	load_table(code, image, &known.table);
	if (may_make_code(image) && jit_objects_descriptor(image->fd, &known.jit_descriptor))
		known.jit_descriptor = 0;
	return vec_push(&code->known, known);
}

static int find_image(struct mapped_code *code, const struct image_mapping *mapping,
		      const struct image **image)
{
	int err = images_find(&code->images, mapping, image);

	if (err && err != -ENOENT)
		debug("process %d: cannot look into '%s': %s", mapping->pid, mapping->path,
		      strerror(-err));
	if (err)
		return err;
	return (*image)->id > code->known.count ? learn_image(code, mapping, *image) : 0;
}

/* Mappings of another process, or of the program that this one ran before, do not go with it. */
static int begin_pending(struct mapped_code *code, const struct mapping_notice *notice)
{
	struct image_set set;
	int err = tree_images(session_tree(code->session), notice->pid, notice->time_ns, &set);

	if (err)
		return err;
	if (code->pid != notice->pid)
		mapped_code_publish(code);
	if (code->space != set.space)
		code->pending.count = 0;
	code->pid = notice->pid;
	code->space = set.space;
	code->time_ns = notice->time_ns;
	return 0;
}

/* Also what a process has already left by beginning another program: samples of it may follow. */
static int remember(struct mapped_code *code, const struct mapping_notice *notice, uint32_t image)
{
	struct past_mapping past = {
		.time_ns = notice->time_ns,
		.start = notice->start,
		.end = notice->start + notice->length,
		.pid = notice->pid,
		.image = image,
	};

	if (code->past.count < PAST_MAPPINGS)
		return vec_push(&code->past, past);
	code->past.items[code->past_next++ % PAST_MAPPINGS] = past;
	return 0;
}

static struct image_mapping mapping_of(const struct mapping_notice *notice)
{
	return (struct image_mapping){
		.pid = notice->pid,
		.path = notice->path,
		.start = notice->start,
		.length = notice->length,
		.file_offset = notice->file_offset,
		.device = makedev(notice->device_major, notice->device_minor),
		.inode = notice->inode,
	};
}

int mapped_code_note(struct mapped_code *code, const struct mapping_notice *notice)
{
	struct image_mapping mapping = mapping_of(notice);
	struct image_range range = {0};
	const struct image *image;
	uint64_t base;
	int err;

	if (!session_image_sets(code->session) ||
	    !tree_knows(session_tree(code->session), notice->pid))
		return 0;
	err = find_image(code, &mapping, &image);
	if (err == -ENOMEM)
		return err;
	if (!err && !image_base(image, &mapping, &base)) {
		range = code->known.items[image->id - 1].table;
		range.base = base;
		range.image = image->id;
	}
	if (remember(code, notice, range.image))
		return -ENOMEM;
	if (begin_pending(code, notice))
		return 0;
	range.start = notice->start;
	range.end = notice->start + notice->length;
	return vec_push(&code->pending, range);
}

void mapped_code_publish(struct mapped_code *code)
{
	int err;

	tell_recording(code);
	if (!code->pending.count)
		return;
	err = image_sets_add(session_image_sets(code->session), code->pid, code->time_ns,
			     code->pending.items, code->pending.count);
	if (err && err != -ESRCH)
		warn("cannot follow what process %d maps: %s. Its native frames may be missing",
		     code->pid, strerror(-err));
	code->pending.count = 0;
}

void mapped_code_prepare(struct mapped_code *code)
{
	struct unwind_tables *tables = session_unwind_tables(code->session);

	if (tables)
		unwind_tables_prepare(tables);
}

static int expect_line(void *context, const struct map_line *line)
{
	struct image_mapping mapping = {
		.pid = getpid(),
		.path = line->path,
		.start = line->start,
		.length = line->end - line->start,
		.file_offset = line->file_offset,
		.device = makedev(line->device_major, line->device_minor),
		.inode = line->inode,
	};
	const struct image *image;

	if (line->executable && !strstr(line->path, "/ltsbpf"))
		find_image(context, &mapping, &image);
	return 0;
}

void mapped_code_expect(struct mapped_code *code, const char *path)
{
	struct image_mapping mapping = {.pid = getpid(), .path = path};
	const struct image *image;
	struct stat status;

	if (!session_image_sets(code->session))
		return;
	if (!path) {
		maps_read(getpid(), expect_line, code);
		return;
	}
	CLEANUP(freep) char *real = realpath(path, NULL);
	if (!real || stat(real, &status))
		return;
	mapping.path = real;
	mapping.device = status.st_dev;
	mapping.inode = status.st_ino;
	find_image(code, &mapping, &image);
}

const struct code_image *mapped_code_get(const struct mapped_code *code, uint32_t image)
{
	return image && image <= code->known.count ? &code->known.items[image - 1] : NULL;
}

uint32_t mapped_code_find(const struct mapped_code *code, pid_t pid, uint64_t time_ns,
			  uint64_t address)
{
	const struct past_mapping *latest = NULL;

	for (size_t i = 0; i < code->past.count; i++) {
		const struct past_mapping *past = &code->past.items[i];
		if (past->pid == pid && past->time_ns <= time_ns && address >= past->start &&
		    address < past->end && (!latest || past->time_ns >= latest->time_ns))
			latest = past;
	}
	return latest ? latest->image : 0;
}

uint64_t mapped_code_jit_descriptor(const struct mapped_code *code, pid_t pid)
{
	const struct image_sets *sets = session_image_sets(code->session);

	for (size_t i = 0; sets && i < code->known.count; i++) {
		const struct code_image *known = &code->known.items[i];
		const struct image *image = code->images.list.items[i];
		const struct image_range *range =
			known->jit_descriptor ? image_sets_find_image(sets, pid, image->id) : NULL;
		if (range)
			return range->base + known->jit_descriptor - image->base_vaddr;
	}
	return 0;
}

void mapped_code_done(struct mapped_code *code)
{
	images_done(&code->images);
	unwind_cache_free(code->cache);
	vec_done(&code->known);
	vec_done(&code->pending);
	vec_done(&code->past);
	record_buffer_done(&code->buffer);
}
