//! ① The doors: every Win32 function, with exactly `windows-sys`' signature (proved below). A door
//! checks its arguments in Windows' order, makes one call inward and sets the last error. No logic.
//!
//! # Safety
//!
//! Every pointer is null or valid as the function's page at Microsoft says; what an overlapped
//! operation uses stays valid until its completion is delivered (SEMANTICS S2.1).

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

mod accept;
mod afd;
mod cleanup_group;
mod connect;
mod datagram;
mod disk;
mod event;
mod extension;
mod file;
mod handle;
mod mailslot;
mod message;
mod named;
mod names;
mod netevent;
mod object;
mod option;
mod pipe;
mod pool;
mod pool_object;
mod port;
mod registration;
mod resolve;
mod rio;
mod routine;
mod security;
mod select;
mod socket;
mod standard;
mod startup;
mod thread;
mod timer;
mod timer_queue;
mod transact;
mod transfer;
mod transmit;
mod window;

pub use accept::*;
pub use afd::*;
pub use cleanup_group::*;
pub use connect::*;
pub use datagram::*;
pub use disk::*;
pub use event::*;
pub use extension::*;
pub use file::*;
pub use handle::*;
pub use mailslot::*;
pub use message::*;
pub use named::*;
pub use names::*;
pub use netevent::*;
pub use object::*;
pub use option::*;
pub use pipe::*;
pub use pool::*;
pub use pool_object::*;
pub use port::*;
pub use registration::*;
pub use resolve::*;
pub use routine::*;
pub use security::*;
pub use select::*;
pub use socket::*;
pub use standard::*;
pub use startup::*;
pub use thread::*;
pub use timer::*;
pub use timer_queue::*;
pub use transact::*;
pub use transfer::*;
pub use transmit::*;
pub use window::*;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Networking::WinSock::{SOCKET, SOCKET_ERROR};
use windows_sys::core::BOOL;

use crate::error::{Error, set_last_error};

/// A Winsock call's result: 0, or SOCKET_ERROR and the last error.
fn finish(result: Result<(), Error>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            set_last_error(error.0);
            SOCKET_ERROR
        }
    }
}

/// A Win32 call's result: TRUE, or FALSE and the last error.
fn finish_bool(result: Result<(), Error>) -> BOOL {
    BOOL::from(finish(result) == 0)
}

/// A call that tells a number: that, or `failed` and the last error.
fn finish_number<T>(result: Result<T, Error>, failed: T) -> T {
    result.unwrap_or_else(|error| {
        set_last_error(error.0);
        failed
    })
}

/// A call that makes a handle: the handle, or NULL and the last error.
fn finish_handle(result: Result<u32, Error>) -> HANDLE {
    result.map_or_else(
        |error| {
            set_last_error(error.0);
            std::ptr::null_mut()
        },
        |handle| handle as usize as HANDLE,
    )
}

/// A call that makes a socket: its handle, or INVALID_SOCKET and the last error.
fn finish_socket(result: Result<u32, Error>) -> SOCKET {
    result.map_or_else(
        |error| {
            set_last_error(error.0);
            SOCKET::MAX
        },
        |handle| handle as SOCKET,
    )
}

/// Ours and `windows-sys`' in one array: the compiler compares the signatures.
macro_rules! same_signature {
    ([$($path:tt)*] $($name:ident)*) => {
        const _: () = {
            mod theirs {
                pub use windows_sys::$($path)*::{$($name),*};
            }
            $(_ = [$name, theirs::$name];)*
        };
    };
}

same_signature! { [Wdk::Foundation] NtClose }
same_signature! { [Wdk::Storage::FileSystem] NtCancelIoFileEx NtCreateFile }
same_signature! { [Wdk::System::IO] NtDeviceIoControlFile }
same_signature! { [Win32::Foundation]
    CloseHandle DuplicateHandle GetHandleInformation GetLastError RtlNtStatusToDosError
    SetHandleInformation SetLastError
}
same_signature! { [Win32::System::Console] GetStdHandle SetStdHandle }
same_signature! { [Win32::System::IO]
    BindIoCompletionCallback CancelIo CancelIoEx CreateIoCompletionPort GetOverlappedResult
    GetOverlappedResultEx GetQueuedCompletionStatus GetQueuedCompletionStatusEx
    PostQueuedCompletionStatus
}
same_signature! { [Win32::System::Mailslots]
    CreateMailslotA CreateMailslotW GetMailslotInfo SetMailslotInfo
}
same_signature! { [Win32::System::Pipes]
    CallNamedPipeA CallNamedPipeW ConnectNamedPipe CreateNamedPipeA CreateNamedPipeW CreatePipe
    DisconnectNamedPipe GetNamedPipeClientProcessId GetNamedPipeHandleStateA
    GetNamedPipeHandleStateW GetNamedPipeInfo GetNamedPipeServerProcessId PeekNamedPipe
    SetNamedPipeHandleState TransactNamedPipe WaitNamedPipeA WaitNamedPipeW
}
same_signature! { [Win32::System::Threading]
    CallbackMayRunLong CancelThreadpoolIo CancelWaitableTimer ChangeTimerQueueTimer
    CloseThreadpool CloseThreadpoolCleanupGroup CloseThreadpoolCleanupGroupMembers
    CloseThreadpoolIo CloseThreadpoolTimer CloseThreadpoolWait CloseThreadpoolWork CreateEventA
    CreateEventExA CreateEventExW CreateEventW CreateMutexA CreateMutexW CreateSemaphoreA
    CreateSemaphoreW CreateThread CreateThreadpool CreateThreadpoolCleanupGroup
    CreateThreadpoolIo CreateThreadpoolTimer CreateThreadpoolWait CreateThreadpoolWork
    CreateTimerQueue CreateTimerQueueTimer CreateWaitableTimerExW CreateWaitableTimerW
    DeleteTimerQueue DeleteTimerQueueEx DeleteTimerQueueTimer
    DisassociateCurrentThreadFromCallback ExitThread GetCurrentProcess GetCurrentProcessId
    GetCurrentThread GetCurrentThreadId GetExitCodeThread GetThreadId GetThreadPriority
    IsThreadpoolTimerSet OpenEventA OpenEventW OpenMutexW OpenSemaphoreW OpenThread PulseEvent
    QueueUserAPC QueueUserWorkItem RegisterWaitForSingleObject ReleaseMutex
    ReleaseMutexWhenCallbackReturns ReleaseSemaphore ReleaseSemaphoreWhenCallbackReturns
    ResetEvent ResumeThread SetEvent SetEventWhenCallbackReturns SetThreadPriority
    SetThreadpoolThreadMaximum SetThreadpoolThreadMinimum SetThreadpoolTimer SetThreadpoolWait
    SetWaitableTimer SignalObjectAndWait Sleep SleepEx StartThreadpoolIo SubmitThreadpoolWork
    TrySubmitThreadpoolCallback UnregisterWait UnregisterWaitEx WaitForMultipleObjects
    WaitForMultipleObjectsEx WaitForSingleObject WaitForSingleObjectEx
    WaitForThreadpoolIoCallbacks WaitForThreadpoolTimerCallbacks WaitForThreadpoolWaitCallbacks
    WaitForThreadpoolWorkCallbacks
}
same_signature! { [Win32::Media] timeKillEvent timeSetEvent }
same_signature! { [Win32::UI::WindowsAndMessaging]
    CallWindowProcA CallWindowProcW CreateWindowExA CreateWindowExW DefWindowProcA
    DefWindowProcW DestroyWindow DispatchMessageA DispatchMessageW GetMessageA GetMessageW
    GetParent GetWindowLongA GetWindowLongPtrA GetWindowLongPtrW GetWindowLongW GetWindowTextA
    GetWindowTextLengthA GetWindowTextLengthW GetWindowTextW GetWindowThreadProcessId IsWindow
    IsWindowUnicode IsWindowVisible KillTimer MsgWaitForMultipleObjects
    MsgWaitForMultipleObjectsEx PeekMessageA PeekMessageW PostMessageA PostMessageW
    PostQuitMessage PostThreadMessageA PostThreadMessageW RegisterClassA RegisterClassExA
    RegisterClassExW RegisterClassW SendMessageA SendMessageW SetTimer SetWindowLongA
    SetWindowLongPtrA SetWindowLongPtrW SetWindowLongW SetWindowTextA SetWindowTextW ShowWindow
    TranslateMessage UnregisterClassA UnregisterClassW
}
same_signature! { [Win32::UI::Input::KeyboardAndMouse] EnableWindow IsWindowEnabled }
same_signature! { [Win32::Graphics::Gdi] UpdateWindow }
same_signature! { [Win32::Storage::FileSystem]
    CreateFileA CreateFileW DeleteFileA DeleteFileW FlushFileBuffers GetFileSize GetFileSizeEx
    GetFileType ReadFile ReadFileEx SetEndOfFile SetFileCompletionNotificationModes SetFilePointer
    SetFilePointerEx WriteFile WriteFileEx
}
same_signature! { [Win32::Networking::WinSock]
    AcceptEx FreeAddrInfoW GetAcceptExSockaddrs GetAddrInfoW GetHostNameW GetNameInfoW InetNtopW
    InetPtonW TransmitFile WSAAccept WSAAddressToStringA WSAAddressToStringW WSAAsyncSelect
    WSACleanup WSACloseEvent WSAConnect WSAConnectByList WSAConnectByNameA WSAConnectByNameW
    WSACreateEvent WSADeleteSocketPeerTargetName WSADuplicateSocketA WSADuplicateSocketW
    WSAEnumNetworkEvents WSAEnumProtocolsA WSAEnumProtocolsW WSAEventSelect WSAGetLastError
    WSAGetOverlappedResult WSAHtonl WSAHtons WSAImpersonateSocketPeer WSAIoctl WSAJoinLeaf WSANtohl
    WSANtohs WSAPoll WSAQuerySocketSecurity WSARecv WSARecvDisconnect WSARecvFrom WSAResetEvent
    WSARevertImpersonation WSASend WSASendDisconnect WSASendMsg WSASendTo WSASetEvent
    WSASetLastError WSASetSocketPeerTargetName WSASetSocketSecurity WSASocketA WSASocketW
    WSAStartup WSAStringToAddressA WSAStringToAddressW WSAWaitForMultipleEvents __WSAFDIsSet accept
    bind closesocket connect freeaddrinfo getaddrinfo gethostbyaddr gethostbyname gethostname
    getnameinfo getpeername getprotobyname getprotobynumber getservbyname getservbyport getsockname
    getsockopt htonl htons inet_addr inet_ntoa inet_ntop inet_pton ioctlsocket listen ntohl ntohs
    recv recvfrom select send sendto setsockopt shutdown socket
}
