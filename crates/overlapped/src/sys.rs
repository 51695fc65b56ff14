//! The seam: Win32's own functions under one name each, from the engine on Linux and from Windows
//! on Windows. Names only; everything above this file is one code for both.

pub use windows_sys::Win32::Foundation::{
    ERROR_ABANDONED_WAIT_0, ERROR_CONNECTION_ABORTED, ERROR_CONNECTION_REFUSED,
    ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_IO_INCOMPLETE, ERROR_IO_PENDING,
    ERROR_MORE_DATA, ERROR_NETNAME_DELETED, ERROR_NOT_FOUND, ERROR_NOT_SUPPORTED,
    ERROR_OPERATION_ABORTED, HANDLE, INVALID_HANDLE_VALUE, NTSTATUS, STATUS_PENDING, WAIT_FAILED,
    WAIT_OBJECT_0, WAIT_TIMEOUT,
};
// The constants, types and structures of Winsock are many and mean the same everywhere.
pub use windows_sys::Win32::Networking::WinSock::*;
pub use windows_sys::Win32::System::IO::{OVERLAPPED, OVERLAPPED_ENTRY};
pub use windows_sys::core::{BOOL, GUID};

/// INFINITE: a wait without end.
pub const INFINITE: u32 = u32::MAX;

// The engine's functions hide those of the same name above: an explicit name wins over a glob.
#[cfg(target_os = "linux")]
pub use winsock::{
    AcceptEx, CancelIo, CancelIoEx, CloseHandle, CreateEventA, CreateEventW,
    CreateIoCompletionPort, FreeAddrInfoW, GetAcceptExSockaddrs, GetAddrInfoW, GetHostNameW,
    GetLastError, GetNameInfoW, GetOverlappedResult, GetOverlappedResultEx,
    GetQueuedCompletionStatus, GetQueuedCompletionStatusEx, InetNtopW, InetPtonW,
    PostQueuedCompletionStatus, ResetEvent, SetEvent, SetFileCompletionNotificationModes,
    SetLastError, Sleep, SleepEx, WSAAccept, WSAAddressToStringA, WSAAddressToStringW, WSACleanup,
    WSACloseEvent, WSAConnect, WSACreateEvent, WSAGetLastError, WSAGetOverlappedResult, WSAHtonl,
    WSAHtons, WSAIoctl, WSANtohl, WSANtohs, WSARecv, WSARecvFrom, WSAResetEvent, WSASend,
    WSASendTo, WSASetEvent, WSASetLastError, WSASocketA, WSASocketW, WSAStartup,
    WSAStringToAddressA, WSAStringToAddressW, WSAWaitForMultipleEvents, WaitForMultipleObjects,
    WaitForMultipleObjectsEx, WaitForSingleObject, WaitForSingleObjectEx, accept, bind,
    closesocket, connect, freeaddrinfo, getaddrinfo, gethostbyaddr, gethostbyname, gethostname,
    getnameinfo, getpeername, getprotobyname, getprotobynumber, getservbyname, getservbyport,
    getsockname, getsockopt, htonl, htons, inet_addr, inet_ntoa, inet_ntop, inet_pton,
    ioctlsocket, listen, ntohl, ntohs, recv, recvfrom, send, sendto, setsockopt, shutdown, socket,
};

#[cfg(windows)]
pub use windows_sys::Win32::{
    Foundation::{CloseHandle, GetLastError, SetLastError},
    Storage::FileSystem::SetFileCompletionNotificationModes,
    System::IO::{
        CancelIo, CancelIoEx, CreateIoCompletionPort, GetOverlappedResult, GetOverlappedResultEx,
        GetQueuedCompletionStatus, GetQueuedCompletionStatusEx, PostQueuedCompletionStatus,
    },
    System::Threading::{
        CreateEventA, CreateEventW, ResetEvent, SetEvent, Sleep, SleepEx, WaitForMultipleObjects,
        WaitForMultipleObjectsEx, WaitForSingleObject, WaitForSingleObjectEx,
    },
};
