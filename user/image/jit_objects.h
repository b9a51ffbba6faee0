/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_JIT_OBJECTS_H
#define LTSBPF_IMAGE_JIT_OBJECTS_H
/*
 * Objects that a process registers for debuggers: GDB's manual, "JIT Compilation Interface". LLVM's
 * MCJIT does so for each object, unasked: every @njit of numba is one.
 *
 * As found with llvmlite 0.50 (numba 0.68) and 0.43, wheels for x86-64:
 * - libllvmlite.so has __jit_debug_descriptor as a local symbol, in .symtab alone.
 * - An object is an ET_REL file as the compiler wrote it, but that sh_addr of each section is where
 *   it was loaded; so is a function's address, section's sh_addr + st_value. Code is in .ltext
 *   (large code model; .text is empty and at 0). Symbols of functions are global or weak, with
 *   sizes: _ZN8__main__3hot...x is the function, _ZN7cpython8__main__3hot...x what Python calls,
 *   cfunc._ZN... what C calls. A weak one may be in several objects.
 * - No relocation is applied in the object: its FDEs are void. They are in the loaded .eh_frame
 *   (sdata8, R_X86_64_PC64).
 * - .eh_frame has FDEs for the cpython wrappers and some cfunc ones, but none for the functions
 *   themselves (they are nounwind) unless numba makes debug information: @njit(debug=True),
 *   NUMBA_DEBUGINFO=1, NUMBA_ENABLE_PROFILING=1.
 * - numba writes neither a perf map nor a jitdump, not with NUMBA_ENABLE_PROFILING=1 either.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	MAX_JIT_OBJECTS = 65536,
	MAX_JIT_OBJECT_BYTES = 64 << 20,
};
#define MAX_JIT_OBJECTS_BYTES (1ull << 30) /* of all together */

/* The symbol's address in an ELF file, as its headers have it. 0, -ENOENT or -ENOEXEC. */
int jit_objects_descriptor(int fd, uint64_t *vaddr);

/*
 * A value that is another when objects came or went: 0 when there never was one. -EINVAL: there is
 * no descriptor of version 1, or what memory_read() returns.
 */
int jit_objects_state(pid_t pid, uint64_t descriptor, uint64_t *state);

/* An ELF file, borrowed. Not zero ends the reading. */
typedef int (*jit_object_fn)(void *context, const void *elf, size_t size);

/*
 * Calls back for each object, the newest of LLVM's first; what is no ELF file, empty, too large or
 * cannot be read is left out. In an ET_REL object .eh_frame is as it was loaded, and thus right for
 * its sh_addr; where that cannot be read, zeroes. The process runs on, and an object it lets go of
 * meanwhile may have any contents. 0, what the callback returned, -EINVAL (jit_objects_state()),
 * -EAGAIN: the list is not whole, it changed or goes in a circle, or there are more than the
 * maxima; -ENOMEM, or what memory_read() returns for the descriptor.
 */
int jit_objects_read(pid_t pid, uint64_t descriptor, jit_object_fn on_object, void *context);

#endif
