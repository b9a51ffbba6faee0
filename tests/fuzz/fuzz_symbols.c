// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: an ELF file. Its DWARF is left to libdw's own fuzzers. */
#include <stdlib.h>
#include <string.h>

#include "image/symbols.h"

/* Addresses of small files, which those of the corpus begin at. */
static const uint64_t bases[] = {0, 0x1000, 0x400000, 0x401000};

static void check(struct symbols *symbols, uint64_t vaddr)
{
	struct symbol symbol, again;

	if (!symbols_find(symbols, vaddr, &symbol))
		return;
	if (vaddr < symbol.start || vaddr - symbol.start >= symbol.size || !symbol.name)
		abort();
	if (!symbols_find(symbols, symbol.start, &again) || again.start != symbol.start)
		abort();
	if (strlen(symbol.name) > 1 << 20)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct symbols *symbols;

	if (symbols_open_memory(data, size, &symbols))
		return 0;
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++)
		for (uint64_t at = 0; at < 0x1000; at += 8)
			check(symbols, bases[i] + at);
	symbols_free(symbols);
	return 0;
}
