# Compiler and linker settings that every room shares: the target `aipy_flags`.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "Dev (assertions, line tables) or Release" FORCE)
endif()
set(CMAKE_CXX_FLAGS_DEV "-O2 -g1")

set(aipy_include_root "${CMAKE_SOURCE_DIR}/src/cpp")

# Meaning, not taste: fused multiply-adds would change results (see docs/architecture.md).
set(aipy_semantic_flags -ffp-contract=off)

add_library(aipy_flags INTERFACE)
target_include_directories(aipy_flags INTERFACE "${aipy_include_root}")
target_compile_options(
  aipy_flags INTERFACE
  ${aipy_semantic_flags} -fno-semantic-interposition -Wall -Wextra -Wno-missing-field-initializers
  -Werror=switch
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" "-fdebug-compilation-dir=.")
target_compile_definitions(
  aipy_flags INTERFACE "AIPY_VERSION=\"${PROJECT_VERSION}\"" $<$<BOOL:${AIPY_TEST_BUILD}>:AIPY_TEST_BUILD=1>)
target_link_options(aipy_flags INTERFACE "-fuse-ld=${AIPY_LLD}" LINKER:--gc-sections
                    LINKER:--as-needed)

if(AIPY_SANITIZE)
  target_compile_options(aipy_flags INTERFACE "-fsanitize=${AIPY_SANITIZE}"
                                              -fno-omit-frame-pointer)
  target_link_options(aipy_flags INTERFACE "-fsanitize=${AIPY_SANITIZE}" -shared-libsan)
endif()
