/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_JIT_PROCESS_H
#define LTSBPF_APP_JIT_PROCESS_H
/*
 * The names of code that one process makes at run time, from all that tell them: its jitdump, its
 * perf map, and the objects that it registers for debuggers, as LLVM does.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct jit_process;

/* Begin while the process lives, as what it tells may go with it. NULL: memory is out. */
struct jit_process *jit_process_new(pid_t pid);

/* Reads what is new. descriptor: address of its __jit_debug_descriptor, 0 = none is known. */
void jit_process_refresh(struct jit_process *process, uint64_t descriptor);

/* The name, not demangled, borrowed until the next refresh; NULL = not known. */
const char *jit_process_find(struct jit_process *process, uint64_t address);

pid_t jit_process_pid(const struct jit_process *process);

/* The process has ended: after one more refresh there is nothing new to come. */
bool jit_process_ended(const struct jit_process *process);

void jit_process_free(struct jit_process *process);

#endif
