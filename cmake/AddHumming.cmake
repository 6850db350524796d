# The few CMake verbs of this tree. Every folder under lib/ is one library.

# add_humming_library(NAME sources... DEPENDS targets... LINK libs...)
# A static library of the compiler: sees LLVM and MLIR, waits for the tablegen'd headers.
# LINK lists Humming libraries exactly; MLIR comes once, through humming_mlir.
function(add_humming_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} humming-headers ${ARG_DEPENDS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} humming_mlir)
endfunction()

# add_humming_plain_library(NAME sources... LINK libs...)
# A library that must not see LLVM at all: the C++ standard library only.
function(add_humming_plain_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES INCLUDE_DIRECTORIES
    "${PROJECT_SOURCE_DIR}/include;${PROJECT_BINARY_DIR}/include")
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# humming_tablegen(TD_FILE OUTPUT generator-flags...): one generated header.
function(humming_tablegen td output)
  set(LLVM_TARGET_DEFINITIONS ${td})
  mlir_tablegen(${output} ${ARGN})
  string(MAKE_C_IDENTIFIER "humming_gen_${CMAKE_CURRENT_BINARY_DIR}_${output}" target)
  add_custom_target(${target} DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${output})
  add_dependencies(humming-headers ${target})
endfunction()

# add_humming_doc(TD_FILE OUTPUT generator-flags...): one generated page in docs/Dialects of the build tree.
function(add_humming_doc td output)
  set(LLVM_TARGET_DEFINITIONS ${td})
  tablegen(MLIR ${output} ${ARGN} "-I${MLIR_MAIN_INCLUDE_DIR}" "-I${MLIR_INCLUDE_DIR}")
  set(page ${PROJECT_BINARY_DIR}/docs/Dialects/${output})
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/${output} ${page}
    DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${output})
  string(MAKE_C_IDENTIFIER "humming_doc_${output}" target)
  add_custom_target(${target} DEPENDS ${page})
  add_dependencies(humming-doc ${target})
endfunction()
