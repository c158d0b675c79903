# cpack: two packages for Debian, hoplab and hoplab-dev (the library and its headers), and a tarball
# with both that runs wherever it is unpacked. scripts/package makes them.

set(maintainers "hoplab maintainers <maintainers@hoplab.example>")

# What Debian wants to find of each package: whose it is, and its versions.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${PROJECT_BINARY_DIR}/changelog "hoplab (${PROJECT_VERSION}) stable; urgency=medium

  * /usr/share/hoplab/CHANGELOG.md says what is new.

 -- ${maintainers}  ${now}
")
execute_process(COMMAND gzip -9 -n -f changelog WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
                COMMAND_ERROR_IS_FATAL ANY)
foreach(component hoplab dev)
  string(REPLACE hoplab-hoplab hoplab doc_dir ${CMAKE_INSTALL_DATADIR}/doc/hoplab-${component})
  install(FILES cmake/copyright ${PROJECT_BINARY_DIR}/changelog.gz DESTINATION ${doc_dir}
          COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME hoplab)
set(CPACK_PACKAGE_CONTACT ${maintainers})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "local emulator of AWS PrivateLink, NLB, ALB mutual TLS and private APIs")
string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" system)
set(CPACK_PACKAGE_FILE_NAME hoplab-${PROJECT_VERSION}-${system})
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL hoplab dev)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_HOPLAB_PACKAGE_NAME hoplab)
set(CPACK_DEBIAN_HOPLAB_PACKAGE_SECTION net)
set(CPACK_DEBIAN_HOPLAB_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_HOPLAB_PACKAGE_SUGGESTS "bash-completion, curl, hoplab-dev")
set(CPACK_COMPONENT_HOPLAB_DESCRIPTION
"hoplab emulates, on this machine, the hops between a client and a private
API on AWS: a PrivateLink endpoint, a network load balancer, an application
load balancer with mutual TLS, and a private API Gateway. Clients and test
suites talk to it as to AWS, without an account. When AWS would reset a
connection, hoplab resets it too, and says which hop did it and why.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME hoplab-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "hoplab (= ${PROJECT_VERSION}), libnghttp2-dev, libre2-dev, libssl-dev, libyaml-cpp-dev, zlib1g-dev")
set(CPACK_COMPONENT_DEV_DESCRIPTION
"The emulator as a library for tests in C++, with a fixture for GoogleTest
and a package for CMake's find_package().")

include(CPack)
