/* Options and addresses of IP. */
#ifndef _WS2IPDEF_
#define _WS2IPDEF_

#include <ws2def.h>
#include <in6addr.h>

#define IP_OPTIONS 1
#define IP_HDRINCL 2
#define IP_TOS 3
#define IP_TTL 4
#define IP_MULTICAST_IF 9
#define IP_MULTICAST_TTL 10
#define IP_MULTICAST_LOOP 11
#define IP_ADD_MEMBERSHIP 12
#define IP_DROP_MEMBERSHIP 13
#define IP_DONTFRAGMENT 14
#define IP_ADD_SOURCE_MEMBERSHIP 15
#define IP_DROP_SOURCE_MEMBERSHIP 16
#define IP_BLOCK_SOURCE 17
#define IP_UNBLOCK_SOURCE 18
#define IP_PKTINFO 19
#define IP_HOPLIMIT 21
#define IP_RECVTTL 21
#define IP_RECEIVE_BROADCAST 22
#define IP_RECVIF 24
#define IP_RECVDSTADDR 25
#define IP_IFLIST 28
#define IP_UNICAST_IF 31
#define IP_RTHDR 32
#define IP_GET_IFLIST 33
#define IP_RECVRTHDR 38
#define IP_TCLASS 39
#define IP_RECVTCLASS 40
#define IP_RECVTOS 40
#define IP_ORIGINAL_ARRIVAL_IF 47
#define IP_ECN 50
#define IP_PKTINFO_EX 51
#define IP_WFP_REDIRECT_RECORDS 60
#define IP_WFP_REDIRECT_CONTEXT 70
#define IP_MTU_DISCOVER 71
#define IP_MTU 73
#define IP_RECVERR 75
#define IP_USER_MTU 76
#define IPV6_HOPOPTS 1
#define IPV6_HDRINCL 2
#define IPV6_UNICAST_HOPS 4
#define IPV6_MULTICAST_IF 9
#define IPV6_MULTICAST_HOPS 10
#define IPV6_MULTICAST_LOOP 11
#define IPV6_ADD_MEMBERSHIP 12
#define IPV6_JOIN_GROUP 12
#define IPV6_DROP_MEMBERSHIP 13
#define IPV6_LEAVE_GROUP 13
#define IPV6_DONTFRAG 14
#define IPV6_PKTINFO 19
#define IPV6_HOPLIMIT 21
#define IPV6_PROTECTION_LEVEL 23
#define IPV6_RECVIF 24
#define IPV6_RECVDSTADDR 25
#define IPV6_CHECKSUM 26
#define IPV6_V6ONLY 27
#define IPV6_IFLIST 28
#define IPV6_UNICAST_IF 31
#define IPV6_RTHDR 32
#define IPV6_GET_IFLIST 33
#define IPV6_RECVRTHDR 38
#define IPV6_TCLASS 39
#define IPV6_RECVTCLASS 40
#define IPV6_ECN 50
#define IPV6_PKTINFO_EX 51
#define IPV6_WFP_REDIRECT_RECORDS 60
#define IPV6_WFP_REDIRECT_CONTEXT 70
#define IPV6_MTU_DISCOVER 71
#define IPV6_MTU 72
#define IPV6_RECVERR 75
#define IPV6_USER_MTU 76
#define MCAST_JOIN_GROUP 41
#define MCAST_LEAVE_GROUP 42
#define MCAST_BLOCK_SOURCE 43
#define MCAST_UNBLOCK_SOURCE 44
#define MCAST_JOIN_SOURCE_GROUP 45
#define MCAST_LEAVE_SOURCE_GROUP 46
#define IP_DEFAULT_MULTICAST_TTL 1
#define IP_DEFAULT_MULTICAST_LOOP 1
#define IP_MAX_MEMBERSHIPS 20
#define PROTECTION_LEVEL_UNRESTRICTED 10
#define PROTECTION_LEVEL_EDGERESTRICTED 20
#define PROTECTION_LEVEL_RESTRICTED 30
#define IFF_UP 0x00000001
#define IFF_BROADCAST 0x00000002
#define IFF_LOOPBACK 0x00000004
#define IFF_POINTTOPOINT 0x00000008
#define IFF_MULTICAST 0x00000010
#define INET_ADDRSTRLEN 22
#define INET6_ADDRSTRLEN 65

typedef struct sockaddr_in6 {
    ADDRESS_FAMILY sin6_family;
    USHORT sin6_port;
    ULONG sin6_flowinfo;
    IN6_ADDR sin6_addr;
    __extension__ union {
        ULONG sin6_scope_id;
        SCOPE_ID sin6_scope_struct;
    };
} SOCKADDR_IN6_LH, *PSOCKADDR_IN6_LH, SOCKADDR_IN6, *PSOCKADDR_IN6, *LPSOCKADDR_IN6;

typedef union _SOCKADDR_INET {
    SOCKADDR_IN Ipv4;
    SOCKADDR_IN6 Ipv6;
    ADDRESS_FAMILY si_family;
} SOCKADDR_INET, *PSOCKADDR_INET;

typedef struct _sockaddr_in6_pair {
    PSOCKADDR_IN6 SourceAddress;
    PSOCKADDR_IN6 DestinationAddress;
} SOCKADDR_IN6_PAIR, *PSOCKADDR_IN6_PAIR;

typedef struct ip_mreq {
    IN_ADDR imr_multiaddr;
    IN_ADDR imr_interface;
} IP_MREQ, *PIP_MREQ;

typedef struct ip_mreq_source {
    IN_ADDR imr_multiaddr;
    IN_ADDR imr_sourceaddr;
    IN_ADDR imr_interface;
} IP_MREQ_SOURCE, *PIP_MREQ_SOURCE;

typedef struct ipv6_mreq {
    IN6_ADDR ipv6mr_multiaddr;
    ULONG ipv6mr_interface;
} IPV6_MREQ, *PIPV6_MREQ;

typedef struct group_req {
    ULONG gr_interface;
    SOCKADDR_STORAGE gr_group;
} GROUP_REQ, *PGROUP_REQ;

typedef struct group_source_req {
    ULONG gsr_interface;
    SOCKADDR_STORAGE gsr_group;
    SOCKADDR_STORAGE gsr_source;
} GROUP_SOURCE_REQ, *PGROUP_SOURCE_REQ;

typedef struct in_pktinfo {
    IN_ADDR ipi_addr;
    ULONG ipi_ifindex;
} IN_PKTINFO, *PIN_PKTINFO;

typedef struct in6_pktinfo {
    IN6_ADDR ipi6_addr;
    ULONG ipi6_ifindex;
} IN6_PKTINFO, *PIN6_PKTINFO;

#define SS_PORT(address) (((PSOCKADDR_IN)(address))->sin_port)
#define IN6ADDR_ANY_INIT {{{0}}}
#define IN6ADDR_LOOPBACK_INIT {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}}

#ifdef __cplusplus
extern "C" {
#endif
extern const IN6_ADDR in6addr_any;
extern const IN6_ADDR in6addr_loopback;

static inline BOOLEAN IN4_ADDR_EQUAL(const IN_ADDR *a, const IN_ADDR *b) {
    return (BOOLEAN)(a->s_addr == b->s_addr);
}
static inline BOOLEAN IN4_IS_ADDR_LOOPBACK(const IN_ADDR *a) {
    return (BOOLEAN)(a->S_un.S_un_b.s_b1 == 127);
}
static inline BOOLEAN IN4_IS_ADDR_UNSPECIFIED(const IN_ADDR *a) {
    return (BOOLEAN)(a->s_addr == 0);
}
static inline BOOLEAN IN4_IS_ADDR_MULTICAST(const IN_ADDR *a) {
    return (BOOLEAN)((a->S_un.S_un_b.s_b1 & 0xf0) == 0xe0);
}
static inline BOOLEAN IN6_ADDR_EQUAL(const IN6_ADDR *a, const IN6_ADDR *b) {
    return (BOOLEAN)(memcmp(a, b, sizeof *a) == 0);
}
static inline BOOLEAN IN6_IS_ADDR_UNSPECIFIED(const IN6_ADDR *a) {
    return IN6_ADDR_EQUAL(a, &in6addr_any);
}
static inline BOOLEAN IN6_IS_ADDR_LOOPBACK(const IN6_ADDR *a) {
    return IN6_ADDR_EQUAL(a, &in6addr_loopback);
}
static inline BOOLEAN IN6_IS_ADDR_MULTICAST(const IN6_ADDR *a) {
    return (BOOLEAN)(a->u.Byte[0] == 0xff);
}
static inline BOOLEAN IN6_IS_ADDR_LINKLOCAL(const IN6_ADDR *a) {
    return (BOOLEAN)(a->u.Byte[0] == 0xfe && (a->u.Byte[1] & 0xc0) == 0x80);
}
static inline BOOLEAN IN6_IS_ADDR_SITELOCAL(const IN6_ADDR *a) {
    return (BOOLEAN)(a->u.Byte[0] == 0xfe && (a->u.Byte[1] & 0xc0) == 0xc0);
}
static inline BOOLEAN IN6_IS_ADDR_V4MAPPED(const IN6_ADDR *a) {
    static const UCHAR prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return (BOOLEAN)(memcmp(a, prefix, sizeof prefix) == 0);
}
static inline void IN6_SET_ADDR_UNSPECIFIED(PIN6_ADDR a) { memset(a, 0, sizeof *a); }
static inline void IN6_SET_ADDR_LOOPBACK(PIN6_ADDR a) { *a = in6addr_loopback; }
static inline void IN6ADDR_SETANY(PSOCKADDR_IN6 a) {
    memset(a, 0, sizeof *a);
    a->sin6_family = AF_INET6;
}
static inline void IN6ADDR_SETLOOPBACK(PSOCKADDR_IN6 a) {
    IN6ADDR_SETANY(a);
    a->sin6_addr.u.Byte[15] = 1;
}
static inline BOOLEAN IN6ADDR_ISANY(const SOCKADDR_IN6 *a) {
    return IN6_IS_ADDR_UNSPECIFIED(&a->sin6_addr);
}
static inline BOOLEAN IN6ADDR_ISLOOPBACK(const SOCKADDR_IN6 *a) {
    return IN6_IS_ADDR_LOOPBACK(&a->sin6_addr);
}
#ifdef __cplusplus
}
#endif

/* Further options. */
#define IP_PROTECTION_LEVEL 23
#define IP_ADD_IFLIST 29
#define IP_DEL_IFLIST 30
#define IP_NRT_INTERFACE 74
#define IP_UNSPECIFIED_HOP_LIMIT 0xffffffff
#define IP_UNSPECIFIED_TYPE_OF_SERVICE 0xffffffff
#define IP_UNSPECIFIED_USER_MTU 0xffffffff
#define IPV6_ADD_IFLIST 29
#define IPV6_DEL_IFLIST 30
#define IPV6_NRT_INTERFACE 74
#define PROTECTION_LEVEL_DEFAULT 20

/* What SIO_GET_INTERFACE_LIST tells of each interface. */
struct sockaddr_in6_old {
    SHORT sin6_family;
    USHORT sin6_port;
    ULONG sin6_flowinfo;
    IN6_ADDR sin6_addr;
};
typedef union sockaddr_gen {
    struct sockaddr Address;
    struct sockaddr_in AddressIn;
    struct sockaddr_in6_old AddressIn6;
} sockaddr_gen;
typedef struct _INTERFACE_INFO {
    ULONG iiFlags;
    sockaddr_gen iiAddress;
    sockaddr_gen iiBroadcastAddress;
    sockaddr_gen iiNetmask;
} INTERFACE_INFO, *LPINTERFACE_INFO;
typedef struct _INTERFACE_INFO_EX {
    ULONG iiFlags;
    SOCKET_ADDRESS iiAddress;
    SOCKET_ADDRESS iiBroadcastAddress;
    SOCKET_ADDRESS iiNetmask;
} INTERFACE_INFO_EX, *LPINTERFACE_INFO_EX;

typedef enum { MCAST_INCLUDE = 0, MCAST_EXCLUDE } MULTICAST_MODE_TYPE;
typedef struct ip_msfilter {
    IN_ADDR imsf_multiaddr;
    IN_ADDR imsf_interface;
    MULTICAST_MODE_TYPE imsf_fmode;
    ULONG imsf_numsrc;
    IN_ADDR imsf_slist[1];
} IP_MSFILTER, *PIP_MSFILTER;
#define IP_MSFILTER_SIZE(count) (sizeof(IP_MSFILTER) - sizeof(IN_ADDR) + (count) * sizeof(IN_ADDR))

typedef enum _PMTUD_STATE {
    IP_PMTUDISC_NOT_SET,
    IP_PMTUDISC_DO,
    IP_PMTUDISC_DONT,
    IP_PMTUDISC_PROBE,
    IP_PMTUDISC_MAX
} PMTUD_STATE, *PPMTUD_STATE;

static inline BOOLEAN IN6_IS_ADDR_V4COMPAT(const IN6_ADDR *a) {
    return (BOOLEAN)(a->s6_words[0] == 0 && a->s6_words[1] == 0 && a->s6_words[2] == 0 &&
                     a->s6_words[3] == 0 && a->s6_words[4] == 0 && a->s6_words[5] == 0 &&
                     !(a->s6_words[6] == 0 && a->s6_addr[14] == 0 &&
                       (a->s6_addr[15] == 0 || a->s6_addr[15] == 1)));
}
static inline BOOLEAN winsock_in6_is_mc(const IN6_ADDR *a, int scope) {
    return (BOOLEAN)(a->s6_addr[0] == 0xff && (a->s6_addr[1] & 0xf) == scope);
}
#define IN6_IS_ADDR_MC_NODELOCAL(a) winsock_in6_is_mc((a), 0x1)
#define IN6_IS_ADDR_MC_LINKLOCAL(a) winsock_in6_is_mc((a), 0x2)
#define IN6_IS_ADDR_MC_SITELOCAL(a) winsock_in6_is_mc((a), 0x5)
#define IN6_IS_ADDR_MC_ORGLOCAL(a) winsock_in6_is_mc((a), 0x8)
#define IN6_IS_ADDR_MC_GLOBAL(a) winsock_in6_is_mc((a), 0xe)

#endif
