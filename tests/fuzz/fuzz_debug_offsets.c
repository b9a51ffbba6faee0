// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Input: _Py_DebugOffsets, of the version that they tell themselves. What comes out is sound. */
#include <stdlib.h>
#include <string.h>

#include "python/debug_offsets.h"
#include "python/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct debug_offsets_head head;
	struct python_layout layout;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	if (!debug_offsets_layout(data, size, (uint32_t)head.version, &layout) &&
	    layout_check(&layout))
		abort();
	return 0;
}
