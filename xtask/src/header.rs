//! Which Windows header a program includes to get a function.

/// The header of `name`, or `-` when the table does not know it.
pub(crate) fn of(name: &str) -> &'static str {
    // The A and W forms of one function live together.
    let plain = name.strip_suffix(['A', 'W']).unwrap_or(name);
    let holds = |names: &str| names.split_whitespace().any(|known| known == name || known == plain);
    HEADERS.iter().find(|(_, names)| holds(names)).map_or("-", |(header, _)| header)
}

const HEADERS: &[(&str, &str)] = &[
    (
        "winsock2.h",
        "__WSAFDIsSet accept bind closesocket connect gethostbyaddr gethostbyname gethostname \
         getpeername getprotobyname getprotobynumber getservbyname getservbyport getsockname \
         getsockopt htonl htons inet_addr inet_ntoa ioctlsocket listen ntohl ntohs recv recvfrom \
         select send sendto setsockopt shutdown socket WSAAccept WSAAddressToString \
         WSAAsyncSelect WSACleanup WSACloseEvent WSAConnect WSAConnectByList WSAConnectByName \
         WSACreateEvent WSADuplicateSocket WSAEnumNetworkEvents WSAEnumProtocols WSAEventSelect \
         WSAGetLastError WSAGetOverlappedResult WSAHtonl WSAHtons WSAIoctl WSAIsBlocking \
         WSAJoinLeaf WSANtohl WSANtohs WSAPoll WSARecv WSARecvDisconnect WSARecvFrom \
         WSAResetEvent WSASend WSASendDisconnect WSASendMsg WSASendTo WSASetEvent \
         WSASetLastError WSASocket WSAStartup WSAStringToAddress WSAWaitForMultipleEvents",
    ),
    (
        "ws2tcpip.h",
        "freeaddrinfo FreeAddrInfo FreeAddrInfoEx getaddrinfo GetAddrInfo GetAddrInfoEx \
         getnameinfo GetNameInfo inet_ntop inet_pton InetNtop InetPton",
    ),
    (
        "mswsock.h",
        "AcceptEx ConnectEx DisconnectEx GetAcceptExSockaddrs RIOCloseCompletionQueue \
         RIOCreateCompletionQueue RIOCreateRequestQueue RIODequeueCompletion \
         RIODeregisterBuffer RIONotify RIOReceive RIOReceiveEx RIORegisterBuffer \
         RIOResizeCompletionQueue RIOResizeRequestQueue RIOSend RIOSendEx TransmitFile \
         TransmitPackets WSARecvEx WSARecvMsg",
    ),
    (
        "windows.h",
        "BindIoCompletionCallback CancelIo CancelIoEx CancelSynchronousIo CancelThreadpoolIo \
         CloseHandle CloseThreadpoolIo CreateEvent CreateEventEx CreateIoCompletionPort \
         CreateThread CreateThreadpoolIo DuplicateHandle GetCurrentThreadId GetHandleInformation \
         GetLastError GetOverlappedResult GetOverlappedResultEx GetQueuedCompletionStatus \
         GetQueuedCompletionStatusEx GetTickCount GetTickCount64 MsgWaitForMultipleObjects \
         MsgWaitForMultipleObjectsEx OpenEvent PostQueuedCompletionStatus PulseEvent \
         QueueUserAPC RegisterWaitForSingleObject ResetEvent SetEvent \
         SetFileCompletionNotificationModes SetHandleInformation SetLastError \
         SignalObjectAndWait Sleep SleepEx StartThreadpoolIo UnregisterWait UnregisterWaitEx \
         WaitForMultipleObjects WaitForMultipleObjectsEx WaitForSingleObject \
         WaitForSingleObjectEx WaitForThreadpoolIoCallbacks",
    ),
];

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn known_names_have_their_header() {
        assert_eq!(of("WSASocketW"), "winsock2.h");
        assert_eq!(of("InetPtonW"), "ws2tcpip.h");
        assert_eq!(of("AcceptEx"), "mswsock.h");
        assert_eq!(of("CreateEventA"), "windows.h");
        assert_eq!(of("Unheard"), "-");
    }
}
