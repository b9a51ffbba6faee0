// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/images.h"

#include <elf.h>
#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "elf/section.h"
#include "target/mapped_file.h"
#include "target/maps.h"

#define VDSO_PATH  "[vdso]"
#define IMAGE_PAGE 4096

static void image_free(struct image *image)
{
	if (!image)
		return;
	closep(&image->fd);
	free(image->path);
	free(image);
}

static void image_freep(struct image **image)
{
	image_free(*image);
}

/* System V ABI 4.1, figure 5-17: a note's name and content are padded to 4 bytes each. */
static void take_build_id(struct image *image, Elf *elf, const GElf_Phdr *segment)
{
	Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)segment->p_offset, segment->p_filesz,
					      ELF_T_NHDR);
	size_t at = 0, name_at, content_at;
	GElf_Nhdr note;

	while (data && !image->build_id_bytes &&
	       (at = gelf_getnote(data, at, &note, &name_at, &content_at)) > 0) {
		const char *name = (const char *)data->d_buf + name_at;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || memcmp(name, "GNU", 4))
			continue;
		image->build_id_bytes =
			note.n_descsz < BUILD_ID_BYTES ? note.n_descsz : BUILD_ID_BYTES;
		memcpy(image->build_id, (const char *)data->d_buf + content_at,
		       image->build_id_bytes);
	}
}

static void take_segment(struct image *image, const GElf_Phdr *segment)
{
	if (image->segment_count == IMAGE_SEGMENTS)
		return;
	if (!image->segment_count || segment->p_vaddr < image->base_vaddr)
		image->base_vaddr = segment->p_vaddr;
	image->segments[image->segment_count++] = (struct image_segment){
		.vaddr = segment->p_vaddr,
		.offset = segment->p_offset,
		.size_bytes = segment->p_filesz,
		.executable = segment->p_flags & PF_X,
	};
}

static int inspect(struct image *image, Elf *elf)
{
	GElf_Ehdr head;
	GElf_Phdr segment;
	size_t count;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &head) ||
	    head.e_machine != EM_X86_64 || elf_getphdrnum(elf, &count))
		return -ENOENT;
	for (size_t i = 0; i < count && gelf_getphdr(elf, (int)i, &segment); i++) {
		if (segment.p_type == PT_LOAD)
			take_segment(image, &segment);
		else if (segment.p_type == PT_NOTE)
			take_build_id(image, elf, &segment);
	}
	image->base_vaddr &= ~(uint64_t)(IMAGE_PAGE - 1);
	return image->segment_count ? 0 : -ENOENT;
}

static int open_file(struct image *image, const struct mapped_file *file, const struct stat *status)
{
	image->fd = mapped_file_open(file, status);
	if (image->fd < 0)
		return image->fd;
	CLEANUP(elf_endp) Elf *elf = elf_begin(image->fd, ELF_C_READ, NULL);
	return elf ? inspect(image, elf) : -ENOENT;
}

static int take_vdso(void *context, const struct map_line *map)
{
	struct image *image = context;

	if (strcmp(map->path, VDSO_PATH) != 0)
		return 0;
	image->memory = (const void *)(uintptr_t)map->start;
	image->memory_bytes = map->end - map->start;
	return 1;
}

/* The kernel has one vdso for all 64-bit processes: ours, whatever is said of another's size. */
static int open_vdso(struct image *image)
{
	if (maps_read(getpid(), take_vdso, image) != 1)
		return -ENOENT;
	CLEANUP(elf_endp) Elf *elf = elf_memory((char *)image->memory, image->memory_bytes);
	return elf ? inspect(image, elf) : -ENOENT;
}

static bool is_same(const struct image *a, const struct image *b)
{
	return a->inode == b->inode && a->device == b->device &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec &&
	       (a->changed.tv_sec || !strcmp(a->path, b->path)); /* it may be another one's inode */
}

static const struct image *lookup(const struct images *images, const struct image *wanted)
{
	for (size_t i = 0; i < images->list.count; i++)
		if (is_same(images->list.items[i], wanted))
			return images->list.items[i];
	return NULL;
}

/* Of a process that is gone nobody knows any more when its files were last changed. */
static const struct image *look_up_past(const struct images *images, const struct image *wanted,
					pid_t pid)
{
	char process[32];

	snprintf(process, sizeof(process), "/proc/%d", pid);
	if (!access(process, F_OK))
		return NULL;
	for (size_t i = images->list.count; i-- > 0;) {
		const struct image *image = images->list.items[i];
		if (image->inode == wanted->inode && image->device == wanted->device &&
		    !strcmp(image->path, wanted->path))
			return image;
	}
	return NULL;
}

static int answer(const struct image *known, const struct image **image)
{
	if (!known->segment_count)
		return -ENOENT;
	*image = known;
	return 0;
}

/* Looks into the file; what is no ELF file is remembered as one without segments. */
static int look_into(struct image *image, const struct mapped_file *file, const struct stat *status)
{
	int err;

	elf_version(EV_CURRENT);
	err = file->inode ? open_file(image, file, status) : open_vdso(image);
	if (err != -ENOENT)
		return err;
	closep(&image->fd);
	return 0;
}

int images_find(struct images *images, const struct image_mapping *mapping,
		const struct image **image)
{
	struct mapped_file file = {mapping->pid, mapping->path, mapping->device, mapping->inode};
	bool is_file = mapping->path[0] == '/' && mapping->inode;
	CLEANUP(image_freep) struct image *made = NULL;
	const struct image *known;
	struct stat status;
	int err;

	if (!is_file && strcmp(mapping->path, VDSO_PATH) != 0)
		return -ENOENT;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->fd = -1;
	made->path = strdup(mapping->path);
	made->device = mapping->device;
	made->inode = mapping->inode;
	bool exists = is_file && mapped_file_stat(&file, &status);
	if (exists)
		made->changed = status.st_mtim;
	known = made->path ? lookup(images, made) : NULL;
	if (made->path && !known && is_file && !exists)
		known = look_up_past(images, made, mapping->pid);
	if (known || !made->path)
		return known ? answer(known, image) : -ENOMEM;
	err = look_into(made, &file, exists ? &status : NULL);
	if (err)
		return err;
	made->id = (uint32_t)images->list.count + 1;
	if (vec_push(&images->list, made))
		return -ENOMEM;
	known = TAKE(made);
	return answer(known, image);
}

const struct image *images_get(const struct images *images, uint32_t id)
{
	return id && id <= images->list.count ? images->list.items[id - 1] : NULL;
}

int image_base(const struct image *image, const struct image_mapping *mapping, uint64_t *base)
{
	uint64_t from = mapping->file_offset, to = from + mapping->length;

	if (image->memory) {
		*base = mapping->start - from;
		return 0;
	}
	for (uint32_t i = 0; i < image->segment_count; i++) {
		const struct image_segment *segment = &image->segments[i];
		if (!segment->executable || segment->offset >= to ||
		    segment->offset + segment->size_bytes <= from)
			continue;
		*base = mapping->start - from + segment->offset - segment->vaddr +
			image->base_vaddr;
		return 0;
	}
	return -ENOENT;
}

void images_done(struct images *images)
{
	for (size_t i = 0; i < images->list.count; i++)
		image_free(images->list.items[i]);
	vec_done(&images->list);
}
