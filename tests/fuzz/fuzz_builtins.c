// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: an executable, shared object or extension module. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "python/builtins.h"

static void check(const struct builtins *builtins)
{
	for (size_t i = 0; i < builtins->list.count; i++) {
		const struct builtin *builtin = &builtins->list.items[i];

		if (i && builtin[-1].vaddr >= builtin->vaddr)
			abort();
		if (!*builtin->name || builtins_find(builtins, builtin->vaddr) != builtin->name)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(closep) int fd = memfd_create("fuzz_builtins", MFD_CLOEXEC);
	struct builtins builtins;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	if (!builtins_read(fd, &builtins))
		check(&builtins);
	else if (builtins.list.count)
		abort();
	builtins_done(&builtins);
	return 0;
}
