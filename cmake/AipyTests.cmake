# C++ unit tests: one executable for each folder of tests/cpp, named ROOM_tests, all of them in
# the target aipy_tests and registered with ctest.
enable_testing()
find_package(GTest REQUIRED)
add_custom_target(aipy_tests)

set(aipy_rooms_with_python frontend runtime interp dispatch)
execute_process(COMMAND "${Python_EXECUTABLE}" -c "import sys; print(sys.base_prefix)"
                OUTPUT_VARIABLE python_home OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND "${Python_EXECUTABLE}" -c
                        "import sysconfig; print(sysconfig.get_path('platlib'))"
                OUTPUT_VARIABLE python_packages OUTPUT_STRIP_TRAILING_WHITESPACE)
cmake_path(GET AIPY_PACKAGE_DIR PARENT_PATH aipy_site_dir)

aipy_precompile(tests opt_tests -fPIE)
file(GLOB test_folders CONFIGURE_DEPENDS LIST_DIRECTORIES true "${CMAKE_SOURCE_DIR}/tests/cpp/*")
foreach(folder IN LISTS test_folders)
  cmake_path(GET folder FILENAME room)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  if(NOT sources)
    continue()
  endif()

  if(room STREQUAL "codegen")
    set(room_library aipy_codegen_objects)
  else()
    set(room_library aipy_${room})
  endif()
  if(NOT TARGET ${room_library})
    message(WARNING "tests/cpp/${room} has tests, but there is no room of that name to test")
    continue()
  endif()

  add_executable(${room}_tests EXCLUDE_FROM_ALL ${sources})
  target_include_directories(${room}_tests PRIVATE "${CMAKE_SOURCE_DIR}/tests/cpp")
  # They run for seconds, and take a minute to compile.
  target_compile_options(${room}_tests PRIVATE -O0)
  target_link_libraries(${room}_tests PRIVATE ${room_library} GTest::gtest GTest::gtest_main)
  aipy_use_precompiled(tests ${room}_tests ${sources})
  add_test(NAME ${room} COMMAND ${room}_tests)
  set(environment "AIPY_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
  add_dependencies(aipy_tests ${room}_tests)

  if(room IN_LIST aipy_rooms_with_python)
    if(NOT TARGET Python::Python)
      message(FATAL_ERROR "The C++ tests embed Python, but ${Python_EXECUTABLE} has no libpython.")
    endif()
    target_link_libraries(${room}_tests PRIVATE Python::Python pybind11::headers)
    set_target_properties(${room}_tests PROPERTIES ENABLE_EXPORTS ON)
    list(APPEND environment "PYTHONHOME=${python_home}"
         "PYTHONPATH=${aipy_site_dir}:${python_packages}")
  endif()
  set_tests_properties(${room} PROPERTIES TIMEOUT 300 ENVIRONMENT "${environment}")
endforeach()
