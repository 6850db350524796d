# The few CMake verbs of this tree. Every folder under lib/ is one library.

# add_humming_library(NAME sources... DEPENDS targets... LINK libs...)
# A static library of the compiler: sees LLVM and MLIR, waits for the tablegen'd headers.
# LINK lists Humming libraries exactly; MLIR comes once, through humming_mlir.
function(add_humming_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} humming-headers ${ARG_DEPENDS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} humming_mlir)
  humming_use_pch(${name})
  set_property(GLOBAL APPEND PROPERTY HUMMING_COMPILER_LIBRARIES ${name})
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

# add_humming_tool(NAME sources... LINK libs...)
# A program. Its sources define `extern "C" int <entry>(int argc, char **argv)`, where the entry of
# humming-opt is hummingOptMain (tools/ToolMain.h). The program itself is a generated `main`
# that calls it, so in a release build the entry lives in libhumming.so and LLVM is there once.
function(add_humming_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  string(REPLACE "-" ";" words ${name})
  set(HUMMING_TOOL_ENTRY "")
  foreach(word ${words})
    string(SUBSTRING ${word} 0 1 initial)
    string(SUBSTRING ${word} 1 -1 rest)
    if(HUMMING_TOOL_ENTRY)
      string(TOUPPER ${initial} initial)
    endif()
    string(APPEND HUMMING_TOOL_ENTRY "${initial}${rest}")
  endforeach()
  string(APPEND HUMMING_TOOL_ENTRY "Main")
  configure_file(${PROJECT_SOURCE_DIR}/cmake/ToolMain.c.in ${CMAKE_CURRENT_BINARY_DIR}/Main.c @ONLY)

  add_library(${name}-main OBJECT ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name}-main humming-headers)
  target_include_directories(${name}-main PRIVATE ${PROJECT_SOURCE_DIR}/tools)
  target_link_libraries(${name}-main PUBLIC ${ARG_LINK})
  humming_use_pch(${name}-main)
  add_executable(${name} ${CMAKE_CURRENT_BINARY_DIR}/Main.c)
  if(HUMMING_STATIC)
    target_link_libraries(${name} PRIVATE humming) # C alone: the C++ library is inside libhumming.so
    target_link_libraries(humming PRIVATE ${name}-main)
    set_target_properties(${name} PROPERTIES BUILD_RPATH "${PROJECT_BINARY_DIR}/lib" INSTALL_RPATH "$ORIGIN/../lib")
    install(TARGETS ${name} RUNTIME DESTINATION bin)
  else()
    target_link_libraries(${name} PRIVATE ${name}-main)
  endif()
endfunction()

# add_humming_unittest(NAME sources... LINK libs...)
# A GoogleTest program: one ctest entry, Unit/NAME.
function(add_humming_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} humming-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  get_property(compiler_libraries GLOBAL PROPERTY HUMMING_COMPILER_LIBRARIES)
  foreach(library ${ARG_LINK})
    if(library IN_LIST compiler_libraries)
      humming_use_pch(${name})
      break()
    endif()
  endforeach()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/bin)
  add_test(NAME Unit/${name} COMMAND ${name})
  set_tests_properties(Unit/${name} PROPERTIES TIMEOUT 600)
endfunction()

# add_humming_lit_suite(FOLDER): the lit tests under test/FOLDER, one ctest entry, Lit/FOLDER.
function(add_humming_lit_suite folder)
  add_test(NAME Lit/${folder}
    COMMAND ${Python3_EXECUTABLE} ${HUMMING_LIT} -sv --show-unsupported
            ${PROJECT_BINARY_DIR}/test/${folder})
  set_tests_properties(Lit/${folder} PROPERTIES TIMEOUT 900 PROCESSORS 2)
endfunction()

# add_humming_pytest(FILE [SUFFIX suffix] [ARGS args...]): one pytest file, one ctest entry.
# The entry is named after the file's place under test/: Docs/test_blocks. It counts as skipped when
# every test in the file was (conftest.py then exits with 77).
function(add_humming_pytest file)
  cmake_parse_arguments(ARG "" "SUFFIX" "ARGS" ${ARGN})
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/test ${file})
  string(REPLACE ".py" "" name ${name}${ARG_SUFFIX})
  add_test(NAME ${name}
    COMMAND ${Python3_EXECUTABLE} -m pytest -q -rs -p no:cacheprovider
            --rootdir=${PROJECT_SOURCE_DIR}/test ${file} ${ARG_ARGS}
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/test)
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1200 ENVIRONMENT
    "HUMMING_BUILD=${PROJECT_BINARY_DIR};HUMMING_PTXAS=${HUMMING_PTXAS};LLVM_TOOLS=${LLVM_TOOLS_BINARY_DIR};PYTHONPATH=${PROJECT_SOURCE_DIR}/python;PYTHONDONTWRITEBYTECODE=1")
endfunction()
