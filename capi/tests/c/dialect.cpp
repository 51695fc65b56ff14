// What Microsoft's C++ takes and its library has, beyond the standard: the driver, the prefix and the
// headers of the C++ library.
#include <WinSock2.h>
#include <fstream>
#include <hash_map>
#include <hash_set>
#include <iostream>
#include <locale>
#include <mutex>
#include <thread>
#include <vector>
#include <crtdbg.h>
#include <tchar.h>
#include "check.h"

static enum { FIRST, SECOND };
enum Color;
static bool is_red(Color color);
enum Color { RED, BLUE };
static bool is_red(Color color) { return color == Color::RED; }

DECLSPEC_ALIGN(64)
struct Padded {
    char c;
};

class Shape abstract {
  public:
    virtual ~Shape() {}
    virtual int sides() const abstract;
};
class Square sealed : public Shape {
  public:
    virtual int sides() const override sealed { return 4; }
};

class Failure : public std::exception {
  public:
    Failure(__in const char *text) : std::exception(text) {}
};

static std::string thrown(int kind) {
    try {
        if (kind == 0)
            throw std::exception("a text");
        if (kind == 1)
            throw Failure("of a class");
        throw std::exception();
    } catch (const std::exception &e) {
        return e.what();
    }
}

#define LINE(to, format, ...) sprintf_s(to, format, __VA_ARGS__)

class Session : public Shape {
  public:
    int sides() const override { return 5; }
};
class ChatSession : public Session {
  public:
    int sides() const override;
    int limits() throw(int) { throw 5; }
};
int ChatSession::sides() const { return __super::sides() * 2; }

template <class T> static T sum(std::vector<T> &all) {
    T sum = 0;
    for (std::vector<T>::iterator at = all.begin(); at != all.end(); ++at)
        sum += *at;
    return sum;
}

struct CaseLess {
    enum { bucket_size = 4, min_buckets = 8 };
    size_t operator()(const std::string &s) const { return s.empty() ? 0 : tolower(s[0]); }
    bool operator()(const std::string &a, const std::string &b) const {
        return _stricmp(a.c_str(), b.c_str()) < 0;
    }
};

static void older() {
    char text[20];
    CHECK(LINE(text, "none") == 4 && LINE(text, "%d %d", 1, 2) == 3);
    std::tr1::shared_ptr<ChatSession> chat(new ChatSession);
    CHECK(chat->sides() == 10);
    std::vector<int> numbers;
    numbers.push_back(3);
    numbers.push_back(4);
    int product = 1;
    for each (int number in numbers)
        product *= number;
    CHECK(product == 12 && sum(numbers) == 7);
    int caught = 0;
    try {
        chat->limits();
    } catch (int number) {
        caught = number;
    }
    CHECK(caught == 5);
    stdext::hash_map<std::string, int> ages;
    ages["a"] = 1;
    ages.insert(std::make_pair(std::string("b"), 2));
    CHECK(ages.size() == 2 && ages.find("b")->second == 2);
    stdext::hash_map<std::string, int, CaseLess> same;
    same["Name"] = 1;
    CHECK(same.count("NAME") == 1);
    stdext::hash_set<int> set;
    CHECK(set.insert(5).second && !set.insert(5).second);
}

// Pointers that a program hands on as DWORD, from the days of 32 bits.
static void keys() {
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    ChatSession *chat = new ChatSession, *back = NULL;
    DWORD bytes = 0, around[3] = {1, 2, 3};
    LPOVERLAPPED overlapped = (LPOVERLAPPED)port;
    CHECK(PostQueuedCompletionStatus(port, 5, (DWORD)chat, NULL));
    CHECK(GetQueuedCompletionStatus(port, &bytes, (LPDWORD)&back, &overlapped, INFINITE));
    CHECK(back == chat && bytes == 5 && overlapped == NULL);
    CHECK(PostQueuedCompletionStatus(port, 0, reinterpret_cast<DWORD>(chat), NULL));
    CHECK(GetQueuedCompletionStatus(port, &bytes, reinterpret_cast<LPDWORD>(&back), &overlapped, 0));
    CHECK(back == chat);
    CHECK(PostQueuedCompletionStatus(port, 0, (DWORD)-1, NULL));
    CHECK(GetQueuedCompletionStatus(port, &bytes, (PULONG_PTR)&around[1], &overlapped, INFINITE));
    CHECK(around[0] == 1 && around[1] == (DWORD)-1 && around[2] == 3);
    CHECK(!GetQueuedCompletionStatus(port, &bytes, (PULONG_PTR)&back, &overlapped, 0) && GetLastError() == WAIT_TIMEOUT);
    CHECK(back == chat);
    delete chat;
    CloseHandle(port);
}

#define PACKED(...) __pragma(pack(push, 1)) __pragma(warning(disable : 4200)) __VA_ARGS__ __pragma(pack(pop))
PACKED(struct Packet {
    char kind;
    int size;
};)

static void thread_handles() {
    HANDLE go = CreateEvent(NULL, TRUE, FALSE, NULL), ready = CreateEvent(NULL, TRUE, FALSE, NULL);
    std::thread thread([=] {
        SetEvent(ready);
        WaitForSingleObject(go, INFINITE);
    });
    std::mutex mutex;
    CHECK(mutex.native_handle() != nullptr);
    WaitForSingleObject(ready, INFINITE);
    HANDLE handle = thread.native_handle();
    CHECK(handle != NULL && handle == (HANDLE)thread.native_handle());
    CHECK(SetThreadPriority(thread.native_handle(), THREAD_PRIORITY_BELOW_NORMAL));
    CHECK(WaitForSingleObject(static_cast<HANDLE>(thread.native_handle()), 0) == WAIT_TIMEOUT);
    SetEvent(go);
    CHECK(WaitForSingleObject(handle, INFINITE) == WAIT_OBJECT_0);
    thread.join();
    CloseHandle(go);
    CloseHandle(ready);
}

#define GUARD(mutex) std::lock_guard<std::mutex> guard(##mutex)
#define SAID(to, format, ...) sprintf_s(to, "<%d> " ##format, 1, ##__VA_ARGS__)
#define MEMBER(object, name) object.##name##_of()

static void pasted() {
    struct {
        int value_of() { return 5; }
    } object;
    std::mutex mutex;
    GUARD(mutex);
    char text[20];
    CHECK(sizeof(Packet) == 5);
    CHECK(SAID(text, "a") == 5 && strcmp(text, "<1> a") == 0);
    CHECK(SAID(text, "%d", MEMBER(object, value)) == 5 && strcmp(text, "<1> 5") == 0);
}

static std::string line_of(std::ifstream &&file) {
    std::string line;
    return std::getline(file, line) ? line : "none";
}

// Paths of file streams may be wide, and have backslashes.
static void file_streams() {
    CreateDirectoryA("dialect_dir", nullptr);
    std::ofstream(L"dialect_dir\\\uD55C.txt") << "wide" << std::endl;
    CHECK(line_of(std::ifstream("dialect_dir/\xED\x95\x9C.txt")) == "wide");
    std::wofstream out;
    out.open(std::wstring(L"dialect_dir\\b.txt"), std::ios::trunc);
    out << L"b" << 5;
    CHECK(out.is_open());
    out.close();
    std::ifstream in(std::string("dialect_dir\\b.txt"), std::ios::binary), moved;
    moved = std::move(in);
    CHECK(!in.is_open() && line_of(std::move(moved)) == "b5");
    std::fstream both(_T("dialect_dir\\b.txt"), std::ios::in | std::ios::out | std::ios::ate);
    CHECK(both.is_open() && both.tellg() == std::streampos(2) && (both << 6).flush());
    both.close();
    CHECK(line_of(std::ifstream{L"dialect_dir/b.txt"}) == "b56");
    std::fstream none(L"dialect_dir\\none.txt");
    CHECK(!none.is_open() && none.fail() && none.rdbuf() != nullptr);
    for (const char *name : {"dialect_dir\\\xED\x95\x9C.txt", "dialect_dir\\b.txt"})
        CHECK(DeleteFileA(name));
    CHECK(RemoveDirectoryA("dialect_dir"));
}

static int filtered;
static void pure() { filtered++; }

static std::string narrow_of(FILE *file) {
    char line[100] = "";
    rewind(file);
    return fgets(line, sizeof line, file) ? line : "";
}

static void wide_streams() {
    FILE *file = tmpfile();
    winsock::wide_buffer buffer(file);
    std::wostream stream(&buffer);
    fprintf(file, "a");
    stream << L"\uD55C" << 5 << std::flush;
    fputws(L"\u00E9", file);
    CHECK(narrow_of(file) == "a\xED\x95\x9C" "5\xC3\xA9");
    rewind(file);
    wchar_t line[10];
    CHECK(fgetws(line, 10, file) && std::wstring(line) == L"a\uD55C5\u00E9");
    rewind(file);
    std::wistream in(&buffer);
    std::wstring word;
    CHECK(in >> word && word == L"a\uD55C5\u00E9");
    fclose(file);
    CHECK(dynamic_cast<winsock::wide_buffer *>(std::wcout.rdbuf()) != nullptr);
}

static void locales() {
    std::wcout.imbue(std::locale("korean"));
    std::wcout.imbue(std::locale("ko-KR"));
    CHECK(setlocale(LC_ALL, "Korean_Korea.949") != nullptr && MB_CUR_MAX > 1);
    CHECK(_tsetlocale(LC_ALL, _T("chs")) != nullptr && _wsetlocale(LC_ALL, L"jpn") != nullptr);
    CHECK(setlocale(LC_ALL, "no such locale") == nullptr);
    bool refused = false;
    try {
        std::locale none("no such locale");
    } catch (const std::runtime_error &) {
        refused = true;
    }
    CHECK(refused);
    setlocale(LC_ALL, "C");
}

static void shared_words() {
    DECLSPEC_ALIGN(16) LONG64 pair[2] = {1, 2}, seen[2] = {1, 2};
    CHECK(InterlockedCompareExchange128(pair, 4, 3, seen) && pair[0] == 3 && pair[1] == 4);
    CHECK(!InterlockedCompareExchange128(pair, 9, 9, seen) && seen[0] == 3 && seen[1] == 4);
    short small = 5;
    char byte = 0;
    LONG bits = 1;
    CHECK(InterlockedIncrement16(&small) == 6 && InterlockedCompareExchange16(&small, 1, 6) == 6 && small == 1);
    CHECK(InterlockedExchange8(&byte, true) == 0 && byte == 1);
    CHECK(!InterlockedBitTestAndSet(&bits, 31) && InterlockedBitTestAndReset(&bits, 0) && bits == (LONG)0x80000000);
    CHECK(InterlockedIncrementAcquire(&bits) == (LONG)0x80000001 && InterlockedAndNoFence(&bits, 1) == (LONG)0x80000001);
    void *pointer = &bits;
    CHECK(InterlockedExchangePointerAcquire(&pointer, nullptr) == &bits && pointer == nullptr);
}

int main() {
    unsigned __int32 a = 1;
    _int64 b = 2;
    std::condition_variable condition; // of <mutex>
    CHECK(sizeof a == 4 && sizeof b == 8 && SECOND == 1 && is_red(RED) && !is_red(BLUE) && alignof(Padded) == 64);
    CHECK(Square().sides() == 4);
    CHECK(thrown(0) == "a text" && thrown(1) == "of a class" && thrown(2) == "std::exception");
    CHECK(std::wstring(__FUNCTIONW__) == L"main" && std::wstring(_CRT_WIDE("x")) == L"x");
    const TCHAR *name = TEXT(__FUNCTION__);
    CHECK(name[0] == TEXT('m') && name[4] == 0);
    CHECK(_set_purecall_handler(pure) == nullptr && _get_purecall_handler() == pure);
    CHECK(_CrtSetReportHook(nullptr) == nullptr && _set_abort_behavior(0, _WRITE_ABORT_MSG) == 3);
    TCHAR text[100];
    CHECK(_tcserror_s(text, ENOENT) == 0 && _tcslen(text) > 5);
    CHECK(_stprintf(text, _T("%s %d"), _T("t"), 5) == 3 && _ttol(_T("17")) == 17);
    HANDLE semaphore = CreateSemaphore(NULL, 0, LONG_MAX, NULL); // 2^31 - 1 on Windows
    CHECK(semaphore != NULL && ReleaseSemaphore(semaphore, 1, NULL));
    CHECK(GetCurrentProcess() != NULL); // winsock2.h brings windows.h
    wide_streams();
    locales();
    pasted();
    older();
    keys();
    thread_handles();
    file_streams();
    shared_words();
    printf("%d wrong\n", wrong);
    return wrong;
}
