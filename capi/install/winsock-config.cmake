# find_package(winsock): the target winsock::winsock, for the compilers as they are. Sources in other
# charsets, or with includes of the wrong case, need winsock-cc: see toolchain.cmake.
get_filename_component(winsock_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(winsock_include "${winsock_prefix}/include/winsock")
if(NOT TARGET winsock::winsock)
  find_package(Threads REQUIRED)
  add_library(winsock::winsock SHARED IMPORTED)
  set_target_properties(winsock::winsock PROPERTIES
    IMPORTED_LOCATION "${winsock_prefix}/lib/libwinsock.so"
    IMPORTED_SONAME "libwinsock.so.0"
    INTERFACE_INCLUDE_DIRECTORIES "${winsock_include};${winsock_include}/odbc;${winsock_include}/spelling"
    INTERFACE_COMPILE_DEFINITIONS "_WIN32=1;WIN32=1;_WIN64=1"
    INTERFACE_COMPILE_OPTIONS
      "-include;${winsock_include}/winsock/prefix.h;-fno-strict-aliasing;-fwrapv"
    INTERFACE_LINK_LIBRARIES "Threads::Threads")
endif()
set(winsock_FOUND TRUE)
