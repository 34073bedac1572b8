# The package: where the built parts are put for development, and what a wheel gets.
#
# For development the folder package/ of the build tree is a complete site directory: the built
# parts and, put there by tools/link_package.py, links to the Python sources and metadata.
# One per Python version, so nothing is ever built into the source tree.
file(MAKE_DIRECTORY "${AIPY_PACKAGE_DIR}")
set(aipy_wheel_targets)
foreach(target _core aipy_codegen)
  if(TARGET ${target})
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${AIPY_PACKAGE_DIR}")
    list(APPEND aipy_wheel_targets ${target})
  endif()
endforeach()

if(aipy_wheel_targets)
  install(TARGETS ${aipy_wheel_targets} LIBRARY DESTINATION aipy)
endif()
if(runtime_bitcode)
  install(FILES "${runtime_bitcode}" DESTINATION aipy)
endif()
