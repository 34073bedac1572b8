# aipy_bench: Google Benchmark programs for call overhead, compilation and the interpreter.
file(GLOB benchmark_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/benchmarks/cpp/*.cpp")
if(NOT benchmark_sources)
  return()
endif()
find_package(benchmark REQUIRED)
add_executable(aipy_bench EXCLUDE_FROM_ALL ${benchmark_sources})
target_link_libraries(aipy_bench PRIVATE aipy_dispatch Python::Python benchmark::benchmark
                                         benchmark::benchmark_main)
if(TARGET aipy_codegen_objects)
  target_link_libraries(aipy_bench PRIVATE aipy_codegen_objects)
endif()
set_target_properties(aipy_bench PROPERTIES ENABLE_EXPORTS ON)
