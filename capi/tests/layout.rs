//! Structures and numbers of the headers are those that the engine is compiled with.

mod compiler;

use std::fmt::Write;
use std::mem::{offset_of, size_of};

use compiler::{Folder, INCLUDE, run};
use windows_sys::Win32::Foundation as foundation;
use windows_sys::Win32::NetworkManagement::IpHelper as helper;
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
                     #include <mstcpip.h>\n#include <iphlpapi.h>\n#include <windows.h>\n#include <stddef.h>\n\
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
        winsock::INTERFACE_INFO { iiFlags iiAddress iiBroadcastAddress iiNetmask }
        winsock::SOCKET_ADDRESS_LIST { iAddressCount Address }
        helper::IP_ADAPTER_ADDRESSES_LH {
            Next AdapterName FirstUnicastAddress FirstDnsServerAddress FriendlyName PhysicalAddress
            PhysicalAddressLength Mtu IfType OperStatus Ipv6IfIndex FirstPrefix TransmitLinkSpeed
            FirstGatewayAddress Luid NetworkGuid TunnelType Dhcpv6Server Dhcpv6Iaid FirstDnsSuffix
        }
        helper::IP_ADAPTER_UNICAST_ADDRESS_LH { Next Address DadState OnLinkPrefixLength }
        helper::IP_ADAPTER_PREFIX_XP { Next Address PrefixLength }
        helper::IP_ADAPTER_INFO { Next AdapterName Address Index IpAddressList LeaseExpires }
        helper::FIXED_INFO_W2KSP1 { HostName DomainName DnsServerList NodeType EnableDns }
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
    holds(&text);
}

#[test]
fn families_of_numbers_are_whole() {
    let mut text = START.to_owned();
    numbers! { text, winsock:
        AF_12844 AF_ATM AF_BAN AF_CCITT AF_CHAOS AF_CLUSTER AF_DATAKIT AF_DECnet AF_DLI AF_ECMA
        AF_FIREFOX AF_HYLINK AF_HYPERV AF_ICLFXBM AF_IMPLINK AF_ISO AF_LAT AF_LINK AF_NETDES
        AF_OSI AF_PUP AF_SNA AF_TCNMESSAGE AF_TCNPROCESS AF_UNKNOWN1 AF_VOICEVIEW
        IMPLINK_HIGHEXPER IMPLINK_IP IMPLINK_LOWEXPER IN_CLASSA_HOST IN_CLASSA_MAX IN_CLASSA_NET
        IN_CLASSA_NSHIFT IN_CLASSB_HOST IN_CLASSB_MAX IN_CLASSB_NET IN_CLASSB_NSHIFT
        IN_CLASSC_HOST IN_CLASSC_NET IN_CLASSC_NSHIFT IPPORT_BIFFUDP IPPORT_CHARGEN
        IPPORT_CMDSERVER IPPORT_EFSSERVER IPPORT_EPMAP IPPORT_EXECSERVER IPPORT_FINGER
        IPPORT_HTTPS IPPORT_IMAP IPPORT_IMAP3 IPPORT_LDAP IPPORT_LOGINSERVER IPPORT_MSP IPPORT_MTP
        IPPORT_NAMESERVER IPPORT_NETSTAT IPPORT_NTP IPPORT_POP3 IPPORT_QOTD IPPORT_RJE
        IPPORT_ROUTESERVER IPPORT_SNMP IPPORT_SUPDUP IPPORT_SYSTAT IPPORT_TCPMUX IPPORT_TFTP
        IPPORT_TIMESERVER IPPORT_TTYLINK IPPORT_WHOIS IPPORT_WHOSERVER PF_APPLETALK PF_ATM PF_BAN
        PF_CCITT PF_CHAOS PF_DATAKIT PF_DECnet PF_DLI PF_ECMA PF_FIREFOX PF_HYLINK PF_IMPLINK
        PF_ISO PF_LAT PF_OSI PF_PUP PF_SNA PF_UNKNOWN1 PF_VOICEVIEW BIGENDIAN LITTLEENDIAN NS_ALL
        NS_DEFAULT NS_DHCP NS_DNS NS_EMAIL NS_LOCALNAME NS_MS NS_NBP NS_NDS NS_NETBT NS_NETDES
        NS_NIS NS_NISPLUS NS_NLA NS_NTDS NS_PEER_BROWSE NS_SAP NS_SLP NS_STDA NS_TCPIP_HOSTS
        NS_TCPIP_LOCAL NS_VNS NS_WINS NS_WRQ NS_X500 PFL_NETWORKDIRECT_PROVIDER
        PFL_RECOMMENDED_PROTO_ENTRY SECURITY_PROTOCOL_NONE SERVICE_MULTIPLE SIO_GET_GROUP_QOS
        SIO_NSP_NOTIFY_CHANGE SIO_SET_GROUP_QOS XP1_CONNECT_DATA XP1_DISCONNECT_DATA XP1_INTERRUPT
        XP1_MULTIPOINT_CONTROL_PLANE XP1_MULTIPOINT_DATA_PLANE XP1_QOS_SUPPORTED
        XP1_SAN_SUPPORT_SDP XP1_UNI_RECV XP1_UNI_SEND IPV6_ADD_IFLIST IPV6_DEL_IFLIST
        IPV6_NRT_INTERFACE IP_ADD_IFLIST IP_DEL_IFLIST IP_NRT_INTERFACE IP_PROTECTION_LEVEL
        IP_UNSPECIFIED_HOP_LIMIT IP_UNSPECIFIED_TYPE_OF_SERVICE IP_UNSPECIFIED_USER_MTU
        PROTECTION_LEVEL_DEFAULT SIO_ACQUIRE_PORT_RESERVATION SIO_APPLY_TRANSPORT_SETTING
        SIO_ASSOCIATE_PORT_RESERVATION SIO_CPU_AFFINITY SIO_INDEX_ADD_MCAST SIO_INDEX_BIND
        SIO_INDEX_DEL_MCAST SIO_INDEX_MCASTIF SIO_PRIORITY_HINT SIO_QUERY_TRANSPORT_SETTING
        SIO_RCVALL_IF SIO_RCVALL_MCAST_IF SIO_RELEASE_PORT_RESERVATION SIO_SET_PRIORITY_HINT
        SIO_TCP_INFO SIO_TIMESTAMPING TCP_INITIAL_RTO_DEFAULT_MAX_SYN_RETRANSMISSIONS
        TCP_INITIAL_RTO_DEFAULT_RTT TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS
        TCP_INITIAL_RTO_UNSPECIFIED_MAX_SYN_RETRANSMISSIONS SIO_SOCKET_CLOSE_NOTIFY SO_CONNDATALEN
        SO_CONNOPTLEN SO_DISCDATALEN SO_DISCOPTLEN TP_USE_DEFAULT_WORKER TP_USE_KERNEL_APC
        TP_USE_SYSTEM_THREAD AI_BYPASS_DNS_CACHE AI_DISABLE_IDN_ENCODING AI_DNS_RESPONSE_HOSTFILE
        AI_DNS_RESPONSE_SECURE AI_DNS_SERVER_TYPE_DOH AI_DNS_SERVER_TYPE_UDP
        AI_DNS_SERVER_UDP_FALLBACK AI_EXCLUSIVE_CUSTOM_SERVERS AI_EXTENDED AI_FORCE_CLEAR_TEXT
        AI_REQUIRE_SECURE AI_RESOLUTION_HANDLE AI_RETURN_RESPONSE_FLAGS AI_RETURN_TTL
        AI_SECURE_WITH_FALLBACK GAI_STRERROR_BUFFER_SIZE
    }
    holds(&text);
}

#[test]
fn numbers_of_the_base_services_are_the_same() {
    let mut text = START.to_owned();
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
