/* Fails, and writes of it to the file that is named: handled, and then as nobody wants it. */
#include <windows.h>
#include <dbghelp.h>
#include <stdio.h>

static const char *file_name;

static BOOL CALLBACK chooses(PVOID own, PMINIDUMP_CALLBACK_INPUT in, PMINIDUMP_CALLBACK_OUTPUT out) {
    if (own == NULL && in->CallbackType == ModuleCallback)
        out->ModuleWriteFlags &= ~ModuleWriteDataSeg;
    return TRUE;
}

static LONG WINAPI filter(PEXCEPTION_POINTERS pointers) {
    HANDLE file = CreateFileA(file_name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    MINIDUMP_EXCEPTION_INFORMATION failure = {GetCurrentThreadId(), pointers, FALSE};
    MINIDUMP_USER_STREAM_INFORMATION streams = {0, NULL};
    MINIDUMP_CALLBACK_INFORMATION chooser = {chooses, NULL};
    MINIDUMP_TYPE type = (MINIDUMP_TYPE)(MiniDumpWithFullMemory | MiniDumpIgnoreInaccessibleMemory);
    BOOL written = MiniDumpWriteDump(GetCurrentProcess(), GetCurrentProcessId(), file, type, &failure, &streams, &chooser);
    printf("%08X %u %d\n", (unsigned)pointers->ExceptionRecord->ExceptionCode,
           (unsigned)pointers->ExceptionRecord->ExceptionInformation[1], written);
    fflush(stdout);
    CloseHandle(file);
    return EXCEPTION_EXECUTE_HANDLER;
}

__attribute__((noinline)) int fails_here(volatile int *at) { return *at + 1; }

int main(int count, char **words) {
    file_name = words[count - 1];
    if (SetUnhandledExceptionFilter(filter) != NULL)
        puts("there was a filter");
    __try {
        fails_here((int *)(ULONG_PTR)8);
    } __except (filter(GetExceptionInformation())) {
        puts("handled");
    }
    return fails_here((int *)(ULONG_PTR)8);
}
