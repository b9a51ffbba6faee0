// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "capture/layouts.h"

#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

int layouts_enter(struct layouts *layouts, struct bpf_map *map, const struct python_layout *layout)
{
	__u32 index = 0;
	int err;

	if (!layout)
		return MAX_LAYOUTS;
	while (index < layouts->count &&
	       memcmp(&layouts->list[index], layout, sizeof(*layout)) != 0)
		index++;
	if (index < layouts->count)
		return (int)index;
	if (index == MAX_LAYOUTS)
		return -ENOSPC;
	err = bpf_map__update_elem(map, &index, sizeof(index), layout, sizeof(*layout), BPF_ANY);
	if (err)
		return err;
	layouts->list[layouts->count++] = *layout;
	return (int)index;
}
