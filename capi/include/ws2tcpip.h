/* Names and addresses, and the options of TCP/IP. */
#ifndef _WS2TCPIP_H_
#define _WS2TCPIP_H_

#include <winsock2.h>
#include <ws2ipdef.h>
#include <mstcpip.h>

#define EAI_AGAIN WSATRY_AGAIN
#define EAI_BADFLAGS WSAEINVAL
#define EAI_FAIL WSANO_RECOVERY
#define EAI_FAMILY WSAEAFNOSUPPORT
#define EAI_MEMORY WSA_NOT_ENOUGH_MEMORY
#define EAI_NOSECURENAME WSA_SECURE_HOST_NOT_FOUND
#define EAI_NONAME WSAHOST_NOT_FOUND
#define EAI_NODATA EAI_NONAME
#define EAI_SERVICE WSATYPE_NOT_FOUND
#define EAI_SOCKTYPE WSAESOCKTNOSUPPORT

#define SIO_IDEAL_SEND_BACKLOG_QUERY _IOR('t', 123, ULONG)
#define SIO_IDEAL_SEND_BACKLOG_CHANGE _IO('t', 122)
#define SIO_GET_INTERFACE_LIST _IOR('t', 127, ULONG)
#define UDP_NOCHECKSUM 1
#define UDP_CHECKSUM_COVERAGE 20

typedef int socklen_t;

#ifdef UNICODE
typedef ADDRINFOW ADDRINFOT, *PADDRINFOT;
#else
typedef ADDRINFOA ADDRINFOT, *PADDRINFOT;
#endif
typedef ADDRINFOA ADDRINFO, *LPADDRINFO;

#ifdef __cplusplus
extern "C" {
#endif

int WSAAPI getaddrinfo(const char *pNodeName, const char *pServiceName, const ADDRINFOA *pHints,
                       PADDRINFOA *ppResult) WINSOCK_SYMBOL(getaddrinfo);
void WSAAPI freeaddrinfo(PADDRINFOA pAddrInfo) WINSOCK_SYMBOL(freeaddrinfo);
int WSAAPI getnameinfo(const SOCKADDR *pSockaddr, socklen_t SockaddrLength, PCHAR pNodeBuffer,
                       DWORD NodeBufferSize, PCHAR pServiceBuffer, DWORD ServiceBufferSize,
                       INT Flags) WINSOCK_SYMBOL(getnameinfo);
INT WSAAPI inet_pton(INT Family, PCSTR pszAddrString, PVOID pAddrBuf) WINSOCK_SYMBOL(inet_pton);
PCSTR WSAAPI inet_ntop(INT Family, const VOID *pAddr, PSTR pStringBuf, size_t StringBufSize)
    WINSOCK_SYMBOL(inet_ntop);
INT WSAAPI GetAddrInfoW(PCWSTR pNodeName, PCWSTR pServiceName, const ADDRINFOW *pHints,
                        PADDRINFOW *ppResult);
void WSAAPI FreeAddrInfoW(PADDRINFOW pAddrInfo);
INT WSAAPI GetNameInfoW(const SOCKADDR *pSockaddr, socklen_t SockaddrLength, PWCHAR pNodeBuffer,
                        DWORD NodeBufferSize, PWCHAR pServiceBuffer, DWORD ServiceBufferSize,
                        INT Flags);
char *WSAAPI gai_strerrorA(int ecode);
WCHAR *WSAAPI gai_strerrorW(int ecode);
int WSAAPI GetHostNameW(PWSTR name, int namelen);
INT WSAAPI InetPtonW(INT Family, PCWSTR pszAddrString, PVOID pAddrBuf);
PCWSTR WSAAPI InetNtopW(INT Family, const VOID *pAddr, PWSTR pStringBuf, size_t StringBufSize);

/* Nothing here secures sockets by IPsec policy: these say so (10045), and that nothing is secured. */
INT WSAAPI WSASetSocketSecurity(SOCKET Socket, const SOCKET_SECURITY_SETTINGS *SecuritySettings,
                                ULONG SecuritySettingsLen, LPWSAOVERLAPPED Overlapped,
                                LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine);
INT WSAAPI WSAQuerySocketSecurity(SOCKET Socket,
                                  const SOCKET_SECURITY_QUERY_TEMPLATE *SecurityQueryTemplate,
                                  ULONG SecurityQueryTemplateLen,
                                  SOCKET_SECURITY_QUERY_INFO *SecurityQueryInfo,
                                  ULONG *SecurityQueryInfoLen, LPWSAOVERLAPPED Overlapped,
                                  LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine);
INT WSAAPI WSASetSocketPeerTargetName(SOCKET Socket, const SOCKET_PEER_TARGET_NAME *PeerTargetName,
                                      ULONG PeerTargetNameLen, LPWSAOVERLAPPED Overlapped,
                                      LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine);
INT WSAAPI WSADeleteSocketPeerTargetName(SOCKET Socket, const struct sockaddr *PeerAddr,
                                         ULONG PeerAddrLen, LPWSAOVERLAPPED Overlapped,
                                         LPWSAOVERLAPPED_COMPLETION_ROUTINE CompletionRoutine);
INT WSAAPI WSAImpersonateSocketPeer(SOCKET Socket, const struct sockaddr *PeerAddr,
                                    ULONG PeerAddrLen);
INT WSAAPI WSARevertImpersonation(void);

#ifdef __cplusplus
}
#endif

#define GetAddrInfoA getaddrinfo
#define FreeAddrInfoA freeaddrinfo
#define GetNameInfoA getnameinfo
#define InetPtonA inet_pton
#define InetNtopA inet_ntop
#ifdef UNICODE
#define gai_strerror gai_strerrorW
#define GetAddrInfo GetAddrInfoW
#define FreeAddrInfo FreeAddrInfoW
#define GetNameInfo GetNameInfoW
#define InetPton InetPtonW
#define InetNtop InetNtopW
#else
#define gai_strerror gai_strerrorA
#define GetAddrInfo GetAddrInfoA
#define FreeAddrInfo FreeAddrInfoA
#define GetNameInfo GetNameInfoA
#define InetPton InetPtonA
#define InetNtop InetNtopA
#endif

static inline int idealsendbacklogquery(SOCKET s, ULONG *pISB) {
    DWORD bytes;
    return WSAIoctl(s, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, pISB, sizeof *pISB, &bytes, NULL,
                    NULL);
}
static inline int idealsendbacklognotify(SOCKET s, LPWSAOVERLAPPED lpOverlapped,
                                         LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
    DWORD bytes;
    return WSAIoctl(s, SIO_IDEAL_SEND_BACKLOG_CHANGE, NULL, 0, NULL, 0, &bytes, lpOverlapped,
                    lpCompletionRoutine);
}

static inline void INETADDR_SETANY(PSOCKADDR a) {
    if (a->sa_family == AF_INET6)
        IN6ADDR_SETANY((PSOCKADDR_IN6)(void *)a);
    else
        ((PSOCKADDR_IN)(void *)a)->sin_addr.s_addr = INADDR_ANY;
}
static inline void INETADDR_SETLOOPBACK(PSOCKADDR a) {
    if (a->sa_family == AF_INET6)
        IN6ADDR_SETLOOPBACK((PSOCKADDR_IN6)(void *)a);
    else
        ((PSOCKADDR_IN)(void *)a)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}
static inline BOOLEAN INETADDR_ISANY(const SOCKADDR *a) {
    return (BOOLEAN)(a->sa_family == AF_INET6
                         ? IN6ADDR_ISANY((const SOCKADDR_IN6 *)(const void *)a)
                         : ((const SOCKADDR_IN *)(const void *)a)->sin_addr.s_addr == INADDR_ANY);
}
static inline BOOLEAN INETADDR_ISLOOPBACK(const SOCKADDR *a) {
    return (BOOLEAN)(a->sa_family == AF_INET6
                         ? IN6ADDR_ISLOOPBACK((const SOCKADDR_IN6 *)(const void *)a)
                         : IN4_IS_ADDR_LOOPBACK(&((const SOCKADDR_IN *)(const void *)a)->sin_addr));
}
static inline USHORT INETADDR_PORT(const SOCKADDR *a) { return SS_PORT((PVOID)(ULONG_PTR)a); }
static inline PVOID INETADDR_ADDRESS(const SOCKADDR *a) {
    return a->sa_family == AF_INET6
               ? (PVOID)(ULONG_PTR) & ((const SOCKADDR_IN6 *)(const void *)a)->sin6_addr
               : (PVOID)(ULONG_PTR) & ((const SOCKADDR_IN *)(const void *)a)->sin_addr;
}

/* Further flags of getaddrinfo. */
#define AI_DNS_RESPONSE_SECURE 1
#define AI_DNS_SERVER_TYPE_UDP 1
#define AI_DNS_SERVER_UDP_FALLBACK 1
#define AI_DNS_RESPONSE_HOSTFILE 2
#define AI_DNS_SERVER_TYPE_DOH 2
#define AI_FORCE_CLEAR_TEXT 32
#define AI_BYPASS_DNS_CACHE 64
#define AI_RETURN_TTL 128
#define AI_DISABLE_IDN_ENCODING 0x80000
#define AI_SECURE_WITH_FALLBACK 0x100000
#define AI_EXCLUSIVE_CUSTOM_SERVERS 0x200000
#define AI_RETURN_RESPONSE_FLAGS 0x10000000
#define AI_REQUIRE_SECURE 0x20000000
#define AI_RESOLUTION_HANDLE 0x40000000
#define AI_EXTENDED 0x80000000
#define GAI_STRERROR_BUFFER_SIZE 0x400

#endif
