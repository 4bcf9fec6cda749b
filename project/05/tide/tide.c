/* How high the water is (cm above chart datum), at an hour of the day. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>

static PyObject *height(PyObject *module, PyObject *hour)
{
    double h = PyFloat_AsDouble(hour);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(lround(200 + 150 * sin(h * 2 * M_PI / 12.42)));
}

static PyMethodDef methods[] = {{"height", height, METH_O, "Return the height (cm) at an hour."}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "tide", NULL, 0, methods};

PyMODINIT_FUNC PyInit_tide(void) { return PyModule_Create(&module); }
