//! The seam: Win32's own functions under one name each, from the engine on Linux and from Windows
//! on Windows. Names only; everything above this file is one code for both.
//!
//! # Safety
//!
//! The conversions own or lend what the traits of the standard library say.

#![allow(unsafe_code, reason = "raw sockets")]

use crate::Socket;

pub use windows_sys::Win32::Foundation::{
    DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, ERROR_ABANDONED_WAIT_0, ERROR_ACCESS_DENIED,
    ERROR_ALREADY_EXISTS, ERROR_BAD_PIPE, ERROR_BROKEN_PIPE, ERROR_CONNECTION_ABORTED,
    ERROR_CONNECTION_REFUSED, ERROR_FILE_EXISTS, ERROR_FILE_NOT_FOUND, ERROR_GEN_FAILURE,
    ERROR_HANDLE_EOF, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_FUNCTION, ERROR_INVALID_HANDLE,
    ERROR_INVALID_NAME, ERROR_INVALID_PARAMETER, ERROR_IO_INCOMPLETE, ERROR_IO_PENDING,
    ERROR_MORE_DATA, ERROR_NEGATIVE_SEEK, ERROR_NETNAME_DELETED, ERROR_NO_DATA, ERROR_NOT_FOUND,
    ERROR_NOT_OWNER, ERROR_NOT_SUPPORTED, ERROR_OPERATION_ABORTED, ERROR_PATH_NOT_FOUND,
    ERROR_PIPE_BUSY, ERROR_PIPE_CONNECTED, ERROR_PIPE_LISTENING, ERROR_PIPE_NOT_CONNECTED,
    ERROR_SEM_TIMEOUT, ERROR_TOO_MANY_POSTS, ERROR_UNEXP_NET_ERR, GENERIC_READ, GENERIC_WRITE,
    HANDLE, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, NTSTATUS, STATUS_PENDING, WAIT_ABANDONED,
    WAIT_FAILED, WAIT_IO_COMPLETION, WAIT_OBJECT_0, WAIT_TIMEOUT,
};
// The constants, types and structures of Winsock are many and mean the same everywhere.
pub use windows_sys::Win32::Networking::WinSock::*;
pub use windows_sys::Win32::Storage::FileSystem::{
    CREATE_ALWAYS, CREATE_NEW, FILE_APPEND_DATA, FILE_BEGIN, FILE_CURRENT, FILE_END,
    FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED,
    FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_TYPE_DISK, FILE_TYPE_PIPE,
    FILE_TYPE_UNKNOWN, INVALID_FILE_SIZE, INVALID_SET_FILE_POINTER, OPEN_ALWAYS, OPEN_EXISTING,
    PIPE_ACCESS_DUPLEX, PIPE_ACCESS_INBOUND, PIPE_ACCESS_OUTBOUND, TRUNCATE_EXISTING,
};
pub use windows_sys::Win32::System::Console::{
    STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
};
pub use windows_sys::Win32::System::IO::{
    LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, OVERLAPPED_ENTRY,
};
pub use windows_sys::Win32::System::Pipes::{
    NMPWAIT_USE_DEFAULT_WAIT, NMPWAIT_WAIT_FOREVER, PIPE_NOWAIT, PIPE_READMODE_BYTE,
    PIPE_READMODE_MESSAGE, PIPE_SERVER_END, PIPE_TYPE_BYTE, PIPE_TYPE_MESSAGE,
    PIPE_UNLIMITED_INSTANCES, PIPE_WAIT,
};
// What the system's own calls take.
pub use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
pub use windows_sys::Win32::Foundation::UNICODE_STRING;
pub use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;
// What belongs to a thread's messages and to windows that only take them.
pub use windows_sys::Win32::Foundation::{FILETIME, HWND, LPARAM, LRESULT, WPARAM};
pub use windows_sys::Win32::System::Threading::{
    CREATE_EVENT_INITIAL_SET, CREATE_EVENT_MANUAL_RESET, CREATE_SUSPENDED, EVENT_ALL_ACCESS,
    LPTHREAD_START_ROUTINE, MUTEX_ALL_ACCESS, PTP_CALLBACK_INSTANCE, PTP_IO, PTP_POOL,
    PTP_SIMPLE_CALLBACK, PTP_TIMER, PTP_WAIT, PTP_WIN32_IO_CALLBACK, PTP_WORK, PTP_WORK_CALLBACK,
    SEMAPHORE_ALL_ACCESS, THREAD_ALL_ACCESS, TP_CALLBACK_ENVIRON_V3, WAITORTIMERCALLBACK,
    WT_EXECUTEDEFAULT, WT_EXECUTEONLYONCE,
};
pub use windows_sys::Win32::UI::WindowsAndMessaging::{
    CREATESTRUCTW, GWLP_USERDATA, HWND_MESSAGE, MSG, MWMO_ALERTABLE, MWMO_INPUTAVAILABLE,
    MWMO_WAITALL, PM_NOREMOVE, PM_REMOVE, QS_ALLINPUT, WM_CLOSE, WM_CREATE, WM_DESTROY,
    WM_NCCREATE, WM_NCDESTROY, WM_QUIT, WM_USER, WNDCLASSA, WNDCLASSEXA, WNDCLASSEXW, WNDCLASSW,
    WNDPROC,
};
pub use windows_sys::core::{BOOL, GUID};

/// INFINITE: a wait without end.
pub const INFINITE: u32 = u32::MAX;

// The engine's functions hide those of the same name above: an explicit name wins over a glob.
#[cfg(target_os = "linux")]
pub use winsock::{
    __WSAFDIsSet, AcceptEx, BindIoCompletionCallback, CallNamedPipeA, CallNamedPipeW,
    CallWindowProcA, CallWindowProcW, CallbackMayRunLong, CancelIo, CancelIoEx, CancelThreadpoolIo,
    CancelWaitableTimer, ChangeTimerQueueTimer, CloseHandle, CloseThreadpool,
    CloseThreadpoolCleanupGroup, CloseThreadpoolCleanupGroupMembers, CloseThreadpoolIo,
    CloseThreadpoolTimer, CloseThreadpoolWait, CloseThreadpoolWork, ConnectNamedPipe, CreateEventA,
    CreateEventExA, CreateEventExW, CreateEventW, CreateFileA, CreateFileW, CreateIoCompletionPort,
    CreateMailslotA, CreateMailslotW, CreateMutexA, CreateMutexW, CreateNamedPipeA,
    CreateNamedPipeW, CreatePipe, CreateSemaphoreA, CreateSemaphoreW, CreateThread,
    CreateThreadpool, CreateThreadpoolCleanupGroup, CreateThreadpoolIo, CreateThreadpoolTimer,
    CreateThreadpoolWait, CreateThreadpoolWork, CreateTimerQueue, CreateTimerQueueTimer,
    CreateWaitableTimerExW, CreateWaitableTimerW, CreateWindowExA, CreateWindowExW, DefWindowProcA,
    DefWindowProcW, DeleteFileA, DeleteFileW, DeleteTimerQueue, DeleteTimerQueueEx,
    DeleteTimerQueueTimer, DestroyWindow, DisassociateCurrentThreadFromCallback,
    DisconnectNamedPipe, DispatchMessageA, DispatchMessageW, DuplicateHandle, EnableWindow,
    ExitThread, FlushFileBuffers, FreeAddrInfoW, GetAcceptExSockaddrs, GetAddrInfoW,
    GetCurrentProcess, GetCurrentProcessId, GetCurrentThread, GetCurrentThreadId,
    GetExitCodeThread, GetFileSize, GetFileSizeEx, GetFileType, GetHandleInformation, GetHostNameW,
    GetLastError, GetMailslotInfo, GetMessageA, GetMessageW, GetNameInfoW,
    GetNamedPipeClientProcessId, GetNamedPipeHandleStateA, GetNamedPipeHandleStateW,
    GetNamedPipeInfo, GetNamedPipeServerProcessId, GetOverlappedResult, GetOverlappedResultEx,
    GetParent, GetQueuedCompletionStatus, GetQueuedCompletionStatusEx, GetStdHandle, GetThreadId,
    GetThreadPriority, GetWindowLongA, GetWindowLongPtrA, GetWindowLongPtrW, GetWindowLongW,
    GetWindowTextA, GetWindowTextLengthA, GetWindowTextLengthW, GetWindowTextW,
    GetWindowThreadProcessId, InetNtopW, InetPtonW, IsThreadpoolTimerSet, IsWindow,
    IsWindowEnabled, IsWindowUnicode, IsWindowVisible, KillTimer, MsgWaitForMultipleObjects,
    MsgWaitForMultipleObjectsEx, NtCancelIoFileEx, NtClose, NtCreateFile, NtDeviceIoControlFile,
    OpenEventA, OpenEventW, OpenMutexW, OpenSemaphoreW, OpenThread, PeekMessageA, PeekMessageW,
    PeekNamedPipe, PostMessageA, PostMessageW, PostQueuedCompletionStatus, PostQuitMessage,
    PostThreadMessageA, PostThreadMessageW, PulseEvent, QueueUserAPC, QueueUserWorkItem, ReadFile,
    ReadFileEx, RegisterClassA, RegisterClassExA, RegisterClassExW, RegisterClassW,
    RegisterWaitForSingleObject, ReleaseMutex, ReleaseMutexWhenCallbackReturns, ReleaseSemaphore,
    ReleaseSemaphoreWhenCallbackReturns, ResetEvent, ResumeThread, RtlNtStatusToDosError,
    SendMessageA, SendMessageW, SetEndOfFile, SetEvent, SetEventWhenCallbackReturns,
    SetFileCompletionNotificationModes, SetFilePointer, SetFilePointerEx, SetHandleInformation,
    SetLastError, SetMailslotInfo, SetNamedPipeHandleState, SetStdHandle, SetThreadPriority,
    SetThreadpoolThreadMaximum, SetThreadpoolThreadMinimum, SetThreadpoolTimer, SetThreadpoolWait,
    SetTimer, SetWaitableTimer, SetWindowLongA, SetWindowLongPtrA, SetWindowLongPtrW,
    SetWindowLongW, SetWindowTextA, SetWindowTextW, ShowWindow, SignalObjectAndWait, Sleep,
    SleepEx, StartThreadpoolIo, SubmitThreadpoolWork, TransactNamedPipe, TranslateMessage,
    TransmitFile, TrySubmitThreadpoolCallback, UnregisterClassA, UnregisterClassW, UnregisterWait,
    UnregisterWaitEx, UpdateWindow, WSAAccept, WSAAddressToStringA, WSAAddressToStringW,
    WSAAsyncSelect, WSACleanup, WSACloseEvent, WSAConnect, WSAConnectByList, WSAConnectByNameA,
    WSAConnectByNameW, WSACreateEvent, WSADuplicateSocketA, WSADuplicateSocketW,
    WSAEnumNetworkEvents, WSAEnumProtocolsA, WSAEnumProtocolsW, WSAEventSelect, WSAGetLastError,
    WSAGetOverlappedResult, WSAHtonl, WSAHtons, WSAIoctl, WSAJoinLeaf, WSANtohl, WSANtohs, WSAPoll,
    WSARecv, WSARecvDisconnect, WSARecvFrom, WSAResetEvent, WSASend, WSASendDisconnect, WSASendMsg,
    WSASendTo, WSASetEvent, WSASetLastError, WSASocketA, WSASocketW, WSAStartup,
    WSAStringToAddressA, WSAStringToAddressW, WSAWaitForMultipleEvents, WaitForMultipleObjects,
    WaitForMultipleObjectsEx, WaitForSingleObject, WaitForSingleObjectEx,
    WaitForThreadpoolIoCallbacks, WaitForThreadpoolTimerCallbacks, WaitForThreadpoolWaitCallbacks,
    WaitForThreadpoolWorkCallbacks, WaitNamedPipeA, WaitNamedPipeW, WriteFile, WriteFileEx, accept,
    bind, closesocket, connect, freeaddrinfo, getaddrinfo, gethostbyaddr, gethostbyname,
    gethostname, getnameinfo, getpeername, getprotobyname, getprotobynumber, getservbyname,
    getservbyport, getsockname, getsockopt, htonl, htons, inet_addr, inet_ntoa, inet_ntop,
    inet_pton, ioctlsocket, listen, ntohl, ntohs, recv, recvfrom, select, send, sendto, setsockopt,
    shutdown, socket, timeKillEvent, timeSetEvent,
};

#[cfg(windows)]
pub use windows_sys::Wdk::{
    Foundation::NtClose,
    Storage::FileSystem::{NtCancelIoFileEx, NtCreateFile},
    System::IO::NtDeviceIoControlFile,
};
#[cfg(windows)]
pub use windows_sys::Win32::{
    Foundation::{
        CloseHandle, DuplicateHandle, GetHandleInformation, GetLastError, RtlNtStatusToDosError,
        SetHandleInformation, SetLastError,
    },
    Graphics::Gdi::UpdateWindow,
    Media::{timeKillEvent, timeSetEvent},
    Storage::FileSystem::{
        CreateFileA, CreateFileW, DeleteFileA, DeleteFileW, FlushFileBuffers, GetFileSize,
        GetFileSizeEx, GetFileType, ReadFile, ReadFileEx, SetEndOfFile,
        SetFileCompletionNotificationModes, SetFilePointer, SetFilePointerEx, WriteFile,
        WriteFileEx,
    },
    System::Console::{GetStdHandle, SetStdHandle},
    System::IO::{
        BindIoCompletionCallback, CancelIo, CancelIoEx, CreateIoCompletionPort,
        GetOverlappedResult, GetOverlappedResultEx, GetQueuedCompletionStatus,
        GetQueuedCompletionStatusEx, PostQueuedCompletionStatus,
    },
    System::Mailslots::{CreateMailslotA, CreateMailslotW, GetMailslotInfo, SetMailslotInfo},
    System::Pipes::{
        CallNamedPipeA, CallNamedPipeW, ConnectNamedPipe, CreateNamedPipeA, CreateNamedPipeW,
        CreatePipe, DisconnectNamedPipe, GetNamedPipeClientProcessId, GetNamedPipeHandleStateA,
        GetNamedPipeHandleStateW, GetNamedPipeInfo, GetNamedPipeServerProcessId, PeekNamedPipe,
        SetNamedPipeHandleState, TransactNamedPipe, WaitNamedPipeA, WaitNamedPipeW,
    },
    System::Threading::{
        CallbackMayRunLong, CancelThreadpoolIo, CancelWaitableTimer, ChangeTimerQueueTimer,
        CloseThreadpool, CloseThreadpoolCleanupGroup, CloseThreadpoolCleanupGroupMembers,
        CloseThreadpoolIo, CloseThreadpoolTimer, CloseThreadpoolWait, CloseThreadpoolWork,
        CreateEventA, CreateEventExA, CreateEventExW, CreateEventW, CreateMutexA, CreateMutexW,
        CreateSemaphoreA, CreateSemaphoreW, CreateThread, CreateThreadpool,
        CreateThreadpoolCleanupGroup, CreateThreadpoolIo, CreateThreadpoolTimer,
        CreateThreadpoolWait, CreateThreadpoolWork, CreateTimerQueue, CreateTimerQueueTimer,
        CreateWaitableTimerExW, CreateWaitableTimerW, DeleteTimerQueue, DeleteTimerQueueEx,
        DeleteTimerQueueTimer, DisassociateCurrentThreadFromCallback, ExitThread,
        GetCurrentProcess, GetCurrentProcessId, GetCurrentThread, GetCurrentThreadId,
        GetExitCodeThread, GetThreadId, GetThreadPriority, IsThreadpoolTimerSet, OpenEventA,
        OpenEventW, OpenMutexW, OpenSemaphoreW, OpenThread, PulseEvent, QueueUserAPC,
        QueueUserWorkItem, RegisterWaitForSingleObject, ReleaseMutex,
        ReleaseMutexWhenCallbackReturns, ReleaseSemaphore, ReleaseSemaphoreWhenCallbackReturns,
        ResetEvent, ResumeThread, SetEvent, SetEventWhenCallbackReturns, SetThreadPriority,
        SetThreadpoolThreadMaximum, SetThreadpoolThreadMinimum, SetThreadpoolTimer,
        SetThreadpoolWait, SetWaitableTimer, SignalObjectAndWait, Sleep, SleepEx,
        StartThreadpoolIo, SubmitThreadpoolWork, TrySubmitThreadpoolCallback, UnregisterWait,
        UnregisterWaitEx, WaitForMultipleObjects, WaitForMultipleObjectsEx, WaitForSingleObject,
        WaitForSingleObjectEx, WaitForThreadpoolIoCallbacks, WaitForThreadpoolTimerCallbacks,
        WaitForThreadpoolWaitCallbacks, WaitForThreadpoolWorkCallbacks,
    },
    UI::Input::KeyboardAndMouse::{EnableWindow, IsWindowEnabled},
    UI::WindowsAndMessaging::{
        CallWindowProcA, CallWindowProcW, CreateWindowExA, CreateWindowExW, DefWindowProcA,
        DefWindowProcW, DestroyWindow, DispatchMessageA, DispatchMessageW, GetMessageA,
        GetMessageW, GetParent, GetWindowLongA, GetWindowLongPtrA, GetWindowLongPtrW,
        GetWindowLongW, GetWindowTextA, GetWindowTextLengthA, GetWindowTextLengthW, GetWindowTextW,
        GetWindowThreadProcessId, IsWindow, IsWindowUnicode, IsWindowVisible, KillTimer,
        MsgWaitForMultipleObjects, MsgWaitForMultipleObjectsEx, PeekMessageA, PeekMessageW,
        PostMessageA, PostMessageW, PostQuitMessage, PostThreadMessageA, PostThreadMessageW,
        RegisterClassA, RegisterClassExA, RegisterClassExW, RegisterClassW, SendMessageA,
        SendMessageW, SetTimer, SetWindowLongA, SetWindowLongPtrA, SetWindowLongPtrW,
        SetWindowLongW, SetWindowTextA, SetWindowTextW, ShowWindow, TranslateMessage,
        UnregisterClassA, UnregisterClassW,
    },
};

#[cfg(target_os = "linux")]
pub(crate) use std::os::fd::OwnedFd as OwnedSystem;

#[cfg(windows)]
pub(crate) use std::os::windows::io::OwnedSocket as OwnedSystem;

/// Makes a SOCKET of a system socket, which it owns from now on.
#[cfg(target_os = "linux")]
pub(crate) fn import(socket: OwnedSystem) -> crate::Result<SOCKET> {
    winsock::linux::socket_from_fd(socket).map_err(|error| crate::Error::from_code(error.0))
}

/// Makes a SOCKET of a system socket, which it owns from now on.
#[cfg(windows)]
pub(crate) fn import(socket: OwnedSystem) -> crate::Result<SOCKET> {
    use std::os::windows::io::IntoRawSocket;
    Ok(socket.into_raw_socket() as SOCKET)
}

/// Makes a system socket of a SOCKET, which is gone afterwards.
#[cfg(target_os = "linux")]
pub(crate) fn export(socket: SOCKET) -> crate::Result<OwnedSystem> {
    winsock::linux::into_fd(socket).map_err(|error| crate::Error::from_code(error.0))
}

/// Makes a system socket of a SOCKET, which is gone afterwards.
#[cfg(windows)]
pub(crate) fn export(socket: SOCKET) -> crate::Result<OwnedSystem> {
    use std::os::windows::io::FromRawSocket;
    // SAFETY: the caller gives up the SOCKET that it owns.
    Ok(unsafe { OwnedSystem::from_raw_socket(socket as _) })
}

#[cfg(target_os = "linux")]
impl std::os::fd::AsFd for Socket {
    /// The descriptor behind the socket. It is non-blocking; what is read here no receive sees.
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        let fd = winsock::linux::raw_fd(self.as_raw()).expect("the socket is open");
        // SAFETY: the descriptor is the open socket's, which is borrowed as long as this.
        unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) }
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for Socket {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        // SAFETY: the SOCKET is open and borrowed as long as this.
        unsafe { std::os::windows::io::BorrowedSocket::borrow_raw(self.as_raw() as _) }
    }
}

/// Whether [`WSAPoll`] never reports a failed connect, as before Windows 10 2004. Windows has no
/// such switch: there this does nothing.
pub fn set_poll_hides_failed_connects(hides: bool) {
    #[cfg(target_os = "linux")]
    winsock::linux::set_poll_hides_failed_connects(hides);
    #[cfg(windows)]
    let _ = hides;
}

/// Whether workers asleep in foreign code are replaced (they are). Windows has no such switch:
/// there this does nothing.
pub fn set_watchman(replaces: bool) {
    #[cfg(target_os = "linux")]
    winsock::linux::set_watchman(replaces);
    #[cfg(windows)]
    let _ = replaces;
}

/// What keeps connections of this process from going by shared memory (SIO_LOOPBACK_FAST_PATH), in
/// a few words; `None`: nothing. Of Windows only the connection itself tells: `None`.
pub fn fast_loopback_obstacle() -> Option<&'static str> {
    #[cfg(target_os = "linux")]
    return winsock::linux::fast_loopback_obstacle();
    #[cfg(windows)]
    None
}
