/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PYTHON_TYPE_OBJECTS_H
#define LTSBPF_PYTHON_TYPE_OBJECTS_H
/*
 * CPython's static types, modules and type specs in a file's data, as 64-bit builds of 3.8 to 3.15
 * have them, with and without the GIL. Places count from the name, as the object's head before it
 * is longer in builds without the GIL:
 *
 *	PyTypeObject	ob_type 16 bytes before tp_name, tp_methods 208 on, the slots in between and
 *			after (Include/cpython/object.h)
 *	PyModuleDef	m_methods 24 bytes on from m_name (Include/moduleobject.h)
 *	PyType_Spec	name, two sizes and flags, slots 24 bytes on (Include/object.h): an array of
 *			16 byte PyType_Slot, numbered by Include/typeslots.h and ended by number 0
 *
 * All of these were checked against the headers of 3.8 to 3.13; tests/e2e/builtins.sh compares what
 * comes of them with the memory of running Pythons, 3.15 included. Nothing in a file is trusted.
 */
#include "python/static_data.h"

enum {
	TYPE_TYPE = -16, /* ob_type, from tp_name on */
	TYPE_METHODS = 208,
	MODULE_METHODS = 24,
	TYPE_SLOT_BYTES = 16,
	TYPE_SLOT_POINTER = 8,
	TYPE_SLOT_METHODS = 64, /* Py_tp_methods */
};

/*
 * tp_name, m_name or the name of the spec whose name pointer is at this address; NULL when what
 * stands there does not have the form of one. Where the file says 0 for what another file is to
 * give (in extension modules), that will do. *slots: of the array; set only with a name.
 */
const char *type_object_name(const struct static_data *data, uint64_t vaddr);
const char *module_def_name(const struct static_data *data, uint64_t vaddr);
const char *type_spec_name(const struct static_data *data, uint64_t vaddr, uint64_t *slots);

/*
 * The slots of a type one by one, index 0 and up: its name in Python ("__call__"), *function is 0
 * or what stands there. NULL after the last. A slot that has several names in Python has the first
 * one
 * ("__setitem__"); slots for comparisons and those that are not called from Python are left out.
 */
const char *type_object_slot(const struct static_data *data, uint64_t vaddr, unsigned int index,
			     uint64_t *function);

/* Number of the PyType_Slot at the address; 0 at the end, or when there is none. */
unsigned int type_slot_number(const struct static_data *data, uint64_t vaddr);

/* The slot's name in Python, as above; NULL when it has none. */
const char *type_slot_name(unsigned int number);

#endif
