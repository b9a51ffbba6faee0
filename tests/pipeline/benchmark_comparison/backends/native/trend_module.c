// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <Python.h>

#include "trend.h"

static int sizes_match(const Py_buffer columns[], const Py_buffer *rows)
{
	const Py_ssize_t size_bytes = columns[0].len;

	for (int i = 1; i < TREND_COLUMNS; i++) {
		if (columns[i].len != size_bytes)
			return 0;
	}
	return size_bytes > LENGTH * (Py_ssize_t)sizeof(double) &&
	       rows->len == TREND_ROWS * size_bytes;
}

static void run_unlocked(const Py_buffer columns[], const Py_buffer *rows)
{
	const double *values[TREND_COLUMNS];

	for (int i = 0; i < TREND_COLUMNS; i++)
		values[i] = columns[i].buf;
	Py_BEGIN_ALLOW_THREADS trend_run((size_t)columns[0].len / sizeof(double), values,
					 rows->buf);
	Py_END_ALLOW_THREADS
}

static PyObject *run(PyObject *Py_UNUSED(module), PyObject *args)
{
	Py_buffer columns[TREND_COLUMNS], rows;
	int fit;

	if (!PyArg_ParseTuple(args, "y*y*y*y*y*w*", &columns[0], &columns[1], &columns[2],
			      &columns[3], &columns[4], &rows))
		return NULL;
	fit = sizes_match(columns, &rows);
	if (fit)
		run_unlocked(columns, &rows);
	for (int i = 0; i < TREND_COLUMNS; i++)
		PyBuffer_Release(&columns[i]);
	PyBuffer_Release(&rows);
	if (fit)
		Py_RETURN_NONE;
	PyErr_SetString(PyExc_ValueError, "columns and rows must be equally many doubles per row");
	return NULL;
}

static PyMethodDef methods[] = {
	{"run", run, METH_VARARGS, "run(open, high, low, close, volume, rows)"},
	{NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030d0000
	{Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
	{0, NULL},
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "trend",
	.m_methods = methods,
	.m_slots = slots,
};

PyMODINIT_FUNC PyInit_trend(void)
{
	return PyModuleDef_Init(&definition);
}
