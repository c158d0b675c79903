# cmake --install: the command, the library with its public headers, the scenarios and their schema,
# and a package for find_package(hoplab), which gives hoplab::emulator and hoplab::hoplab.

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hoplab)
set(include_dir ${CMAKE_INSTALL_INCLUDEDIR}/hoplab)

# The one header that users name; it is the same in the build tree.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/hoplab/emulator.h CONTENT [[
// The public API of hoplab: see topology/emulator.h.
#pragma once

#include "topology/emulator.h"
]] @ONLY)
target_include_directories(hoplab_emulator INTERFACE
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(hoplab_emulator INTERFACE cxx_std_20)

install(TARGETS hoplab hoplab_emulator EXPORT hoplab-targets)
install(EXPORT hoplab-targets NAMESPACE hoplab:: DESTINATION ${package_dir})

install(FILES ${PROJECT_BINARY_DIR}/include/hoplab/emulator.h DESTINATION ${include_dir})
install(FILES emulator/topology/emulator.h emulator/topology/plan.h emulator/topology/record_text.h
        DESTINATION ${include_dir}/topology)
install(FILES emulator/http/request_log.h DESTINATION ${include_dir}/http)
install(FILES clients/cpp/hoplab/fixture.h DESTINATION ${include_dir})  # for GoogleTest
install(DIRECTORY emulator/base emulator/model DESTINATION ${include_dir}
        FILES_MATCHING PATTERN "*.h" PATTERN "validate_parts.h" EXCLUDE)

# Scenarios name the schema as ../docs/scenario.schema.json.
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/hoplab
        FILES_MATCHING PATTERN "*.json")
install(FILES docs/scenario.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/hoplab/docs)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(scenarios_dir ${CMAKE_INSTALL_DATADIR}/hoplab/scenarios)
configure_package_config_file(cmake/hoplab-config.cmake.in ${PROJECT_BINARY_DIR}/hoplab-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS scenarios_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hoplab-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hoplab-config.cmake
              ${PROJECT_BINARY_DIR}/hoplab-config-version.cmake DESTINATION ${package_dir})
