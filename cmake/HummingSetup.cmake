# Finds LLVM and MLIR 22.1 and fixes how everything is compiled and linked.

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  # Optimized, with our own asserts on: the emulator is part of every test.
  set(CMAKE_BUILD_TYPE "Develop" CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_FLAGS_DEVELOP "-O2")
set(CMAKE_C_FLAGS_DEVELOP "-O2")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

find_package(MLIR 22.1 REQUIRED CONFIG)
message(STATUS "MLIR ${LLVM_PACKAGE_VERSION} from ${MLIR_DIR}")
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)
include(HandleLLVMOptions)

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories(${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
separate_arguments(LLVM_DEFINITIONS_LIST NATIVE_COMMAND ${LLVM_DEFINITIONS})
add_definitions(${LLVM_DEFINITIONS_LIST})
add_compile_options(-Wall -Wextra -Wno-unused-parameter -fvisibility=hidden
  $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden> -ffunction-sections -fdata-sections
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
if(NOT LLVM_ENABLE_RTTI)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()
if(HUMMING_WERROR)
  # libstdc++ 12 calls a function of its own that it declares deprecated, from std::stable_sort.
  add_compile_options(-Werror -Wno-error=deprecated-declarations)
endif()
if(HUMMING_SANITIZE)
  # vptr needs the type information of LLVM's own classes in one place, which the shared library denies.
  # At -O2 the checks make single files take minutes.
  add_compile_options(-O1 -fsanitize=address,undefined -fno-sanitize=vptr,function -fno-omit-frame-pointer)
  # A shared library takes the sanitizers' functions from the program, or from what it is preloaded with.
  add_link_options(-fsanitize=address,undefined -Wl,-z,undefs)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  # What ccache asks for to cache with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
add_link_options(-fuse-ld=lld)

set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(LLVM_RUNTIME_OUTPUT_INTDIR ${PROJECT_BINARY_DIR}/bin)
set(LLVM_LIBRARY_OUTPUT_INTDIR ${PROJECT_BINARY_DIR}/lib)

# humming_mlir: MLIR and LLVM, linked once. For development that is the two shared libraries: a relink takes a
# second. In a release build nothing but libhumming.so links them (humming_link_statically), from archives.
add_library(humming_mlir INTERFACE)
if(NOT HUMMING_STATIC)
  target_link_libraries(humming_mlir INTERFACE MLIR LLVM)
endif()

# humming_pch: the headers of MLIR that most of the compiler includes, read once (a file takes a third of the time).
# Every file still includes what it needs: a release build does without.
if(NOT HUMMING_STATIC)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/Pch.cpp CONTENT "// See HummingSetup.cmake.\n")
  add_library(humming_pch OBJECT ${PROJECT_BINARY_DIR}/Pch.cpp)
  target_compile_options(humming_pch PUBLIC $<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>)
  target_precompile_headers(humming_pch PRIVATE
    <mlir/Dialect/Arith/IR/Arith.h> <mlir/Dialect/Func/IR/FuncOps.h> <mlir/Dialect/GPU/IR/GPUDialect.h>
    <mlir/Dialect/LLVMIR/LLVMDialect.h> <mlir/Dialect/MemRef/IR/MemRef.h> <mlir/Dialect/SCF/IR/SCF.h>
    <mlir/Dialect/Vector/IR/VectorOps.h> <mlir/IR/Builders.h> <mlir/IR/BuiltinOps.h> <mlir/IR/OpImplementation.h>
    <mlir/IR/PatternMatch.h> <mlir/Pass/Pass.h> <mlir/Transforms/DialectConversion.h> <llvm/ADT/TypeSwitch.h>)
endif()

# humming_use_pch(TARGET): for targets that see MLIR.
function(humming_use_pch target)
  if(TARGET humming_pch)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>)
    target_precompile_headers(${target} REUSE_FROM humming_pch)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF) # -fPIC is there; -fPIE would differ.
  endif()
endfunction()

# humming_link_statically(TARGET): LLVM and MLIR from their archives into one shared library. The archives are
# named by file: MLIR's CMake targets name the LLVM shared library in their link interface, and LLVM's name z3,
# xml2 and others that nothing here reaches. What stays needed is the C library, libm and the loader.
function(humming_link_statically target)
  file(GLOB mlir_archives ${LLVM_LIBRARY_DIR}/libMLIR*.a)
  list(FILTER mlir_archives EXCLUDE REGEX "libMLIR(CAPI|MlirOptMain|.*Test)")
  find_program(HUMMING_LLVM_CONFIG llvm-config HINTS ${LLVM_TOOLS_BINARY_DIR} NO_DEFAULT_PATH REQUIRED)
  execute_process(
    COMMAND ${HUMMING_LLVM_CONFIG} --link-static --libfiles nvptx x86codegen x86desc x86info orcjit passes
    OUTPUT_VARIABLE llvm_archives OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(llvm_archives)
  target_link_libraries(${target} PRIVATE ${mlir_archives} ${llvm_archives} -l:libz.a -l:libzstd.a m)
  target_link_options(${target} PRIVATE -Wl,--gc-sections -Wl,--as-needed -Wl,-z,defs
    -static-libstdc++ -static-libgcc -Wl,-s)
endfunction()
