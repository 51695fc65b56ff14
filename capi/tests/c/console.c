/* A terminal, in the hands of the test: what is printed asks for what is typed. */
#include <windows.h>
#include <conio.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "check.h"

static HANDLE in, out;

/* What comes for this question, and how much. */
static DWORD asked(const char *question, char *to, DWORD room, int by_file) {
    DWORD count = 0xBEEF;
    memset(to, '#', 32);
    printf("%s?", question);
    fflush(stdout);
    CHECK(by_file ? ReadFile(in, to, room, &count, NULL) : ReadConsoleA(in, to, room, &count, NULL));
    return count;
}

static void lines(void) {
    char line[32];
    CHECK(asked("line", line, 32, 0) == 7 && memcmp(line, "hello\r\n#", 8) == 0);
    CHECK(asked("file", line, 32, 1) == 7 && memcmp(line, "world\r\n#", 8) == 0);
    CHECK(asked("parts", line, 4, 0) == 4 && memcmp(line, "abcd#", 5) == 0);
    DWORD count = 0;
    CHECK(ReadConsoleA(in, line, 32, &count, NULL) && count == 2 && memcmp(line, "\r\n", 2) == 0);
    CHECK(asked("exact", line, 5, 1) == 5 && memcmp(line, "abcd\r#", 6) == 0);
    CHECK(ReadFile(in, line, 32, &count, NULL) && count == 1 && line[0] == '\n');
    wchar_t wide[8];
    wmemset(wide, L'#', 8);
    printf("wide?");
    fflush(stdout);
    CHECK(ReadConsoleW(in, wide, 8, &count, NULL) && count == 4 && wmemcmp(wide, L"\xD55C\xAE00\r\n#", 5) == 0);
    printf("cut?");
    fflush(stdout);
    CHECK(ReadConsoleW(in, wide, 4, &count, NULL) && count == 2 && wmemcmp(wide, L"\xD55C\xAE00", 2) == 0);
    CHECK(ReadConsoleW(in, wide, 4, &count, NULL) && count == 2 && wmemcmp(wide, L"\r\n", 2) == 0);
}

static void modes(void) {
    DWORD mode = 0xBEEF, count = 0;
    char key[32];
    CHECK(GetConsoleMode(in, &mode) && (mode & 7) == 7);
    CHECK(SetConsoleMode(in, mode & ~(DWORD)(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT)));
    CHECK(asked("key", key, 1, 1) == 1 && key[0] == 'k' && key[1] == '#');
    SetLastError(0xBEEF);
    CHECK(!SetConsoleMode(in, ENABLE_ECHO_INPUT) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(SetConsoleMode(in, mode) && GetConsoleMode(in, &count) && count == mode);
    CHECK(GetConsoleMode(out, &mode) && (mode & ENABLE_PROCESSED_OUTPUT));
    printf("getch?");
    fflush(stdout);
    CHECK(_getch() == 'g');
}

/* Whether this event is of this key, pressed or let go. */
static int is(const INPUT_RECORD *event, int down, WORD code, wchar_t character, DWORD state) {
    const KEY_EVENT_RECORD *key = &event->Event.KeyEvent;
    return event->EventType == KEY_EVENT && key->bKeyDown == down && key->wRepeatCount == 1 &&
           key->wVirtualKeyCode == code && key->uChar.UnicodeChar == character && key->dwControlKeyState == state;
}

static void events(void) {
    INPUT_RECORD events[16];
    DWORD count = 0xBEEF, many = 0xBEEF;
    memset(events, 0xEE, sizeof events);
    CHECK(FlushConsoleInputBuffer(in) && GetNumberOfConsoleInputEvents(in, &count) && count == 0);
    count = 0xBEEF;
    CHECK(PeekConsoleInputW(in, events, 16, &count) && count == 0 && events[0].EventType == 0xEEEE && !_kbhit());
    printf("events?");
    fflush(stdout);
    CHECK(ReadConsoleInputW(in, events, 1, &count) && count == 1 && is(events, TRUE, 'A', L'a', 0));
    CHECK(GetNumberOfConsoleInputEvents(in, &many) && many == 13);
    CHECK(PeekConsoleInputW(in, events, 2, &count) && count == 2 && is(events, FALSE, 'A', L'a', 0));
    CHECK(is(events + 1, TRUE, 'Z', L'Z', SHIFT_PRESSED));
    CHECK(ReadConsoleInputA(in, events, 16, &count) && count == 13 && is(events, FALSE, 'A', 'a', 0));
    CHECK(is(events + 3, TRUE, VK_UP, 0, ENHANCED_KEY) && is(events + 4, FALSE, VK_UP, 0, ENHANCED_KEY));
    CHECK(is(events + 5, TRUE, VK_F1 + 4, 0, LEFT_CTRL_PRESSED) && is(events + 7, TRUE, VK_RETURN, '\r', 0));
    CHECK(is(events + 9, TRUE, '1', '!', SHIFT_PRESSED) && is(events + 11, TRUE, 0, 0, 0));
    CHECK(GetNumberOfConsoleInputEvents(in, &many) && many == 0);
    /* What was seen is a key for who asks for keys. */
    printf("again?");
    fflush(stdout);
    do
        CHECK(PeekConsoleInputW(in, events, 16, &count));
    while (count == 0);
    CHECK(count == 2 && is(events, TRUE, 0, L'\xD55C', 0) && _kbhit());
    CHECK(_getch() == 0xED && _getch() == 0x95 && _kbhit() && _getch() == 0x9C && !_kbhit());
    SetLastError(0xBEEF);
    CHECK(!ReadConsoleInputW(out, events, 1, &count) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(0xBEEF);
    CHECK(!PeekConsoleInputA(NULL, events, 1, &count) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(0xBEEF);
    CHECK(!FlushConsoleInputBuffer(NULL) && GetLastError() == ERROR_INVALID_HANDLE);
    SetLastError(0xBEEF);
    CHECK(!ReadConsoleInputW(in, events, 1, NULL) && GetLastError() == ERROR_INVALID_PARAMETER);
}

static void screen(void) {
    DWORD count = 0;
    printf("one ");
    CHECK(WriteConsoleA(out, "two ", 4, &count, NULL) && count == 4);
    printf("three ");
    CHECK(WriteFile(out, "four ", 5, &count, NULL) && count == 5);
    CHECK(WriteConsoleW(out, L"\xD55C\n", 2, &count, NULL) && count == 2);
    CHECK(SetConsoleTextAttribute(out, FOREGROUND_RED | FOREGROUND_INTENSITY));
    CONSOLE_SCREEN_BUFFER_INFO info;
    memset(&info, 0xEE, sizeof info);
    CHECK(GetConsoleScreenBufferInfo(out, &info)); /* the test says where the cursor is */
    CHECK(info.dwSize.X == 80 && info.dwSize.Y == 24 && info.srWindow.Right == 79 && info.srWindow.Bottom == 23);
    CHECK(info.dwCursorPosition.X == 6 && info.dwCursorPosition.Y == 4 && info.wAttributes == 12);
    CHECK(SetConsoleTextAttribute(out, 7));
    COORD size = {80, 24}, other = {81, 24}, place = {9, 2};
    SetLastError(0xBEEF);
    CHECK(SetConsoleScreenBufferSize(out, size) && !SetConsoleScreenBufferSize(out, other) && GetLastError() == ERROR_INVALID_PARAMETER);
    CHECK(SetConsoleCursorPosition(out, place));
    CONSOLE_CURSOR_INFO cursor = {25, FALSE}, now = {0, TRUE};
    CHECK(SetConsoleCursorInfo(out, &cursor) && GetConsoleCursorInfo(out, &now) && now.dwSize == 25 && !now.bVisible);
    cursor.bVisible = TRUE;
    CHECK(SetConsoleCursorInfo(out, &cursor));
    CHECK(FillConsoleOutputCharacterA(out, 'x', 5, place, &count) && count == 5);
    CHECK(SetConsoleTitleA("title") && GetConsoleCP() == 65001 && GetConsoleOutputCP() == 65001);
    CHECK(SetConsoleOutputCP(65001) && SetConsoleCP(65001));
    SetLastError(0xBEEF);
    CHECK(!SetConsoleOutputCP(949) && GetLastError() == ERROR_INVALID_PARAMETER);
    char title[16];
    CHECK(GetConsoleTitleA(title, sizeof title) == 5 && strcmp(title, "title") == 0);
}

int main(void) {
    in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
    CHECK(GetFileType(in) == FILE_TYPE_CHAR && GetFileType(out) == FILE_TYPE_CHAR);
    SetLastError(0xBEEF);
    CHECK(WaitForSingleObject(in, 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
    lines();
    modes();
    events();
    screen();
    printf("\n%d wrong\n", wrong);
    return wrong;
}
