# Finds clang 22, lld 22 and LLVM 22, or stops with one sentence that says what to install.
# Runs before project(), because it chooses the compiler. The module and the bitcode must
# come from the same clang, and the bitcode must be readable by the LLVM that is linked.
set(AIPY_LLVM_VERSION 22)
set(aipy_llvm_hints "/usr/lib/llvm-${AIPY_LLVM_VERSION}/bin")

find_program(AIPY_CLANGXX NAMES "clang++-${AIPY_LLVM_VERSION}" HINTS ${aipy_llvm_hints})
find_program(AIPY_LLD NAMES "ld.lld-${AIPY_LLVM_VERSION}" HINTS ${aipy_llvm_hints})
find_program(AIPY_LLVM_CONFIG NAMES "llvm-config-${AIPY_LLVM_VERSION}" HINTS ${aipy_llvm_hints})
if(NOT AIPY_CLANGXX OR NOT AIPY_LLD OR NOT AIPY_LLVM_CONFIG)
  # An indented line is not wrapped by CMake, so the command can be copied.
  message(FATAL_ERROR
          "aipy is built with LLVM ${AIPY_LLVM_VERSION}, which is not installed; on Debian, install "
          "it and try again:\n    apt-get install llvm-${AIPY_LLVM_VERSION}-dev "
          "clang-${AIPY_LLVM_VERSION} lld-${AIPY_LLVM_VERSION}\n")
endif()

if(NOT DEFINED CMAKE_CXX_COMPILER)
  set(CMAKE_CXX_COMPILER "${AIPY_CLANGXX}")
endif()

# Hashing relative paths lets the builds for several Pythons share what does not depend on them.
find_program(AIPY_CCACHE ccache)
if(AIPY_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CMAKE_CURRENT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      CCACHE_PCH_EXTSUM=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      "${AIPY_CCACHE}")
endif()

# Sets `output` to the words that llvm-config prints for the given arguments.
function(aipy_llvm_config output)
  execute_process(COMMAND "${AIPY_LLVM_CONFIG}" ${ARGN} OUTPUT_VARIABLE words
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(words UNIX_COMMAND "${words}")
  set(${output} ${words} PARENT_SCOPE)
endfunction()
