// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Any /proc/kallsyms: whatever is found has a name and begins at or before its address. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "image/kernel_symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(fclosep) FILE *stream = size ? fmemopen((void *)data, size, "r") : NULL;
	struct kernel_symbols *symbols = NULL;
	const char *name, *module;
	uint64_t start;

	if (!stream || kernel_symbols_read(stream, &symbols))
		return 0;
	if (!kernel_symbols_count(symbols))
		abort();
	for (int bit = 0; bit < 64; bit++) {
		uint64_t address = UINT64_MAX >> bit;
		if (kernel_symbols_find(symbols, address, &name, &module, &start) &&
		    (!*name || start > address || (module && !*module)))
			abort();
	}
	kernel_symbols_free(symbols);
	return 0;
}
