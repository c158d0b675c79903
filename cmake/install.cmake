# cmake --install: the command with its manual pages and shell completion, the scenarios and their
# schema, documents and the client packages; and, as the component `dev`, the library with its public
# headers and a package for find_package(hoplab), which gives hoplab::emulator and hoplab::hoplab.

include(CMakePackageConfigHelpers)

set(data_dir ${CMAKE_INSTALL_DATADIR}/hoplab)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hoplab)
set(include_dir ${CMAKE_INSTALL_INCLUDEDIR}/hoplab)

# ---- The command ----

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME hoplab)

install(TARGETS hoplab EXPORT hoplab-targets)

# As in the source tree: scenarios name the schema as ../docs/scenario.schema.json, pages one another.
install(FILES README.md CHANGELOG.md CONTRIBUTING.md LICENSE DESTINATION ${data_dir})
install(DIRECTORY scenarios DESTINATION ${data_dir} FILES_MATCHING PATTERN "*.json" PATTERN "*.yaml")
install(DIRECTORY docs DESTINATION ${data_dir}
        FILES_MATCHING PATTERN "*.md" PATTERN "scenario.schema.json" PATTERN "openapi.json")
install(DIRECTORY clients examples DESTINATION ${data_dir}
        REGEX "/(java|cpp)/test$" EXCLUDE PATTERN "__pycache__" EXCLUDE PATTERN ".*" EXCLUDE)

# What the command says about itself, made when it is installed.
install(CODE "set(hoplab_command \"$<TARGET_FILE:hoplab>\")
set(man_dir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}\")
set(share_dir \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}\")
include(\"${PROJECT_SOURCE_DIR}/cmake/install_made.cmake\")" COMPONENT hoplab)

# ---- The library ----

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME dev)

# The one header that users name; it is the same in the build tree.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/hoplab/emulator.h CONTENT [[
// The public API of hoplab: see topology/emulator.h.
#pragma once

#include "topology/emulator.h"
]] @ONLY)
target_include_directories(hoplab_emulator INTERFACE
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(hoplab_emulator INTERFACE cxx_std_20)

install(TARGETS hoplab_emulator EXPORT hoplab-targets)
install(CODE "if(CMAKE_INSTALL_DO_STRIP)
  file(GLOB library \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libhoplab.a\")
  execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-debug \${library} COMMAND_ERROR_IS_FATAL ANY)
endif()" COMPONENT dev)
install(EXPORT hoplab-targets NAMESPACE hoplab:: DESTINATION ${package_dir})

install(FILES ${PROJECT_BINARY_DIR}/include/hoplab/emulator.h DESTINATION ${include_dir})
install(FILES emulator/topology/emulator.h emulator/topology/plan.h emulator/topology/record_text.h
        DESTINATION ${include_dir}/topology)
install(FILES emulator/http/request_log.h DESTINATION ${include_dir}/http)
install(FILES emulator/net/admission.h DESTINATION ${include_dir}/net)
install(FILES clients/cpp/hoplab/fixture.h DESTINATION ${include_dir})  # for GoogleTest
install(DIRECTORY emulator/base emulator/model DESTINATION ${include_dir}
        FILES_MATCHING PATTERN "*.h" PATTERN "validate_parts.h" EXCLUDE PATTERN "regex*.h" EXCLUDE)

set(scenarios_dir ${data_dir}/scenarios)
configure_package_config_file(cmake/hoplab-config.cmake.in ${PROJECT_BINARY_DIR}/hoplab-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS scenarios_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hoplab-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hoplab-config.cmake
              ${PROJECT_BINARY_DIR}/hoplab-config-version.cmake DESTINATION ${package_dir})
