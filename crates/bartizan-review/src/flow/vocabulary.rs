//! What functions of the C library, of Python and of NumPy do, as far as a walk must know it.

/// Who has memory to give, and takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// The C library.
    C,
    /// Python, for memory of any kind.
    PythonMemory,
    /// Python, without its lock.
    PythonRaw,
    /// Python, for objects.
    PythonObject,
    /// `NumPy`, for data of arrays.
    ArrayData,
    /// `new`.
    Cuda,
}

impl Family {
    /// Of a function that gives memory.
    pub(super) fn that_gives(function: &str) -> Option<Self> {
        Some(match function {
            "malloc" | "calloc" | "realloc" | "strdup" | "strndup" | "aligned_alloc" => Self::C,
            "PyMem_Malloc" | "PyMem_Calloc" | "PyMem_Realloc" | "PyMem_New" | "PyMem_Resize" => Self::PythonMemory,
            "PyMem_RawMalloc" | "PyMem_RawCalloc" | "PyMem_RawRealloc" => Self::PythonRaw,
            "PyObject_Malloc" | "PyObject_Calloc" | "PyObject_Realloc" => Self::PythonObject,
            "PyDataMem_NEW" | "PyDataMem_NEW_ZEROED" | "PyDataMem_RENEW" => Self::ArrayData,
            "cudaMalloc" | "cudaMallocManaged" | "cudaMallocHost" => Self::Cuda,
            _ => return None,
        })
    }

    /// Of a function that takes it back.
    pub(super) fn that_takes(function: &str) -> Option<Self> {
        Some(match function {
            "free" => Self::C,
            "PyMem_Free" | "PyMem_Del" | "PyMem_FREE" => Self::PythonMemory,
            "PyMem_RawFree" => Self::PythonRaw,
            "PyObject_Free" | "PyObject_FREE" => Self::PythonObject,
            "PyDataMem_FREE" => Self::ArrayData,
            "cudaFree" | "cudaFreeHost" => Self::Cuda,
            _ => return None,
        })
    }
}

/// What gives an object that the caller then owns, or NULL.
pub(super) fn gives_reference(function: &str) -> bool {
    matches!(
        function,
        "PyDict_New" | "PyDict_Copy" | "PyList_New" | "PyTuple_New" | "PySet_New" | "PyTuple_Pack" | "Py_BuildValue" | "PyLong_FromLong"
            | "PyLong_FromSsize_t" | "PyLong_FromUnsignedLong" | "PyLong_FromLongLong" | "PyLong_FromVoidPtr" | "PyFloat_FromDouble"
            | "PyUnicode_FromString" | "PyUnicode_FromFormat" | "PyUnicode_FromStringAndSize" | "PyBytes_FromString"
            | "PyBytes_FromStringAndSize" | "PyObject_GetAttrString" | "PyObject_GetAttr" | "PyObject_CallObject" | "PyObject_Call"
            | "PyObject_CallFunction" | "PyObject_CallMethod" | "PyObject_CallNoArgs" | "PyObject_CallOneArg" | "PySequence_Fast"
            | "PySequence_GetItem" | "PySequence_Tuple" | "PySequence_List" | "PyObject_GetItem" | "PyImport_ImportModule"
            | "PyArray_SimpleNew" | "PyArray_ZEROS" | "PyArray_EMPTY" | "PyArray_NewCopy" | "PyArray_FROM_OTF" | "PyArray_FROM_OF"
            | "PyArray_ContiguousFromAny" | "PyArray_ContiguousFromObject" | "PyArray_FromAny" | "PyCapsule_New" | "PyObject_Repr"
            | "PyObject_Str" | "PyNumber_Index" | "PyNumber_Long" | "PyNumber_Float"
    )
}

/// What gives an object that a list or a table goes on owning.
pub(super) fn lends_reference(function: &str) -> bool {
    matches!(
        function,
        "PyList_GetItem" | "PyList_GET_ITEM" | "PyDict_GetItem" | "PyDict_GetItemString" | "PyDict_GetItemWithError"
            | "PySequence_Fast_GET_ITEM"
    )
}

/// What takes a reference over, and which argument it is.
pub(super) fn takes_over(function: &str) -> Option<usize> {
    Some(match function {
        "PyList_SET_ITEM" | "PyList_SetItem" | "PyTuple_SET_ITEM" | "PyTuple_SetItem" | "PyModule_AddObject" | "PyStructSequence_SET_ITEM"
        | "PySequence_Fast_SET_ITEM" => 2,
        "PyArray_SetBaseObject" | "Py_SETREF" | "Py_XSETREF" => 1,
        "PyErr_Restore" | "PyErr_SetRaisedException" => 0,
        _ => return None,
    })
}

/// What gives a reference back.
pub(super) fn releases(function: &str) -> bool {
    matches!(function, "Py_DECREF" | "Py_XDECREF" | "Py_CLEAR" | "Py_DecRef")
}

/// What uses an object at once, so that NULL ends the program, and which arguments.
pub(super) fn needs_object(function: &str) -> &'static [usize] {
    match function {
        "PyDict_SetItem" | "PyDict_SetItemString" | "PyList_Append" | "PyList_Insert" | "PyTuple_SET_ITEM" | "PyList_SET_ITEM"
        | "PyTuple_GET_SIZE" | "PyList_GET_SIZE" | "Py_INCREF" | "Py_DECREF" | "PyObject_SetAttrString" | "PyObject_Call"
        | "PyObject_CallObject" | "PyObject_GetAttrString" | "PyArray_DATA" | "PyArray_DIMS" | "PyArray_DIM" | "PyArray_SIZE"
        | "PyArray_NDIM" | "PyBytes_AS_STRING" | "PyUnicode_AsUTF8" | "PyArray_BYTES" | "PyArray_STRIDES" | "PyArray_SHAPE" => &[0],
        _ => &[],
    }
}

/// What writes or reads memory at once, so that NULL ends the program, and which arguments.
pub(super) fn needs_memory(function: &str) -> &'static [usize] {
    match function {
        "memcpy" | "memmove" | "strcpy" | "strcat" => &[0, 1],
        "memset" | "sprintf" | "snprintf" | "fgets" => &[0],
        _ => &[],
    }
}

/// Functions that copy so many bytes: where to, and how many.
pub(super) fn copies(function: &str) -> Option<(usize, usize)> {
    match function {
        "memcpy" | "memmove" | "strncpy" | "wmemcpy" => Some((0, 2)),
        "read" => Some((1, 2)),
        _ => None,
    }
}

/// What runs code of anybody: methods, comparisons, destructors.
pub(super) fn runs_code(function: &str) -> bool {
    const BEGINS: [&str; 10] = [
        "PyObject_Call", "PyObject_RichCompare", "PyObject_Repr", "PyObject_Str", "PyObject_GetAttr", "PyObject_SetAttr",
        "PyObject_IsTrue", "PyEval_", "PyNumber_", "PyIter_Next",
    ];
    BEGINS.iter().any(|it| function.starts_with(it))
}

/// What needs the lock of the interpreter.
pub(super) fn needs_lock(function: &str) -> bool {
    const BEGINS: [&str; 17] = [
        "PyErr_", "PyObject_", "PyList_", "PyDict_", "PyTuple_", "PyLong_", "PyFloat_", "PyUnicode_", "PyBytes_", "PySet_",
        "PyImport_", "PyArg_", "PyCapsule_", "PySequence_", "PyNumber_", "PyArray_New", "PyArray_From",
    ];
    const NAMES: [&str; 12] = [
        "Py_INCREF", "Py_DECREF", "Py_XINCREF", "Py_XDECREF", "Py_CLEAR", "Py_BuildValue", "PyMem_Malloc", "PyMem_Free", "PyMem_Realloc",
        "PyMem_Calloc", "PyArray_SimpleNew", "PyArray_Return",
    ];
    const NEEDS_NONE: [&str; 3] = ["PyTuple_GET_", "PyList_GET_", "PyBytes_AS_"];
    NAMES.contains(&function)
        || (BEGINS.iter().any(|it| function.starts_with(it)) && !NEEDS_NONE.iter().any(|it| function.starts_with(it)))
}

/// Whether a word lets the lock go (true) or takes it (false).
pub(super) fn of_lock(word: &str) -> Option<bool> {
    match word {
        "Py_BEGIN_ALLOW_THREADS" | "NPY_BEGIN_ALLOW_THREADS" | "NPY_BEGIN_THREADS" | "Py_UNBLOCK_THREADS" | "PyEval_SaveThread"
        | "NPY_DISABLE_C_API" => Some(true),
        "Py_END_ALLOW_THREADS" | "NPY_END_ALLOW_THREADS" | "NPY_END_THREADS" | "Py_BLOCK_THREADS" | "PyEval_RestoreThread"
        | "PyGILState_Ensure" | "NPY_ALLOW_C_API" | "gil_scoped_acquire" => Some(false),
        _ => None,
    }
}

/// Macros of the lock: no semicolon stands behind them.
pub(super) fn is_lock_macro(word: &str) -> bool {
    (of_lock(word).is_some() && !word.starts_with("PyEval_") && !word.starts_with("PyGIL") && !word.starts_with("gil_"))
        || matches!(word, "NPY_BEGIN_THREADS_DEF" | "NPY_ALLOW_C_API_DEF" | "NPY_BEGIN_THREADS_DESCR" | "NPY_BEGIN_THREADS_THRESHOLDED")
}

/// What reads from outside, and which argument then holds what was read.
pub(super) fn reads_from_outside(function: &str) -> Option<usize> {
    match function {
        "fread" => Some(0),
        "read" | "recv" | "pread" => Some(1),
        "fscanf" | "sscanf" => Some(2),
        _ => None,
    }
}

/// Types that are signed numbers.
pub(super) fn is_signed(kind: &str) -> bool {
    matches!(kind, "int" | "long" | "short" | "npy_intp" | "Py_ssize_t" | "ssize_t" | "ptrdiff_t" | "long long" | "int32_t" | "int64_t" | "npy_int" | "npy_long")
}
