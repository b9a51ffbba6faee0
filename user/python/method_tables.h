/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_METHOD_TABLES_H
#define LTSBPF_PYTHON_METHOD_TABLES_H
/*
 * CPython's static tables of C functions, found in a file's data by their shape: an entry
 * (PyMethodDef, Include/methodobject.h, the same in 3.8 to 3.15) is 32 bytes of name, function,
 * flags and documentation; an entry without a name ends an array of them. Whose array it is says
 * the type, module or type spec that points to it (type_objects.h). Nothing in a file is trusted.
 */
#include "python/static_data.h"

/* A function in a place that gives it a name. Texts are in the data. */
struct named_function {
	uint64_t vaddr;
	const char *owner; /* tp_name, m_name; NULL: not known, or several */
	const char *name;
	size_t order; /* its index in the list as it was found */
	bool is_slot; /* of a type, not a method */
};

struct named_functions {
	VEC(struct named_function) list; /* methods first, in the order of the file */
};

/*
 * Appends what is found, until there are `most`. 0 or -ENOMEM; vec_done(&found->list) is the
 * caller's.
 */
int method_tables_scan(const struct static_data *data, size_t most, struct named_functions *found);

#endif
