/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_DEMANGLE_H
#define LTSBPF_IMAGE_DEMANGLE_H
/*
 * Names of functions as their language writes them: C++, Rust (both manglings, without the hash)
 * and D, by libiberty. Without parameters and return types, which take most of a box in a flame
 * graph and tell few functions apart; with template arguments, which are what tells instances
 * apart. (libiberty can leave neither out in D.) What the compiler split off is named as the whole
 * (".cold", ".part.0", ".constprop.0", ".isra.0", ".llvm.123" and so on are dropped, also of names
 * in C): it is the same function to those who wrote it. What is behind "@" stays: "_ZdlPv@plt" is
 * "operator delete@plt".
 *
 * Names are foreign bytes, and the shortest can stand for one that fills the memory: one that is
 * longer than 4 KiB or would become longer than 64 KiB stays as it is, and so does one of C++ of
 * more than 1 KiB (DEMANGLE_RECURSION_LIMIT of libiberty, which guards the stack).
 */

/* Owned by the caller. A name that is not mangled comes back as a copy. NULL: memory is out. */
char *demangle(const char *name);

#endif
