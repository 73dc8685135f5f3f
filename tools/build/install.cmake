# cmake --install: the program, the C library, what both load, the plugin, headers, the manual, and packages for CMake and
# pkg-config. Nothing in what is installed names the prefix, so that the tree can be moved: the program finds its parts from
# where it is (runtime/base/installed.c), the packages from where they are.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# What is loaded by name and never linked; the same place whatever the name of the libraries' folder.
set(APPROX_PARTS lib/approxcc)
set(APPROX_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/approxcc)

# LLVM's folder is the system's; it is not part of the tree.
set_target_properties(approx_llvm PROPERTIES INSTALL_RPATH ${LLVM_LIBRARY_DIRS})

install(TARGETS approxcc EXPORT approxcc RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS approx EXPORT approxcc LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS approx_llvm ApproxPasses LIBRARY DESTINATION ${APPROX_PARTS})
install(TARGETS approx_check ARCHIVE DESTINATION ${APPROX_PARTS})
install(CODE "execute_process(COMMAND ${CMAKE_COMMAND} -E create_symlink approxcc
  \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/approxcc++\")")
install(FILES ${CMAKE_SOURCE_DIR}/docs/approxcc.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

set(PACKAGE_SOURCES ${CMAKE_CURRENT_LIST_DIR})
configure_package_config_file(${PACKAGE_SOURCES}/approxcc-config.cmake.in
  ${CMAKE_BINARY_DIR}/approxcc-config.cmake INSTALL_DESTINATION ${APPROX_PACKAGE})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/approxcc-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(EXPORT approxcc NAMESPACE approxcc:: FILE approxcc-targets.cmake DESTINATION ${APPROX_PACKAGE})
install(FILES ${CMAKE_BINARY_DIR}/approxcc-config.cmake ${CMAKE_BINARY_DIR}/approxcc-config-version.cmake
  ${PACKAGE_SOURCES}/approxcc_generate.cmake DESTINATION ${APPROX_PACKAGE})

# From the .pc file to the prefix, whatever the libraries' folder is called.
file(RELATIVE_PATH PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" PREFIX_FROM_PC ${PREFIX_FROM_PC})
configure_file(${PACKAGE_SOURCES}/approxcc.pc.in ${CMAKE_BINARY_DIR}/approxcc.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/approxcc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
