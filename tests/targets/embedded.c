// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* embedded FILE: a program of its own that has Python inside and runs a script with it. */
#include <Python.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	FILE *file = argc > 1 ? fopen(argv[1], "re") : NULL;
	int status;

	if (!file)
		return 2;
	Py_InitializeEx(0);
	status = PyRun_SimpleFile(file, argv[1]);
	fclose(file);
	return Py_FinalizeEx() < 0 || status ? 1 : 0;
}
