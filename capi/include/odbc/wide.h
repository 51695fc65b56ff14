/* The functions of ODBC that read or write wide text. unixODBC's has 16 bits and a program's wchar_t
   32 here, so each call goes by a copy: text on its way in and out, and what is bound to a column or a
   parameter before and after the call that uses it. */
#ifndef WINSOCK_ODBC_WIDE_H
#define WINSOCK_ODBC_WIDE_H
#pragma GCC system_header

#include <sqltypes.h>
#include <locale.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

/* A function by its name and parameters, and unixODBC's own below it. */
#define WINSOCK_ODBC(name, parameters)                                \
    SQLRETURN winsock_odbc_##name parameters __asm__(#name);          \
    static inline SQLRETURN name parameters __asm__("winsock_" #name); \
    static inline SQLRETURN name parameters
#define WINSOCK_ODBC_DONE(code) ((code) == 0 || (code) == 1) /* with information, too */

enum {
    WINSOCK_ODBC_ERROR = -1,
    WINSOCK_ODBC_NTS = -3,
    WINSOCK_ODBC_NULL = -1,
    WINSOCK_ODBC_WIDE = -8, /* SQL_C_WCHAR, SQL_WCHAR */
    WINSOCK_ODBC_DEFAULT = 99,
    WINSOCK_ODBC_STATEMENT = 3
};

#ifdef __cplusplus
extern "C" {
#endif

/* A column or a parameter bound to wide text: the program's memory, and unixODBC's. */
struct winsock_odbc_bound {
    struct winsock_odbc_bound *next;
    SQLHSTMT statement;
    SQLUSMALLINT number;
    SQLSMALLINT way; /* SQL_PARAM_INPUT …; 0 for a column */
    SQLSMALLINT type, digits;
    SQLULEN size;
    WCHAR *text;
    SQLLEN bytes, *told;
    unsigned short *units;
    SQLLEN units_told;
};

/* One list for a program; the lock guards its links. A statement is used by one thread at a time. */
__attribute__((weak, visibility("default"))) struct winsock_odbc_bound *winsock_odbc_all;
__attribute__((weak, visibility("default"))) SRWLOCK winsock_odbc_lock;

/* Text as UTF-16 with a null, from malloc. The count is of characters, or SQL_NTS. */
static inline unsigned short *winsock_odbc_units(const WCHAR *text, long long count, SQLLEN *units) {
    size_t length = text == NULL ? 0 : count < 0 ? wcslen(text) : (size_t)count, at, to = 0;
    unsigned short *made = text == NULL ? NULL : (unsigned short *)malloc((2 * length + 1) * sizeof *made);
    for (at = 0; at < length && made; at++) {
        unsigned c = (unsigned)text[at];
        if (c >= 0x10000) {
            made[to++] = (unsigned short)(0xd7c0 + (c >> 10));
            c = 0xdc00 | (c & 0x3ff);
        }
        made[to++] = (unsigned short)c;
    }
    if (made)
        made[to] = 0;
    if (units)
        *units = (SQLLEN)to;
    return made;
}

/* UTF-16 as text with a null, as much as there is room for; how many characters. */
static inline size_t winsock_odbc_text(const unsigned short *units, size_t count, WCHAR *text, size_t room) {
    size_t at, to = 0;
    for (at = 0; at < count && to + 1 < room; at++) {
        unsigned c = units[at];
        if ((c & 0xfc00) == 0xd800 && at + 1 < count && (units[at + 1] & 0xfc00) == 0xdc00)
            c = ((c - 0xd7c0) << 10) | (units[++at] & 0x3ffu);
        text[to++] = (WCHAR)c;
    }
    if (room)
        text[to] = 0;
    return to;
}

static inline size_t winsock_odbc_count(const unsigned short *units, size_t room) {
    size_t count = 0;
    while (count < room && units[count])
        count++;
    return count;
}

/* The program's room for text that comes out, and unixODBC's as many units. */
struct winsock_odbc_out {
    WCHAR *text;
    size_t room;
    unsigned short *units;
};

static inline struct winsock_odbc_out winsock_odbc_out(void *text, long long room) {
    struct winsock_odbc_out out;
    out.text = (WCHAR *)text;
    out.room = text != NULL && room > 0 ? (size_t)room : 0;
    out.units = out.room ? (unsigned short *)calloc(out.room + 1, sizeof *out.units) : NULL;
    return out;
}

/* The length that is told is that of the driver's own text, so it is counted anew where all of it came;
   it is in characters, or in bytes. */
static inline SQLRETURN winsock_odbc_end(struct winsock_odbc_out out, SQLRETURN code, SQLSMALLINT *told, int bytes) {
    size_t count = out.room;
    if (out.units && WINSOCK_ODBC_DONE(code))
        count = winsock_odbc_text(out.units, winsock_odbc_count(out.units, out.room), out.text, out.room);
    free(out.units);
    if (told && WINSOCK_ODBC_DONE(code)) {
        if (count + 1 >= out.room)
            count = (size_t)*told / (bytes ? 2 : 1);
        *told = (SQLSMALLINT)(count * (bytes ? sizeof(WCHAR) : 1));
    }
    return code;
}

/* Forgets what a statement has bound: its columns, its parameters, all, or one by its number. */
enum { WINSOCK_ODBC_COLUMNS = 1, WINSOCK_ODBC_PARAMETERS = 2 };
static inline void winsock_odbc_forget(SQLHSTMT statement, int kinds, int number) {
    struct winsock_odbc_bound **at, *gone;
    AcquireSRWLockExclusive(&winsock_odbc_lock);
    for (at = &winsock_odbc_all; *at;) {
        int kind = (*at)->way ? WINSOCK_ODBC_PARAMETERS : WINSOCK_ODBC_COLUMNS;
        if ((*at)->statement == statement && (kind & kinds) && (number < 0 || (*at)->number == number)) {
            gone = *at;
            *at = gone->next;
            free(gone->units);
            free(gone);
        } else
            at = &(*at)->next;
    }
    ReleaseSRWLockExclusive(&winsock_odbc_lock);
}

static inline void winsock_odbc_remember(struct winsock_odbc_bound *bound) {
    AcquireSRWLockExclusive(&winsock_odbc_lock);
    bound->next = winsock_odbc_all;
    winsock_odbc_all = bound;
    ReleaseSRWLockExclusive(&winsock_odbc_lock);
}

/* The next binding of a statement. */
static inline struct winsock_odbc_bound *
winsock_odbc_next(struct winsock_odbc_bound *bound, SQLHSTMT statement, int column) {
    AcquireSRWLockExclusive(&winsock_odbc_lock);
    bound = bound ? bound->next : winsock_odbc_all;
    while (bound && (bound->statement != statement || (bound->way == 0) != column))
        bound = bound->next;
    ReleaseSRWLockExclusive(&winsock_odbc_lock);
    return bound;
}

SQLRETURN winsock_odbc_SQLGetStmtAttr(SQLHSTMT, SQLINTEGER, SQLPOINTER, SQLINTEGER, SQLINTEGER *)
    __asm__("SQLGetStmtAttr");

/* Rows or parameters by the many, in wide text, have nobody who converts them. */
static inline int winsock_odbc_many(SQLHSTMT statement, SQLINTEGER what) {
    SQLULEN count = 1;
    return WINSOCK_ODBC_DONE(winsock_odbc_SQLGetStmtAttr(statement, what, &count, 0, NULL)) && count > 1;
}

/* What came out goes where the program wants it. */
static inline void winsock_odbc_deliver(struct winsock_odbc_bound *bound) {
    size_t room = (size_t)bound->bytes / sizeof(WCHAR), count = winsock_odbc_count(bound->units, room);
    if (bound->told && bound->units_told < 0)
        *bound->told = bound->units_told;
    else {
        count = winsock_odbc_text(bound->units, count, bound->text, room);
        if (bound->told && (size_t)bound->units_told / 2 >= room) /* cut: what there was */
            count = (size_t)bound->units_told / 2;
        if (bound->told)
            *bound->told = (SQLLEN)(count * sizeof(WCHAR));
    }
}

SQLRETURN winsock_odbc_SQLBindParameter(SQLHSTMT, SQLUSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLULEN,
                                        SQLSMALLINT, SQLPOINTER, SQLLEN, SQLLEN *) __asm__("SQLBindParameter");

/* Binds a parameter's own memory with what the program's holds now. */
static inline SQLRETURN winsock_odbc_fill(struct winsock_odbc_bound *bound, int reads) {
    SQLLEN told = bound->told && reads ? *bound->told : WINSOCK_ODBC_NTS, count = 0;
    size_t room = bound->bytes > 0 ? (size_t)bound->bytes / sizeof(WCHAR) : 0;
    unsigned short *units = NULL;
    if (told == -2 || told <= -100)
        return WINSOCK_ODBC_ERROR; /* data at execution */
    if (reads && bound->way != 4 && (told >= 0 || told == WINSOCK_ODBC_NTS)) {
        units = winsock_odbc_units(bound->text, told < 0 ? told : told / (SQLLEN)sizeof(WCHAR), &count);
        told = 2 * count;
    }
    units = (unsigned short *)realloc(units, ((size_t)count + room + 1) * sizeof *units);
    if (units == NULL)
        return WINSOCK_ODBC_ERROR;
    units[count] = 0;
    free(bound->units);
    bound->units = units;
    bound->units_told = told;
    return winsock_odbc_SQLBindParameter(bound->statement, bound->number, bound->way, WINSOCK_ODBC_WIDE,
                                         bound->type, bound->size, bound->digits, units,
                                         (SQLLEN)(((size_t)count + room + 1) * sizeof *units), &bound->units_told);
}

static inline SQLRETURN SQLBindParameter(SQLHSTMT, SQLUSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLULEN,
                                         SQLSMALLINT, SQLPOINTER, SQLLEN, SQLLEN *)
    __asm__("winsock_SQLBindParameter");
static inline SQLRETURN SQLBindParameter(SQLHSTMT statement, SQLUSMALLINT number, SQLSMALLINT way, SQLSMALLINT c_type,
                                         SQLSMALLINT type, SQLULEN size, SQLSMALLINT digits, SQLPOINTER value,
                                         SQLLEN bytes, SQLLEN *told) {
    struct winsock_odbc_bound *bound;
    SQLRETURN code;
    int wide = c_type == WINSOCK_ODBC_WIDE || (c_type == WINSOCK_ODBC_DEFAULT && type <= -8 && type >= -10);
    winsock_odbc_forget(statement, WINSOCK_ODBC_PARAMETERS, number);
    if (!wide || value == NULL)
        return winsock_odbc_SQLBindParameter(statement, number, way, c_type, type, size, digits, value, bytes, told);
    bound = (struct winsock_odbc_bound *)calloc(1, sizeof *bound);
    if (bound == NULL)
        return WINSOCK_ODBC_ERROR;
    bound->statement = statement;
    bound->number = number;
    bound->way = way;
    bound->type = type;
    bound->size = size;
    bound->digits = digits;
    bound->text = (WCHAR *)value;
    bound->bytes = bytes;
    bound->told = told;
    code = winsock_odbc_fill(bound, 0);
    if (WINSOCK_ODBC_DONE(code))
        winsock_odbc_remember(bound);
    else {
        free(bound->units);
        free(bound);
    }
    return code;
}

/* Before a statement is executed, and after it. */
static inline SQLRETURN winsock_odbc_before(SQLHSTMT statement) {
    struct winsock_odbc_bound *bound = winsock_odbc_next(NULL, statement, 0);
    if (bound && winsock_odbc_many(statement, 22)) /* SQL_ATTR_PARAMSET_SIZE */
        return WINSOCK_ODBC_ERROR;
    for (; bound; bound = winsock_odbc_next(bound, statement, 0)) {
        SQLRETURN code = winsock_odbc_fill(bound, 1);
        if (!WINSOCK_ODBC_DONE(code))
            return code;
    }
    return 0;
}

static inline SQLRETURN winsock_odbc_after(SQLHSTMT statement, SQLRETURN code) {
    struct winsock_odbc_bound *bound = NULL;
    if (WINSOCK_ODBC_DONE(code) || code == 100) /* SQL_NO_DATA: no row was meant */
        while ((bound = winsock_odbc_next(bound, statement, 0)) != NULL)
            if (bound->way != 1)
                winsock_odbc_deliver(bound);
    return code;
}

WINSOCK_ODBC(SQLExecute, (SQLHSTMT statement)) {
    SQLRETURN code = winsock_odbc_before(statement);
    return code ? code : winsock_odbc_after(statement, winsock_odbc_SQLExecute(statement));
}

WINSOCK_ODBC(SQLExecDirect, (SQLHSTMT statement, SQLCHAR *text, SQLINTEGER count)) {
    SQLRETURN code = winsock_odbc_before(statement);
    return code ? code : winsock_odbc_after(statement, winsock_odbc_SQLExecDirect(statement, text, count));
}

SQLRETURN winsock_odbc_SQLExecDirectW(SQLHSTMT, unsigned short *, SQLINTEGER) __asm__("SQLExecDirectW");
SQLRETURN winsock_odbc_SQLPrepareW(SQLHSTMT, unsigned short *, SQLINTEGER) __asm__("SQLPrepareW");
SQLRETURN winsock_odbc_SQLSetCursorNameW(SQLHSTMT, unsigned short *, SQLSMALLINT) __asm__("SQLSetCursorNameW");

/* A call with the units of one text. */
#define WINSOCK_ODBC_WITH(text, count, call)                          \
    SQLLEN length = 0;                                                \
    unsigned short *units = winsock_odbc_units(text, count, &length); \
    SQLRETURN code = call;                                            \
    free(units);                                                      \
    return code

static inline SQLRETURN SQLExecDirectW(SQLHSTMT, SQLWCHAR *, SQLINTEGER) __asm__("winsock_SQLExecDirectW");
static inline SQLRETURN SQLExecDirectW(SQLHSTMT statement, SQLWCHAR *text, SQLINTEGER count) {
    SQLRETURN ready = winsock_odbc_before(statement);
    if (ready)
        return ready;
    WINSOCK_ODBC_WITH(text, count,
                      winsock_odbc_after(statement, winsock_odbc_SQLExecDirectW(statement, units, (SQLINTEGER)length)));
}

static inline SQLRETURN SQLPrepareW(SQLHSTMT, SQLWCHAR *, SQLINTEGER) __asm__("winsock_SQLPrepareW");
static inline SQLRETURN SQLPrepareW(SQLHSTMT statement, SQLWCHAR *text, SQLINTEGER count) {
    WINSOCK_ODBC_WITH(text, count, winsock_odbc_SQLPrepareW(statement, units, (SQLINTEGER)length));
}

static inline SQLRETURN SQLSetCursorNameW(SQLHSTMT, SQLWCHAR *, SQLSMALLINT) __asm__("winsock_SQLSetCursorNameW");
static inline SQLRETURN SQLSetCursorNameW(SQLHSTMT statement, SQLWCHAR *text, SQLSMALLINT count) {
    WINSOCK_ODBC_WITH(text, count, winsock_odbc_SQLSetCursorNameW(statement, units, (SQLSMALLINT)length));
}
#undef WINSOCK_ODBC_WITH

WINSOCK_ODBC(SQLMoreResults, (SQLHSTMT statement)) {
    return winsock_odbc_after(statement, winsock_odbc_SQLMoreResults(statement));
}

WINSOCK_ODBC(SQLBindCol, (SQLHSTMT statement, SQLUSMALLINT number, SQLSMALLINT type, SQLPOINTER value, SQLLEN bytes,
                          SQLLEN *told)) {
    struct winsock_odbc_bound *bound;
    size_t room = bytes > 0 ? (size_t)bytes / sizeof(WCHAR) : 0;
    SQLRETURN code;
    winsock_odbc_forget(statement, WINSOCK_ODBC_COLUMNS, number);
    if (type != WINSOCK_ODBC_WIDE || value == NULL)
        return winsock_odbc_SQLBindCol(statement, number, type, value, bytes, told);
    bound = (struct winsock_odbc_bound *)calloc(1, sizeof *bound);
    if (bound == NULL)
        return WINSOCK_ODBC_ERROR;
    bound->statement = statement;
    bound->number = number;
    bound->text = (WCHAR *)value;
    bound->bytes = bytes;
    bound->told = told;
    bound->units = (unsigned short *)calloc(room + 1, sizeof *bound->units);
    code = bound->units == NULL ? (SQLRETURN)WINSOCK_ODBC_ERROR
                                : winsock_odbc_SQLBindCol(statement, number, type, bound->units, (SQLLEN)(2 * room),
                                                          told ? &bound->units_told : NULL);
    if (WINSOCK_ODBC_DONE(code))
        winsock_odbc_remember(bound);
    else {
        free(bound->units);
        free(bound);
    }
    return code;
}

/* After a row was fetched. */
static inline SQLRETURN winsock_odbc_fetched(SQLHSTMT statement, SQLRETURN code) {
    struct winsock_odbc_bound *bound = NULL;
    if (WINSOCK_ODBC_DONE(code))
        while ((bound = winsock_odbc_next(bound, statement, 1)) != NULL)
            winsock_odbc_deliver(bound);
    return code;
}

static inline int winsock_odbc_many_rows(SQLHSTMT statement) {
    return winsock_odbc_next(NULL, statement, 1) && winsock_odbc_many(statement, 27); /* SQL_ATTR_ROW_ARRAY_SIZE */
}

WINSOCK_ODBC(SQLFetch, (SQLHSTMT statement)) {
    if (winsock_odbc_many_rows(statement))
        return WINSOCK_ODBC_ERROR;
    return winsock_odbc_fetched(statement, winsock_odbc_SQLFetch(statement));
}

WINSOCK_ODBC(SQLFetchScroll, (SQLHSTMT statement, SQLSMALLINT where, SQLLEN offset)) {
    if (winsock_odbc_many_rows(statement))
        return WINSOCK_ODBC_ERROR;
    return winsock_odbc_fetched(statement, winsock_odbc_SQLFetchScroll(statement, where, offset));
}

WINSOCK_ODBC(SQLGetData, (SQLHSTMT statement, SQLUSMALLINT number, SQLSMALLINT type, SQLPOINTER value, SQLLEN bytes,
                          SQLLEN *told)) {
    struct winsock_odbc_out out;
    SQLRETURN code;
    if (type != WINSOCK_ODBC_WIDE)
        return winsock_odbc_SQLGetData(statement, number, type, value, bytes, told);
    out = winsock_odbc_out(value, bytes / (SQLLEN)sizeof(WCHAR));
    code = winsock_odbc_SQLGetData(statement, number, type, out.units ? (void *)out.units : value,
                                   (SQLLEN)(2 * out.room), told);
    if (told && *told < 0 && out.units)
        out.room = 0; /* no text, and no null of it */
    else if (told && *told > 0 && WINSOCK_ODBC_DONE(code))
        *told = *told / 2 * (SQLLEN)sizeof(WCHAR);
    return winsock_odbc_end(out, code, NULL, 0);
}

/* unixODBC settles with a connection's handle what its driver's narrow text is: UTF-8, as everywhere
   here, whatever the program's locale says. */
void *winsock_odbc_newlocale(int, const char *, void *) __asm__("newlocale");
void *winsock_odbc_uselocale(void *) __asm__("uselocale");
void winsock_odbc_freelocale(void *) __asm__("freelocale");
SQLRETURN winsock_odbc_SQLAllocHandle(SQLSMALLINT, SQLHANDLE, SQLHANDLE *) __asm__("SQLAllocHandle");
static inline SQLRETURN winsock_odbc_allocated(SQLSMALLINT type, SQLHANDLE from, SQLHANDLE *to) {
    void *utf8 = winsock_odbc_newlocale(1 << LC_CTYPE, "C.UTF-8", NULL);
    void *before = utf8 ? winsock_odbc_uselocale(utf8) : NULL;
    SQLRETURN code = winsock_odbc_SQLAllocHandle(type, from, to);
    if (utf8) {
        winsock_odbc_uselocale(before);
        winsock_odbc_freelocale(utf8);
    }
    if (type == WINSOCK_ODBC_STATEMENT && WINSOCK_ODBC_DONE(code))
        winsock_odbc_forget(*to, WINSOCK_ODBC_COLUMNS | WINSOCK_ODBC_PARAMETERS, -1);
    return code;
}

static inline SQLRETURN SQLAllocHandle(SQLSMALLINT, SQLHANDLE, SQLHANDLE *) __asm__("winsock_SQLAllocHandle");
static inline SQLRETURN SQLAllocHandle(SQLSMALLINT type, SQLHANDLE from, SQLHANDLE *to) {
    return winsock_odbc_allocated(type, from, to);
}

static inline SQLRETURN SQLAllocConnect(SQLHENV, SQLHDBC *) __asm__("winsock_SQLAllocConnect");
static inline SQLRETURN SQLAllocConnect(SQLHENV environment, SQLHDBC *to) {
    return winsock_odbc_allocated(2, environment, to);
}

static inline SQLRETURN SQLAllocStmt(SQLHDBC, SQLHSTMT *) __asm__("winsock_SQLAllocStmt");
static inline SQLRETURN SQLAllocStmt(SQLHDBC connection, SQLHSTMT *to) {
    return winsock_odbc_allocated(WINSOCK_ODBC_STATEMENT, connection, to);
}

WINSOCK_ODBC(SQLFreeHandle, (SQLSMALLINT type, SQLHANDLE handle)) {
    SQLRETURN code = winsock_odbc_SQLFreeHandle(type, handle);
    if (type == WINSOCK_ODBC_STATEMENT && WINSOCK_ODBC_DONE(code))
        winsock_odbc_forget(handle, WINSOCK_ODBC_COLUMNS | WINSOCK_ODBC_PARAMETERS, -1);
    return code;
}

WINSOCK_ODBC(SQLFreeStmt, (SQLHSTMT statement, SQLUSMALLINT how)) {
    static const int kinds[] = {0, 3, WINSOCK_ODBC_COLUMNS, WINSOCK_ODBC_PARAMETERS}; /* SQL_CLOSE, SQL_DROP … */
    SQLRETURN code = winsock_odbc_SQLFreeStmt(statement, how);
    if (how < 4 && kinds[how] && WINSOCK_ODBC_DONE(code))
        winsock_odbc_forget(statement, kinds[how], -1);
    return code;
}

SQLRETURN winsock_odbc_SQLConnectW(SQLHDBC, unsigned short *, SQLSMALLINT, unsigned short *, SQLSMALLINT,
                                   unsigned short *, SQLSMALLINT) __asm__("SQLConnectW");
static inline SQLRETURN SQLConnectW(SQLHDBC, SQLWCHAR *, SQLSMALLINT, SQLWCHAR *, SQLSMALLINT, SQLWCHAR *, SQLSMALLINT)
    __asm__("winsock_SQLConnectW");
static inline SQLRETURN SQLConnectW(SQLHDBC connection, SQLWCHAR *source, SQLSMALLINT source_count, SQLWCHAR *user,
                                    SQLSMALLINT user_count, SQLWCHAR *word, SQLSMALLINT word_count) {
    SQLLEN a, b, c;
    unsigned short *sources = winsock_odbc_units(source, source_count, &a);
    unsigned short *users = winsock_odbc_units(user, user_count, &b);
    unsigned short *words = winsock_odbc_units(word, word_count, &c);
    SQLRETURN code = winsock_odbc_SQLConnectW(connection, sources, (SQLSMALLINT)a, users, (SQLSMALLINT)b, words,
                                              (SQLSMALLINT)c);
    free(sources);
    free(users);
    free(words);
    return code;
}

SQLRETURN winsock_odbc_SQLDriverConnectW(SQLHDBC, SQLHWND, unsigned short *, SQLSMALLINT, unsigned short *,
                                         SQLSMALLINT, SQLSMALLINT *, SQLUSMALLINT) __asm__("SQLDriverConnectW");
static inline SQLRETURN SQLDriverConnectW(SQLHDBC, SQLHWND, SQLWCHAR *, SQLSMALLINT, SQLWCHAR *, SQLSMALLINT,
                                          SQLSMALLINT *, SQLUSMALLINT) __asm__("winsock_SQLDriverConnectW");
static inline SQLRETURN SQLDriverConnectW(SQLHDBC connection, SQLHWND window, SQLWCHAR *text, SQLSMALLINT count,
                                          SQLWCHAR *to, SQLSMALLINT room, SQLSMALLINT *told, SQLUSMALLINT how) {
    SQLLEN length;
    unsigned short *units = winsock_odbc_units(text, count, &length);
    struct winsock_odbc_out out = winsock_odbc_out(to, room);
    SQLRETURN code = winsock_odbc_SQLDriverConnectW(connection, window, units, (SQLSMALLINT)length, out.units,
                                                    (SQLSMALLINT)out.room, told, how);
    free(units);
    return winsock_odbc_end(out, code, told, 0);
}

/* What a catalogue is asked by: up to four texts. */
#define WINSOCK_ODBC_CATALOGUE(name, units_parameters, parameters, units_call, ...)    \
    SQLRETURN winsock_odbc_##name units_parameters __asm__(#name);                     \
    static inline SQLRETURN name parameters __asm__("winsock_" #name);                 \
    static inline SQLRETURN name parameters {                                          \
        SQLLEN n[4] = {0, 0, 0, 0};                                                    \
        unsigned short *u[4] = {NULL, NULL, NULL, NULL};                               \
        const SQLWCHAR *texts[] = {__VA_ARGS__};                                       \
        SQLSMALLINT counts[] = {a_count, b_count, c_count, d_count};                   \
        size_t at;                                                                     \
        SQLRETURN code;                                                                \
        for (at = 0; at < 4; at++)                                                     \
            u[at] = winsock_odbc_units(texts[at], counts[at], &n[at]);                 \
        code = winsock_odbc_##name units_call;                                         \
        for (at = 0; at < 4; at++)                                                     \
            free(u[at]);                                                               \
        return code;                                                                   \
    }
#define WINSOCK_ODBC_FOUR(type)                                                                              \
    (SQLHSTMT statement, type * a, SQLSMALLINT a_count, type * b, SQLSMALLINT b_count, type * c,             \
     SQLSMALLINT c_count, type * d, SQLSMALLINT d_count)
WINSOCK_ODBC_CATALOGUE(SQLTablesW, WINSOCK_ODBC_FOUR(unsigned short), WINSOCK_ODBC_FOUR(SQLWCHAR),
                       (statement, u[0], (SQLSMALLINT)n[0], u[1], (SQLSMALLINT)n[1], u[2], (SQLSMALLINT)n[2], u[3],
                        (SQLSMALLINT)n[3]),
                       a, b, c, d)
WINSOCK_ODBC_CATALOGUE(SQLColumnsW, WINSOCK_ODBC_FOUR(unsigned short), WINSOCK_ODBC_FOUR(SQLWCHAR),
                       (statement, u[0], (SQLSMALLINT)n[0], u[1], (SQLSMALLINT)n[1], u[2], (SQLSMALLINT)n[2], u[3],
                        (SQLSMALLINT)n[3]),
                       a, b, c, d)
#undef WINSOCK_ODBC_FOUR
#undef WINSOCK_ODBC_CATALOGUE

SQLRETURN winsock_odbc_SQLDescribeColW(SQLHSTMT, SQLUSMALLINT, unsigned short *, SQLSMALLINT, SQLSMALLINT *,
                                       SQLSMALLINT *, SQLULEN *, SQLSMALLINT *, SQLSMALLINT *)
    __asm__("SQLDescribeColW");
static inline SQLRETURN SQLDescribeColW(SQLHSTMT, SQLUSMALLINT, SQLWCHAR *, SQLSMALLINT, SQLSMALLINT *, SQLSMALLINT *,
                                        SQLULEN *, SQLSMALLINT *, SQLSMALLINT *) __asm__("winsock_SQLDescribeColW");
static inline SQLRETURN SQLDescribeColW(SQLHSTMT statement, SQLUSMALLINT number, SQLWCHAR *name, SQLSMALLINT room,
                                        SQLSMALLINT *told, SQLSMALLINT *type, SQLULEN *size, SQLSMALLINT *digits,
                                        SQLSMALLINT *nullable) {
    struct winsock_odbc_out out = winsock_odbc_out(name, room);
    return winsock_odbc_end(out, winsock_odbc_SQLDescribeColW(statement, number, out.units, (SQLSMALLINT)out.room, told,
                                                              type, size, digits, nullable),
                            told, 0);
}

SQLRETURN winsock_odbc_SQLGetDiagRecW(SQLSMALLINT, SQLHANDLE, SQLSMALLINT, unsigned short *, SQLINTEGER *,
                                      unsigned short *, SQLSMALLINT, SQLSMALLINT *) __asm__("SQLGetDiagRecW");
static inline SQLRETURN SQLGetDiagRecW(SQLSMALLINT, SQLHANDLE, SQLSMALLINT, SQLWCHAR *, SQLINTEGER *, SQLWCHAR *,
                                       SQLSMALLINT, SQLSMALLINT *) __asm__("winsock_SQLGetDiagRecW");
static inline SQLRETURN SQLGetDiagRecW(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT record, SQLWCHAR *state,
                                       SQLINTEGER *native, SQLWCHAR *text, SQLSMALLINT room, SQLSMALLINT *told) {
    unsigned short units[6] = {0};
    struct winsock_odbc_out out = winsock_odbc_out(text, room);
    SQLRETURN code = winsock_odbc_SQLGetDiagRecW(type, handle, record, units, native, out.units, (SQLSMALLINT)out.room,
                                                 told);
    if (state && WINSOCK_ODBC_DONE(code))
        winsock_odbc_text(units, 5, state, 6);
    return winsock_odbc_end(out, code, told, 0);
}

SQLRETURN winsock_odbc_SQLErrorW(SQLHENV, SQLHDBC, SQLHSTMT, unsigned short *, SQLINTEGER *, unsigned short *,
                                 SQLSMALLINT, SQLSMALLINT *) __asm__("SQLErrorW");
static inline SQLRETURN SQLErrorW(SQLHENV, SQLHDBC, SQLHSTMT, SQLWCHAR *, SQLINTEGER *, SQLWCHAR *, SQLSMALLINT,
                                  SQLSMALLINT *) __asm__("winsock_SQLErrorW");
static inline SQLRETURN SQLErrorW(SQLHENV environment, SQLHDBC connection, SQLHSTMT statement, SQLWCHAR *state,
                                  SQLINTEGER *native, SQLWCHAR *text, SQLSMALLINT room, SQLSMALLINT *told) {
    unsigned short units[6] = {0};
    struct winsock_odbc_out out = winsock_odbc_out(text, room);
    SQLRETURN code = winsock_odbc_SQLErrorW(environment, connection, statement, units, native, out.units,
                                            (SQLSMALLINT)out.room, told);
    if (state && WINSOCK_ODBC_DONE(code))
        winsock_odbc_text(units, 5, state, 6);
    return winsock_odbc_end(out, code, told, 0);
}

/* Whether what is asked for is a text; all else comes as a number. */
static inline int winsock_odbc_among(int what, const short *texts) {
    while (*texts && *texts != what)
        texts++;
    return *texts != 0;
}

/* A call that brings a text, whose room and length are told in bytes, or a number. */
#define WINSOCK_ODBC_TOLD(is_text, to, bytes, told, call, plain)                                   \
    struct winsock_odbc_out out;                                                                   \
    SQLRETURN code;                                                                                \
    if (!(is_text))                                                                                \
        return plain;                                                                              \
    out = winsock_odbc_out(to, (bytes) / (int)sizeof(WCHAR));                                      \
    code = call;                                                                                   \
    return winsock_odbc_end(out, code, told, 1)

static inline SQLRETURN SQLColAttributeW(SQLHSTMT, SQLUSMALLINT, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *,
                                         SQLLEN *) __asm__("winsock_SQLColAttributeW");
SQLRETURN winsock_odbc_SQLColAttributeW(SQLHSTMT, SQLUSMALLINT, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *,
                                        SQLLEN *) __asm__("SQLColAttributeW");
static inline SQLRETURN SQLColAttributeW(SQLHSTMT statement, SQLUSMALLINT number, SQLUSMALLINT what, SQLPOINTER to,
                                         SQLSMALLINT room, SQLSMALLINT *told, SQLLEN *value) {
    static const short texts[] = {1, 14, 15, 16, 17, 18, 22, 23, 27, 28, 29, 1011, 0}; /* SQL_DESC_NAME … */
    WINSOCK_ODBC_TOLD(winsock_odbc_among(what, texts), to, room, told,
                      winsock_odbc_SQLColAttributeW(statement, number, what, out.units, (SQLSMALLINT)(2 * out.room),
                                                    told, value),
                      winsock_odbc_SQLColAttributeW(statement, number, what, to, room, told, value));
}

SQLRETURN winsock_odbc_SQLGetInfoW(SQLHDBC, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *)
    __asm__("SQLGetInfoW");
static inline SQLRETURN SQLGetInfoW(SQLHDBC, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *)
    __asm__("winsock_SQLGetInfoW");
static inline SQLRETURN SQLGetInfoW(SQLHDBC connection, SQLUSMALLINT what, SQLPOINTER to, SQLSMALLINT room,
                                    SQLSMALLINT *told) {
    static const short texts[] = {2,  6,  7,  10, 11, 13, 14, 16, 17, 18,  19,  20,    21,    25,    27,    29, 36, 37,
                                  38, 39, 40, 41, 42, 45, 47, 73, 77, 87,  89,  90,    94,    103,   111,   113,
                                  10000, 10002, 10003, 10004, 0}; /* SQL_DATA_SOURCE_NAME … */
    WINSOCK_ODBC_TOLD(winsock_odbc_among(what, texts), to, room, told,
                      winsock_odbc_SQLGetInfoW(connection, what, out.units, (SQLSMALLINT)(2 * out.room), told),
                      winsock_odbc_SQLGetInfoW(connection, what, to, room, told));
}

SQLRETURN winsock_odbc_SQLGetDiagFieldW(SQLSMALLINT, SQLHANDLE, SQLSMALLINT, SQLSMALLINT, SQLPOINTER, SQLSMALLINT,
                                        SQLSMALLINT *) __asm__("SQLGetDiagFieldW");
static inline SQLRETURN SQLGetDiagFieldW(SQLSMALLINT, SQLHANDLE, SQLSMALLINT, SQLSMALLINT, SQLPOINTER, SQLSMALLINT,
                                         SQLSMALLINT *) __asm__("winsock_SQLGetDiagFieldW");
static inline SQLRETURN SQLGetDiagFieldW(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT record, SQLSMALLINT what,
                                         SQLPOINTER to, SQLSMALLINT room, SQLSMALLINT *told) {
    static const short texts[] = {4, 6, 7, 8, 9, 10, 11, 0}; /* SQL_DIAG_SQLSTATE … */
    WINSOCK_ODBC_TOLD(winsock_odbc_among(what, texts), to, room, told,
                      winsock_odbc_SQLGetDiagFieldW(type, handle, record, what, out.units,
                                                    (SQLSMALLINT)(2 * out.room), told),
                      winsock_odbc_SQLGetDiagFieldW(type, handle, record, what, to, room, told));
}

/* Of a connection the catalogue and the files have names; a statement's attributes are numbers. */
SQLRETURN winsock_odbc_SQLGetConnectAttrW(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER, SQLINTEGER *)
    __asm__("SQLGetConnectAttrW");
static inline SQLRETURN SQLGetConnectAttrW(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER, SQLINTEGER *)
    __asm__("winsock_SQLGetConnectAttrW");
static inline SQLRETURN SQLGetConnectAttrW(SQLHDBC connection, SQLINTEGER what, SQLPOINTER to, SQLINTEGER room,
                                           SQLINTEGER *told) {
    static const short texts[] = {105, 106, 109, 0};
    SQLSMALLINT length;
    SQLINTEGER whole = 0;
    struct winsock_odbc_out out;
    SQLRETURN code;
    if (!winsock_odbc_among(what, texts))
        return winsock_odbc_SQLGetConnectAttrW(connection, what, to, room, told);
    out = winsock_odbc_out(to, room / (int)sizeof(WCHAR));
    code = winsock_odbc_SQLGetConnectAttrW(connection, what, out.units, (SQLINTEGER)(2 * out.room), &whole);
    length = (SQLSMALLINT)whole;
    code = winsock_odbc_end(out, code, &length, 1);
    if (told && WINSOCK_ODBC_DONE(code))
        *told = length;
    return code;
}
#undef WINSOCK_ODBC_TOLD

SQLRETURN winsock_odbc_SQLSetConnectAttrW(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER) __asm__("SQLSetConnectAttrW");
static inline SQLRETURN SQLSetConnectAttrW(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER)
    __asm__("winsock_SQLSetConnectAttrW");
static inline SQLRETURN SQLSetConnectAttrW(SQLHDBC connection, SQLINTEGER what, SQLPOINTER value, SQLINTEGER bytes) {
    static const short texts[] = {105, 106, 109, 0};
    SQLLEN length = 0;
    unsigned short *units;
    SQLRETURN code;
    if (!winsock_odbc_among(what, texts))
        return winsock_odbc_SQLSetConnectAttrW(connection, what, value, bytes);
    units = winsock_odbc_units((const WCHAR *)value, bytes < 0 ? bytes : bytes / (int)sizeof(WCHAR), &length);
    code = winsock_odbc_SQLSetConnectAttrW(connection, what, units, (SQLINTEGER)(2 * length));
    free(units);
    return code;
}

#ifdef __cplusplus
}
#endif
#undef WINSOCK_ODBC
#undef WINSOCK_ODBC_DONE

#endif
