// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The extension of native_extended.py: C code that calls Python, burns, or has a thread call. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>

#include "native_rules.h"

KEPT PyObject *extension_inside(PyObject *function)
{
	PyObject *result = PyObject_CallObject(function, NULL);

	BEHIND_CALL;
	return result;
}

/* call(function): its result */
static PyObject *extension_call(PyObject *self, PyObject *function)
{
	PyObject *result = extension_inside(function);

	(void)self;
	BEHIND_CALL;
	return result;
}

KEPT void extension_spin(uint64_t ticks)
{
	spin_for(ticks, 0);
	BEHIND_CALL;
}

/* spin(ticks): without the GIL */
static PyObject *extension_burn(PyObject *self, PyObject *argument)
{
	uint64_t ticks = PyLong_AsUnsignedLongLong(argument);

	(void)self;
	Py_BEGIN_ALLOW_THREADS extension_spin(ticks);
	Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

KEPT void *extension_thread(void *function)
{
	PyGILState_STATE state = PyGILState_Ensure();
	PyObject *result = extension_inside((PyObject *)function);

	Py_XDECREF(result);
	PyGILState_Release(state);
	return NULL;
}

/* in_thread(function): called by a thread that Python did not make */
static PyObject *extension_in_thread(PyObject *self, PyObject *function)
{
	pthread_t thread;

	(void)self;
	Py_BEGIN_ALLOW_THREADS if (pthread_create(&thread, NULL, extension_thread, function) == 0)
		pthread_join(thread, NULL);
	Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{"call", extension_call, METH_O, NULL},
	{"spin", extension_burn, METH_O, NULL},
	{"in_thread", extension_in_thread, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "native_extension",
				    .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_native_extension(void)
{
	return PyModule_Create(&module);
}
