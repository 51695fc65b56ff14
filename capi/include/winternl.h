/* The system's own calls, as far as programs poll sockets by AFD, meet by keys, or ask for time and
   version. */
#ifndef _WINTERNL_
#define _WINTERNL_

#include <windows.h>

typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

typedef struct _IO_STATUS_BLOCK {
    __extension__ union {
        NTSTATUS Status;
        PVOID Pointer;
    };
    ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef void(NTAPI *PIO_APC_ROUTINE)(PVOID context, PIO_STATUS_BLOCK block, ULONG reserved);

#define InitializeObjectAttributes(p, n, a, r, s)    \
    {                                                \
        (p)->Length = sizeof(OBJECT_ATTRIBUTES);     \
        (p)->RootDirectory = r;                      \
        (p)->Attributes = a;                         \
        (p)->ObjectName = n;                         \
        (p)->SecurityDescriptor = s;                 \
        (p)->SecurityQualityOfService = NULL;        \
    }
#define OBJ_CASE_INSENSITIVE 0x40
#ifndef FILE_OPEN
#define FILE_OPEN 1
#endif
#ifndef NT_SUCCESS
#define NT_SUCCESS(status) ((NTSTATUS)(status) >= 0)
#endif

#ifdef __cplusplus
extern "C" {
#endif

NTSTATUS NTAPI NtCreateFile(PHANDLE file, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                            PIO_STATUS_BLOCK block, PLARGE_INTEGER size, ULONG kind, ULONG sharing,
                            ULONG disposition, ULONG options, PVOID extended, ULONG extended_bytes);
NTSTATUS NTAPI NtDeviceIoControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                                     PIO_STATUS_BLOCK block, ULONG code, PVOID input, ULONG input_bytes,
                                     PVOID output, ULONG output_bytes);
NTSTATUS NTAPI NtCancelIoFileEx(HANDLE file, PIO_STATUS_BLOCK request, PIO_STATUS_BLOCK block);
NTSTATUS NTAPI NtClose(HANDLE handle);
NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER time);
NTSTATUS NTAPI RtlGetVersion(OSVERSIONINFOW *info);
ULONG NTAPI RtlNtStatusToDosError(NTSTATUS status);
NTSTATUS NTAPI NtCreateKeyedEvent(PHANDLE event, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                                  ULONG flags);
NTSTATUS NTAPI NtWaitForKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable, PLARGE_INTEGER timeout);
NTSTATUS NTAPI NtReleaseKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable, PLARGE_INTEGER timeout);

#ifdef __cplusplus
}
#endif

#endif
