//! Structures and numbers of the headers are those that the engine is compiled with.

mod compiler;

use std::fmt::Write;
use std::mem::{offset_of, size_of};

use compiler::{Folder, INCLUDE, run};
use windows_sys::Win32::Foundation as foundation;
use windows_sys::Win32::Networking::WinSock as winsock;
use windows_sys::Win32::System::{IO, Threading as threading};
use windows_sys::Win32::UI::WindowsAndMessaging as messaging;

/// One line of C for the size of each structure and the place of each member.
macro_rules! layouts {
    ($text:ident, $($module:ident::$name:ident { $($field:ident)* })*) => {
        $(
            let _ = writeln!($text, "CHECK(sizeof({0}) == {1}, \"{0}\");",
                stringify!($name), size_of::<$module::$name>());
            $(
                let _ = writeln!($text, "CHECK(offsetof({0}, {1}) == {2}, \"{0}.{1}\");",
                    stringify!($name), stringify!($field), offset_of!($module::$name, $field));
            )*
        )*
    };
}

/// One line of C for each number, of which Windows' types keep 32 bits.
macro_rules! numbers {
    ($text:ident, $module:ident: $($name:ident)*) => {
        $(
            let _ = writeln!($text, "CHECK((unsigned int)({0}) == {1}u, \"{0}\");",
                stringify!($name), $module::$name as i64 as u32);
        )*
    };
}

const START: &str = "#include <winsock2.h>\n#include <ws2tcpip.h>\n#include <mswsock.h>\n\
                     #include <mstcpip.h>\n#include <windows.h>\n#include <stddef.h>\n\
                     #define CHECK(what, name) _Static_assert(what, name)\n";

fn holds(text: &str) {
    let folder = Folder::new();
    folder.write("checks.c", text);
    let arguments = ["-std=c11", "-fsyntax-only", "-I", INCLUDE, "checks.c"];
    run("cc", &arguments, folder.path()).unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn structures_are_laid_out_alike() {
    let mut text = START.to_owned();
    layouts! { text,
        IO::OVERLAPPED { Internal InternalHigh hEvent }
        IO::OVERLAPPED_ENTRY { lpCompletionKey lpOverlapped Internal dwNumberOfBytesTransferred }
        winsock::WSABUF { len buf }
        winsock::WSADATA {
            wVersion wHighVersion iMaxSockets iMaxUdpDg lpVendorInfo szDescription szSystemStatus
        }
        winsock::SOCKADDR { sa_family sa_data }
        winsock::SOCKADDR_IN { sin_family sin_port sin_addr sin_zero }
        winsock::SOCKADDR_IN6 { sin6_family sin6_port sin6_flowinfo sin6_addr }
        winsock::SOCKADDR_STORAGE { ss_family __ss_align }
        winsock::SOCKADDR_INET { si_family }
        winsock::SOCKET_ADDRESS { lpSockaddr iSockaddrLength }
        winsock::IN_ADDR { S_un }
        winsock::IN6_ADDR { u }
        winsock::ADDRINFOA {
            ai_flags ai_family ai_socktype ai_protocol ai_addrlen ai_canonname ai_addr ai_next
        }
        winsock::HOSTENT { h_name h_aliases h_addrtype h_length h_addr_list }
        winsock::SERVENT { s_name s_aliases s_proto s_port }
        winsock::PROTOENT { p_name p_aliases p_proto }
        winsock::LINGER { l_onoff l_linger }
        winsock::WSAMSG { name namelen lpBuffers dwBufferCount Control dwFlags }
        winsock::CMSGHDR { cmsg_len cmsg_level cmsg_type }
        winsock::WSANETWORKEVENTS { lNetworkEvents iErrorCode }
        winsock::WSAPOLLFD { fd events revents }
        winsock::WSAPROTOCOL_INFOA {
            dwServiceFlags1 ProviderId dwCatalogEntryId ProtocolChain iVersion iAddressFamily
            dwMessageSize szProtocol
        }
        winsock::QOS { SendingFlowspec ReceivingFlowspec ProviderSpecific }
        winsock::IP_MREQ { imr_multiaddr imr_interface }
        winsock::IP_MREQ_SOURCE { imr_multiaddr imr_sourceaddr imr_interface }
        winsock::IPV6_MREQ { ipv6mr_multiaddr ipv6mr_interface }
        winsock::IN_PKTINFO { ipi_addr ipi_ifindex }
        winsock::IN6_PKTINFO { ipi6_addr ipi6_ifindex }
        winsock::TRANSMIT_FILE_BUFFERS { Head HeadLength Tail TailLength }
        winsock::TRANSMIT_PACKETS_ELEMENT { dwElFlags cLength }
        winsock::RIO_BUF { BufferId Offset Length }
        winsock::RIORESULT { Status BytesTransferred SocketContext RequestContext }
        winsock::RIO_NOTIFICATION_COMPLETION { Type }
        winsock::RIO_EXTENSION_FUNCTION_TABLE {
            cbSize RIOReceive RIOSend RIONotify RIOResizeRequestQueue
        }
        messaging::MSG { hwnd message wParam lParam time pt }
        messaging::WNDCLASSA {
            style lpfnWndProc cbClsExtra cbWndExtra hInstance hIcon hCursor hbrBackground
            lpszMenuName lpszClassName
        }
        messaging::WNDCLASSEXA { cbSize style lpfnWndProc hIconSm }
        messaging::CREATESTRUCTA {
            lpCreateParams hInstance hMenu hwndParent cy cx y x style lpszName lpszClass dwExStyle
        }
    }
    text.push_str("CHECK(sizeof(struct tcp_keepalive) == 12, \"tcp_keepalive\");\n");
    holds(&text);
}

#[test]
fn sets_of_sockets_are_laid_out_alike() {
    let mut text = START.to_owned();
    layouts! { text, winsock::FD_SET { fd_count fd_array } }
    holds(&text);
}

#[test]
fn numbers_mean_the_same() {
    let mut text = START.to_owned();
    numbers! { text, winsock:
        AF_UNSPEC AF_UNIX AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM SOCK_RAW IPPROTO_IP IPPROTO_ICMP
        IPPROTO_TCP IPPROTO_UDP IPPROTO_IPV6 SOL_SOCKET SO_DEBUG SO_ACCEPTCONN SO_REUSEADDR
        SO_KEEPALIVE SO_DONTROUTE SO_BROADCAST SO_LINGER SO_OOBINLINE SO_DONTLINGER
        SO_EXCLUSIVEADDRUSE SO_SNDBUF SO_RCVBUF SO_SNDTIMEO SO_RCVTIMEO SO_ERROR SO_TYPE
        SO_UPDATE_ACCEPT_CONTEXT SO_UPDATE_CONNECT_CONTEXT SO_CONNECT_TIME SO_OPENTYPE TCP_NODELAY
        SOCKET_ERROR MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_WAITALL MSG_PARTIAL SD_RECEIVE
        SD_SEND SD_BOTH FIONBIO FIONREAD FIOASYNC SIOCATMARK FD_READ FD_WRITE FD_OOB FD_ACCEPT
        FD_CONNECT FD_CLOSE FD_MAX_EVENTS
        FD_SETSIZE POLLRDNORM POLLRDBAND POLLIN POLLPRI POLLWRNORM POLLOUT POLLWRBAND POLLERR
        POLLHUP POLLNVAL WSA_FLAG_OVERLAPPED WSA_FLAG_NO_HANDLE_INHERIT WSA_FLAG_REGISTERED_IO
        SIO_GET_EXTENSION_FUNCTION_POINTER SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER
        SIO_KEEPALIVE_VALS SIO_LOOPBACK_FAST_PATH SIO_UDP_CONNRESET SIO_RCVALL
        SIO_ROUTING_INTERFACE_QUERY SIO_ADDRESS_LIST_QUERY SIO_FLUSH
        SIO_BASE_HANDLE INADDR_ANY INADDR_LOOPBACK INADDR_BROADCAST INADDR_NONE AI_PASSIVE
        AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_ADDRCONFIG NI_NUMERICHOST NI_NUMERICSERV
        NI_NAMEREQD NI_DGRAM NI_MAXHOST NI_MAXSERV IP_TTL IP_MULTICAST_IF IP_MULTICAST_TTL
        IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_HDRINCL IP_PKTINFO IPV6_V6ONLY
        IPV6_UNICAST_HOPS IPV6_MULTICAST_HOPS IPV6_JOIN_GROUP IPV6_PKTINFO INET_ADDRSTRLEN
        INET6_ADDRSTRLEN TF_DISCONNECT TF_REUSE_SOCKET TF_WRITE_BEHIND TF_USE_KERNEL_APC
        CF_ACCEPT CF_REJECT CF_DEFER WSAEWOULDBLOCK WSAECONNRESET WSANOTINITIALISED
        WSAHOST_NOT_FOUND WSA_IO_PENDING WSA_IO_INCOMPLETE WSA_OPERATION_ABORTED WSA_WAIT_EVENT_0
        WSADESCRIPTION_LEN WSASYS_STATUS_LEN RIO_MSG_DEFER RIO_MSG_COMMIT_ONLY RIO_CORRUPT_CQ
        RIO_MAX_CQ_SIZE RIO_EVENT_COMPLETION RIO_IOCP_COMPLETION
    }
    numbers! { text, foundation:
        ERROR_IO_PENDING ERROR_INVALID_HANDLE ERROR_NETNAME_DELETED ERROR_OPERATION_ABORTED
        WAIT_OBJECT_0 WAIT_TIMEOUT WAIT_IO_COMPLETION WAIT_FAILED WAIT_ABANDONED
        DUPLICATE_SAME_ACCESS DUPLICATE_CLOSE_SOURCE GENERIC_READ GENERIC_WRITE E_FAIL S_OK
    }
    numbers! { text, threading:
        INFINITE CREATE_SUSPENDED THREAD_PRIORITY_HIGHEST THREAD_PRIORITY_LOWEST
        THREAD_PRIORITY_TIME_CRITICAL THREAD_PRIORITY_IDLE THREAD_ALL_ACCESS EVENT_ALL_ACCESS
    }
    numbers! { text, messaging:
        WM_USER WM_APP WM_QUIT WM_CREATE WM_DESTROY WM_CLOSE WM_NCCREATE PM_REMOVE QS_ALLINPUT
        MWMO_ALERTABLE MWMO_INPUTAVAILABLE MWMO_WAITALL GWLP_USERDATA CW_USEDEFAULT
    }
    holds(&text);
}
