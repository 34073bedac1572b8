# Precompiled headers: three quarters of the compiler's time went into reading the standard library and LLVM.
#
# Not by target_precompile_headers: a precompiled header names the folder that it was made in, so ccache
# would share nothing between working copies, or between the builds for several Pythons, and would hand one's
# precompiled header to another. Here it is made without ccache, and beside it lies the checksum of all that it says,
# which ccache takes for it (CCACHE_PCH_EXTSUM).
#
# Every file still includes what it uses: release builds, and clang-tidy, read no precompiled header.
option(AIPY_PRECOMPILE "Precompile headers" ON)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR Python_VERSION VERSION_LESS 3.12)
  set(AIPY_PRECOMPILE OFF)  # 3.11's sources begin with a header of ours
endif()
add_custom_target(aipy_precompiled)

# aipy_precompile(NAME LIKE): precompiles cmake/precompiled/NAME.h as files of the target LIKE are compiled. Further
# arguments are compiler flags.
function(aipy_precompile name like)
  if(NOT AIPY_PRECOMPILE)
    return()
  endif()
  set(header "${CMAKE_SOURCE_DIR}/cmake/precompiled/${name}.h")
  set(made "${CMAKE_BINARY_DIR}/precompiled/${name}.pch")
  set(text "${CMAKE_BINARY_DIR}/precompiled/${name}.txt")
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/precompiled")
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(general UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  set(others "$<TARGET_PROPERTY:${like},INCLUDE_DIRECTORIES>")
  set(others "$<FILTER:${others},EXCLUDE,^(${CMAKE_SOURCE_DIR}|/usr/include$)>")
  set(flags
      ${general} -std=c++20 -fvisibility=hidden -fvisibility-inlines-hidden ${ARGN}
      "$<TARGET_PROPERTY:${like},COMPILE_OPTIONS>"
      "-D$<JOIN:$<TARGET_PROPERTY:${like},COMPILE_DEFINITIONS>,;-D>"
      "-I${aipy_include_root}"
      "$<$<BOOL:${others}>:-isystem$<JOIN:${others},;-isystem>>")
  add_custom_command(
    OUTPUT "${made}" "${made}.sum"
    COMMAND "${CMAKE_CXX_COMPILER}" "${flags}" -x c++-header "${header}" -o "${made}" -Xclang
            -fno-pch-timestamp -fpch-instantiate-templates -MD -MT "${made}" -MF "${made}.d"
    COMMAND "${CMAKE_CXX_COMPILER}" "${flags}" -x c++-header "${header}" -E -dD -o "${text}"
    COMMAND "${CMAKE_COMMAND}" -P "${CMAKE_SOURCE_DIR}/cmake/checksum.cmake" "${text}"
            "${CMAKE_SOURCE_DIR}" "${made}.sum"
    COMMAND "${CMAKE_COMMAND}" -E rm "${text}"
    DEPENDS "${header}" "${CMAKE_SOURCE_DIR}/cmake/checksum.cmake"
    DEPFILE "${made}.d"
    COMMENT "Precompiling ${name}.h"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(aipy_precompiled_${name} DEPENDS "${made}")
  add_dependencies(aipy_precompiled aipy_precompiled_${name})
endfunction()

# aipy_use_precompiled(NAME TARGET SOURCE...): compiles the sources of the target with it.
function(aipy_use_precompiled name target)
  if(NOT AIPY_PRECOMPILE)
    return()
  endif()
  set(made "${CMAKE_BINARY_DIR}/precompiled/${name}.pch")
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS -include-pch "${made}")
  set_property(SOURCE ${ARGN} APPEND PROPERTY OBJECT_DEPENDS "${made}")
  add_dependencies(${target} aipy_precompiled_${name})
endfunction()
