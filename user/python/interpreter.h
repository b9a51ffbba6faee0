/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_INTERPRETER_H
#define LTSBPF_PYTHON_INTERPRETER_H
/*
 * Which CPython an ELF file is, if any: an executable with the interpreter linked in, a libpython,
 * or any other file that has one inside. It is told by what the file defines (_PyRuntime), not by
 * its name. Nothing in a file is trusted.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ltsbpf.h"
#include "python/probes.h"
#include "python/version.h"

enum {
	INTERPRETER_SEGMENTS = 16
};

enum layout_source {
	LAYOUT_NONE,	      /* version not known to us: no layout */
	LAYOUT_TABLE,	      /* by version */
	LAYOUT_DEBUG_OFFSETS, /* from the file's _Py_DebugOffsets */
};

/* A PT_LOAD, in the order of the file. */
struct interpreter_segment {
	uint64_t vaddr, offset, size_bytes; /* size: of the part that comes from the file */
};

struct interpreter {
	uint32_t version;		       /* PY_VERSION_HEX; 0 = could not be found */
	char version_name[VERSION_TEXT_BYTES]; /* "3.11.2"; "unknown version" */
	bool free_threaded;		       /* built without the GIL; told for 3.13 on */
	uint64_t runtime_vaddr;
	uint64_t code_type_vaddr; /* PyCode_Type; 0 = the file does not tell */
	enum layout_source layout_source;
	struct python_layout layout; /* valid unless LAYOUT_NONE */
	/*
	 * From the thread pointer to _Py_tss_gilstate, 3.15 on, in an executable: there the linker
	 * fixes it. reads = 0: not known, as in a shared library. To be verified in the process.
	 */
	struct thread_path gilstate_path;
	struct probes probes; /* none when it was not built with them */
	uint32_t segment_count;
	struct interpreter_segment segments[INTERPRETER_SEGMENTS];
};

/* The layout, NULL when frames cannot be read by it: without PyCode_Type no frame could be checked,
 * and an unchecked frame may be garbage. */
const struct python_layout *interpreter_layout(const struct interpreter *interpreter);

/* The word for people: "none", "table", "_Py_DebugOffsets". */
const char *layout_source_name(enum layout_source source);

/*
 * Looks into an ELF file. `path` is for messages, and its last part ("libpython3.9.so.1.0") decides
 * the version of 3.7 to 3.10 when the file's strings tell several. 0 and *interpreter is filled in
 * (LAYOUT_NONE when the version is not known, or its layout, or it is broken; said at debug level);
 * -ENOENT and *interpreter untouched: no CPython, or none for x86-64 (said to nobody), or
 * libelf is out of memory, which it does not tell apart.
 */
int interpreter_inspect(int fd, const char *path, struct interpreter *interpreter);

/*
 * What to add to a vaddr of the file in a process that maps it at `start` from file offset `pgoff`
 * on. 0, or -ENOENT with *bias untouched when no segment begins or lies there.
 */
int interpreter_bias(const struct interpreter *interpreter, uint64_t start, uint64_t pgoff,
		     uint64_t *bias);

#endif
