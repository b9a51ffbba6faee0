/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_H
#define LTSBPF_H
/*
 * What the kernel side and the user side agree on: records, layouts, reasons, limits. The records
 * are also the body of a recording, so a change here is a change of RECORDING_VERSION. Fixed-width
 * fields, explicit padding, no pointers, little endian.
 */
#include <linux/types.h>

enum {
	MAX_FRAMES = 1024,	 /* of one stack; what is above the limit is cut at the root side */
	MAX_KERNEL_FRAMES = 127, /* likewise; PERF_MAX_STACK_DEPTH */
	MAX_NATIVE_WORDS = 1472, /* of one stack: native, kernel, gaps and joins */
	MAX_TEXT_BYTES = 4096,	 /* of a name or path as shipped by the kernel side */
	MAX_TABLE_BYTES = 16384, /* of a line table */
	MAX_CODE_TEXTS = 4,
	MAX_LAYOUTS = 32,
	COMM_BYTES = 16,
	MAX_MODULE_BYTES = 128, /* of a module's name in an import_record */
	MAX_PROBE_SITES = 512,	/* of all interpreters of a run */
	MAX_CALL_THREADS = 256, /* at once, with calls that are counted */
	MAX_CALLS = 131072,	/* pairs of caller and callee, and callees, by thread */
	NO_FIELD = 0xffff,	/* an offset that this version of CPython does not have */
};

/*
 * One frame is one u64: kind, then what it is, then where in it. For a Python frame that is the
 * low 40 bits of the code object's fingerprint, and the instruction in 2-byte units + 1, where 0
 * means that the first instruction has not begun, and POSITION_UNKNOWN that it cannot be said.
 * For a native one the image (mapping_record) and the address in it, of an instruction that runs
 * or calls; of the innermost one the address may be any of the same function.
 */
enum frame_word {
	FRAME_WORD_PYTHON = 0,
	FRAME_WORD_COLLECTION, /* below it a garbage collection runs; the id is its generation */
	FRAME_WORD_NATIVE,     /* image << FRAME_IMAGE_SHIFT | address in the image */
	FRAME_WORD_JIT,	       /* an address of the process, in no image */
	FRAME_WORD_KERNEL,     /* a kernel address without its top bits, which are ones */
	FRAME_WORD_GAP,	       /* frames are missing below the one before it: image of that one
				* (0 = in none) << FRAME_IMAGE_SHIFT | enum frame_gap */
	FRAME_WORD_JOIN,       /* here come so many Python frames */
};
enum {
	FRAME_KIND_SHIFT = 61,
	FRAME_ID_SHIFT = 21,
	FRAME_ID_BITS = 40,
	FRAME_IMAGE_SHIFT = 40,
	FRAME_IMAGE_BITS = 21,
	POSITION_UNKNOWN = (1 << FRAME_ID_SHIFT) - 1,
};
enum frame_gap {
	GAP_NO_INFO,	 /* code without unwind information and without a frame pointer */
	GAP_NO_IMAGE,	 /* the same in memory that is no file's */
	GAP_UNREADABLE,	 /* stack memory could not be read */
	GAP_REGISTER,	 /* the caller is found by a register whose value is lost */
	GAP_IMPLAUSIBLE, /* the caller's frame would not be above this one */
	GAP_TRUNCATED,	 /* deeper than MAX_FRAMES */
	GAP_JOIN,	 /* Python frames follow whose place is not known */
	GAP_EXEC,	 /* in the kernel, while a program begins: nothing is mapped yet */
	FRAME_GAPS,
};
#define FRAME_ID_MASK	   ((1ULL << FRAME_ID_BITS) - 1)
#define FRAME_IMAGE_MASK   ((1ULL << FRAME_IMAGE_BITS) - 1)
#define FRAME_ADDRESS_MASK ((1ULL << FRAME_KIND_SHIFT) - 1)

/*
 * How good a sample's stack is. X(NAME, word for parsers, sentence). The first group is complete:
 * nothing is missing from it. The second could not be taken whole.
 */
#define FOR_EACH_STACK_STATUS(X)                                                                   \
	X(COMPLETE, "complete", "complete Python stack")                                           \
	X(NOT_PYTHON, "not_python", "process without a Python interpreter")                        \
	X(STARTING, "starting", "interpreter not up yet, or already shut down")                    \
	X(NATIVE_THREAD, "native_thread", "thread that runs no Python")                            \
	X(IN_PROBE, "in_probe", "inside ltsbpf's own probes, while calls are counted")             \
	X(UNKNOWN_PYTHON, "unknown_python", "Python version whose layout is not known")            \
	X(UNREADABLE, "unreadable", "target memory could not be read")                             \
	X(TORN, "torn", "a frame was being changed while it was read")                             \
	X(TRUNCATED, "truncated", "deeper than 1024 frames, cut at the root")

#define STACK_STATUS_NAME(name, word, sentence) STACK_##name,
enum stack_status {
	FOR_EACH_STACK_STATUS(STACK_STATUS_NAME) STACK_STATUSES
};

/* Per-CPU counters of the kernel side. */
enum counter {
	COUNTER_SAMPLES,    /* ticks that hit the target */
	COUNTER_RING_FULL,  /* samples that found no room in the ring buffer */
	COUNTER_EVENT_LOST, /* process events, likewise */
	COUNTER_CODE_LOST,  /* code objects that could not be shipped now (they are tried again) */
	COUNTER_PROCESS_LOST, /* processes that found no room in the table: not followed */
	COUNTER_RUN_NS,	      /* time spent in our programs on samples of the target */
	COUNTER_ENTRIES,      /* hits of function__entry in the target */
	COUNTER_RETURNS,      /* hits of function__return */
	COUNTER_MATCHED,      /* returns whose entry was seen */
	COUNTER_CALLS_NS,     /* what these hits cost, traps included */
	COUNTER_CALLS_LOST,   /* calls that found no place: too deep, or no memory */
	COUNTERS,
};

enum record_kind {
	RECORD_SAMPLE = 1, /* a sample with a stack that is known already */
	RECORD_STACK,	   /* a sample that brings its stack along */
	RECORD_CODE,   /* a code object, when first seen; kernel side only, see RECORD_FUNCTION */
	RECORD_FORK,   /* a new process or thread */
	RECORD_EXEC,   /* a process began another program */
	RECORD_RENAME, /* a thread's name */
	RECORD_EXIT,   /* the last thread of a process ended */
	RECORD_FREED,  /* the kernel let go of a thread: its CPU time is final */
	RECORD_COLLECTION, /* a garbage collection ended */
	RECORD_IMPORT,	   /* the search for a module began or ended */
	RECORD_USER = 32,  /* from here on: made in user space, see recording/format.h */
};

struct record {
	__u16 kind;
	__u16 weight;	/* samples that this one stands for */
	__u32 size;	/* of the whole record in bytes, a multiple of 8 */
	__u64 time_ns;	/* CLOCK_MONOTONIC */
	__u32 pid, tid; /* as seen from the first pid namespace */
};

struct sample_record {
	struct record head;
	__u64 stack; /* hash over process, frames and status */
};

/*
 * Two lists of words, each leaf first: Python's and the machine's. The place of Python frames among
 * the latter is told by FRAME_WORD_JOIN; up to Python 3.10, where it is not told, each of them
 * belongs to one call of _PyEval_EvalFrameDefault.
 */
struct stack_record {
	struct record head;
	__u64 stack;
	__u16 status;	    /* enum stack_status, of the Python frames */
	__u16 native_depth; /* words behind those of Python */
	__u32 depth;	    /* Python frames */
	__u64 frames[];
};

enum code_text {
	TEXT_NAME,
	TEXT_QUALNAME,
	TEXT_FILENAME,
	TEXT_LINETABLE
};

/* A PyUnicodeObject or PyBytesObject as found. Texts lie one behind the other in data[]. */
struct code_text_record {
	__u64 address;	  /* of the object; 0 = this version has no such field */
	__u32 size_bytes; /* in data[]; less than size_whole_bytes when it did not come whole */
	__u32 size_whole_bytes;
	__u32 state; /* PyASCIIObject.state; 0 for bytes */
	__u32 padding;
};

struct code_record {
	struct record head;
	__u64 fingerprint;
	__u64 address;
	__s32 first_line;
	__u32 layout; /* index of the python_layout */
	struct code_text_record texts[MAX_CODE_TEXTS];
	__u8 data[];
};

struct fork_record {
	struct record head; /* of the new task */
	__u32 parent_pid, padding;
	char comm[COMM_BYTES];
};

struct name_record { /* RECORD_EXEC, RECORD_RENAME */
	struct record head;
	char comm[COMM_BYTES];
	__u64 cpu_ns; /* CPU time of the task and of the process's released threads up to here */
};

struct exit_record { /* RECORD_EXIT, RECORD_FREED */
	struct record head;
	__u64 cpu_ns; /* of the one task, final in RECORD_FREED */
};

struct collection_record {
	struct record head; /* of the end */
	__u64 duration_ns;
	__s64 collected; /* objects; -1 = not told */
	__u32 generation, padding;
};

/* importlib's _find_and_load: once per module that is not in sys.modules yet. */
struct import_record {
	struct record head;
	__u32 done; /* 0 = begins, 1 = ends */
	__u32 padding;
	char module[MAX_MODULE_BYTES]; /* UTF-8, cut if longer; NUL-terminated */
};

/* The USDT probes of CPython that we use (provider "python", Include/pydtrace.d). */
enum probe {
	PROBE_GC_START,	    /* gc__start(generation) */
	PROBE_GC_DONE,	    /* gc__done(collected) */
	PROBE_IMPORT_START, /* import__find__load__start(module) */
	PROBE_IMPORT_DONE,  /* import__find__load__done(module, found) */
	PROBE_ENTRY,	    /* function__entry(file, function, line) */
	PROBE_RETURN,	    /* function__return(file, function, line) */
	PROBES,
};

/* Where a probe's first argument is. */
enum argument_place {
	ARGUMENT_UNKNOWN,
	ARGUMENT_CONSTANT, /* value */
	ARGUMENT_REGISTER, /* in struct pt_regs at `reg` */
	ARGUMENT_MEMORY,   /* at the address in `reg` plus value */
};

/* From the thread pointer to the PyThreadState *: add, read, add, read, ... */
struct thread_path {
	__s32 offsets[3];
	__u32 reads; /* 0 = not known */
};

/* One place in a file where a probe was compiled in. */
struct probe_site {
	__u64 offset;	 /* of the instruction, in the file */
	__u64 semaphore; /* of the 16-bit counter that switches it on, in the file; 0 = none */
	__s64 value;
	__u16 probe;	 /* enum probe */
	__u16 reg;	 /* byte offset in struct pt_regs (x86-64) */
	__u8 place;	 /* enum argument_place */
	__u8 size_bytes; /* of the argument: 1, 2, 4, 8 */
	__u8 is_signed, padding;
	/* What a process has that hits it, by addresses in the file: for one that the user side has
	 * not been told of yet. code_type 0: that is not known. */
	__u64 address; /* of the instruction */
	__u64 runtime, code_type;
	struct thread_path path; /* as in struct python_process */
	__u32 layout, more_padding;
};

/* How an interpreter frame tells its position. */
enum position_kind {
	POSITION_LASTI_BYTES, /* int f_lasti, bytes, up to 3.9 */
	POSITION_LASTI_UNITS, /* int f_lasti, 2-byte units, 3.10 */
	POSITION_POINTER,     /* _Py_CODEUNIT * into the code object, 3.11 on */
};

/*
 * Where one build of CPython keeps its fields: byte offsets, NO_FIELD where there is none.
 * user/python/layout.h says where each comes from.
 */
struct python_layout {
	__u32 runtime_interpreters_head, runtime_autoTSSkey; /* in _PyRuntime; ~0u = none */
	__u32 interp_next, interp_threads_head;
	__u16 tstate_next, tstate_thread_id;
	__u16 tstate_frame; /* the current frame, or the cframe when there is cframe_frame */
	__u16 cframe_frame; /* 3.11 and 3.12 */
	__u16 frame_previous, frame_code, frame_position, frame_owner;
	__u16 frame_bytes;  /* what of a frame is read, <= 128 */
	__u16 frame_window; /* frames lie close together: read up to so many bytes at once; 0 = no
			     */
	__u16 code_adaptive, code_firstlineno, code_filename, code_name, code_qualname;
	__u16 code_linetable, code_version;
	__u16 code_bytes; /* what of a code object is read, <= 192 */
	__u16 object_type;
	__u16 unicode_length, unicode_hash, unicode_state, unicode_ascii_data, unicode_compact_data;
	__u16 bytes_size, bytes_data;
	__u8 position_kind; /* enum position_kind */
	__u8 shim_owner;    /* a frame with such an owner or more is no Python frame; 0 = none */
	__u8 unicode_kind_shift; /* state: kind:3, compact:1, ascii:1 from this bit on */
	__u8 version_minor;
	__u16 code_flags; /* int co_flags, 3.11 on; read by the call probes alone */
	/* 3.11: bool is_entry, and _PyCFrame.previous. Later the frame with shim_owner tells. */
	__u16 frame_is_entry, cframe_previous;
	__u16 padding;
};

/* A process that has a Python interpreter. */
struct python_process {
	__u64 space;	     /* the process_entry.space this belongs to */
	__u64 runtime;	     /* address of _PyRuntime */
	__u64 code_type;     /* address of PyCode_Type */
	__u32 layout;	     /* index; MAX_LAYOUTS = version not known */
	__u32 path_verified; /* set by the kernel side once a thread state was found by the path */
	struct thread_path path; /* a proposal of user space (3.15), then what was verified */
};

/* A process of the target tree. */
struct process_entry {
	__u64 space;   /* names this address space: new on every fork and exec, never 0 */
	__u64 exec_ns; /* when it last began a program */
	__u64 mm;      /* the kernel's address of its memory map: another one = another program */
	__u32 active;  /* 0 = waits for its first exec, not sampled */
	/* The collection that runs now: by this thread (0 = none), of this generation, since then,
	 * triggered in this frame (0 = not known). */
	__u32 collecting_tid;
	__u32 collecting_generation, padding;
	__u64 collecting_since_ns, collecting_frame;
	/* While calls are counted: where function__entry and __return are, what they have cost. */
	__u64 call_probes[2];
	__u64 calls_since_ns, calls_cost_ns;
};

/* Calls of a function by another one in one thread; for a function as such, `active` alone. */
struct call_counter {
	__u64 caller, callee; /* fingerprints; caller 0 = nobody */
	__u32 pid, active;    /* active: now, how often */
	__u32 shipped, is_pair;
	__u64 calls, primitive, pair_primitive;
	__s64 own_ns, total_ns, pair_total_ns;
};

/* Of all call probes together. */
struct calls_control {
	__u64 trap_ns;	       /* user side: what a trap costs beside our program */
	__u64 budget_permille; /* user side: of the program's time; 0 = no limit */
	__u64 next;	       /* the first unused counter */
	__u64 stopped_ns;      /* when the budget was used up; 0 = not */
	__u64 began_ns;	       /* the first hit */
	__u64 calibrate_ns, calibrate_total_ns, calibrate_hits;
};

_Static_assert(sizeof(struct record) == 24, "record");
_Static_assert(sizeof(struct sample_record) == 32, "sample_record");
_Static_assert(sizeof(struct stack_record) == 40, "stack_record");
_Static_assert(sizeof(struct code_text_record) == 24, "code_text_record");
_Static_assert(sizeof(struct code_record) == 144, "code_record");
_Static_assert(sizeof(struct fork_record) == 48, "fork_record");
_Static_assert(sizeof(struct name_record) == 48, "name_record");
_Static_assert(sizeof(struct exit_record) == 32, "exit_record");
_Static_assert(sizeof(struct collection_record) == 48, "collection_record");
_Static_assert(sizeof(struct import_record) == 160, "import_record");
_Static_assert(sizeof(struct probe_site) == 80, "probe_site");
_Static_assert(sizeof(struct python_layout) == 80, "python_layout");
_Static_assert(sizeof(struct python_process) == 48, "python_process");
_Static_assert(sizeof(struct call_counter) == 80, "call_counter");
_Static_assert(sizeof(struct calls_control) == 64, "calls_control");
_Static_assert(sizeof(struct process_entry) == 88, "process_entry");

#endif
