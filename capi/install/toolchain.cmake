# cmake -DCMAKE_TOOLCHAIN_FILE=<prefix>/lib/cmake/winsock/toolchain.cmake: every source of the project
# is a Windows program's, compiled and linked by winsock-cc.
get_filename_component(winsock_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(CMAKE_C_COMPILER "${winsock_prefix}/bin/winsock-cc")
set(CMAKE_CXX_COMPILER "${winsock_prefix}/bin/winsock-c++")
list(APPEND CMAKE_PREFIX_PATH "${winsock_prefix}")
