/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_RECORDING_FORMAT_H
#define LTSBPF_RECORDING_FORMAT_H
/*
 * A recording: struct recording_head, then blocks until the end of the file. Each block is a struct
 * recording_block and `size` bytes of whole records (bpf/ltsbpf.h and below), in the order in which
 * they happened. All numbers little endian. A file that ends inside a block was cut short: what is
 * before that block is good.
 */
#include <stdint.h>

#include "ltsbpf.h"

#define RECORDING_MAGIC "ltsbpf recording" /* 16 bytes, no NUL */
enum {
	RECORDING_VERSION = 1,
	RECORDING_BLOCK_MAGIC = 0x4b4c4254,	  /* "TBLK" */
	RECORDING_BLOCK_LIMIT = 16 * 1024 * 1024, /* bytes of one block's records */
	RECORDING_RECORD_LIMIT = 4 * 1024 * 1024, /* bytes of one record */
};

struct recording_head {
	char magic[16];
	uint32_t version, reserved;
};

struct recording_block {
	uint32_t magic, size; /* bytes that follow */
	uint32_t crc32;	      /* zlib's, over those bytes */
	uint32_t reserved;
};

/* Made in user space. Texts are WTF-8, NUL-terminated, one behind the other in data[]. */
enum {
	RECORD_BEGIN = RECORD_USER, /* the first record */
	RECORD_FUNCTION,	    /* a Python code object */
	RECORD_INTERPRETER,	    /* a process has this Python */
	RECORD_CPU,		    /* CPU time of a process that still runs, in an exit_record */
	RECORD_PROGRESS,	    /* counters so far; every second, and last with `final` set */
};

enum recording_clock {
	CLOCK_CPU,
	CLOCK_TICK
};

struct begin_record {
	struct record head; /* head.pid = the program's first process */
	int64_t start_unix_s;
	uint64_t period_ns;
	uint32_t clock;	   /* enum recording_clock */
	uint32_t rate_mhz; /* 1/1000 Hz */
	char data[];	   /* command line, ltsbpf's version, the kernel's release */
};

struct function_record {
	struct record head; /* head.pid = the process it was first seen in */
	uint64_t fingerprint;
	uint32_t first_line;
	uint32_t python_minor;	  /* the line table's format goes by it */
	uint32_t linetable_bytes; /* the last so many bytes of data[] that are used */
	uint32_t text_bytes;	  /* of the three texts with their NULs */
	uint8_t data[];		  /* name, qualname ("" = none), file name, line table */
};

struct interpreter_record {
	struct record head;
	uint32_t version_hex; /* PY_VERSION_HEX */
	uint32_t reserved;
	char data[]; /* version, where the layout is from */
};

struct progress_record {
	struct record head;
	uint64_t counters[COUNTERS]; /* enum counter */
	uint64_t own_user_ns;	     /* CPU time of ltsbpf itself */
	uint64_t mappings_lost;	     /* notices of mapped files that found no room */
	uint64_t texts_unreadable;   /* code objects with a name that could not be read whole */
	uint32_t final, reserved;
};

#endif
