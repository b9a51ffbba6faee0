// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
//! The extension of native_rust.py: Rust under Python, in its thread and in those of rayon.
use pyo3::prelude::*;
use rayon::prelude::*;

#[inline(never)]
fn rust_leaf(number: u64) -> u64 {
    let mut value = number;
    for _ in 0..20000 {
        value = std::hint::black_box(value.wrapping_mul(6364136223846793005).wrapping_add(1));
    }
    value
}

#[pyfunction]
fn rust_alone(count: u64) -> u64 {
    (0..count).map(rust_leaf).fold(0, u64::wrapping_add)
}

#[pyfunction]
fn rust_parallel(py: Python<'_>, count: u64) -> u64 {
    py.allow_threads(|| (0..count).into_par_iter().map(rust_leaf).reduce(|| 0, u64::wrapping_add))
}

#[pyfunction]
fn rust_call(function: &Bound<'_, PyAny>) -> PyResult<()> {
    function.call0().map(|_| ())
}

#[pymodule]
fn native_rust(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(rust_alone, module)?)?;
    module.add_function(wrap_pyfunction!(rust_parallel, module)?)?;
    module.add_function(wrap_pyfunction!(rust_call, module)?)
}
