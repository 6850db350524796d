# The release archive: one relocatable .tar.xz with the programs, libhumming.so (LLVM and MLIR inside), the C
# headers, the Python package, the conformance suite with the script that runs it on a GPU, and models to time.

install(TARGETS humming LIBRARY DESTINATION lib)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/humming-c ${PROJECT_SOURCE_DIR}/include/humming-rt
  DESTINATION include FILES_MATCHING PATTERN *.h)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/python/humming_mlir DESTINATION python
  FILES_MATCHING PATTERN *.py PATTERN py.typed PATTERN __pycache__ EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/test/Conformance/ DESTINATION conformance
  FILES_MATCHING PATTERN *.py PATTERN __pycache__ EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tools/humming-bench/Models/ DESTINATION models FILES_MATCHING PATTERN *.txt)
install(PROGRAMS ${PROJECT_SOURCE_DIR}/scripts/run-gpu-tests DESTINATION .)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION .)
# What is linked in beside LLVM, which is under the license above.
foreach(package zlib1g libzstd1)
  install(FILES /usr/share/doc/${package}/copyright DESTINATION licenses RENAME ${package}.txt)
endforeach()

set(CPACK_GENERATOR TXZ)
set(CPACK_PACKAGE_NAME humming)
set(CPACK_PACKAGE_FILE_NAME humming-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_THREADS 0)
include(CPack)
