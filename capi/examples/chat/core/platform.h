// Windows with its sockets, and without what a server never needs.
#pragma once

#define NOMINMAX            // std::min and std::max are enough
#define WIN32_LEAN_AND_MEAN // half the time to compile
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>
