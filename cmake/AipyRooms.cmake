# The rooms of src/cpp, one static library each, and the module `_core` made of them.
#
# Arrows point one way: a room sees the rooms it names here. ir, types, opt and support never
# see Python's headers, so that nothing in them can touch a Python object.

# aipy_room(NAME [rooms and libraries it uses]): the library aipy_NAME of src/cpp/NAME.
function(aipy_room name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${aipy_include_root}/${name}/*.cpp")
  if(sources)
    add_library(aipy_${name} STATIC ${sources})
    target_link_libraries(aipy_${name} PUBLIC aipy_flags ${ARGN})
  else()
    add_library(aipy_${name} INTERFACE)
    target_link_libraries(aipy_${name} INTERFACE aipy_flags ${ARGN})
  endif()
endfunction()

aipy_room(support ${CMAKE_DL_LIBS})
aipy_room(ir aipy_support)
aipy_room(types aipy_ir)
aipy_room(opt aipy_types aipy_ir)
aipy_room(runtime aipy_ir aipy_support aipy_numpy)
aipy_room(frontend aipy_ir aipy_python)
aipy_room(interp aipy_ir aipy_types aipy_runtime)
aipy_room(store aipy_support)
aipy_room(dispatch aipy_frontend aipy_interp aipy_opt aipy_store aipy_runtime)

# The other rooms include little.
aipy_precompile(ir aipy_opt -fPIC)
foreach(room ir types opt frontend interp dispatch)
  get_target_property(sources aipy_${room} SOURCES)
  aipy_use_precompiled(ir aipy_${room} ${sources})
endforeach()

find_package(Threads REQUIRED)
target_link_libraries(aipy_flags INTERFACE Threads::Threads)

file(GLOB bindings_sources CONFIGURE_DEPENDS "${aipy_include_root}/bindings/*.cpp")
if(bindings_sources)
  pybind11_add_module(_core MODULE NO_EXTRAS ${bindings_sources})
  target_link_libraries(_core PRIVATE aipy_dispatch)
endif()
