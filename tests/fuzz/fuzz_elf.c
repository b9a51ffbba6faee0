// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: a file that a process maps. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "python/interpreter.h"
#include "python/layout.h"

static void check(const struct interpreter *interpreter)
{
	uint64_t bias;

	if (interpreter->layout_source != LAYOUT_NONE && layout_check(&interpreter->layout))
		abort();
	if (strnlen(interpreter->version_name, VERSION_TEXT_BYTES) == VERSION_TEXT_BYTES)
		abort();
	for (uint32_t i = 0; i < interpreter->segment_count; i++)
		interpreter_bias(interpreter, 0x10000, interpreter->segments[i].offset & ~4095ull,
				 &bias);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(closep) int fd = memfd_create("fuzz_elf", MFD_CLOEXEC);
	struct interpreter interpreter;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	if (!interpreter_inspect(fd, "libpython3.9.so.1.0", &interpreter))
		check(&interpreter);
	return 0;
}
