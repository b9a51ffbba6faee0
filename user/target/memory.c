// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/memory.h"

#include <errno.h>
#include <sys/uio.h>

int memory_read(pid_t pid, uint64_t address, void *out, size_t size)
{
	struct iovec here = {.iov_base = out, .iov_len = size};
	struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
	ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

	if (got < 0)
		return -errno;
	return (size_t)got == size ? 0 : -EFAULT;
}
