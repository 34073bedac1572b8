# Finds the Python to build for, and its NumPy and pybind11. Gives two header targets:
# `aipy_python` (CPython, its internal headers too) and `aipy_numpy` (that and NumPy).
find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module NumPy
             OPTIONAL_COMPONENTS Development.Embed)

if(Python_NumPy_VERSION VERSION_LESS 2)
  message(FATAL_ERROR "aipy is built with NumPy 2's headers, but ${Python_EXECUTABLE} has NumPy "
                      "${Python_NumPy_VERSION}: run `${Python_EXECUTABLE} -m pip install -U numpy`.")
endif()

if(NOT pybind11_DIR)
  execute_process(COMMAND "${Python_EXECUTABLE}" -m pybind11 --cmakedir
                  OUTPUT_VARIABLE pybind11_DIR OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
set(PYBIND11_FINDPYTHON ON)
find_package(pybind11 3 CONFIG REQUIRED)

# `internal/` is reached as "internal/pycore_*.h"; those headers name each other without the
# folder, and 3.13's name mimalloc's.
add_library(aipy_python INTERFACE)
target_include_directories(
  aipy_python SYSTEM INTERFACE ${Python_INCLUDE_DIRS} "${Python_INCLUDE_DIRS}/internal"
                               "${Python_INCLUDE_DIRS}/internal/mimalloc")

# What 3.11 lacks of the API that the sources use is there before all else.
if(Python_VERSION VERSION_LESS 3.12)
  set(aipy_older_api "${CMAKE_CURRENT_SOURCE_DIR}/src/cpp/runtime/cpython/older.h")
  target_compile_options(aipy_python INTERFACE "SHELL:-include \"${aipy_older_api}\"")
endif()

add_library(aipy_numpy INTERFACE)
target_link_libraries(aipy_numpy INTERFACE aipy_python)
target_include_directories(aipy_numpy SYSTEM INTERFACE ${Python_NumPy_INCLUDE_DIRS})
target_compile_definitions(aipy_numpy INTERFACE NPY_NO_DEPRECATED_API=NPY_2_0_API_VERSION
                                                NPY_TARGET_VERSION=NPY_2_0_API_VERSION)
