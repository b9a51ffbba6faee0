// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* builtins_list FILE: the functions that builtins_read() names in it, one "ADDRESS NAME" a line. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "python/builtins.h"

int main(int argc, char **argv)
{
	struct builtins builtins;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		perror(argc == 2 ? argv[1] : "usage: builtins_list FILE");
		return 1;
	}
	int err = builtins_read(fd, &builtins);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 1;
	}
	for (size_t i = 0; i < builtins.list.count; i++)
		printf("%" PRIx64 " %s\n", builtins.list.items[i].vaddr,
		       builtins.list.items[i].name);
	builtins_done(&builtins);
	return 0;
}
