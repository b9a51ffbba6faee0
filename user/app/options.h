/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_OPTIONS_H
#define LTSBPF_APP_OPTIONS_H
/* What the command line asks for. */
#include <stdbool.h>

enum command {
	COMMAND_NONE,
	COMMAND_RECORD,
	COMMAND_REPORT,
	COMMAND_CONVERT,
	COMMAND_DIFF,
	COMMAND_MERGE,
	COMMAND_DOCTOR,
	COMMAND_MAN,
	COMMAND_COMPLETION,
};

/* What `report` and `diff` print. */
enum report_form {
	REPORT_TEXT,
	REPORT_MARKDOWN,
	REPORT_JSON,
	REPORT_HTML,	  /* report alone */
	REPORT_CHECKLIST, /* report alone */
};

enum report_sort {
	SORT_SELF, /* a function's own time */
	SORT_TOTAL,
	SORT_NAME,
};

enum {
	OPTIONS_GO_ON = -1,
	OPTIONS_USAGE_ERROR = 2,
	MAX_REPEATS = 64 /* of an option that may be given several times */
};

/* A list of texts of the command line, borrowed. */
struct texts {
	const char *items[MAX_REPEATS];
	int count;
};

enum kernel_frames {
	KERNEL_AUTO, /* where /proc/kallsyms shows addresses: else they would have no names */
	KERNEL_YES,
	KERNEL_NO,
};

struct options {
	enum command command;
	/* record */
	double rate_hz;	   /* of the cpu clock */
	double duration_s; /* 0 = until the program ends */
	bool tick, subprocesses;
	bool calls, calls_required;  /* count calls; fail where they cannot be */
	double calls_budget_percent; /* of the program's time; 0 = no limit */
	bool no_native;		     /* Python frames only: no native, JIT and kernel ones */
	enum kernel_frames kernel;
	bool inlines;	  /* lines and inlined functions of native code, from DWARF */
	const char *user; /* NULL = who called */
	bool as_root;
	char **program; /* the command to run; NULL-terminated */
	/* report, convert, diff, merge: recordings; NULL-terminated, borrowed */
	char **files;
	int file_count;
	/* record: of counted functions. Elsewhere: of stacks. Regular expressions; NULL = all */
	const char *include, *exclude;
	/* report, convert, diff: what is shown */
	const char *process, *thread; /* as struct stack_patterns has them */
	double skip_first_s;
	/* report, diff */
	enum report_form form;
	enum report_sort sort;
	int top; /* rows of a table; 0 = as many as the form has by default */
	struct texts baselines, fail_on; /* diff: glob patterns of older recordings; rules */
	const char *shell;		 /* completion */
	const char *output;  /* folder; report, merge: file; NULL = stdout, where it may be */
	const char *name;    /* base name of the files */
	const char *formats; /* as given: "svg,pstats" */
	/* record, report, convert: what is shown of the recording */
	bool by_thread, by_line;
	bool interpreter_frames; /* the interpreter's own machinery as well */
	bool fold_kernel;	 /* kernel frames count for the function that called the kernel */
	bool pstats_native;	 /* in pstats, native, JIT and kernel functions apart */
};

#endif
