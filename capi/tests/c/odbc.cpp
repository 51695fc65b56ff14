/* A database by ODBC, with wide text both ways: as servers' pools of connections use it. */
#include <windows.h>
#include <sql.h>
#include <sqlext.h>
#include <sqltypes.h>
#include "check.h"
#pragma comment(lib, "odbc32")

static SQLHSTMT statement_of(SQLHDBC connection) {
    SQLHSTMT made = SQL_NULL_HSTMT;
    CHECK(SQLAllocHandle(SQL_HANDLE_STMT, connection, &made) == SQL_SUCCESS);
    return made;
}

static bool execute(SQLHSTMT statement, const WCHAR *query) {
    SQLRETURN code = SQLExecDirectW(statement, (SQLWCHAR *)query, SQL_NTSL);
    return code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO || code == SQL_NO_DATA;
}

/* What is written is read back: text, its null, numbers and moments. */
static void rows(SQLHDBC connection) {
    SQLHSTMT statement = statement_of(connection);
    CHECK(execute(statement, L"CREATE TABLE gold(id INTEGER PRIMARY KEY, gold INT, name VARCHAR(50), made DATETIME)"));
    WCHAR name[50] = L"루키스 \U0001F600";
    INT32 gold = 100;
    TIMESTAMP_STRUCT made = {2021, 6, 5, 10, 30, 0, 0};
    SQLLEN gold_told = 0, name_told = SQL_NTSL, made_told = 0;
    CHECK(SQLBindParameter(statement, 1, SQL_PARAM_INPUT, SQL_C_LONG, SQL_INTEGER, sizeof(INT32), 0, &gold, 0, &gold_told) == SQL_SUCCESS);
    CHECK(SQLBindParameter(statement, 2, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 50, 0, name, 0, &name_told) == SQL_SUCCESS);
    CHECK(SQLBindParameter(statement, 3, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 19, 0, &made, 0, &made_told) == SQL_SUCCESS);
    CHECK(execute(statement, L"INSERT INTO gold(gold, name, made) VALUES(?, ?, ?)"));
    CHECK(SQLPrepareW(statement, (SQLWCHAR *)L"INSERT INTO gold(gold, name, made) VALUES(?, ?, ?)", SQL_NTS) == SQL_SUCCESS);
    wcscpy(name, L"second");
    name_told = 3 * sizeof(WCHAR); /* of six */
    gold = 200;
    CHECK(SQLExecute(statement) == SQL_SUCCESS);
    name_told = SQL_NULL_DATA;
    gold = 300;
    CHECK(SQLExecute(statement) == SQL_SUCCESS);
    CHECK(SQLFreeStmt(statement, SQL_UNBIND) == SQL_SUCCESS);
    CHECK(SQLFreeStmt(statement, SQL_RESET_PARAMS) == SQL_SUCCESS);
    CHECK(SQLFreeStmt(statement, SQL_CLOSE) == SQL_SUCCESS);

    INT32 id = 77, got = 77;
    WCHAR text[8];
    SQLLEN id_told = 77, got_told = 77, text_told = 77;
    CHECK(SQLBindCol(statement, 1, SQL_C_LONG, &id, sizeof id, &id_told) == SQL_SUCCESS);
    CHECK(SQLBindCol(statement, 2, SQL_C_LONG, &got, sizeof got, &got_told) == SQL_SUCCESS);
    CHECK(SQLBindCol(statement, 3, SQL_C_WCHAR, text, sizeof text, &text_told) == SQL_SUCCESS);
    CHECK(execute(statement, L"SELECT id, gold, name FROM gold ORDER BY id"));
    wmemset(text, L'#', 8);
    CHECK(SQLFetch(statement) == SQL_SUCCESS);
    CHECK(id == 1 && got == 100 && wcscmp(text, L"루키스 \U0001F600") == 0);
    CHECK(text_told == 5 * (SQLLEN)sizeof(WCHAR));
    CHECK(SQLFetch(statement) == SQL_SUCCESS);
    CHECK(got == 200 && wcscmp(text, L"sec") == 0 && text_told == 3 * (SQLLEN)sizeof(WCHAR));
    CHECK(SQLFetch(statement) == SQL_SUCCESS);
    CHECK(got == 300 && text_told == SQL_NULL_DATA);
    CHECK(SQLFetch(statement) == SQL_NO_DATA);
    CHECK(SQLFreeHandle(SQL_HANDLE_STMT, statement) == SQL_SUCCESS);
}

/* A text in pieces, a column's name, and a text that has no room. */
static void pieces(SQLHDBC connection) {
    SQLHSTMT statement = statement_of(connection);
    WCHAR text[6], name[16];
    SQLLEN told = 77;
    SQLSMALLINT count = 77, type;
    SQLULEN size;
    SQLSMALLINT digits, nullable;
    CHECK(execute(statement, L"SELECT 'abcdefgh' AS 이름"));
    CHECK(SQLDescribeColW(statement, 1, name, 16, &count, &type, &size, &digits, &nullable) == SQL_SUCCESS);
    CHECK(count == 2 && wcscmp(name, L"이름") == 0);
    CHECK(SQLColAttributeW(statement, 1, SQL_DESC_NAME, name, sizeof name, &count, NULL) == SQL_SUCCESS);
    CHECK(count == 2 * (SQLSMALLINT)sizeof(WCHAR) && wcscmp(name, L"이름") == 0);
    CHECK(SQLFetch(statement) == SQL_SUCCESS);
    CHECK(SQLGetData(statement, 1, SQL_C_WCHAR, text, sizeof text, &told) == SQL_SUCCESS_WITH_INFO);
    CHECK(wcscmp(text, L"abcde") == 0);
    CHECK(SQLGetData(statement, 1, SQL_C_WCHAR, text, sizeof text, &told) == SQL_SUCCESS);
    CHECK(wcscmp(text, L"fgh") == 0 && told == 3 * (SQLLEN)sizeof(WCHAR));
    CHECK(SQLFreeStmt(statement, SQL_CLOSE) == SQL_SUCCESS);
    CHECK(SQLBindCol(statement, 1, SQL_C_WCHAR, text, 4 * sizeof(WCHAR), &told) == SQL_SUCCESS);
    CHECK(execute(statement, L"SELECT 'abcdefgh'"));
    SQLRETURN cut = SQLFetch(statement);
    CHECK(cut == SQL_SUCCESS_WITH_INFO || cut == SQL_SUCCESS);
    CHECK(wcscmp(text, L"abc") == 0);
    CHECK(SQLFreeHandle(SQL_HANDLE_STMT, statement) == SQL_SUCCESS);
}

static void errors(SQLHDBC connection) {
    SQLHSTMT statement = statement_of(connection);
    WCHAR state[6] = L"?????", text[256] = L"?";
    SQLINTEGER native = 77;
    SQLSMALLINT length = 77;
    CHECK(!execute(statement, L"SELECT one FROM nowhere"));
    CHECK(SQLGetDiagRecW(SQL_HANDLE_STMT, statement, 1, state, &native, text, _countof(text), &length) == SQL_SUCCESS);
    CHECK(wcslen(state) == 5 && state[0] != L'?');
    CHECK(length == (SQLSMALLINT)wcslen(text) && wcsstr(text, L"nowhere") != NULL);
    CHECK(SQLGetDiagRecW(SQL_HANDLE_STMT, statement, 2, state, &native, text, _countof(text), &length) == SQL_NO_DATA);
    CHECK(SQLFreeHandle(SQL_HANDLE_STMT, statement) == SQL_SUCCESS);
}

int wmain(int count, WCHAR *words[]) {
    SQLHENV environment = SQL_NULL_HENV;
    SQLHDBC connection = SQL_NULL_HDBC;
    WCHAR result[MAX_PATH] = {0};
    SQLSMALLINT length = 0;
    CHECK(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment) == SQL_SUCCESS);
    CHECK(SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0) == SQL_SUCCESS);
    CHECK(SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection) == SQL_SUCCESS);
    SQLRETURN code = SQLDriverConnectW(connection, NULL, (SQLWCHAR *)L"Driver={SQLite3};Database=:memory:;", SQL_NTS,
                                       result, _countof(result), &length, SQL_DRIVER_NOPROMPT);
    if (code != SQL_SUCCESS && code != SQL_SUCCESS_WITH_INFO) {
        WCHAR state[6], text[256];
        CHECK(SQLGetDiagRecW(SQL_HANDLE_DBC, connection, 1, state, NULL, text, _countof(text), NULL) == SQL_SUCCESS);
        wprintf(L"no driver: %s %s\n", state, text);
        return 3;
    }
    CHECK(wcsstr(result, L"Database=:memory:") != NULL);
    CHECK(SQLGetInfoW(connection, SQL_DBMS_NAME, result, sizeof result, &length) == SQL_SUCCESS);
    CHECK(wcscmp(result, L"SQLite") == 0 && length == 6 * (SQLSMALLINT)sizeof(WCHAR));
    rows(connection);
    pieces(connection);
    errors(connection);
    CHECK(SQLDisconnect(connection) == SQL_SUCCESS);
    CHECK(SQLFreeHandle(SQL_HANDLE_DBC, connection) == SQL_SUCCESS);
    CHECK(SQLFreeHandle(SQL_HANDLE_ENV, environment) == SQL_SUCCESS);
    return wrong;
}
