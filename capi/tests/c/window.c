/* Windows without a display: what they are told, what they keep, their titles and timers. As an
   ordinary program of Windows has them: it prints the same there. */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include "check.h"

static UINT told[64];
static int told_count, destroyed, ticks;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM word, LPARAM long_) {
    if (told_count < 64)
        told[told_count++] = message;
    switch (message) {
    case WM_CREATE:
        CHECK(((CREATESTRUCT *)long_)->lpCreateParams == (void *)7);
        return 0;
    case WM_TIMER:
        if (++ticks == 3) {
            CHECK(KillTimer(window, word) && !KillTimer(window, word));
            DestroyWindow(window);
        }
        return 0;
    case WM_USER + 1:
        return (LRESULT)word + long_;
    case WM_DESTROY:
        destroyed++;
        PostQuitMessage(5);
        return 0;
    }
    return DefWindowProc(window, message, word, long_);
}

static LRESULT CALLBACK subclass(HWND window, UINT message, WPARAM word, LPARAM long_) {
    if (message == WM_USER + 1)
        return 1000 + CallWindowProc(procedure, window, message, word, long_);
    return CallWindowProc(procedure, window, message, word, long_);
}

static int was_told(UINT message) {
    int count = 0;
    for (int at = 0; at < told_count; at++)
        count += told[at] == message;
    return count;
}

static HWND window(const TCHAR *title, DWORD style, HWND parent) {
    return CreateWindow(TEXT("WinsockTest"), title, style, CW_USEDEFAULT, CW_USEDEFAULT, 300, 200,
                        parent, NULL, GetModuleHandle(NULL), (void *)7);
}

static void classes(void) {
    WNDCLASSEX class_ = {0};
    class_.cbSize = sizeof class_;
    class_.style = CS_HREDRAW | CS_VREDRAW;
    class_.lpfnWndProc = procedure;
    class_.cbWndExtra = 16;
    class_.hInstance = GetModuleHandle(NULL);
    class_.hIcon = LoadIcon(NULL, IDI_APPLICATION);
    class_.hCursor = LoadCursor(NULL, IDC_ARROW);
    class_.hbrBackground = (HBRUSH)GetStockObject(WHITE_BRUSH);
    class_.lpszClassName = TEXT("WinsockTest");
    CHECK(class_.hIcon && class_.hCursor && class_.hbrBackground && !GetStockObject(9));
    CHECK(!LoadIcon(NULL, MAKEINTRESOURCE(77)));
    CHECK(RegisterClassEx(&class_) != 0);
    SetLastError(0);
    CHECK(!CreateWindow(TEXT("Unheard"), TEXT(""), 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL));
    WINE_DIFFERS(GetLastError() == ERROR_CANNOT_FIND_WND_CLASS);
    SetLastError(0);
    CHECK(!window(TEXT(""), WS_CHILD, NULL) && GetLastError() == ERROR_TLW_WITH_WSCHILD);
    SetLastError(0);
    CHECK(!window(TEXT(""), WS_CHILD, (HWND)0x7777) && GetLastError() == ERROR_INVALID_WINDOW_HANDLE);
}

static void birth(HWND main_window) {
    TCHAR title[32];
    CHECK(main_window && IsWindow(main_window) && !IsWindow((HWND)0x7777));
    CHECK(was_told(WM_NCCREATE) == 1 && was_told(WM_CREATE) == 1 && was_told(WM_SHOWWINDOW) == 0);
    CHECK(GetWindowLong(main_window, GWL_STYLE) == (LONG)(WS_OVERLAPPEDWINDOW | WS_CLIPSIBLINGS));
    CHECK(GetWindowTextLength(main_window) == 5 && GetWindowText(main_window, title, 32) == 5);
    CHECK(title[0] == 'h' && title[4] == 'o' && title[5] == 0);
    CHECK(GetWindowText(main_window, title, 3) == 2 && title[1] == 'e' && title[2] == 0);
    CHECK(SetWindowText(main_window, TEXT("there")) && was_told(WM_SETTEXT) == 1);
    CHECK(SendMessage(main_window, WM_GETTEXT, 32, (LPARAM)title) == 5 && title[0] == 't');
    CHECK(SetWindowTextA(main_window, "narrow") && GetWindowTextLengthW(main_window) == 6);
    CHECK(IsWindowUnicode(main_window) == (sizeof(TCHAR) > 1));
}

static void showing(HWND main_window) {
    CHECK(!IsWindowVisible(main_window));
    CHECK(!ShowWindow(main_window, SW_SHOW) && was_told(WM_SHOWWINDOW) == 1);
    CHECK(IsWindowVisible(main_window) && UpdateWindow(main_window));
    CHECK(ShowWindow(main_window, SW_SHOW) && was_told(WM_SHOWWINDOW) == 1);
    CHECK(ShowWindow(main_window, SW_HIDE) && was_told(WM_SHOWWINDOW) == 2);
    CHECK(!IsWindowVisible(main_window) && !ShowWindow(main_window, SW_SHOW));
    CHECK(IsWindowEnabled(main_window) && !EnableWindow(main_window, FALSE));
    CHECK(!IsWindowEnabled(main_window) && EnableWindow(main_window, TRUE));
    CHECK(was_told(WM_ENABLE) == 2);
}

static void values(HWND main_window) {
    DWORD process = 0;
    CHECK(GetWindowThreadProcessId(main_window, &process) == GetCurrentThreadId());
    CHECK(process == GetCurrentProcessId());
    CHECK((HINSTANCE)GetWindowLongPtr(main_window, GWLP_HINSTANCE) == GetModuleHandle(NULL));
    CHECK(SetWindowLongPtr(main_window, 8, 0x123456789) == 0);
    CHECK(GetWindowLongPtr(main_window, 8) == 0x123456789 && GetWindowLong(main_window, 0) == 0);
    SetLastError(0);
    CHECK(GetWindowLongPtr(main_window, 12) == 0 && GetLastError() == ERROR_INVALID_INDEX);
    CHECK(SendMessage(main_window, WM_USER + 1, 40, 2) == 42);
    CHECK((WNDPROC)SetWindowLongPtr(main_window, GWLP_WNDPROC, (LONG_PTR)subclass) == procedure);
    CHECK(SendMessage(main_window, WM_USER + 1, 40, 2) == 1042);
    CHECK((WNDPROC)SetWindowLongPtr(main_window, GWLP_WNDPROC, (LONG_PTR)procedure) == subclass);
}

static void children(HWND main_window) {
    HWND child = window(TEXT("child"), WS_CHILD | WS_VISIBLE, main_window);
    CHECK(child && GetParent(child) == main_window && !GetParent(main_window));
    CHECK(IsWindowVisible(child) && ShowWindow(main_window, SW_HIDE) && !IsWindowVisible(child));
    destroyed = 0;
    CHECK(SetTimer(main_window, 9, 10, NULL) == 9);
    CHECK(PostMessage(main_window, WM_USER + 1, 1, 1));
    MSG message;
    int quit;
    while ((quit = GetMessage(&message, NULL, 0, 0)) > 0) {
        TranslateMessage(&message);
        DispatchMessage(&message);
    }
    CHECK(quit == 0 && message.wParam == 5 && ticks == 3 && destroyed == 2);
    CHECK(!IsWindow(child) && !IsWindow(main_window));
}

static int called;
static void CALLBACK tick(HWND window_, UINT message, UINT_PTR number, DWORD time) {
    (void)time;
    CHECK(window_ == NULL && message == WM_TIMER && number != 0);
    called++;
}

static void thread_timers(void) {
    MSG message;
    UINT_PTR number = SetTimer(NULL, 0, 10, tick);
    CHECK(number != 0);
    while (called < 2 && GetMessage(&message, NULL, 0, 0) > 0)
        DispatchMessage(&message);
    CHECK(called == 2 && KillTimer(NULL, number) && !KillTimer(NULL, number));
}

int main(void) {
    classes();
    HWND main_window = window(TEXT("hello"), WS_OVERLAPPEDWINDOW, NULL);
    birth(main_window);
    showing(main_window);
    values(main_window);
    children(main_window);
    thread_timers();
    printf("%d wrong\n", wrong);
    return wrong;
}
