// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/probe_links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/vec.h"

/* include/uapi/linux/bpf.h of Linux 6.6, newer than the headers that we build with. */
enum {
	LINK_CREATE = 28,	 /* BPF_LINK_CREATE */
	TRACE_UPROBE_MULTI = 48, /* BPF_TRACE_UPROBE_MULTI */
};

/* union bpf_attr, link_create with its uprobe_multi. */
struct uprobe_multi {
	uint32_t program_fd, target_fd, attach_type, flags;
	uint64_t path, offsets, semaphores, cookies;
	uint32_t count, uprobe_flags, pid, padding;
};

struct probe_link {
	struct bpf_link *link; /* NULL: the descriptor alone */
	int fd;
	bool calls;
};

struct probe_links {
	struct bpf_program *program;
	struct bpf_map *map;
	uint32_t site_count;
	bool one_by_one; /* the kernel has no link for many places */
	VEC(struct probe_link) list;
};

void probe_links_prepare(struct bpf_program *program)
{
	bpf_program__set_autoattach(program, false);
	bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)TRACE_UPROBE_MULTI);
}

struct probe_links *probe_links_new(struct bpf_program *program, struct bpf_map *sites)
{
	struct probe_links *links = calloc(1, sizeof(*links));

	if (!links)
		return NULL;
	links->program = program;
	links->map = sites;
	return links;
}

static void drop(struct probe_link *link)
{
	if (link->link)
		bpf_link__destroy(link->link);
	else
		close(link->fd);
}

void probe_links_free(struct probe_links *links)
{
	if (!links)
		return;
	for (size_t i = 0; i < links->list.count; i++)
		drop(&links->list.items[i]);
	vec_done(&links->list);
	free(links);
}

/* The sites get the next indexes, which are their cookies. */
static int enter_sites(struct probe_links *links, const struct probe_site *sites, uint32_t count)
{
	if (count > MAX_PROBE_SITES - links->site_count)
		return -ENOSPC;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = links->site_count + i;
		int err = bpf_map__update_elem(links->map, &index, sizeof(index), &sites[i],
					       sizeof(sites[i]), BPF_ANY);
		if (err)
			return err;
	}
	return 0;
}

static int keep(struct probe_links *links, struct probe_link link)
{
	if (!vec_push(&links->list, link))
		return 0;
	drop(&link);
	return -ENOMEM;
}

/* -EINVAL where the kernel does not know this kind of link. */
static int add_together(struct probe_links *links, const char *path, pid_t pid,
			const struct probe_site *sites, uint32_t count, bool calls)
{
	CLEANUP(freep) uint64_t *words = calloc(count, 3 * sizeof(*words));
	struct uprobe_multi attr = {
		.program_fd = (uint32_t)bpf_program__fd(links->program),
		.attach_type = TRACE_UPROBE_MULTI,
		.path = (uintptr_t)path,
		.offsets = (uintptr_t)words,
		.semaphores = (uintptr_t)(words + count),
		.cookies = (uintptr_t)(words + 2 * (size_t)count),
		.count = count,
		.pid = pid > 0 ? (uint32_t)pid : 0,
	};

	if (!words)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		words[i] = sites[i].offset;
		words[count + i] = sites[i].semaphore;
		words[2 * (size_t)count + i] = links->site_count + i;
	}
	long fd = syscall(SYS_bpf, LINK_CREATE, &attr, sizeof(attr));
	return fd < 0 ? -errno : keep(links, (struct probe_link){.fd = (int)fd, .calls = calls});
}

static int add_each(struct probe_links *links, const char *path, pid_t pid,
		    const struct probe_site *sites, uint32_t count, bool calls)
{
	for (uint32_t i = 0; i < count; i++) {
		LIBBPF_OPTS(bpf_uprobe_opts, options, .ref_ctr_offset = sites[i].semaphore,
			    .bpf_cookie = links->site_count + i);
		struct bpf_link *link = bpf_program__attach_uprobe_opts(
			links->program, pid > 0 ? pid : -1, path, sites[i].offset, &options);
		int err = link ? keep(links, (struct probe_link){.link = link, .calls = calls})
			       : -errno;
		if (err)
			return err;
	}
	return 0;
}

int probe_links_add(struct probe_links *links, const char *path, pid_t pid,
		    const struct probe_site *sites, uint32_t count, bool calls)
{
	int err = count ? enter_sites(links, sites, count) : 0;

	if (err || !count)
		return err;
	if (!links->one_by_one) {
		err = add_together(links, path, pid, sites, count, calls);
		links->one_by_one = err == -EINVAL;
	}
	if (links->one_by_one)
		err = add_each(links, path, pid, sites, count, calls);
	links->site_count += count;
	return err;
}

void probe_links_drop_calls(struct probe_links *links)
{
	size_t kept = 0;

	for (size_t i = 0; i < links->list.count; i++) {
		if (links->list.items[i].calls)
			drop(&links->list.items[i]);
		else
			links->list.items[kept++] = links->list.items[i];
	}
	links->list.count = kept;
}

uint32_t probe_links_count(const struct probe_links *links)
{
	return (uint32_t)links->list.count;
}
