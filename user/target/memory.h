/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_MEMORY_H
#define LTSBPF_TARGET_MEMORY_H
/*
 * Reading memory of another process, without stopping it (process_vm_readv). The process may change
 * or end at any moment: whoever reads checks what was read.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads exactly size bytes at the address. 0, -ESRCH (no such process), -EPERM, or -EFAULT. */
int memory_read(pid_t pid, uint64_t address, void *out, size_t size);

#endif
