# libaipy_codegen.so: the code generator with LLVM inside, loaded at the first compilation.
#
# It exports one symbol, aipy_codegen_open, and hides LLVM, so that another LLVM in the process
# (Numba's, a JIT-ing database's) cannot be confused with ours. It knows no Python.
file(GLOB_RECURSE codegen_sources CONFIGURE_DEPENDS "${aipy_include_root}/codegen/*.cpp")
if(NOT codegen_sources)
  return()
endif()

aipy_llvm_config(llvm_include_dir --includedir)
aipy_llvm_config(llvm_lib_dir --libdir)
aipy_llvm_config(llvm_libs --link-static --libs orcjit native passes bitreader bitwriter irreader)
aipy_llvm_config(llvm_system_libs --link-static --system-libs)

# For the library alone: it speaks for all that is linked with it.
set(codegen_library_source "${aipy_include_root}/codegen/no_destructors.cpp")
list(REMOVE_ITEM codegen_sources "${codegen_library_source}")
add_library(aipy_codegen_objects STATIC ${codegen_sources})
target_include_directories(aipy_codegen_objects SYSTEM PUBLIC "${llvm_include_dir}")
target_compile_definitions(aipy_codegen_objects PUBLIC _GNU_SOURCE __STDC_CONSTANT_MACROS
                                                       __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(aipy_codegen_objects PUBLIC aipy_types aipy_ir aipy_support)
target_link_directories(aipy_codegen_objects PUBLIC "${llvm_lib_dir}")
target_link_libraries(aipy_codegen_objects PUBLIC ${llvm_libs} ${llvm_system_libs})
set_target_properties(aipy_codegen_objects PROPERTIES OUTPUT_NAME aipy_codegen_objects)

aipy_precompile(llvm aipy_codegen_objects -fPIC)
aipy_use_precompiled(llvm aipy_codegen_objects ${codegen_sources})

set(codegen_exports "${CMAKE_SOURCE_DIR}/cmake/codegen.exports")
add_library(aipy_codegen SHARED "${codegen_library_source}")
target_link_libraries(aipy_codegen PRIVATE aipy_codegen_objects)
target_link_options(
  aipy_codegen PRIVATE LINKER:--undefined=aipy_codegen_open LINKER:-Bsymbolic
  "LINKER:--version-script=${codegen_exports}" LINKER:--no-undefined LINKER:--build-id=sha1)
set_target_properties(aipy_codegen PROPERTIES LINK_DEPENDS "${codegen_exports}")
