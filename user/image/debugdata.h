/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_IMAGE_DEBUGDATA_H
#define LTSBPF_IMAGE_DEBUGDATA_H
/*
 * .gnu_debugdata: an ELF file with a .symtab of the functions that .dynsym does not have, packed by
 * xz into the file that it belongs to. Fedora and RHEL do so since 2013 (GDB manual, "Debugging
 * information in a special section": MiniDebugInfo).
 */
#include <stddef.h>

/*
 * *elf is the caller's to free. -EINVAL: not whole, not xz, or empty; -EFBIG: larger than any
 * such file should be, unpacked or in the memory that unpacking takes; -ENOMEM.
 */
int debugdata_unpack(const void *packed, size_t packed_size, void **elf, size_t *size);

#endif
