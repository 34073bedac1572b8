# runtime.bc: the runtime room compiled a second time, to bitcode from which LLVM inlines.
#
# Same sources, headers and meaning as the native build; the code is compiled as position
# independent with default visibility, because once inlined it lies far from the module.
file(GLOB_RECURSE runtime_sources CONFIGURE_DEPENDS "${aipy_include_root}/runtime/*.cpp")
if(NOT runtime_sources)
  return()
endif()

set(bitcode_flags
    -std=c++20 -O2 -fPIC -fno-exceptions -fno-stack-protector ${aipy_semantic_flags}
    -DNDEBUG -DAIPY_RUNTIME_BITCODE=1 "-DAIPY_VERSION=\"${PROJECT_VERSION}\""
    $<$<BOOL:${AIPY_TEST_BUILD}>:-DAIPY_TEST_BUILD=1>
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/="
    "-I${aipy_include_root}"
    "$<$<BOOL:${aipy_older_api}>:-include;${aipy_older_api}>"
    "-isystem$<JOIN:$<TARGET_PROPERTY:aipy_numpy,INTERFACE_INCLUDE_DIRECTORIES>,;-isystem>"
    "-D$<JOIN:$<TARGET_PROPERTY:aipy_numpy,INTERFACE_COMPILE_DEFINITIONS>,;-D>")

set(bitcode_files)
foreach(source IN LISTS runtime_sources)
  file(RELATIVE_PATH name "${aipy_include_root}/runtime" "${source}")
  set(bitcode "${CMAKE_BINARY_DIR}/bitcode/${name}.bc")
  cmake_path(GET bitcode PARENT_PATH folder)
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${bitcode}"
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} "${AIPY_CLANGXX}" "${bitcode_flags}" -MD -MT
            "${bitcode}" -MF "${bitcode}.d" -emit-llvm -c "${source}" -o "${bitcode}"
    DEPENDS "${source}"
    DEPFILE "${bitcode}.d"
    COMMENT "Bitcode of runtime/${name}"
    COMMAND_EXPAND_LISTS VERBATIM)
  list(APPEND bitcode_files "${bitcode}")
endforeach()

aipy_llvm_config(llvm_bin_dir --bindir)
set(runtime_bitcode "${AIPY_PACKAGE_DIR}/runtime.bc")
add_custom_command(
  OUTPUT "${runtime_bitcode}"
  COMMAND "${llvm_bin_dir}/llvm-link" -o "${runtime_bitcode}" ${bitcode_files}
  DEPENDS ${bitcode_files}
  COMMENT "Linking runtime.bc"
  VERBATIM)
add_custom_target(aipy_bitcode ALL DEPENDS "${runtime_bitcode}")
